"""Static files under /static/<release>/..., where the release is a digest of them all: they may be cached for ever."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from flask import Flask, Response, abort, send_from_directory, url_for

STATIC = Path(__file__).parent / "static"
BUNDLES = {"css/app.css": "css/ORDER.txt", "css/public.css": "css/ORDER-public.txt"}


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


def init_app(app: Flask) -> None:
    current = release()
    bundles = {name: bundle(name) for name in BUNDLES}
    app.config["RELEASE"] = current

    def asset(name: str) -> str:
        return url_for("static_file", release=current, name=name)

    @app.get("/static/<release>/<path:name>", endpoint="static_file")
    def static_file(release: str, name: str) -> Response:
        """A file of this release. An old release's address answers too, uncached: pages outlive a deployment."""
        if name in bundles:
            response = Response(bundles[name], mimetype="text/css")
        elif (STATIC / name).is_file():
            response = send_from_directory(STATIC, name)
        else:
            abort(404)
        fresh = release == current
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if fresh else "no-cache"
        return response

    static_file.public = True  # type: ignore[attr-defined]
    app.jinja_env.globals.update(asset=asset, release=current)
