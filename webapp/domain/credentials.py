"""Officials whose key is at a remote provider: the registrar records the credential, the provider has certified it."""

from __future__ import annotations

import unicodedata

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from signing.keys import csc
from webapp.domain import audit, keys, notifications
from webapp.domain.audit import Event
from webapp.domain.custodians import Custodian
from webapp.domain.errors import N_, Conflict, Forbidden, Invalid
from webapp.domain.notifications import Message
from webapp.domain.work import Work
from webapp.models import Certificate, Person, SigningKey


def adopt(work: Work, person: Person, found: csc.Credential) -> Certificate:
    """Record a provider's credential as this person's key, with the provider's certificate and its chain.

    The identity is verified here as for any key, and the certificate must name the person: with a mistyped credential
    somebody else's PIN would sign. `found` comes from custodians.fetch. Raises Forbidden, Conflict, Invalid.
    """
    keys.require_registrar(work, person)
    if person.id == work.person.id:
        raise Forbidden(N_("Sertifikat Anda harus diterbitkan oleh petugas lain."))
    checked = keys.require_unspent_check(work, person)
    if keys.find(work, person) is not None:
        raise Conflict(N_("Orang ini sudah memiliki kunci. Cabut dahulu sertifikatnya."))
    read = x509.load_der_x509_certificate(found.certificate_der)
    _require_fit(work, person, read)
    chain = csc.chains_to(found.certificate_der, found.chain_der, work.config.csc_roots)
    if not chain:
        raise Invalid(N_("Sertifikat penyedia ini tidak berasal dari otoritas yang dipercaya."), field="credential")
    key = SigningKey(
        person=person, verification_id=checked.id, custodian=Custodian.CSC, created_at=work.now,
        spki=read.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        details={"credential": found.id, "algorithm": found.sign_algorithm, "asks": sorted(found.asks)},
    )  # fmt: skip
    certificate = Certificate(
        key=key, registrar_id=work.person.id, serial=f"{read.serial_number:x}", der=found.certificate_der,
        chain_pem="".join(_pem(der) for der in chain), not_before=read.not_valid_before_utc,
        not_after=read.not_valid_after_utc,
    )  # fmt: skip
    work.session.add_all([key, certificate])
    work.session.flush()
    audit.record(
        work, Event.CERTIFICATE_ADOPTED, key_id=key.id, person_id=person.id, serial=certificate.serial,
        custodian=Custodian.CSC,
    )  # fmt: skip
    notifications.tell(work, person, Message.CERTIFICATE_ISSUED)
    return certificate


def _require_fit(work: Work, person: Person, read: x509.Certificate) -> None:
    """In force, meant for signatures, and in this person's name."""
    if not read.not_valid_before_utc <= work.now < read.not_valid_after_utc:
        raise Invalid(N_("Sertifikat penyedia ini tidak berlaku saat ini."), field="credential")
    try:
        usage = read.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        usage = None
    if usage is None or not (usage.content_commitment or usage.digital_signature):
        raise Invalid(N_("Sertifikat penyedia ini bukan untuk tanda tangan."), field="credential")
    names = [str(entry.value) for entry in read.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if not any(_folded(person.name) in _folded(name) for name in names):
        told = N_("Sertifikat penyedia ini atas nama %(name)s, bukan atas nama pejabat ini.")
        raise Invalid(told, field="credential", name=", ".join(names) or "-")


def _folded(name: str) -> str:
    """Words only, so that titles, commas and capitals make no difference; spaces around, so that words stay whole."""
    words = "".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFKC", name).casefold()).split()
    return f" {' '.join(words)} "


def _pem(der: bytes) -> str:
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode()
