"""Language and time. Bahasa Indonesia is the source, English a translation; times carry the zone's name."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import get_day_names
from babel.numbers import format_compact_decimal
from flask import Flask, g, request
from flask_babel import Babel, format_date, format_datetime, format_decimal, format_percent, get_locale, gettext

from webapp.office_hours import OfficeHours

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


def zone_label(name: str = "") -> str:
    """WIB, WITA or WIT; of the reader's zone, where none is given."""
    name = name or zone()
    return ZONES.get(name, name)


def day(value: date) -> str:
    """12 Mei 2026"""
    return format_date(value, "d MMMM y")


def moment(value: datetime, zone_name: str = "") -> str:
    """12 Mei 2026, 14.05 WIB: in the given or the reader's zone, with its name."""
    name = zone_name or zone()
    local = value.astimezone(ZoneInfo(name))
    clock = "HH.mm" if str(get_locale()) == "id" else "HH:mm"
    return f"{format_datetime(local, f'd MMMM y, {clock}', rebase=False)} {zone_label(name)}"


def kept_moment(text: str) -> str:
    """A time as the trail keeps it (ISO 8601 with its offset), shown as any other; empty for all other texts."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return moment(at) if at.tzinfo else ""


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


def month(value: date, form: str = "MMMM y") -> str:
    """November 2026"""
    return format_date(value, form)


def compact(value: int) -> str:
    """8,3 rb: as short as a column of a chart is narrow."""
    return format_compact_decimal(value, fraction_digits=1 if value >= 1000 else 0, locale=get_locale() or "id")


def duration(seconds: int) -> str:
    """How long something took, in the two largest units: 2 jam 14 menit."""
    minutes = seconds // 60
    if minutes < 1:
        return gettext("%(n)s detik", n=seconds)
    if minutes < 60:
        return gettext("%(n)s menit", n=minutes)
    if minutes < 60 * 24:
        return gettext("%(hours)s jam %(minutes)s menit", hours=minutes // 60, minutes=minutes % 60)
    return gettext("%(days)s hari %(hours)s jam", days=minutes // (60 * 24), hours=minutes // 60 % 24)


def hours(opened: OfficeHours) -> str:
    """Senin–Kamis 07.30–16.00, Jumat 07.30–16.30"""
    names, told, day = get_day_names(locale=get_locale() or "id"), [], 0
    mark = "." if str(get_locale()) == "id" else ":"
    while day < 7:
        span, last = opened.days[day], day
        while last < 6 and opened.days[last + 1] == span:
            last += 1
        if span is not None:
            days = names[day] if last == day else f"{names[day]}–{names[last]}"
            told.append(f"{days} " + "–".join(f"{at // 60:02}{mark}{at % 60:02}" for at in span))
        day = last + 1
    return ", ".join(told)


def share(part: int, whole: int) -> str:
    """43%; nothing of nothing is a dash."""
    return format_percent(part / whole) if whole else "–"


def init_app(app: Flask) -> None:
    Babel(app, default_locale="id", locale_selector=language,
          default_translation_directories=app.config["TEKEN"].translations_dir)  # fmt: skip
    app.jinja_env.filters.update(
        day=day, moment=moment, kept_moment=kept_moment, ago=ago, month=month, duration=duration, number=format_decimal,
        compact=compact, hours=hours,
    )  # fmt: skip
    app.jinja_env.globals.update(in_my_language=gettext, language=language, LANGUAGES=LANGUAGES, share=share)

    @app.after_request
    def _remember(response):  # noqa: ANN001, ANN202
        if request.endpoint == "static_file":
            return response
        response.headers["Content-Language"] = language()
        if request.args.get("lang") in LANGUAGES:
            response.set_cookie("lang", request.args["lang"], max_age=31_536_000, samesite="Lax",
                                secure=app.config["TEKEN"].is_https)  # fmt: skip
        return response
