"""The archive bundle of a letter: one ZIP that proves the letter with openssl and pdfsig alone, when we are gone.

The same letter in the same state gives the same bytes: nothing in it tells of the moment it was fetched.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from ssl import DER_cert_to_PEM_cert
from typing import Any

import signing
from signing.command_verify import shown
from webapp.domain import audit, custodians, documents, log, permissions, verification
from webapp.domain.audit import Event
from webapp.domain.errors import NotFound
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Letter, Signature

FILES = Path(__file__).with_name("bundle_files")
# Who read the letter is nobody's business whom the bundle is given to, and would change it each time.
LEFT_OUT = (Event.LETTER_READ, Event.LETTER_DOWNLOADED, Event.LETTER_BUNDLED)


def pack(work: Work, letter: Letter) -> bytes:
    """The ZIP of a signed letter, for those who may download it. Reads only; judging takes a moment.

    Raises Forbidden, and NotFound for a letter that nobody signed, or that is practice.
    """
    permissions.require(work, Action.DOWNLOAD, letter)
    if letter.signature is None or letter.is_practice:
        raise NotFound
    files = _files(work, letter, letter.signature)
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    return _zipped(files | {"SHA256SUMS": sums.encode()}, letter.signature.signed_at)


def take_along(work: Work, letter: Letter, packed: bytes) -> None:
    """Record that the bundle was handed out."""
    permissions.require(work, Action.DOWNLOAD, letter)
    audit.record(work, Event.LETTER_BUNDLED, letter, sha256=hashlib.sha256(packed).hexdigest())


def _files(work: Work, letter: Letter, signature: Signature) -> dict[str, bytes]:
    pdf = documents.get(work.config, signature.file_sha256)
    # Judged as of the letter's last change: the verdict of a later day would be other bytes.
    at = max(signature.signed_at, signature.stamped_at or signature.signed_at, letter.updated_at)
    trust = verification.trust(work) if signature.certificate else verification.remote_trust(work, at)
    verdict = signing.verify(pdf, replace(trust, at=at))
    metadata = _metadata(work, letter, signature)
    report = {"at": at.isoformat(), "file_sha256": signature.file_sha256} | shown(verdict)
    files = {
        "surat.pdf": pdf, "metadata.json": _json(metadata), "laporan.json": _json(report),
        "laporan.txt": _readable(metadata, verdict, at).encode(), "jejak.json": _json(_trail(work, letter)),
        "sertifikat/waktu.txt": f"{int(at.timestamp())}\n".encode(), **_certificates(signature, verdict),
        **{path.name: path.read_bytes() for path in sorted(FILES.iterdir())},
    }  # fmt: skip
    index = log.find_signature(work, letter)
    return files if index is None else files | {"log.json": _json(_logged(work, index))}


def _metadata(work: Work, letter: Letter, signature: Signature) -> dict[str, Any]:
    return {
        "format": "teken-bundle/v1", "number": letter.number, "subject": letter.subject, "state": letter.state,
        "classification": letter.classification, "urgency": letter.urgency, "confidentiality": letter.confidentiality,
        "addressee": letter.addressee, "dated_on": letter.dated_on.isoformat(), "office": letter.office.name,
        "drafter": letter.drafter.full_name, "signer": signature.signer_name, "position": signature.signer_position,
        "signers": [_signer(made) for made in letter.signatures],
        "authority": signature.authority,
        "signed_at": signature.signed_at.isoformat(), "level": signature.level, "reason": letter.reason,
        "replaced_by": letter.replaced_by.number if letter.replaced_by else None,
        "approval_digest": signature.approval_digest, "signed_sha256": signature.sha256,
        "file_sha256": signature.file_sha256, "code": letter.code,
        "address": f"{work.config.public_url}/v/{letter.code}",
    }  # fmt: skip


def _signer(made: Signature) -> dict[str, Any]:
    return {
        "name": made.signer_name, "position": made.signer_position, "authority": made.authority,
        "signed_at": made.signed_at.isoformat(),
        "approval_digest": made.approval_digest, "signed_sha256": made.sha256,
    }  # fmt: skip


def _trail(work: Work, letter: Letter) -> dict[str, Any]:
    entries = [entry for entry in audit.of_letter(work, letter) if entry.event not in LEFT_OUT]
    return {
        "format": "teken-trail/v1",
        "people": {str(e.actor_id): e.actor.full_name for e in entries if e.actor},
        "entries": [
            {"number": e.number, "at": e.at.isoformat(timespec="microseconds"), "actor_id": e.actor_id,
             "event": str(e.event), "letter_id": e.letter_id, "facts": e.facts, "previous": e.previous,
             "sha256": e.sha256} for e in entries
        ],
    }  # fmt: skip


def _logged(work: Work, index: int) -> dict[str, Any]:
    entry = log.entry_in_its_tree(work, index)
    return {
        "format": "teken-log-proof/v1", "index": index, "size": index + 1, "leaf": b64encode(entry.data).decode(),
        "proof": [one.hex() for one in entry.proof], "checkpoint": entry.checkpoint,
        "vkey": log.verifier(work.config).vkey,
    }  # fmt: skip


def _certificates(signature: Signature, verdict: signing.Verification) -> dict[str, bytes]:
    """Those of the letter's signers, first of all ours; and the roots that the signatures chain to."""
    signers = [facts.certificate_der for facts in verdict.signatures]
    certified = [made.certificate for made in signature.letter.signatures if made.certificate]
    above = [der for certificate in certified for der in custodians.chain_of(certificate)]
    roots = dict.fromkeys(facts.anchor_der for facts in verdict.signatures if facts.anchor_der)
    return {
        "sertifikat/penandatangan.pem": _pem(signers[:1]),
        "sertifikat/rantai.pem": _pem([*dict.fromkeys([*signers, *above])]),
        "sertifikat/akar.pem": _pem([*roots]),
    }


