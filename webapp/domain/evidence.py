"""What a passkey proved about one letter: kept whole, and handed out so that openssl alone can check it."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import and_, or_, select
from webauthn.helpers import decode_credential_public_key, decoded_public_key_to_cryptography

from webapp.domain import assertions, audit, batch_lists
from webapp.domain.assertions import SIGN_BATCH, Assertion
from webapp.domain.audit import Event
from webapp.domain.errors import NotFound
from webapp.domain.work import Work
from webapp.models import ApprovalEvidence, Batch, Letter, Signature

# A shell script; its argument is the file. sed reads one value a line, openssl judges: the challenge is the hash of
# what was approved, and the passkey signed authenticator data and client data with that challenge in it.
CHECK = r"""
set -e
f() { sed -n "s/^  \"$1\": \"\(.*\)\",\{0,1\}\$/\1/p" "$file"; }
file=$(realpath "$1"); cd "$(mktemp -d)"
f challenge_input | sed 's/\\"/"/g' | tr -d '\n' | openssl dgst -sha256 -binary | openssl base64 -A > hashed
[ "$(cat hashed)" = "$(f challenge)" ]
for part in authenticator_data client_data signature; do f $part | openssl base64 -d -A > $part; done
grep -qF "\"challenge\":\"$(tr '+/' '-_' < hashed | tr -d '=')\"" client_data || \
grep -qF "\"challenge\": \"$(tr '+/' '-_' < hashed | tr -d '=')\"" client_data
printf '%b' "$(f public_key)" > public_key
{ cat authenticator_data; openssl dgst -sha256 -binary client_data; } > signed
""".lstrip()
# The letter stands in the list, whose digest is in what was hashed.
CHECK_LIST = r"""
f list | sed 's/\\"/"/g' | tr -d '\n' | openssl dgst -sha256 -r | cut -c 1-64 > listed
f challenge_input | grep -qF " $(cat listed)\\\","
f list | grep -qF "$(f entry)"
""".lstrip()
VERIFY = "openssl dgst -sha256 -verify public_key -signature signature signed\n"
VERIFY_RAW = "openssl pkeyutl -verify -pubin -inkey public_key -rawin -in signed -sigfile signature\n"  # Ed25519


def keep(
    work: Work, letter: Letter, assertion: Assertion, *, action: str, about: str, signature: Signature | None = None
) -> None:  # fmt: skip
    """Keep an assertion beside the decision that it approved. `action`, `about`: as in its challenge."""
    kept = _made(work, letter.id, assertion, action=action, about=about)
    kept.signature = signature
    work.session.add(kept)
    audit.record(work, Event.EVIDENCE_KEPT, letter, sha256=assertion.sha256, action=action)


def keep_for_each(work: Work, letter_ids: Sequence[int], assertion: Assertion, about: str) -> None:
    """Keep an assertion over a list for every letter of it; `assign` joins it to the signature once there is one."""
    work.session.add_all(_made(work, one, assertion, action=SIGN_BATCH, about=about) for one in letter_ids)


def assign(work: Work, signature: Signature, batch_id: int) -> None:
    """Join what was kept for this letter at the batch's consent to its signature. A code left nothing to join."""
    kept = work.session.scalars(
        select(ApprovalEvidence).where(
            ApprovalEvidence.letter_id == signature.letter_id, ApprovalEvidence.action == SIGN_BATCH,
            ApprovalEvidence.about.startswith(f"{batch_id} "),
        )
    ).one_or_none()  # fmt: skip
    if kept is not None:
        kept.signature = signature
        told = {"sha256": digest(kept), "action": SIGN_BATCH, "batch": batch_id}
        audit.record(work, Event.EVIDENCE_KEPT, signature.letter, **told)


def find(work: Work, letter: Letter, sha256: str = "") -> ApprovalEvidence | None:
    """What a passkey proved when this letter was signed or rejected; None where a code approved it.

    `sha256`: of several signers whose, as the trail names it; else the newest.
    """
    return next((kept for kept in of_letter(work, letter) if sha256 in ("", digest(kept))), None)


