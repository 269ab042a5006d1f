"""Static files under /static/<release>/..., where the release is a digest of them all: they may be cached for ever.

Texts are compressed once, as tightly as it goes, and kept in memory: a phone pays for each byte."""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import cache
from pathlib import Path

import brotli
from flask import Flask, Response, abort, request, send_from_directory, url_for

STATIC = Path(__file__).parent / "static"
BUNDLES = {"css/app.css": "css/ORDER.txt", "css/public.css": "css/ORDER-public.txt"}
TEXTS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".wasm": "application/wasm"}
REMARK = re.compile(r"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*$", re.DOTALL | re.MULTILINE)  # one that has its lines to itself
LARGE = 100_000  # bytes; from here on brotli's last steps take seconds


def release() -> str:
    """12 hex characters over every static file."""
    digest = hashlib.sha256()
    for file in sorted(p for p in STATIC.rglob("*") if p.is_file()):
        digest.update(file.relative_to(STATIC).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def bundle(name: str) -> str:
    """The style sheets of one list, one after the other, without comments and indents: a phone pays for each byte."""
    names = [line.strip() for line in (STATIC / BUNDLES[name]).read_text().splitlines()]
    sheets = "\n".join((STATIC / "css" / n).read_text() for n in names if n and not n.startswith("#"))
    return re.sub(r"\n\s*", "\n", re.sub(r"/\*.*?\*/", "", sheets, flags=re.DOTALL))


def module(name: str) -> str:
    """One of our modules without its remarks, a tenth of what a phone would pay for; each line keeps its number. What
    others wrote goes as it came, with its licence.
    """
    text = (STATIC / name).read_text()
    return text if name.startswith("vendor/") else REMARK.sub(lambda found: "\n" * found[0].count("\n"), text)


@cache
def packed(release: str, name: str, coding: str) -> bytes:
    """The text in this content coding: br, gzip, or none. The release is there to tell old contents from new."""
    if name in BUNDLES:
        text = bundle(name).encode()
    else:
        text = module(name).encode() if name.endswith(".js") else (STATIC / name).read_bytes()
    if coding == "br":
        return brotli.compress(text, quality=11 if len(text) < LARGE else 9)
    return gzip.compress(text, 9, mtime=0) if coding == "gzip" else text


def _text(release: str, name: str) -> Response:
    accepted = request.accept_encodings
    coding = next((one for one in ("br", "gzip") if accepted[one] > 0), "")
    response = Response(packed(release, name, coding), mimetype=TEXTS[Path(name).suffix])
    response.vary.add("Accept-Encoding")
    if coding:
        response.content_encoding = coding
    response.set_etag(release, weak=True)
    return response.make_conditional(request)


def init_app(app: Flask) -> None:
    current = release()
    app.config["RELEASE"] = current
    texts = (file.relative_to(STATIC).as_posix() for file in STATIC.rglob("*") if file.suffix in TEXTS)
    names = {*BUNDLES, *texts}  # what may be asked for, and no other path

    def asset(name: str) -> str:
        return url_for("static_file", release=current, name=name)

    @app.get("/static/<release>/<path:name>", endpoint="static_file")
    def static_file(release: str, name: str) -> Response:
        """A file of this release. An old release's address answers too, uncached: pages outlive a deployment."""
        if name in names:
            response = _text(current, name)
        elif (STATIC / name).is_file():
            response = send_from_directory(STATIC, name)
        else:
            abort(404)
        fresh = release == current
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if fresh else "no-cache"
        return response

    static_file.public = True  # type: ignore[attr-defined]
    app.jinja_env.globals.update(asset=asset, release=current)
