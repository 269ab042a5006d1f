"""Who keeps an official's key, and how it is opened for one signature. Which key is in force is keys.py's question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select

from signing.errors import KeyUnavailable
from signing.keys import Algorithm, LocalKey, csc, pkcs11, vault
from signing.keys import SigningKey as Key
from webapp.config import Config
from webapp.domain.errors import N_, Conflict, Invalid, Locked
from webapp.domain.work import Work
from webapp.models import Certificate, SigningKey


class Custodian(StrEnum):
    VAULT = "vault"
    PKCS11 = "pkcs11"
    CSC = "csc"


NAMES = {
    Custodian.VAULT: N_("Server ini, dikunci dengan kata sandi Anda"),
    Custodian.PKCS11: N_("Modul keamanan perangkat keras (HSM)"),
    Custodian.CSC: N_("Penyedia tanda tangan jarak jauh"),
}
Activation = csc.Activation


@dataclass(frozen=True)
class Made:
    """A new key as it is written down. `details`: where the custodian keeps it; nothing in it is secret."""

    custodian: Custodian
    spki: bytes
    wrapped: bytes
    details: dict[str, Any] | None = None


def _unconnected(_config: Config) -> csc.Post:
    raise KeyUnavailable("unreachable", "no transport")


# How a provider is reached: domain does no HTTP, so the app puts webapp.remote's function here when it is made.
connect: Callable[[Config], csc.Post] = _unconnected


def offered(config: Config) -> list[Custodian]:
    """Where an official may have the key made, the preferred one first."""
    return [Custodian.PKCS11, Custodian.VAULT] if config.pkcs11_module else [Custodian.VAULT]


def make(work: Work, secret: bytes, custodian: str = "") -> Made:
    """Make a key that opens with the official's secret alone.

    Raises Invalid (not on offer), Conflict (no free token), KeyUnavailable.
    """
    chosen = custodian or offered(work.config)[0]
    if chosen not in offered(work.config):
        raise Invalid(N_("Pilih tempat penyimpanan kunci yang tersedia."), field="custodian")
    algorithm, server_key = Algorithm(work.config.key_algorithm), work.config.server_key
    if chosen == Custodian.VAULT:
        wrapped, spki = vault.generate(secret, server_key, algorithm)
        return Made(Custodian.VAULT, spki, wrapped)
    try:
        token = pkcs11.enrol(_module(work.config), work.config.pkcs11_first_pin, _taken(work), algorithm)
    except KeyUnavailable as error:
        if error.code != "no_free_token":
            raise
        raise Conflict(N_("Tidak ada token HSM yang kosong. Hubungi administrator.")) from None
    return Made(
        Custodian.PKCS11, token.spki, vault.wrap_pin(token.pin, secret, server_key), {"token": token.serial}
    )  # fmt: skip


def open_key(
    work: Work,
    key: SigningKey,
    certificate: Certificate,
    secret: bytes,
    activation: Activation | None = None,
    *,
    wrapped: bytes | None = None,
) -> Key:
    """The key, ready to sign. `activation`: what the official typed for a provider; it is kept in the answer alone.

    `wrapped`: another wrapping than the password's, of a passkey; `secret` then is that one's.

    Raises Locked with a wrong secret, Invalid where the provider asks for more than was typed.
    """
    chain = chain_of(certificate)
    if key.custodian == Custodian.CSC:
        return _remote(work, key, activation or Activation(), (certificate.der, chain))
    wrapped = wrapped or key.wrapped
    if wrapped is None:
        raise Locked
    try:
        if key.custodian == Custodian.PKCS11:
            pin = vault.unwrap_pin(wrapped, secret, work.config.server_key)
            return pkcs11.Pkcs11Key(_module(work.config), (key.details or {})["token"], pin, certificate.der, chain)
        return LocalKey(vault.unwrap(wrapped, secret, work.config.server_key), certificate.der, chain)
    except KeyUnavailable:
        raise Locked from None


def asks(key: SigningKey | None) -> frozenset[str]:
    """What the custodian wants to be typed at each approval, of "PIN" and "OTP"."""
    return frozenset((key.details or {}).get("asks", ())) if key is not None else frozenset()


def chain_of(certificate: Certificate) -> tuple[bytes, ...]:
    """The certificates above one (DER), nearest first."""
    if certificate.authority is not None:
        return certificate.authority.issuing_der, certificate.authority.root_der
    found = x509.load_pem_x509_certificates((certificate.chain_pem or "").encode())
    return tuple(one.public_bytes(Encoding.DER) for one in found)


def fetch(config: Config, credential_id: str) -> csc.Credential:
    """Ask the provider for a credential. Network: call it with no transaction open. Raises KeyUnavailable."""
    return csc.credential(_service(config), credential_id)


def _remote(work: Work, key: SigningKey, typed: Activation, certified: tuple[bytes, tuple[bytes, ...]]) -> csc.CscKey:
    details, given = key.details or {}, {"PIN": typed.pin, "OTP": typed.otp}
    for name in sorted(asks(key), reverse=True):
        if not given[name]:
            raise Invalid(N_("Isi PIN dan kode dari penyedia tanda tangan."), field=name.lower())
    service = _service(work.config)
    return csc.CscKey(service, details["credential"], details["algorithm"], typed, *certified)


def _service(config: Config) -> csc.Service:
    return csc.Service(connect(config), 1 if config.csc_url.endswith("/v1") else 2)


def _module(config: Config) -> pkcs11.Module:
    return pkcs11.Module(config.pkcs11_module, config.pkcs11_tokens)


def _taken(work: Work) -> set[str]:
    """The tokens that belong to somebody, or did: only the security officer makes those free again."""
    kept = work.session.scalars(select(SigningKey.details).where(SigningKey.custodian == Custodian.PKCS11))
    return {details["token"] for details in kept if details}
