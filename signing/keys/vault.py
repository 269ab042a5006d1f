"""Keys at rest, wrapped so that a stolen database together with the server's configuration cannot sign.

    secret  = Argon2id(password, salt of this key)       only while the official is logged in; never stored
    KEK     = HKDF-SHA256(secret, salt = server key)     the stolen database alone is not even open to guessing
    wrapped = version | nonce(12) | AES-256-GCM(KEK, nonce, PKCS#8 key, AAD = version and purpose)

Argon2id parameters: m = 64 MiB, t = 3, p = 1, above OWASP's floor (46 MiB, t = 1) because this derivation stands
between a thief who has everything and a signature, and it runs once per log-in. Sources: RFC 9106, RFC 5869,
NIST SP 800-38D; the nonce is random and each KEK wraps a handful of times at most.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from signing.errors import KeyUnavailable

MEMORY_KIB = 64 * 1024
ITERATIONS = 3
LANES = 1
SALT_BYTES = 16
SECRET_BYTES = 32
VERSION = b"\x01"
_PURPOSE = b"teken/vault/v1/p256-pkcs8"
_NONCE_BYTES = 12


def new_salt() -> bytes:
    """A fresh 16-byte salt, one for each key, stored beside it."""
    return os.urandom(SALT_BYTES)


def derive(password: str, salt: bytes) -> bytes:
    """Turn a password into the 32-byte secret (Argon2id, about 0.1-0.2 s and 64 MiB). Salt: at least 16 bytes."""
    if len(salt) < SALT_BYTES:
        raise ValueError("salt is shorter than 16 bytes")
    kdf = Argon2id(salt=salt, length=SECRET_BYTES, iterations=ITERATIONS, lanes=LANES, memory_cost=MEMORY_KIB)
    return kdf.derive(password.encode())


def generate(secret: bytes, server_key: bytes) -> tuple[bytes, bytes]:
    """Make a P-256 key. Returns (wrapped key, public key as DER SubjectPublicKeyInfo)."""
    private_key = ec.generate_private_key(ec.SECP256R1())
    spki = private_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return wrap(private_key, secret, server_key), spki


def wrap(private_key: ec.EllipticCurvePrivateKey, secret: bytes, server_key: bytes) -> bytes:
    """Encrypt a private key under the secret and the server key; also how the issuing authority's key is kept."""
    nonce = os.urandom(_NONCE_BYTES)
    plain = private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    sealed = AESGCM(_key_encryption_key(secret, server_key)).encrypt(nonce, plain, VERSION + _PURPOSE)
    return VERSION + nonce + sealed


def unwrap(wrapped: bytes, secret: bytes, server_key: bytes) -> ec.EllipticCurvePrivateKey:
    """Decrypt a key.

    Raises KeyUnavailable: unknown_version, damaged (too short), wrong_secret (also a wrong server key or altered
    bytes: authenticated encryption cannot and must not tell these apart), wrong_type.
    """
    if len(wrapped) < 1 + _NONCE_BYTES + 16:
        raise KeyUnavailable("damaged", "wrapped key is too short")
    if wrapped[:1] != VERSION:
        raise KeyUnavailable("unknown_version", f"version byte {wrapped[0]}")
    nonce, sealed = wrapped[1 : 1 + _NONCE_BYTES], wrapped[1 + _NONCE_BYTES :]
    try:
        plain = AESGCM(_key_encryption_key(secret, server_key)).decrypt(nonce, sealed, VERSION + _PURPOSE)
    except InvalidTag as cause:
        raise KeyUnavailable("wrong_secret") from cause
    private_key = load_der_private_key(plain, password=None)
    if not isinstance(private_key, ec.EllipticCurvePrivateKey):
        raise KeyUnavailable("wrong_type", type(private_key).__name__)
    return private_key


def rewrap(wrapped: bytes, old: bytes, new: bytes, server_key: bytes) -> bytes:
    """Move a key from one secret to another (password change). Raises as unwrap."""
    return wrap(unwrap(wrapped, old, server_key), new, server_key)


def _key_encryption_key(secret: bytes, server_key: bytes) -> bytes:
    if len(secret) != SECRET_BYTES:
        raise KeyUnavailable("wrong_secret", "secret must be 32 bytes")
    if len(server_key) < 32:
        raise ValueError("server key is shorter than 32 bytes")
    return HKDF(algorithm=SHA256(), length=32, salt=server_key, info=_PURPOSE).derive(secret)
