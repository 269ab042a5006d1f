"""Signed lists: a flattened JWS (RFC 7515, 7.2.2) with ES256 (RFC 7518, 3.4), the signer's chain in x5c.

Any JOSE library reads them, and a browser needs nothing but WebCrypto. `typ` keeps one kind from passing for another.
"""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from typing import Any

from signing.keys import LocalKey
from signing.seal import raw_signature


def sign(payload: dict[str, Any], typ: str, key: LocalKey) -> str:
    """The payload signed, as JSON text: protected, payload, signature. The key's whole chain goes along.

    Raises NotTrusted(bad_seal_key) for a key that is not P-256.
    """
    chain = [b64encode(der).decode() for der in (key.certificate_der, *key.chain_der)]
    head, body = _part({"alg": "ES256", "typ": typ, "x5c": chain}), _part(payload)
    signature = raw_signature(key.sign(f"{head}.{body}".encode("ascii")))
    return json.dumps({"protected": head, "payload": body, "signature": _encoded(signature)}, separators=(",", ":"))


def _part(value: dict[str, Any]) -> str:
    return _encoded(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
