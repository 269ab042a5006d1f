"""The guide: one page for all, so that a phone can keep it for when there is no network."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from webapp.guards.access import public
from webapp.i18n import language

bp = Blueprint("guides", __name__)
# Name of the section and of its text in templates/guides/<language>/; what it is called.
SECTIONS = (
    ("signer", lazy_gettext("Penandatangan")),
    ("reviewer", lazy_gettext("Pemaraf")),
    ("drafter", lazy_gettext("Pengonsep")),
    ("checker", lazy_gettext("Memeriksa surat")),
    ("registrar", lazy_gettext("Petugas verifikasi")),
    ("administrator", lazy_gettext("Administrator")),
    ("auditor", lazy_gettext("Auditor")),
)


@bp.get("/guide")
@public
def show() -> ResponseReturnValue:
    """It says nothing of a person, and is kept by the service worker as a stranger sees it."""
    return render_template("guides/show.html", sections=SECTIONS, folder="en" if language() == "en" else "id")
