"""Lists and searches show exactly the letters that permissions.can shows one by one, whatever steps brought them about.

The letters are drawn by lot, with ways behind them that no test would think of.
"""

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from tests import people
from webapp.domain import indexing, permissions, searches, visibility, workflow
from webapp.domain.searches import Filters, Mark, Slice
from webapp.domain.workflow import Action
from webapp.models import (
    Confidentiality,
    Letter,
    Mandate,
    Membership,
    Office,
    Opinion,
    Person,
    Role,
    State,
    Step,
    StepKind,
    StepState,
    Version,
)  # fmt: skip

LOGINS = ("budi", "sari", "dewi", "lina", "hadi", "rudi", "agus", "joko", "admin")
LETTERS = 120
MARKED = ("surat", "langka")  # in every letter; in every fifth
PAGE = 12


class Lot:
    """Rows drawn by lot, always the same for one seed."""

    def __init__(self, work, seed: int) -> None:
        self.work, self.chance = work, random.Random(seed)
        self.people = [people.find(work, login) for login in LOGINS]
        self.offices = list(work.session.scalars(select(Office).order_by(Office.id)))
        self.mandates: list[Mandate] = []

    def one(self, of):
        return self.chance.choice(tuple(of))

    def roles(self) -> None:
        """A second role for everybody, somewhere; a mandate that is over and one in force for some."""
        for person in self.people:
            held = {(one.office_id, one.role) for one in person.memberships}
            office, role = self.one(self.offices), self.one((Role.DRAFTER, Role.REVIEWER, Role.SIGNER))
            if (office.id, role) not in held:
                person.memberships.append(Membership(office=office, role=role))
        for days in (-1, 30, 30, 30):
            principal, deputy = self.chance.sample(self.people, 2)
            self.mandates.append(self._mandate(principal, deputy, days))
        self.work.session.flush()

    def _mandate(self, principal: Person, deputy: Person, days: int) -> Mandate:
        now = self.work.now
        made = Mandate(
            kind="plh", principal=principal, deputy=deputy, granted_by=people.find(self.work, "admin"),
            office=self.offices[0], position="Sekda", starts_on=now.date(), ends_on=now.date(), zone="Asia/Jakarta",
            begins_at=now - timedelta(days=60), ends_at=now + timedelta(days=days), decree="SK 1", created_at=now,
            confidentiality=Confidentiality.TOP_SECRET, accepted_at=now, reason="",
        )  # fmt: skip
        self.work.session.add(made)
        return made

    def letter(self, number: int) -> Letter:
        chance, now = self.chance, self.work.now
        state = self.one(State)
        steps = [self._step(state, position) for position in range(1, self.one((1, 2, 3, 4)) + 1)]
        turn = next((step for step in steps if step.is_signature), None)
        letter = Letter(
            code=f"lot{number:09}", office=self.one(self.offices), drafter=self.one(self.people),
            signer=turn.person if turn else self.one(self.people), mandate=turn and turn.mandate, number=str(number),
            subject=" ".join(MARKED if number % 5 == 0 else MARKED[:1]), addressee="Camat", state=state, steps=steps,
            dated_on=self._day(), created_at=now, updated_at=now, signer_count=self.one((1, 1, 2)),
            confidentiality=self.one((Confidentiality.NORMAL, Confidentiality.NORMAL, Confidentiality.SECRET)),
        )  # fmt: skip
        if state in workflow.WAITING and chance.random() < 0.5:
            steps[-1].state, steps[-1].opened_at, steps[-1].acted_at = StepState.OPEN, now, None
        letter.versions = [Version(
            number=1, filename="a.pdf", sha256="0" * 64, bytes=1, pages=1, page_sizes=[], warnings=[], repairs=[],
            covered_text="", uploaded_by_id=letter.drafter.id, uploaded_at=now,
        )]  # fmt: skip
        self.work.session.add(letter)
        self.work.session.flush()
        if chance.random() < 0.3:
            self._opinion(letter)
        indexing.put(self.work, letter, "")
        return letter

    def _day(self) -> date:
        return date(2026, 1, 1) + timedelta(days=self.chance.randrange(40))

    def _step(self, state: State, position: int) -> Step:
        """Who has done his has had it; a deputy has nothing but signatures; a signed letter has them all."""
        kind = self.one((StepKind.SIGNATURE, StepKind.SIGNATURE, StepKind.HIERARCHY))
        became = self.one((StepState.WAITING, StepState.DONE, StepState.RETURNED, StepState.SKIPPED))
        if state == State.SIGNED and kind == StepKind.SIGNATURE:
            became = StepState.DONE
        acted = self.work.now if became in (StepState.DONE, StepState.RETURNED) else None
        opened = acted or (self.work.now if self.chance.random() < 0.5 else None)
        mandate = self.one(self.mandates) if kind == StepKind.SIGNATURE and self.chance.random() < 0.35 else None
        person = mandate.deputy if mandate else self.one(self.people)
        return Step(
            round=1, position=position, kind=kind, person=person, mandate=mandate, state=became,
            opened_at=opened, acted_at=acted,
        )  # fmt: skip

    def _opinion(self, letter: Letter) -> None:
        asker, asked = self.chance.sample(self.people, 2)
        self.work.session.add(Opinion(
            letter_id=letter.id, version_id=letter.versions[0].id, asked_by=asker, person=asked,
            asked_at=self.work.now,
        ))  # fmt: skip

    def new_dates(self, letters: list[Letter]) -> None:
        """As when a date is written into a page: a step's own date must follow."""
        for letter in self.chance.sample(letters, len(letters) // 2):
            letter.dated_on = self._day()
            self.work.session.flush()
            indexing.put_again(self.work, letter)


@pytest.fixture(params=[1, 2])
def lot(work, request, monkeypatch):
    monkeypatch.setattr(searches, "NEXT", LETTERS // 3)  # some pages lie on both sides of the border
    made = Lot(work, request.param)
    made.roles()
    letters = [made.letter(number) for number in range(LETTERS)]
    made.new_dates(letters)
    work.session.commit()
    return letters


def pages(work, filters: Filters, *, oldest_first: bool) -> list[int]:
    seen: list[int] = []
    after: Mark | None = None
    while True:
        page = searches.find(work, filters, Slice(PAGE, after, oldest_first))
        seen += [letter.id for letter in page.letters]
        after = page.after
        if after is None:
            return seen


SOME, SINCE, UNTIL = (State.SIGNED, State.IN_REVIEW, State.DRAFT), date(2026, 1, 10), date(2026, 1, 25)
ASKED = (
    (Filters(), lambda letter: True),
    (Filters(states=SOME), lambda letter: letter.state in SOME),
    (Filters(office_id=2), lambda letter: letter.office_id == 2),
    (Filters(since=SINCE, until=UNTIL), lambda letter: SINCE <= letter.dated_on <= UNTIL),
    (Filters(text=MARKED[0]), lambda letter: True),
    (Filters(text=MARKED[1]), lambda letter: MARKED[1] in letter.subject),
    (Filters(text=MARKED[0], states=SOME, office_id=2), lambda letter: letter.state in SOME and letter.office_id == 2),
)


def test_every_list_is_what_may_be_seen_in_its_order(work, lot):
    for actor in (people.as_person(work, people.find(work, login)) for login in LOGINS):
        seen = [letter for letter in lot if permissions.can(actor, Action.VIEW, letter)]
        assert seen and len(seen) < LETTERS, actor.person.name
        for filters, is_asked in ASKED:
            expected = [letter for letter in seen if is_asked(letter)]
            expected.sort(key=lambda letter: letter.id if filters.by_words else (letter.dated_on, letter.id))
            ids = [letter.id for letter in expected]
            found = pages(actor, filters, oldest_first=len(ids) % 2 == 0)
            assert found == (ids if len(ids) % 2 == 0 else ids[::-1]), (actor.person.name, filters)
        whole = select(Letter.id).where(visibility.visible(visibility.reach(actor)))
        assert set(work.session.scalars(whole)) == {letter.id for letter in seen}, actor.person.name
    _knows_every_way(work, lot)
    for table in ("steps", "opinions"):
        asked = f"SELECT count(*) FROM {table} AS one JOIN letters ON letters.id = one.letter_id WHERE "
        assert work.session.scalar(text(asked + "one.dated_on = letters.dated_on")) > 20
        assert work.session.scalar(text(asked + "one.dated_on IS NULL OR one.dated_on <> letters.dated_on")) == 0


def _knows_every_way(work, lot):
    """Else the lists judge less than they say."""
    actors = [people.as_person(work, people.find(work, login)) for login in LOGINS]
    found = {str(one) for actor in actors for letter in lot for one in permissions.relations(actor, letter)}
    ways = {"author", "colleague", "bystander", "chain", "adviser", "signer", "acting", "acted", "principal", "auditor"}
    assert ways <= found, ways - found
