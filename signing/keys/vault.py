"""Keys at rest, wrapped so that a stolen database together with the server's configuration cannot sign.

    secret  = Argon2id(password, salt of this key)       only while the official is logged in; never stored
    KEK     = HKDF-SHA256(secret, server key, purpose)   the stolen database alone is not even open to guessing
    wrapped = version | nonce(12) | AES-256-GCM(KEK, nonce, plain, AAD = version and purpose)

    version 1  a P-256 key (PKCS#8)      version 2  an RSA key (PKCS#8)      version 3  the PIN of a hardware token

Argon2id parameters: m = 64 MiB, t = 3, p = 1, above OWASP's floor (46 MiB, t = 1) because this derivation stands
between a thief who has everything and a signature, and it runs once per log-in. Sources: RFC 9106, RFC 5869,
NIST SP 800-38D; the nonce is random and each KEK wraps a handful of times at most.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, rsa
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
from signing.keys import Algorithm, PrivateKey

MEMORY_KIB = 64 * 1024
ITERATIONS = 3
LANES = 1
SALT_BYTES = 16
SECRET_BYTES = 32
_EC, _RSA, _PIN = b"\x01", b"\x02", b"\x03"
VERSION = _EC
# A purpose of its own each, in the derivation and in the authenticated data: a PIN can never be taken for a key.
_PURPOSES = {_EC: b"teken/vault/v1/p256-pkcs8", _RSA: b"teken/vault/v2/rsa-pkcs8", _PIN: b"teken/vault/v3/token-pin"}
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


def generate(secret: bytes, server_key: bytes, algorithm: Algorithm = Algorithm.P256) -> tuple[bytes, bytes]:
    """Make a key. Returns (wrapped key, public key as DER SubjectPublicKeyInfo)."""
    private_key: PrivateKey
    if algorithm.rsa_bits:
        private_key = rsa.generate_private_key(65_537, algorithm.rsa_bits)
    else:
        private_key = ec.generate_private_key(ec.SECP256R1())
    spki = private_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return wrap(private_key, secret, server_key), spki


def wrap(private_key: PrivateKey, secret: bytes, server_key: bytes) -> bytes:
    """Encrypt a private key under the secret and the server key; also how the issuing authority's key is kept."""
    version = _RSA if isinstance(private_key, rsa.RSAPrivateKey) else _EC
    plain = private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return _encrypt(version, plain, secret, server_key)


def unwrap(wrapped: bytes, secret: bytes, server_key: bytes) -> PrivateKey:
    """Decrypt a key.

    Raises KeyUnavailable: unknown_version, damaged (too short), wrong_secret (also a wrong server key or altered
    bytes: authenticated encryption cannot and must not tell these apart), wrong_type.
    """
    plain = _decrypt(wrapped, secret, server_key)
    if wrapped[:1] == _PIN:
        raise KeyUnavailable("wrong_type", "a token's PIN")
    # Checking an RSA key's primes takes 36 to 110 ms; these bytes are authenticated, and we made them ourselves.
    private_key = load_der_private_key(plain, password=None, unsafe_skip_rsa_key_validation=True)
    wanted = rsa.RSAPrivateKey if wrapped[:1] == _RSA else ec.EllipticCurvePrivateKey
    if not isinstance(private_key, wanted):
        raise KeyUnavailable("wrong_type", type(private_key).__name__)
    return private_key


def wrap_pin(pin: str, secret: bytes, server_key: bytes) -> bytes:
    """Encrypt a hardware token's PIN exactly as a key is: the token then opens for its official alone."""
    return _encrypt(_PIN, pin.encode(), secret, server_key)


def unwrap_pin(wrapped: bytes, secret: bytes, server_key: bytes) -> str:
    """Decrypt a token's PIN. Raises KeyUnavailable as unwrap."""
    plain = _decrypt(wrapped, secret, server_key)
    if wrapped[:1] != _PIN:
        raise KeyUnavailable("wrong_type", "a key")
    return plain.decode()


def rewrap(wrapped: bytes, old: bytes, new: bytes, server_key: bytes) -> bytes:
    """Move a key or a PIN from one secret to another (password change). Raises as unwrap."""
    return _encrypt(wrapped[:1], _decrypt(wrapped, old, server_key), new, server_key)


def _encrypt(version: bytes, plain: bytes, secret: bytes, server_key: bytes) -> bytes:
    nonce, purpose = os.urandom(_NONCE_BYTES), _PURPOSES[version]
    cipher = AESGCM(_key_encryption_key(secret, server_key, purpose))
    return version + nonce + cipher.encrypt(nonce, plain, version + purpose)


def _decrypt(wrapped: bytes, secret: bytes, server_key: bytes) -> bytes:
    if len(wrapped) < 1 + _NONCE_BYTES + 16:
        raise KeyUnavailable("damaged", "wrapped key is too short")
    version, nonce, sealed = wrapped[:1], wrapped[1 : 1 + _NONCE_BYTES], wrapped[1 + _NONCE_BYTES :]
    purpose = _PURPOSES.get(version)
    if purpose is None:
        raise KeyUnavailable("unknown_version", f"version byte {wrapped[0]}")
    try:
        return AESGCM(_key_encryption_key(secret, server_key, purpose)).decrypt(nonce, sealed, version + purpose)
    except InvalidTag as cause:
        raise KeyUnavailable("wrong_secret") from cause


def _key_encryption_key(secret: bytes, server_key: bytes, purpose: bytes) -> bytes:
    if len(secret) != SECRET_BYTES:
        raise KeyUnavailable("wrong_secret", "secret must be 32 bytes")
    if len(server_key) < 32:
        raise ValueError("server key is shorter than 32 bytes")
    return HKDF(algorithm=SHA256(), length=32, salt=server_key, info=purpose).derive(secret)
