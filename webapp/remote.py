"""Providers, time-stamp authorities and revocation data on the network: the HTTP that signing and domain do not do.

No body, PIN or answer is logged. Nothing follows a redirect or asks the environment for a proxy.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import requests

from signing.errors import EvidenceUnavailable, KeyUnavailable, SigningError, TimestampUnavailable
from signing.keys import csc
from signing.proofs import Fetch
from signing.timestamps import Timestamper
from webapp.config import Config

TIMEOUT = (5, 30)  # seconds to connect, and between two bytes of the answer
MAX_ANSWER = 1_000_000  # bytes
WHOLE = 30  # seconds for a whole answer of a time-stamp authority or of revocation data: a byte a second is no answer
MAX_STAMP = 64_000  # bytes
MAX_LIST = 300_000  # bytes: every letter carries the list; OCSP answers are asked for instead of a longer one
LISTS_KEPT = 600  # seconds: a list is not fetched for each of a thousand letters
_lists: dict[str, tuple[bytes, float]] = {}  # address -> list, monotonic end
_tokens: dict[tuple[str, str], tuple[str, float]] = {}  # (address, client) -> bearer, monotonic end
_lock = Lock()


def csc_post(config: Config) -> csc.Post:
    """`post` for the provider of CSC_URL, authorised by CSC_BEARER or as OAuth 2.0 client (RFC 6749, 4.4)."""
    if not config.csc_url:
        raise KeyUnavailable("unreachable", "CSC_URL is not set")

    def post(path: str, body: dict[str, Any]) -> dict[str, Any]:
        for attempt in (1, 2):
            bearer = config.csc_bearer or _bearer(config)
            try:
                return _send(f"{config.csc_url}/{path}", json=body, headers={"Authorization": f"Bearer {bearer}"})
            except KeyUnavailable as error:
                if error.code != "unauthorised" or config.csc_bearer or attempt == 2:
                    raise
                _tokens.pop((config.csc_url, config.csc_client_id), None)  # refused before anything was done
        raise AssertionError("unreachable")

    return post


def _bearer(config: Config) -> str:
    """The client's token, kept in this process until shortly before it ends."""
    name = (config.csc_url, config.csc_client_id)
    with _lock:
        token, until = _tokens.get(name, ("", 0.0))
        if time.monotonic() < until:
            return token
        grant = {"grant_type": "client_credentials", "client_id": config.csc_client_id}
        url = config.csc_token_url or f"{config.csc_url}/oauth2/token"
        answer = _send(url, data=grant | {"client_secret": config.csc_client_secret})
        token = str(answer.get("access_token", ""))
        if not token:
            raise KeyUnavailable("bad_answer", "access_token")
        life = answer.get("expires_in")
        _tokens[name] = (token, time.monotonic() + (life if isinstance(life, int) else 300) - 30)
        return token


def _send(url: str, **request: Any) -> dict[str, Any]:
    """POST, and the JSON object that is answered. Follows no redirect: it would carry a PIN to another host."""
    try:
        with requests.post(url, timeout=TIMEOUT, allow_redirects=False, stream=True, **request) as response:
            raw = b"".join(_limited(response))
    except requests.RequestException as cause:
        raise KeyUnavailable("unreachable", type(cause).__name__) from None  # the cause may quote the request
    try:
        answer = json.loads(raw)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise KeyUnavailable("bad_answer", f"status {response.status_code}")
    if response.status_code != 200:
        raise csc.refusal(str(answer.get("error", "")))
    return answer


def _limited(response: requests.Response) -> Iterator[bytes]:
    left = MAX_ANSWER
    for part in response.iter_content(65_536):
        left -= len(part)
        if left < 0:
            raise KeyUnavailable("bad_answer", "too long")
        yield part


def tsa(config: Config) -> Timestamper:
    """Ask the authority of TSA_URL (RFC 3161, 3.4). Raises TimestampUnavailable: unreachable, too_long, slow, ..."""

    def ask(request_der: bytes) -> bytes:
        kinds = ("application/timestamp-query", "application/timestamp-reply")
        return _asked(config.tsa_url, request_der, kinds, MAX_STAMP, TimestampUnavailable)

    return ask


def revocation_data() -> Fetch:
    """Fetch a revocation list, or an OCSP answer to the request given, from an address in a certificate.

    Raises EvidenceUnavailable. The certificate's chain was checked before: no stranger chooses the address.
    """

    def fetch(url: str, question: bytes | None) -> bytes:
        if question is not None:
            kinds = ("application/ocsp-request", "application/ocsp-response")
            return _asked(url, question, kinds, MAX_LIST, EvidenceUnavailable)
        kept, until = _lists.get(url, (b"", 0.0))
        if time.monotonic() >= until:
            kept = _asked(url, None, ("", ""), MAX_LIST, EvidenceUnavailable)
            _lists[url] = (kept, time.monotonic() + LISTS_KEPT)
        return kept

    return fetch


def _asked(
    url: str, body: bytes | None, kinds: tuple[str, str], limit: int, error: type[SigningError]
) -> bytes:  # fmt: skip
    """GET, or POST a body; at most `limit` bytes within WHOLE seconds, of the kind expected (any where none is)."""
    end = time.monotonic() + WHOLE
    headers = {"Accept-Encoding": "identity"}  # nothing that unpacks to more than it weighs
    headers |= {"Content-Type": kinds[0], "Accept": kinds[1]} if body is not None else {}
    try:
        with requests.Session() as session:
            session.trust_env = False
            how = {"timeout": (TIMEOUT[0], 10), "allow_redirects": False, "stream": True, "headers": headers}
            with session.request("GET" if body is None else "POST", url, data=body, **how) as response:
                told = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
                if response.status_code != 200 or (kinds[1] and told != kinds[1]):
                    raise error("bad_answer", f"status {response.status_code}, {told[:60] or 'no type'}")
                return _whole(response, limit, end, error)
    except requests.RequestException as cause:
        raise error("unreachable", f"{type(cause).__name__} {urlsplit(url).netloc}") from None


def _whole(response: requests.Response, limit: int, end: float, error: type[SigningError]) -> bytes:
    parts, size = [], 0
    for part in response.iter_content(4096):
        parts.append(part)
        size += len(part)
        if size > limit:
            raise error("too_long", f"more than {limit} bytes")
        if time.monotonic() > end:
            raise error("slow", f"not whole within {WHOLE} s")
    return b"".join(parts)
