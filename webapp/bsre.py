"""The line to BSrE's Esign Client Service: time-outs, a checked certificate, no redirects, no log, no second try."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping

import requests
from flask import Flask

from signing.keys.bsre import Answer, Refused, Request, Transport, Unclear
from webapp.config import Config

CONNECT, READ, WHOLE = 10, 90, 120  # seconds; together shorter than remote_signatures.DEADLINE
CHUNK = 65_536
NO_SECRETS = ("urllib3.connectionpool", "urllib3.util.retry")  # on DEBUG they would write paths, and V1 has NIKs there


def transport(config: Config) -> Transport:
    """A callable that makes one request. Raises Refused("unavailable") when nothing was sent, else Unclear."""
    limit = 2 * config.max_upload_bytes + 5_000_000  # base64 and what a signature adds

    def send(request: Request, on_headers: Callable[[Mapping[str, str]], None]) -> Answer:
        end = time.monotonic() + WHOLE
        try:
            with _session(config) as session, _asked(session, config, request) as response:
                on_headers(response.headers)
                body, is_whole = _body(response, limit, end)
                return Answer(response.status_code, dict(response.headers), body, is_whole)
        # "from None" each time: the library's own errors hold the path.
        except (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError):
            raise Refused("unavailable") from None
        except requests.exceptions.ConnectionError as error:
            if "NewConnectionError" in repr(error):
                raise Refused("unavailable") from None
            raise Unclear("no_answer") from None
        except requests.RequestException:
            raise Unclear("no_answer") from None

    return send


def _session(config: Config) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no proxy and no .netrc from the environment
    session.auth = (config.bsre_username, config.bsre_password)
    session.verify = config.bsre_ca_file or True
    return session


def _asked(session: requests.Session, config: Config, request: Request) -> requests.Response:
    return session.request(
        request.method, config.bsre_url + request.path, data=request.body or None, stream=True, allow_redirects=False,
        timeout=(CONNECT, READ), headers={"Content-Type": request.content_type, "Accept": "*/*"},
    )  # fmt: skip


def _body(response: requests.Response, limit: int, end: float) -> tuple[bytes, bool]:
    """As much as came before the line broke, the time was over or it was too much; and whether that is all."""
    parts, size = [], 0
    try:
        for part in response.iter_content(CHUNK):
            parts.append(part)
            size += len(part)
            if size > limit or time.monotonic() > end:
                return b"".join(parts), False
    except requests.RequestException:
        return b"".join(parts), False
    told = response.headers.get("Content-Length", "")
    is_whole = not told.isdigit() or "Content-Encoding" in response.headers or int(told) == size
    return b"".join(parts), is_whole


def init_app(app: Flask) -> None:
    config: Config = app.config["TEKEN"]
    for name in NO_SECRETS:
        logging.getLogger(name).setLevel(logging.ERROR)
    app.extensions["bsre"] = transport(config) if config.bsre_url else None
