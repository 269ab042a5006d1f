"""Who gets a signed letter besides those who made it: addressees and copies (tembusan), listed by its drafters."""

from __future__ import annotations

import re

from sqlalchemy import or_, select

from webapp.domain import audit, deliveries, permissions
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, Invalid, NotFound
from webapp.domain.work import Work
from webapp.domain.workflow import OPEN, Action
from webapp.models import Letter, Office, Person, Recipient, RecipientKind, State

MOST = 100  # of one letter
MOST_FOUND = 20
# As browsers judge <input type=email> (HTML, 4.10.5.1.5), with a dot in the domain: nothing that could end a header
# line, begin another address or hide in one.
EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


def add(work: Work, letter: Letter, kind: RecipientKind, name: str, email: str = "") -> Recipient:
    """Somebody outside, or on paper. Of a letter that is signed already it goes out at once."""
    name, email = " ".join(name.split()), email.strip()
    if not name:
        raise Invalid(N_("Isi nama penerimanya."), field="name")
    if email and (len(email) > 200 or not EMAIL.fullmatch(email)):
        raise Invalid(N_("Alamat surel belum benar."), field="email")
    return _add(work, letter, Recipient(kind=kind, name=name[:200], email=email))


def add_person(work: Work, letter: Letter, kind: RecipientKind, person_id: int) -> Recipient:
    """Somebody inside: mail goes to the address that the account has when it is sent."""
    person = work.session.get(Person, person_id)
    if person is None or person.disabled_at is not None:
        raise Invalid(N_("Orang ini tidak ditemukan."), field="q")
    named = f"{person.full_name}, {person.position}" if person.position else person.full_name
    return _add(work, letter, Recipient(kind=kind, name=named[:200], email="", person=person, person_id=person.id))


def remove(work: Work, letter: Letter, recipient_id: int) -> None:
    """Only whom nothing was sent to: what happened stays written."""
    _require_open(work, letter)
    found = work.session.get(Recipient, recipient_id)
    if found is None or found.letter_id != letter.id:
        raise NotFound
    if found.deliveries:
        raise Conflict(N_("Surat sudah dikirim kepada penerima ini, jadi catatannya tetap."))
    audit.record(work, Event.COPY_UNLISTED, letter, recipient=found.id)
    work.session.delete(found)


def search(work: Work, letter: Letter, text: str) -> list[Person]:
    """People of any office by name or position, for who lists recipients. Their addresses are not shown."""
    permissions.require(work, Action.DISTRIBUTE, letter)
    if len(text.strip()) < 2:
        return []
    matches = or_(*(column.icontains(text.strip(), autoescape=True) for column in (Person.name, Person.position)))
    query = select(Person).where(matches, Person.disabled_at.is_(None)).order_by(Person.name, Person.id)
    return list(work.session.scalars(query.limit(MOST_FOUND)))


def office_names(work: Work) -> list[str]:
    """To choose from while typing: an office is written as it is called."""
    return list(work.session.scalars(select(Office.name).order_by(Office.name).limit(500)))


def _add(work: Work, letter: Letter, made: Recipient) -> Recipient:
    _require_open(work, letter)
    work.session.refresh(letter, with_for_update={"of": Letter})  # two taps at once are one recipient
    listed = deliveries.of(work, letter)
    if len(listed) >= MOST:
        raise Invalid(N_("Paling banyak %(most)s penerima untuk satu surat."), field="name", most=MOST)
    if made.address and made.address.lower() in {one.address.lower() for one in listed}:
        raise Invalid(N_("Alamat ini sudah ada dalam daftar."), field="email")
    made.letter_id, made.added_by_id, made.added_at = letter.id, work.person.id, work.now
    work.session.add(made)
    work.session.flush()
    audit.record(work, Event.COPY_LISTED, letter, recipient=made.id, kind=made.kind)
    deliveries.send(work, letter)
    return made


def _require_open(work: Work, letter: Letter) -> None:
    """While others judge the letter its list stays as they were shown it."""
    permissions.require(work, Action.DISTRIBUTE, letter)
    if letter.state not in (*OPEN, State.SIGNED):
        raise Conflict(N_("Surat ini tidak berlaku lagi, jadi tidak dikirim kepada penerima baru."))
