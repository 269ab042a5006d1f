"""Language and time. Bahasa Indonesia is the source, English a translation; times carry the zone's name."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask, g, request
from flask_babel import Babel, format_date, format_datetime, get_locale, gettext

LANGUAGES = ("id", "en")
ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def language() -> str:
    """The choice made on this device, else the person's, else Bahasa Indonesia."""
    asked = request.args.get("lang") or request.cookies.get("lang", "")
    if asked in LANGUAGES:
        return asked
    if request.path.startswith("/api/"):  # other systems have no cookie; what they show people may be English
        return request.accept_languages.best_match(LANGUAGES) or "id"
    visitor = g.get("visitor")
    return visitor.language if visitor is not None else "id"


def zone() -> str:
    visitor = g.get("visitor")
    return visitor.zone if visitor is not None else "Asia/Jakarta"


def day(value: date) -> str:
    """12 Mei 2026"""
    return format_date(value, "d MMMM y")


def moment(value: datetime, zone_name: str = "") -> str:
    """12 Mei 2026, 14.05 WIB: in the given or the reader's zone, with its name."""
    name = zone_name or zone()
    local = value.astimezone(ZoneInfo(name))
    clock = "HH.mm" if str(get_locale()) == "id" else "HH:mm"
    return f"{format_datetime(local, f'd MMMM y, {clock}', rebase=False)} {ZONES.get(name, name)}"


def ago(value: datetime, now: datetime) -> str:
    """How long something waits, in the largest unit that fits."""
    minutes = max(0, int((now - value).total_seconds() // 60))
    if minutes < 1:
        return gettext("baru saja")
    if minutes < 60:
        return gettext("%(n)s menit", n=minutes)
    if minutes < 60 * 24:
        return gettext("%(n)s jam", n=minutes // 60)
    return gettext("%(n)s hari", n=minutes // (60 * 24))


def init_app(app: Flask) -> None:
    Babel(app, default_locale="id", locale_selector=language,
          default_translation_directories=app.config["TEKEN"].translations_dir)  # fmt: skip
    app.jinja_env.filters.update(day=day, moment=moment, ago=ago)
    app.jinja_env.globals.update(language=language, LANGUAGES=LANGUAGES)

    @app.after_request
    def _remember(response):  # noqa: ANN001, ANN202
        response.headers["Content-Language"] = language()
        if request.args.get("lang") in LANGUAGES:
            response.set_cookie("lang", request.args["lang"], max_age=31_536_000, samesite="Lax",
                                secure=app.config["TEKEN"].is_https)  # fmt: skip
        return response
