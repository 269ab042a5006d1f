"""Secrets at rest: sealing under the server's key, and the passage of an official's derived secret through a log-in.

What each stops: `seal` keeps a stolen database alone from giving TOTP secrets; `SealedSecret` keeps a stolen database
*and* configuration from opening a key, since the ciphertext lies only in the person's cookie.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from webapp.config import Config
from webapp.domain.errors import Locked

NONCE = 12


def subkey(config: Config, purpose: str) -> bytes:
    """32 bytes for one purpose, so that no two uses share a key (HKDF, RFC 5869)."""
    return HKDF(hashes.SHA256(), 32, salt=None, info=f"teken {purpose}".encode()).derive(config.server_key)


def session_key(config: Config, seal_key: bytes, purpose: str) -> bytes:
    """32 bytes of one log-in and purpose, stored nowhere. A log-in that ended has lost its seal key (accounts.end), so
    not even the server can give them again.
    """
    if not seal_key:
        raise Locked
    info = f"teken session {purpose}".encode()
    return HKDF(hashes.SHA256(), 32, salt=seal_key, info=info).derive(config.server_key)


def token(config: Config, purpose: str, text: str) -> str:
    """An unforgeable 32-character tag of a text."""
    return hmac.new(subkey(config, purpose), text.encode(), hashlib.sha256).hexdigest()[:32]


def encrypt(key: bytes, plain: bytes, context: str) -> bytes:
    """AES-256-GCM: nonce, then ciphertext bound to its context."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def decrypt(key: bytes, sealed: bytes, context: str) -> bytes:
    """The plain bytes. Raises Locked when key, bytes or context are not those of the sealing."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], context.encode())
    except (InvalidTag, ValueError):
        raise Locked from None


def seal(config: Config, plain: bytes, context: str) -> bytes:
    return encrypt(subkey(config, "seal"), plain, context)


def unseal(config: Config, sealed: bytes, context: str) -> bytes:
    return decrypt(subkey(config, "seal"), sealed, context)
