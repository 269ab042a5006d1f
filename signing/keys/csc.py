"""Keys at a remote provider, over the API of the Cloud Signature Consortium (2.0, and the names of 1.0.4).

No network here: the caller hands in `post(path, body) -> answer` (webapp/remote.py has the real one). pyHanko's CSC
signer is not used: it is asynchronous, brings its own HTTP, and knows the names of version 1 alone.

The provider activates a key for given hashes only: `credentials/authorize` names them and answers with signature
activation data (SAD) good for those and no others, `signatures/signHash` spends it. PIN and OTP come from the official
at the approval, go to the provider and are kept nowhere.

Nothing is signed twice by a lost answer: a signature that arrives too late, or never, is over attributes that no file
holds, since the file is written only from the answer; so it proves nothing and harms nobody. The letter is still
waiting then, and the official approves again. That a letter is signed once is the database's unique constraint.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from signing.certificates import is_ca
from signing.errors import KeyUnavailable
from signing.keys import require_strong

Post = Callable[[str, dict[str, Any]], dict[str, Any]]

SHA256_OID = "2.16.840.1.101.3.4.2.1"
_RSA_OIDS = ("1.2.840.113549.1.1.11", "1.2.840.113549.1.1.1")  # sha256WithRSAEncryption, rsaEncryption
_EC_OIDS = ("1.2.840.10045.4.3.2",)  # ecdsa-with-SHA256


@dataclass(frozen=True)
class Service:
    """A provider: how to reach it, and which version's names it understands (1 or 2)."""

    post: Post = field(repr=False)
    version: int = 2


@dataclass(frozen=True)
class Activation:
    """What the official types for the provider. Passed through; its repr shows nothing."""

    pin: str = field(default="", repr=False)
    otp: str = field(default="", repr=False)


@dataclass(frozen=True)
class Credential:
    """A key at the provider as credentials/info tells of it. `asks`: the inputs it wants of "PIN" and "OTP"."""

    id: str
    certificate_der: bytes
    chain_der: tuple[bytes, ...]
    sign_algorithm: str
    asks: frozenset[str]


@dataclass(frozen=True)
class CscKey:
    """A remote key, activated for what is signed with it and nothing else."""

    service: Service
    credential_id: str
    sign_algorithm: str
    activation: Activation
    certificate_der: bytes
    chain_der: tuple[bytes, ...] = ()

    can_seal = False  # a seal would ask the official for a second PIN and OTP

    def sign(self, data: bytes) -> bytes:
        """Sign `data`; see SigningKey.sign. The answer is checked: a wrong one never gets into a letter.

        Raises KeyUnavailable: wrong_activation (PIN or OTP), unreachable, refused, bad_answer, bad_signature.
        """
        digest = base64.b64encode(sha256(data).digest()).decode()
        sad = _authorize(self, [digest])
        signatures = self.service.post("signatures/signHash", _sign_request(self, [digest], sad)).get("signatures")
        if not isinstance(signatures, list) or len(signatures) != 1:
            raise KeyUnavailable("bad_answer", "signatures")
        signature = _decoded(signatures[0], "signature")
        _check(self.certificate_der, data, signature)
        return signature


def credential(service: Service, credential_id: str) -> Credential:
    """Ask the provider for a key's certificates. Raises KeyUnavailable: disabled, wrong_type, and as CscKey.sign."""
    request = {"credentialID": credential_id, "certificates": "chain", "certInfo": False, "authInfo": True}
    answer = service.post("credentials/info", request)
    key, listed = _mapping(answer, "key"), _mapping(answer, "cert").get("certificates")
    if key.get("status", "enabled") != "enabled":
        raise KeyUnavailable("disabled", credential_id)
    if not isinstance(listed, list) or not listed:
        raise KeyUnavailable("bad_answer", "certificates")
    own, *chain = (_decoded(text, "certificate") for text in listed)
    try:
        public_key = require_strong(x509.load_der_x509_certificate(own).public_key())
    except ValueError as cause:
        raise KeyUnavailable("bad_answer", "certificate") from cause
    usable = _EC_OIDS if isinstance(public_key, ec.EllipticCurvePublicKey) else _RSA_OIDS
    offered = key.get("algo") or []
    algorithm = next((oid for oid in usable if oid in offered), None)
    if algorithm is None:
        raise KeyUnavailable("wrong_type", "no algorithm in common")
    return Credential(credential_id, own, tuple(chain), algorithm, _asks(answer))


