"""What changed in a letter since this person acted on it. Who never did finds nothing here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from signing.differences import Area, Difference, Pair
from webapp import db
from webapp.domain import approvals, changes, letters, looks, page_images
from webapp.domain.errors import NotFound
from webapp.guards.access import work
from webapp.i18n import day
from webapp.models import Letter, Version

bp = Blueprint("changes", __name__)
MOST_PICTURES = 40  # pages shown side by side; a letter that changed on more is read anew
GRID = 1000  # units of a page's width and height in the outlines


@dataclass(frozen=True)
class Side:
    """One page of one version: its picture (pixels) and the places to outline, on a grid of GRID by GRID."""

    number: int
    src: str
    width: int
    height: int
    areas: list[tuple[int, int, int, int]]


@bp.get("/letters/<int:letter_id>/changes")
@db.writes
def show(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    found = changes.since(work(), letter)
    if found is None:
        raise NotFound
    approvals.record_reading(work(), letter)
    before, after = _versions(letter, found)
    db.read()  # comparing takes seconds: no lock is held meanwhile
    difference = changes.make(work().config, found.look.sha256, found.after)
    pages = [] if isinstance(difference, str) else _pages(letter, difference, before, after)
    return render_template(
        "changes/show.html", letter=letter, changes=found, difference=difference, pages=pages, grid=GRID,
        facts=_facts(found), most=MOST_PICTURES,
    )  # fmt: skip


def _facts(found: changes.Changes) -> list[tuple[str, str, str]] | None:
    """(name, before, after), dates as people read them."""
    if found.facts is None:
        return None
    dated = {one: day(date.fromisoformat(one)) for f in found.facts if f.name == "dated_on" for one in f[1:] if one}
    return [(fact.name, dated.get(fact.before, fact.before), dated.get(fact.after, fact.after)) for fact in found.facts]


def _versions(letter: Letter, found: changes.Changes) -> tuple[tuple[Version, str], tuple[Version, str]]:
    """Each side's version and file."""
    old = next(version for version in letter.versions if version.id == found.look.version_id)
    return (old, found.look.sha256), (letter.version, looks.shown_file(letter))


def _pages(
    letter: Letter, difference: Difference, before: tuple[Version, str], after: tuple[Version, str]
) -> list[tuple[Pair, Side | None, Side | None]]:
    return [
        (
            pair,
            _side(letter, before, pair.before, pair.before_areas),
            _side(letter, after, pair.after, pair.after_areas),
        )
        for pair in changes.shown(difference)
    ]


def _side(letter: Letter, file: tuple[Version, str], number: int | None, areas: tuple[Area, ...]) -> Side | None:
    version, sha256 = file
    if number is None or number > version.pages:
        return None
    src = url_for("pages.show", letter_id=letter.id, sha256=sha256, number=number)
    outlined = [tuple(round(part * GRID) for part in area) for area in areas]
    return Side(number, src, *page_images.size(version, number), outlined)  # type: ignore[arg-type]
