"""What makes a phone treat this site as an app: service worker, manifest, and the page for when there is no network."""

from __future__ import annotations

import json
import re
from functools import cache

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.assets import STATIC, module
from webapp.guards.access import public
from webapp.i18n import language

bp = Blueprint("shell", __name__)
# What the kept pages do; whatever else a page does it does with a network, from the browser's own cache.
BEHAVIOURS = ("online-state", "reload", "relative-time", "zoom", "scanner", "seal-offline", "offline-reader")
IMPORT = re.compile(r'^import (?:[^"]+ from )?"(\.[^"]+)";', re.MULTILINE)
MANIFEST = json.loads((STATIC / "manifest.json").read_text())


@bp.get("/sw.js")
@public
def worker() -> ResponseReturnValue:
    """At the root, so that it may answer for every page."""
    text = module("sw.js")
    for place, value in (("__RELEASE__", _release()), ("__SHELL__", json.dumps(_kept())), ("__STATIC__", _static())):
        text = text.replace(place, value)
    response = Response(text, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = "/"
    response.headers["Content-Security-Policy"] = "default-src 'self'"
    return _known(response)


@bp.get("/manifest.webmanifest")
@public
def manifest() -> ResponseReturnValue:
    """The browser asks for it without cookies, so the page names the language in the address (?lang=en)."""
    made = json.loads(json.dumps(MANIFEST).replace("__STATIC__", _static()))
    made["lang"] = language()
    made["description"] = _("Menandatangani surat dinas secara elektronik, dan memeriksa keasliannya.")
    made["shortcuts"][0]["name"], made["shortcuts"][1]["name"] = _("Menunggu saya"), _("Pindai QR")
    labels = (_("Surat yang menunggu"), _("Menyetujui surat"), _("Memeriksa surat"), _("Di meja kerja"))
    for screen, label in zip(made["screenshots"], labels, strict=True):
        screen["label"] = label
    response = Response(json.dumps(made, ensure_ascii=False), mimetype="application/manifest+json")
    response.headers["Cache-Control"] = "no-cache"
    return _known(response)


@bp.get("/offline")
@public
def offline() -> ResponseReturnValue:
    """Kept on the device, so it must hold nothing of a person; the service worker asks for it without cookies."""
    response = make_response(render_template("errors/offline.html"))
    response.headers["Cache-Control"] = "no-cache"
    return response


def _known(response: Response) -> Response:
    """Browsers ask for these again with every page: who has them already is told only that."""
    response.add_etag(weak=True)
    return response.make_conditional(request)


def _release() -> str:
    return current_app.config["RELEASE"]


def _static() -> str:
    return f"/static/{_release()}"


def _kept() -> list[str]:
    """The files of the pages that are kept."""
    modules = _modules("app.js", *(f"js/behaviours/{name}.js" for name in BEHAVIOURS))
    names = ["css/app.css", *modules, "icons/sprite.svg"]
    return [url_for("static_file", release=_release(), name=name) for name in names]


@cache
def _modules(*names: str) -> list[str]:
    """These and all that they import."""
    found, left = [], [STATIC / name for name in names]
    while left:
        file = left.pop().resolve()
        if file not in found:
            found.append(file)
            left += [file.parent / name for name in IMPORT.findall(file.read_text())]
    return sorted(file.relative_to(STATIC).as_posix() for file in found)
