"""kill -9 while the first of two signs: he has signed and the second has his file, or it still is his turn."""

from __future__ import annotations

import pytest

from tests import people
from tests.faults.test_kill import approval, count_steps
from webapp import db
from webapp.domain import documents, letters, marks
from webapp.models import Letter, State, StepState

EVERY = 3  # steps: a third of all kills, since a letter of two signers takes long to make
SWAY = 12  # steps: each of three files spares four of them where its folder is there already


def check(app, work, letter_id, *, is_done):
    """Whose turn it is, he has the letter before him, and the file that he would sign is there with all before it."""
    with db.unit(app.extensions["engine"], writes=False) as session:
        letter = session.get_one(Letter, letter_id)
        signed, opened = letter.signatures, [s.person_id for s in letter.steps if s.state == StepState.OPEN]
        assert letter.state == State.SUBMITTED and letter.signature is None and opened == [letter.signer_id]
        assert len(signed) in ((1,) if is_done else (0,)) and letter.version.turn == len(signed) + 1
        waiting = documents.get(work.config, letter.version.prepared_sha256)
        if signed:
            assert waiting.startswith(documents.get(work.config, signed[0].sha256))
            assert letter.signer_id == people.find(type(work)(session, None, work.now, work.config), "hadi").id


@pytest.mark.slow
def test_killed_at_any_step_of_the_first_signature_the_letter_waits_for_one_of_the_two(app, work, make, page, clock):
    page.log_in("sari")

    def submitted():
        letter = make.cosigned("sari", "hadi")
        letters.submit(make.person("budi"), letter)
        work.session.commit()
        return letter.id, marks.digest(letter)

    clock.tick()
    total = count_steps(page, app, *submitted())
    for fatal in range(0, total - SWAY, EVERY):
        letter_id, digest = submitted()
        clock.tick(90)  # another code: what a killed try spent may be spent
        page.get(f"/letters/{letter_id}")
        phone = approval(page, app, letter_id, digest, page.code_of("sari"))
        assert phone.send(fatal) is None, f"step {fatal} of {total} was not reached"
        check(app, work, letter_id, is_done=False)
        for _ in range(2):  # the retry signs, a third tap lands on it
            assert phone.send(None) == 303
            check(app, work, letter_id, is_done=True)