def _asks(answer: dict[str, Any]) -> frozenset[str]:
    """Version 1: PIN and OTP with their presence. Version 2: auth.objects, each with its id and type."""
    wanted = {name for name in ("PIN", "OTP") if _mapping(answer, name).get("presence") in ("true", True)}
    objects = _mapping(answer, "auth").get("objects") or []
    named = {str(entry.get("id", "")).upper() for entry in objects if isinstance(entry, dict)}
    return frozenset(wanted | (named & {"PIN", "OTP"}))


def _authorize(key: CscKey, hashes: list[str]) -> str:
    """Have the key activated for these hashes (base64 SHA-256); returns the SAD."""
    given = {"PIN": key.activation.pin, "OTP": key.activation.otp}
    body: dict[str, Any] = {"credentialID": key.credential_id, "numSignatures": len(hashes)}
    if key.service.version == 1:
        body |= {"hash": hashes} | {name: value for name, value in given.items() if value}
    else:
        body |= {"hashes": hashes, "hashAlgorithmOID": SHA256_OID}
        body["authData"] = [{"id": name, "value": value} for name, value in given.items() if value]
    sad = key.service.post("credentials/authorize", body).get("SAD")
    if not isinstance(sad, str) or not sad:
        raise KeyUnavailable("bad_answer", "SAD")
    return sad


def _sign_request(key: CscKey, hashes: list[str], sad: str) -> dict[str, Any]:
    body: dict[str, Any] = {"credentialID": key.credential_id, "SAD": sad, "signAlgo": key.sign_algorithm}
    if key.service.version == 1:
        return body | {"hash": hashes, "hashAlgo": SHA256_OID}
    return body | {"hashes": hashes, "hashAlgorithmOID": SHA256_OID}


def _check(certificate_der: bytes, data: bytes, signature: bytes) -> None:
    public_key = x509.load_der_x509_certificate(certificate_der).public_key()
    try:
        if isinstance(public_key, rsa.RSAPublicKey):
            public_key.verify(signature, data, padding.PKCS1v15(), SHA256())
        elif isinstance(public_key, ec.EllipticCurvePublicKey):
            public_key.verify(signature, data, ec.ECDSA(SHA256()))
        else:
            raise KeyUnavailable("wrong_type", type(public_key).__name__)
    except InvalidSignature as cause:
        raise KeyUnavailable("bad_signature", "the provider signed something else") from cause


def refusal(error: str) -> KeyUnavailable:
    """What a provider's error code (API 2.0, 10.1) means here; for whoever writes `post`. Its free text is not kept:
    it may repeat what was typed."""
    known = {"invalid_pin": "wrong_activation", "invalid_otp": "wrong_activation", "invalid_token": "unauthorised"}
    plain = "".join(c for c in error[:40] if c.isalnum() or c == "_")
    return KeyUnavailable(known.get(plain, "refused"), plain)


def chains_to(certificate_der: bytes, chain_der: Iterable[bytes], roots_der: Iterable[bytes]) -> tuple[bytes, ...]:
    """The certificates above one, nearest first, up to one of the roots. Empty where none is reached."""
    roots = [x509.load_der_x509_certificate(der) for der in roots_der]
    known = [*roots, *(x509.load_der_x509_certificate(der) for der in chain_der)]
    path = [x509.load_der_x509_certificate(certificate_der)]
    while len(path) <= len(known):
        above = next((issuer for issuer in known if _issued(path[-1], issuer)), None)
        if above is None:
            return ()
        path.append(above)
        if above in roots:
            return tuple(certificate.public_bytes(Encoding.DER) for certificate in path[1:])
    return ()


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return is_ca(issuer)


def _mapping(answer: dict[str, Any], name: str) -> dict[str, Any]:
    value = answer.get(name)
    return value if isinstance(value, dict) else {}


def _decoded(text: object, what: str) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except binascii.Error as cause:
        raise KeyUnavailable("bad_answer", what) from cause
