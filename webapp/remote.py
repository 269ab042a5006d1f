"""Providers on the network: the HTTP that signing and domain do not do. No body, PIN or answer is logged."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from threading import Lock
from typing import Any

import requests

from signing.errors import KeyUnavailable
from signing.keys import csc
from webapp.config import Config

TIMEOUT = (5, 30)  # seconds to connect, and between two bytes of the answer
MAX_ANSWER = 1_000_000  # bytes
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
