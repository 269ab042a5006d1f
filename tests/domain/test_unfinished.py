"""Every letter that is not final has an owner, an age and a cause, also when its people are gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from tests import people
from webapp.domain import keys, unfinished
from webapp.domain.errors import Forbidden
from webapp.domain.unfinished import Cause
from webapp.models import Role, State


@pytest.fixture
def admin(work):
    return people.as_person(work, people.find(work, "admin"))


def causes(admin) -> dict[int, Cause]:
    return {one.letter.id: one.cause for one in unfinished.find(admin)}


def owners(admin, letter) -> set[str]:
    (one,) = (one for one in unfinished.find(admin) if one.letter is letter)
    return {person.email.partition("@")[0] for person in one.owners}


def lose_role(work, login: str, role: Role) -> None:
    person = people.find(work, login)
    for membership in [m for m in person.memberships if m.role == role]:
        person.memberships.remove(membership)
    work.session.flush()


def test_on_its_way_it_is_with_whom_it_waits_for(make, admin):
    draft, review, waiting = make.draft(), make.in_review("dewi"), make.submitted()
    returned, signed = make.submitted(), make.signed()
    from webapp.domain import letters

    letters.send_back(make.person("sari"), returned, "Perbaiki tanggalnya.")
    assert causes(admin) == {
        draft.id: Cause.DRAFT, review.id: Cause.INITIAL, waiting.id: Cause.SIGNATURE, returned.id: Cause.RETURNED,
    }  # fmt: skip
    assert signed.state == State.SIGNED
    expected = ((draft, "budi"), (review, "dewi"), (waiting, "sari"), (returned, "budi"))
    assert all(owners(admin, letter) == {login} for letter, login in expected)


@pytest.mark.parametrize("how", ["disabled", "role"])
@pytest.mark.parametrize(
    ("login", "role", "kind", "cause"),
    [
        ("budi", Role.DRAFTER, "draft", Cause.DRAFTER_LEFT),
        ("dewi", Role.REVIEWER, "in_review", Cause.REVIEWER_LEFT),
        ("sari", Role.SIGNER, "submitted", Cause.SIGNER_LEFT),
    ],
)
def test_whoever_is_gone_leaves_it_with_the_administrator(work, make, admin, how, login, role, kind, cause):
    letter = make.in_review("dewi") if kind == "in_review" else getattr(make, kind)()
    if how == "disabled":
        people.find(work, login).disabled_at = work.now
        work.session.flush()
    else:
        lose_role(work, login, role)
    assert causes(admin)[letter.id] == cause
    assert "admin" in owners(admin, letter) and login not in owners(admin, letter)
    assert [one.letter.id for one in unfinished.find(admin, stuck_only=True)] == [letter.id]


def test_a_signer_without_a_certificate_and_his_registrar_hold_it(work, make, admin, sari):
    letter = make.submitted()
    keys.destroy_all(work, sari)
    work.session.flush()
    assert causes(admin)[letter.id] == Cause.NO_CERTIFICATE
    assert {"sari", "rina"} <= owners(admin, letter)


def test_the_longest_untouched_comes_first_in_pages(work, make, admin):
    made = [make.draft() for _ in range(5)]
    for age, letter in enumerate(made):
        letter.updated_at = work.now - timedelta(days=age)
    work.session.flush()
    found, after = [], None
    while page := unfinished.find(admin, after=after, size=2):
        found += [one.letter.id for one in page]
        after = (page[-1].since, page[-1].letter.id)
    assert found == [letter.id for letter in reversed(made)]


def test_only_overseers_see_it_and_only_their_offices(work, make):
    make.draft()
    for login in ("budi", "sari", "dewi", "rina"):
        with pytest.raises(Forbidden):
            unfinished.find(make.person(login))
        with pytest.raises(Forbidden):
            unfinished.unstamped(make.person(login))
    assert unfinished.find(make.person("agus"))
    rudi = people.find(work, "rudi")
    from webapp.models import Membership

    rudi.memberships.append(Membership(office=rudi.memberships[0].office, role=Role.ADMINISTRATOR))
    work.session.flush()
    assert unfinished.find(people.as_person(work, rudi)) == []


def test_a_signed_letter_waits_for_its_time_stamp_with_the_cause(work, make, admin):
    from sqlalchemy import select

    from webapp.models import Job

    letter = make.signed()
    (one,) = unfinished.unstamped(admin)
    assert one.signature is letter.signature and one.job is not None
    job = work.session.scalars(select(Job).where(Job.kind == "archive")).one()
    job.error = "unreachable"
    assert unfinished.unstamped(admin)[0].job.error == "unreachable"
    letter.signature.stamped_at = work.now
    work.session.flush()
    assert unfinished.unstamped(admin) == []


@pytest.mark.parametrize("stuck_only", [False, True])
def test_sqlite_walks_what_is_open_in_its_order_and_sorts_nothing(work, make, admin, stuck_only):
    if work.session.bind.dialect.name != "sqlite":
        pytest.skip("PostgreSQL chooses so by itself")
    make.draft()
    asked = []

    def note(_connection, _cursor, statement, parameters, _context, _many) -> None:
        if "ix_letters_open" in statement:
            asked.append((statement, parameters))

    event.listen(work.session.bind, "before_cursor_execute", note)
    assert stuck_only or unfinished.find(admin)
    unfinished.find(admin, stuck_only=stuck_only, after=(work.now - timedelta(days=9), 1))
    event.remove(work.session.bind, "before_cursor_execute", note)
    for statement, parameters in asked:
        plan = work.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        told = " / ".join(row[3] for row in plan)
        assert "letters USING INDEX ix_letters_open" in told and "TEMP B-TREE FOR ORDER BY" not in told
    assert asked
