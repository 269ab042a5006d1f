"""What every form for a new letter offers, and what follows once its facts are known. It has no routes."""

from __future__ import annotations

from flask import flash
from flask_babel import gettext

from signing.places import Placement
from webapp import db
from webapp.domain import inscriptions, letters, marks, number_patterns, people
from webapp.domain.errors import N_, Invalid
from webapp.domain.intake import Intake
from webapp.errors import BadDocument, BadPlacement, sentence
from webapp.forms.letters import NumberedForm
from webapp.guards.access import work
from webapp.models import Letter, NumberPattern, Office, Person, Role


def offices() -> list[Office]:
    """Where the person drafts."""
    return [m.office for m in work().person.memberships if m.role == Role.DRAFTER]


def signers(some: list[Office]) -> list[Person]:
    found = {person.id: person for office in some for person in people.signers_for(work(), office)}
    return list(found.values())


def choices(found: list[Person]) -> list[tuple[int, str]]:
    """Position first, as letters are signed by offices. Of several none is chosen beforehand, so none by mistake."""
    named = [(p.id, f"{p.position}: {p.full_name}" if p.position else p.full_name) for p in found]
    return named if len(named) == 1 else [(0, gettext("Pilih pejabat")), *named]


def offer(form: NumberedForm) -> None:
    """Put into a form what this person may choose."""
    form.office_id.choices = [(office.id, office.name) for office in offices()]
    form.signer_id.choices = choices(signers(offices()))
    form.numbering.choices = [(0, gettext("Ketik sendiri")), *_patterns(offices())]


def chosen(form: NumberedForm) -> tuple[Office, Person]:
    """Office and signer of a form that was validated."""
    office = next(o for o in offices() if o.id == form.office_id.data)
    return office, next(p for p in signers(offices()) if p.id == form.signer_id.data)


def pattern(form: NumberedForm, office: Office) -> NumberPattern | None:
    """By which the number is taken; None: it was typed. Raises Invalid."""
    if not form.numbering.data:
        return None
    found = number_patterns.find(work(), office, form.numbering.data)
    if found is None:
        raise Invalid(N_("Pola ini milik perangkat daerah lain."), field="numbering")
    return found


def inscribe(letter: Letter) -> None:
    """Write number and date at the page's tags, as they are now, and draw the marks again where they were.

    Commits first: it takes a second or two, and no lock is held meanwhile. What cannot be written is said.
    """
    db.commit()
    if inscriptions.is_current(letter):
        return
    before, taken = marks.places(letter), _written(letter)
    if taken is None:
        return
    letters.rewrite(work(), letter, taken)
    marks.follow(letter, before)
    db.commit()
    if len(before) == letter.signer_count:
        _mark_again(letter, before[letter.signers[0].id])


def _written(letter: Letter) -> Intake | None:
    try:
        taken = inscriptions.take(work().config, letter)
    except BadDocument as error:
        flash(sentence(error), "warn")
        return None
    if taken.inscribed:
        texts = ", ".join(taken.inscribed.values())
        flash(gettext("Ditulis di halaman, di tempat tagnya: %(texts)s.", texts=texts), "ok")
    return taken


def _mark_again(letter: Letter, place: Placement) -> None:
    """Unless something lies under them now: that is for the drafter to look at."""
    try:
        mark = marks.draw(work().config, letter, place)
    except (BadDocument, BadPlacement):
        return
    if not mark.covers:
        letters.place_mark(work(), letter, mark)


def _patterns(some: list[Office]) -> list[tuple[int, str]]:
    """The offices' patterns as ways to number a letter; by office where there are several."""
    found = [(office, one) for office in some for one in number_patterns.of(work(), office)]
    ways = [(office, one, gettext("Ambil dari buku nomor: %(name)s", name=one.name)) for office, one in found]
    return [(one.id, f"{way} ({office.code})" if len(some) > 1 else way) for office, one, way in ways]
