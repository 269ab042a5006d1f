"""The adoption board: who is counted as what, waiting times, office hours, months, and who may see which office."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from statistics import median

import pytest
from sqlalchemy import delete, select

from tests import people
from webapp.domain import adoption, trainings
from webapp.domain.errors import Forbidden, NotFound
from webapp.models import Membership, Office, OfficeMonth, Role, Signature, State

MONTH = date(2026, 3, 1)


@pytest.fixture
def signed(make):
    """signed("2026-03-02T02:00", minutes=5): a letter signed then (UTC), so long after it was submitted."""
    known = make.signed()
    version, signature = known.version, known.signature
    session = make.work.session
    session.delete(signature)
    known.state, known.submitted_at = State.WITHDRAWN, None
    session.flush()

    def made(at: str, *, minutes: float, state=State.SIGNED, away=None, office_id=None):
        letter = make.draft()
        signed_at = datetime.fromisoformat(at).replace(tzinfo=UTC)
        letter.state, letter.submitted_at = state, signed_at - timedelta(minutes=minutes)
        letter.office_id = office_id or letter.office_id
        session.add(
            Signature(
                letter_id=letter.id, version_id=version.id, person_id=letter.signer_id, sha256="0" * 64,
                approval_digest="0" * 64, level="B-B", signed_at=signed_at, is_away=away, signer_name="x",
                signer_position="x",
            )
        )  # fmt: skip
        session.flush()
        return letter

    return made


def figures(work, month=MONTH):
    return {row.office_id: row for row in adoption.count(work, month)}


def test_the_median_is_that_of_the_waiting_times(work, signed):
    chance = random.Random(5)
    waits = [chance.randrange(1, 5000) for _ in range(8)]
    letters = [signed(f"2026-03-0{2 + n % 6}T02:00", minutes=minutes) for n, minutes in enumerate(waits)]
    row = figures(work)[letters[0].office_id]
    assert (row.signed, row.median_seconds) == (8, median(waits) * 60)
    assert figures(work)[None].median_seconds == median(waits) * 60


def test_the_whole_has_a_median_of_its_own(work, signed, rudi):
    other = rudi.memberships[0].office_id
    for minutes in (1, 2, 3):
        signed("2026-03-02T02:00", minutes=minutes)
    for minutes in (100, 200):
        signed("2026-03-02T02:00", minutes=minutes, office_id=other)
    found = figures(work)
    assert found[other].median_seconds == 150 * 60
    assert found[None].median_seconds == 3 * 60


@pytest.mark.parametrize(
    ("at", "is_outside"),
    [
        ("2026-03-02T00:29", True),  # Monday 07.29 WIB
        ("2026-03-02T00:30", False), ("2026-03-02T08:59", False), ("2026-03-02T09:00", True),  # 16.00
        ("2026-03-06T09:00", False), ("2026-03-06T09:30", True),  # Friday 16.00, 16.30
        ("2026-03-07T03:00", True), ("2026-03-08T03:00", True),  # the weekend
    ],
)  # fmt: skip
def test_office_hours_are_those_of_the_office_s_zone(work, signed, at, is_outside):
    letter = signed(at, minutes=1)
    assert figures(work)[letter.office_id].outside_hours == is_outside
    letter.office.zone = "Asia/Jayapura"  # two hours on
    work.session.flush()
    moved = datetime.fromisoformat(at) + timedelta(hours=2)
    there = not work.config.office_hours.is_open(moved + timedelta(hours=7))
    assert figures(work)[letter.office_id].outside_hours == there


def test_a_month_begins_at_midnight_of_the_office(work, signed):
    signed("2026-02-28T16:59", minutes=1)  # still February in WIB
    signed("2026-02-28T17:00", minutes=1)
    signed("2026-03-31T16:59", minutes=1)
    signed("2026-03-31T17:00", minutes=1)
    assert figures(work)[None].signed == 2
    assert figures(work, date(2026, 2, 1))[None].signed == 1


def test_only_letters_that_are_signed_count(work, signed):
    for state in State:
        signed("2026-03-02T02:00", minutes=1, state=state)
    assert figures(work)[None].signed == 3  # signed, and later revoked or replaced


def test_away_is_counted_of_what_is_known(work, signed):
    for away in (True, False, False, None):
        signed("2026-03-02T02:00", minutes=1, away=away)
    assert (figures(work)[None].located, figures(work)[None].away) == (3, 1)


def test_who_is_verified_enrolled_trained_and_active(work, sari, budi, admin):
    office = work.session.get_one(Office, sari.memberships[0].office_id)
    month = adoption.this_month(work)
    before = {one.person.id: one for one in adoption.members(work, office, month)}
    assert before[sari.id].is_verified and before[sari.id].is_enrolled
    assert not before[sari.id].trainings and not before[sari.id].is_active
    people.log_in(work, "sari")
    trainings.record(work, sari, "Bimtek TTE", work.now)
    after = {one.person.id: one for one in adoption.members(work, office, month)}
    assert after[sari.id].is_active and after[sari.id].trainings


def test_a_signer_without_a_certificate_is_not_enrolled(work, sari):
    office = work.session.get_one(Office, sari.memberships[0].office_id)

    def enrolled():
        return figures(work, adoption.this_month(work))[office.id].enrolled

    before = enrolled()
    for key in work.session.scalars(select(adoption.readiness.SigningKey).filter_by(person_id=sari.id)):
        key.certificate.revoked_at = work.now
    work.session.flush()
    assert enrolled() == before - 1


def test_who_left_is_not_counted_and_two_roles_are_one_person(work, sari, budi):
    month = adoption.this_month(work)
    office_id = budi.memberships[0].office_id
    before = figures(work, month)
    budi.memberships.append(Membership(office_id=office_id, role=Role.REVIEWER))
    work.session.flush()
    assert figures(work, month)[office_id].people == before[office_id].people
    budi.disabled_at = work.now
    work.session.flush()
    assert figures(work, month)[office_id].people == before[office_id].people - 1
    assert figures(work, month)[None].people == before[None].people - 1


def test_a_person_of_two_offices_is_one_of_the_whole(work, budi, rudi):
    month, other = adoption.this_month(work), rudi.memberships[0].office
    before = figures(work, month)
    budi.memberships.append(Membership(office=other, role=Role.DRAFTER))
    work.session.flush()
    after = figures(work, month)
    assert after[other.id].people == before[other.id].people + 1
    assert after[None].people == before[None].people


def test_keeping_twice_is_as_once_and_the_board_reads_what_is_kept(work, signed, admin):
    signed("2026-03-02T02:00", minutes=7)
    mine = people.as_person(work, admin)
    fresh = adoption.board(mine, MONTH)
    for _ in range(2):
        adoption.keep(work, adoption.count(work, MONTH))
        work.session.flush()
    kept = adoption.board(mine, MONTH)
    assert kept.whole.signed == fresh.whole.signed == 1
    assert kept.trend == fresh.trend and len(kept.trend) == 12
    signed("2026-03-02T02:00", minutes=9)
    assert adoption.board(mine, MONTH).whole.signed == 1, "kept, not counted for each look"


def test_a_month_is_counted_once_more_after_its_end_and_then_left_alone(work, signed):
    during = replace(work, now=datetime(2026, 3, 20, tzinfo=UTC))
    adoption.keep(work, adoption.due(during))
    work.session.flush()
    signed("2026-03-31T10:00", minutes=1)
    night = replace(work, now=datetime(2026, 4, 1, 19, tzinfo=UTC))
    adoption.keep(work, adoption.due(night))
    work.session.flush()
    row = work.session.scalars(select(OfficeMonth).filter_by(month=MONTH, office_id=None)).one()
    assert row.signed == 1 and row.people is not None
    next_night = replace(work, now=datetime(2026, 4, 2, 19, tzinfo=UTC))
    assert {one.month for one in adoption.due(next_night)} == {date(2026, 4, 1)}


def test_the_months_before_are_counted_one_by_one_without_people(work, signed):
    signed("2026-01-05T02:00", minutes=1)
    signed("2026-03-05T02:00", minutes=1)
    now = replace(work, now=datetime(2026, 5, 20, tzinfo=UTC))
    after = ""
    for expected in ("2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"):
        adoption.catch_up(now, after)
        work.session.flush()
        after = expected
    adoption.catch_up(now, after)  # the running month is the night's
    kept = work.session.scalars(select(OfficeMonth).filter_by(office_id=None).order_by(OfficeMonth.month)).all()
    assert [(row.month.month, row.signed, row.people) for row in kept] == [
        (1, 1, None), (2, 0, None), (3, 1, None), (4, 0, None),
    ]  # fmt: skip


# The literal table: whose figures each person sees on the board of the demo office. "all": every office and the whole.
SEEN = {
    "admin": "all", "agus": "all", "office admin": "own", "office auditor": "own",
    "sari": None, "budi": None, "dewi": None, "rina": None, "rudi": None, "hadi": None, "nobody": None,
}  # fmt: skip


@pytest.mark.parametrize("login", SEEN)
def test_who_sees_which_offices(work, budi, login):
    office = budi.memberships[0].office
    if login in ("office admin", "office auditor"):
        role = Role.ADMINISTRATOR if login == "office admin" else Role.AUDITOR
        joko = people.find(work, "joko")
        joko.memberships[:] = [Membership(office=office, role=role)]
        actor = people.as_person(work, joko)
    elif login == "nobody":
        joko = people.find(work, "joko")
        joko.memberships[:] = []
        actor = people.as_person(work, joko)
    else:
        actor = people.as_person(work, people.find(work, login))
    work.session.flush()
    everything = list(work.session.scalars(select(Office)))
    below = {one.id for one in everything if f"/{office.id}/" in one.path}
    month = adoption.this_month(work)
    if SEEN[login] is None:
        with pytest.raises(Forbidden):
            adoption.board(actor, month)
        for one in everything:
            with pytest.raises(NotFound):
                adoption.office_of(actor, one.id)
        return
    board = adoption.board(actor, month)
    shown = {line.office.id for line in board.lines}
    assert shown == ({one.id for one in everything} if SEEN[login] == "all" else below)
    assert (board.whole is not None) == (SEEN[login] == "all")
    if SEEN[login] == "own":
        assert len(shown) < len(everything)
        with pytest.raises(Forbidden):
            adoption.report(actor, month)
        with pytest.raises(NotFound):
            adoption.office_of(actor, next(one.id for one in everything if one.id not in below))


def test_the_board_of_an_office_without_anybody(work, admin):
    office = work.session.scalars(select(Office).order_by(Office.id.desc())).first()
    work.session.execute(delete(Membership).where(Membership.office_id == office.id))
    work.session.flush()
    board = adoption.board(people.as_person(work, admin), adoption.this_month(work))
    line = next(line for line in board.lines if line.office.id == office.id)
    assert line.figures.people == 0 and line.figures.median_seconds is None
