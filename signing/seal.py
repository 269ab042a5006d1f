"""The seal: a claim about the letter, signed when it is approved, inside the QR code. Checked with no network.

    HTTPS://<host>/V/<code>#<decimal digits>          the digits: one big-endian integer, an untagged COSE_Sign1

A browser sends no fragment to a server: whoever scans tells nobody what the letter says. Decimal digits, for they are
safe in an address and the QR code's numeric mode packs them tighter (99.7 %) than base 32 (91 %) or base 45 (97 %).
Specification with test vectors: signing/README.md. Sources: RFC 9052 (COSE_Sign1), RFC 8949 4.2 (canonical CBOR),
RFC 9053 (ES256: r and s of 32 bytes each).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

import cbor2
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from signing import codes, qr
from signing.errors import BadMark, NotTrusted
from signing.keys import SigningKey

VERSION = 1
CONTENT_BYTES = 12  # of the upload's SHA-256: finding another file takes 2^96 tries
KEY_BYTES = 8  # of the certificate's SHA-256: names it in the directory; the signature does not rest on it
_PROTECTED = bytes.fromhex("a10126")  # {alg: ES256}
_ENVELOPE = 74  # bytes of COSE around the payload
_NUMBERS = 44  # bytes of the payload that are no text, at the most
_MOST_PAGES = 1_000_000
_EPOCH = date(1970, 1, 1)
_ELLIPSIS = "\u2026"
_ADDRESS = re.compile(r"(?i)https?://[^/#?]+/v/([0-9a-z-]+)#([0-9]+)")


@dataclass(frozen=True)
class Claim:
    """What the seal says. `content` is the SHA-256 of the upload, its first CONTENT_BYTES once read back.

    Texts are cut, with an ellipsis, to what the symbol holds: number and signer last.
    """

    number: str
    subject: str
    signer: str
    position: str
    office: str
    dated_on: date
    pages: int
    content: bytes


@dataclass(frozen=True)
class Sealed:
    """A seal as read: what it claims, when it says it was made, who is said to have made it. Nothing is checked yet."""

    code: str
    claim: Claim
    at: datetime
    key_id: bytes
    payload: bytes
    signature: bytes


def key_id(certificate_der: bytes) -> bytes:
    """The name of a key in seals and directories: the first 8 bytes of its certificate's SHA-256."""
    return sha256(certificate_der).digest()[:KEY_BYTES]


def version_for(address: str) -> int:
    """The QR version for seals after this address: 11, or 12 for long host names. Raises BadMark(address_too_long)."""
    for version, least in ((11, 80), (12, 60)):
        if _text_room(address, version) >= least:
            return version
    raise BadMark("address_too_long", f"{len(address)} characters leave no room for a seal")


def make(claim: Claim, address: str, version: int, key: SigningKey, at: datetime) -> str:
    """Sign the claim for the letter at `address`; returns the digits. P-256 only: other signatures do not fit.

    Raises NotTrusted(bad_seal_key), BadMark(address_too_long), whatever the key raises.
    """
    payload = _payload(claim, _text_room(address, version), key_id(key.certificate_der), at)
    raw = raw_signature(key.sign(_to_be_signed(_code_of(address), payload)))
    sealed = cbor2.dumps([_PROTECTED, {}, payload, raw])
    return str(int.from_bytes(sealed, "big"))


