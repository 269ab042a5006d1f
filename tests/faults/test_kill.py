"""kill -9 of the web process at every step of the approval: the letter is signed once or not at all, never lost."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import func, select

from tests import people
from tests.faults.phone import Phone
from webapp import db
from webapp.domain import audit, documents, marks, verification
from webapp.domain.verification import Standing
from webapp.models import Job, Letter, LogLeaf, Signature, State

KILLS = 200
BATCH = 50  # kills a test: four tests can run side by side
SWAY = 8  # steps


def approval(page, app, letter_id, digest, code):
    page.get(f"/letters/{letter_id}")
    return Phone(page, app, f"/letters/{letter_id}/signature", digest=digest, code=code)


def check(app, work, letter_id, *, is_done):
    """The letter is whole: signed once with everything that belongs to it, or not signed and still waiting."""
    with db.unit(app.extensions["engine"], writes=False) as session:
        own = people.as_person(work, None)
        own = type(own)(session, None, work.now, work.config)
        letter = session.get_one(Letter, letter_id)
        signatures = session.scalar(select(func.count(Signature.id)).where(Signature.letter_id == letter_id))
        notices = [j for j in session.scalars(select(Job)) if j.args.get("letter_id") == letter_id]
        told = sorted(j.args.get("message", "") for j in notices if "signed" in j.args.get("message", ""))
        events = [e.event for e in audit.of_letter(own, letter)]
        if letter.state == State.SIGNED:
            assert signatures == 1 and events.count("letter.signed") == 1
            assert told == ["letter_signed", "signed_in_your_name"]
            assert documents.get(work.config, letter.signature.sha256)
            assert verification.look_up(own, letter.code, "127.0.0.1").standing == Standing.GENUINE
        else:
            assert letter.state == State.SUBMITTED and not is_done
            assert signatures == 0 and not told and "letter.signed" not in events
        logged = session.scalar(select(func.count()).select_from(LogLeaf).where(LogLeaf.letter_id == letter_id))
        assert audit.broken_at(own) is None and logged == signatures
        return letter.state == State.SIGNED


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(KILLS // BATCH))
def test_killed_at_any_step_the_letter_is_signed_once_or_not_at_all(app, work, make, page, clock, batch):
    page.log_in("sari")
    letters = [make.submitted() for _ in range(BATCH + SWAY + 1)]
    digests = [marks.digest(letter) for letter in letters]
    work.session.commit()
    clock.tick()
    total, killed = count_steps(page, app, letters[-1].id, digests[-1]), 0
    for number, (letter, digest) in enumerate(zip(letters[:-1], digests[:-1], strict=True)):
        clock.tick(90)  # another code: what a killed try spent may be spent
        page.get(f"/letters/{letter.id}")
        phone = approval(page, app, letter.id, digest, page.code_of("sari"))
        fatal = (batch * BATCH + number) % total
        if (status := phone.send(fatal)) is not None:
            # An append to the log takes a few steps more at some sizes of the tree than at others.
            assert status == 303 and fatal >= total - SWAY, f"step {fatal} of {total} was not reached"
            check(app, work, letter.id, is_done=True)
            continue
        killed += 1
        check(app, work, letter.id, is_done=False)
        # The phone tries again with the same code, as an official with no answer would.
        assert phone.send(None) == 303
        check(app, work, letter.id, is_done=True)
        assert phone.send(None) == 303, "a third tap lands on the signed letter"
        check(app, work, letter.id, is_done=True)
    assert killed >= BATCH


def count_steps(page, app, letter_id, digest):
    """How many steps an approval has that nobody disturbs."""
    reading, writing = os.pipe()
    phone = approval(page, app, letter_id, digest, page.code_of("sari"))
    assert phone.send(None, writing) == 303
    os.close(writing)
    with os.fdopen(reading) as names:
        found = names.read().splitlines()
    assert any("sign" in name for name in found) and len(found) > 30, found
    return len(found)