def digest(kept: ApprovalEvidence) -> str:
    """As the trail names it: Assertion.sha256."""
    return hashlib.sha256(kept.authenticator_data + kept.client_data + kept.assertion_signature).hexdigest()


def of_letter(work: Work, letter: Letter) -> Sequence[ApprovalEvidence]:
    """What passkeys proved about the letter, newest first. Not the consent to a list in which it was not signed."""
    mine = ApprovalEvidence.letter_id == letter.id
    if letter.signature is not None:
        mine = or_(mine, ApprovalEvidence.signature_id == letter.signature.id)
    unsigned = and_(ApprovalEvidence.action == SIGN_BATCH, ApprovalEvidence.signature_id.is_(None))
    query = select(ApprovalEvidence).where(mine, ~unsigned).order_by(ApprovalEvidence.id.desc())
    return work.session.scalars(query).all()


def exported(work: Work, letter: Letter, sha256: str = "") -> dict[str, Any]:
    """The evidence as JSON values, bytes in base64, with the way to check it. Raises NotFound where there is none."""
    kept = find(work, letter, sha256)
    if kept is None:
        raise NotFound
    about = kept.about or f"{letter.id} {kept.signature.approval_digest if kept.signature else ''}"
    told = assertions.challenge_input(kept.action, about, kept.nonce)
    key = decoded_public_key_to_cryptography(decode_credential_public_key(kept.public_key))
    by_digest = isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey)
    listed = _listed(work, kept)
    return {
        "format": "teken-evidence/v1", "letter": letter.number, "code": letter.code, "action": kept.action,
        "reason": letter.reason if about.endswith(hashlib.sha256(letter.reason.encode()).hexdigest()) else None,
        "file_sha256": _file_sha256(letter, kept),
        "at": kept.created_at.isoformat(), "origin": assertions.origin(work.config), "passkey": kept.passkey_name,
        "credential_id": kept.credential_id, "nonce": kept.nonce,
        "challenge_input": told, "challenge": _text(hashlib.sha256(told.encode()).digest()),
        "authenticator_data": _text(kept.authenticator_data), "client_data": _text(kept.client_data),
        "signature": _text(kept.assertion_signature),
        "public_key": key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
        **listed, "check": CHECK + (CHECK_LIST if listed else "") + (VERIFY if by_digest else VERIFY_RAW),
    }  # fmt: skip


def _file_sha256(letter: Letter, kept: ApprovalEvidence) -> str | None:
    """Of the file that was signed, revoked, or rejected as it was prepared."""
    signed = kept.signature or (letter.signature if kept.action == assertions.REVOKE else None)
    return signed.sha256 if signed else letter.version.prepared_sha256


def as_file(work: Work, letter: Letter, sha256: str = "") -> str:
    return json.dumps(exported(work, letter, sha256), indent=2, ensure_ascii=False) + "\n"


def _made(work: Work, letter_id: int, assertion: Assertion, *, action: str, about: str) -> ApprovalEvidence:
    passkey = assertion.passkey
    return ApprovalEvidence(
        letter_id=letter_id, action=action, about=about, passkey_name=passkey.name,
        credential_id=passkey.credential_id, public_key=passkey.public_key,
        authenticator_data=assertion.authenticator_data, client_data=assertion.client_data,
        assertion_signature=assertion.signature, nonce=assertion.challenge.nonce, created_at=work.now,
    )  # fmt: skip


def _listed(work: Work, kept: ApprovalEvidence) -> dict[str, str]:
    """The list that was approved and this letter's part of it: numbers and digests only, of the others too."""
    if kept.action != SIGN_BATCH or not kept.about:
        return {}
    batch = work.session.get_one(Batch, int(kept.about.partition(" ")[0]))
    item = next(item for item in batch.items if item.letter_id == kept.letter_id)
    return {"list": batch_lists.text(batch.items), "entry": batch_lists.entry(item)}


def _text(data: bytes) -> str:
    return b64encode(data).decode("ascii")