def _readable(metadata: dict[str, Any], verdict: signing.Verification, at: datetime) -> str:
    """The verdict for people, in both languages at once: the bundle is read where nobody can ask us."""
    said = "SAH / VALID" if verdict.is_valid else "TIDAK SAH / NOT VALID"
    lines = [
        "LAPORAN PEMERIKSAAN / VERIFICATION REPORT", "",
        *(f"{name:16} {metadata[name]}" for name in ("number", "subject", "office", "state")),
        *(line for made in metadata["signers"] for line in _signed(made)),
        f"{'at':16} {at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC", "",
        f"Putusan / verdict: {verdict.verdict.value} ({said})",
    ]  # fmt: skip
    for facts in verdict.signatures:
        proven = f", {facts.proven_at:%Y-%m-%d %H:%M:%S} UTC" if facts.proven_at else ""
        lines.append(
            f"- {facts.kind}: {facts.common_name} ({facts.issuer}); {facts.verdict.value}, {facts.level}{proven}"
        )
    lines += [f"! {problem.code.value} {problem.detail}" for problem in verdict.problems]
    return "\n".join(lines) + "\n"


def _signed(made: dict[str, Any]) -> list[str]:
    """Who signed as what; of a deputy by what, as it was kept with the signature."""
    lines = [f"{name:16} {told}" for name, told in (("signer", made["name"]), ("position", made["position"]))]
    known = made["authority"]
    if known is None:
        return lines
    days = f"berwenang {known['since']} s.d. {known['until']} ({known['zone']})"
    return [*lines, f"{'authority':16} {days} menurut {known['decree']}, menggantikan {known['principal']}"]


def _zipped(files: dict[str, bytes], at: datetime) -> bytes:
    """Stored, sorted, with one time and one set of rights: no library's version shows in the bytes."""
    out = io.BytesIO()
    moment = at.astimezone(UTC).timetuple()[:6]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, moment)
            entry.create_system, entry.external_attr = 3, (0o755 if name.endswith(".sh") else 0o644) << 16
            archive.writestr(entry, files[name])
    return out.getvalue()


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, default=str) + "\n").encode()


def _pem(certificates: list[bytes]) -> bytes:
    return "".join(DER_cert_to_PEM_cert(der) for der in certificates).encode()