def read(scanned: str) -> Sealed:
    """Read the text of a QR code. Raises NotTrusted(no_seal): an address without a seal, or one that is malformed."""
    match = _ADDRESS.fullmatch(scanned.strip())
    if match is None or len(match[2]) > 700:
        raise NotTrusted("no_seal")
    number = int(match[2])
    try:
        protected, unprotected, payload, signature = _loads(number.to_bytes((number.bit_length() + 7) // 8, "big"))
        version, *texts, day, pages, second, content, key = _loads(payload)
        sizes = len(signature), len(content), len(key), len(texts)
        ours = (protected, unprotected, version) == (_PROTECTED, {}, VERSION)
        if not ours or sizes != (64, CONTENT_BYTES, KEY_BYTES, 5) or (code := codes.normalise(match[1])) is None:
            raise ValueError("another kind of seal")
        claim = Claim(
            *_typed(str, *texts), _EPOCH + timedelta(days=_number(day)), _number(pages, _MOST_PAGES),
            *_typed(bytes, content),
        )  # fmt: skip
        at = datetime.fromtimestamp(_number(second), UTC)
        return Sealed(code, claim, at, *_typed(bytes, key, payload, signature))
    except (cbor2.CBORDecodeError, ValueError, TypeError, OverflowError, OSError) as cause:
        raise NotTrusted("no_seal", str(cause)[:100]) from cause


def verify(sealed: Sealed, certificate_der: bytes) -> bool:
    """Whether this certificate's key made the seal, for this very code. Says nothing of the certificate itself."""
    key = x509.load_der_x509_certificate(certificate_der).public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or key_id(certificate_der) != sealed.key_id:
        return False
    r, s = (int.from_bytes(half, "big") for half in (sealed.signature[:32], sealed.signature[32:]))
    try:
        key.verify(encode_dss_signature(r, s), _to_be_signed(sealed.code, sealed.payload), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def raw_signature(der: bytes) -> bytes:
    """r and s of 32 bytes each, as COSE and JOSE write ES256. Raises NotTrusted(bad_seal_key) where it is not that."""
    try:
        r, s = decode_dss_signature(der)
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
    except (ValueError, OverflowError) as cause:
        raise NotTrusted("bad_seal_key", "not P-256") from cause


def _to_be_signed(code: str, payload: bytes) -> bytes:
    """RFC 9052, 4.4. The letter's code is signed along: a seal moved to another letter's address does not verify."""
    return cbor2.dumps(["Signature1", _PROTECTED, b"teken seal 1 " + code.encode(), payload])


def _payload(claim: Claim, room: int, key: bytes, at: datetime) -> bytes:
    texts = _fitted((claim.number, claim.subject, claim.signer, claim.position, claim.office), room)
    day, second = (claim.dated_on - _EPOCH).days, int(at.timestamp())
    return cbor2.dumps([VERSION, *texts, day, claim.pages, second, claim.content[:CONTENT_BYTES], key], canonical=True)


@lru_cache(maxsize=1024)
def _text_room(address: str, version: int) -> int:
    """Bytes of text that fit beside everything else in a symbol."""
    digits = qr.symbol(version).digits(address)
    return int(digits * 3.3219) // 8 - _ENVELOPE - _NUMBERS


def _fitted(texts: tuple[str, ...], room: int) -> list[str]:
    """Cut subject, position and office evenly until all fit; number and signer only when they take half of the room."""
    if len("".join(texts).encode()) <= room:
        return list(texts)
    number, subject, signer, *others = texts
    number = _cut(number, room // 2)
    signer = _cut(signer, (room - len(number.encode())) // 2)
    left = room - len(number.encode()) - len(signer.encode())
    limit = _level([len(text.encode()) for text in (subject, *others)], left)
    return [number, _cut(subject, limit), signer, *(_cut(text, limit) for text in others)]


def _level(sizes: list[int], room: int) -> int:
    """The length to which all are cut so that together they fill the room."""
    for place, size in enumerate(sorted(sizes)):
        share = room // (len(sizes) - place)
        if size > share:
            return share
        room -= size
    return max(sizes)


def _cut(text: str, most: int) -> str:
    data = text.encode()
    if len(data) <= most:
        return text
    return data[: max(0, most - 3)].decode(errors="ignore").rstrip() + _ELLIPSIS


@lru_cache(maxsize=1024)
def _code_of(address: str) -> str:
    code = codes.normalise(address.rsplit("/", 1)[-1])
    if code is None:
        raise BadMark("no_address", "an address without a code cannot be sealed")
    return code


def _loads(data: bytes) -> list[Any]:
    """An array in canonical form, and nothing after it: whatever reads seals reads the same ones."""
    value = cbor2.loads(data)
    if not isinstance(value, list) or cbor2.dumps(value, canonical=True) != data:
        raise ValueError("no array")
    return value


def _typed(kind: type, *values: Any) -> tuple[Any, ...]:
    if not all(type(value) is kind for value in values):
        raise ValueError("another type")
    return values


def _number(value: object, most: int = 2**53) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError("no such number")
    return value
