"""The same request takes effect once and is answered the same; another one under its key is refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from tests import factories
from tests.api.conftest import Client, new_letter
from webapp.api import letters as api_letters
from webapp.domain import idempotency
from webapp.models import IdempotencyKey, Job, Letter


def count(work, kind):
    work.session.rollback()
    found = work.session.query(kind).count()
    work.session.rollback()
    return found


def test_a_repeat_is_answered_the_same_and_makes_nothing(api, work):
    facts = new_letter()
    first = api.hand_in(key="a", **facts)
    jobs = count(work, Job)
    again = api.hand_in(key="a", **facts)
    assert again.data == first.data and again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true" and "Idempotent-Replayed" not in first.headers
    assert count(work, Letter) == 1 and count(work, Job) == jobs


def test_another_body_under_the_same_key_is_refused(api, work):
    api.hand_in(key="a")
    assert "Idempotency-Key" in api.hand_in(key="a", status=422).json["detail"]
    assert count(work, Letter) == 1


def test_a_refused_request_leaves_its_key_free(api, work):
    api.hand_in(key="a", signer="nobody@solok.example", status=422)
    assert count(work, IdempotencyKey) == 0
    api.hand_in(key="a")


def test_a_failure_after_the_letter_was_made_leaves_neither(api, work, monkeypatch):
    """One commit: killed between effect and answer there is no letter, no notice and no key."""
    with monkeypatch.context() as patch:
        patch.setattr(idempotency, "keep", lambda *_, **__: 1 / 0)
        api.hand_in(key="a", status=500)
    assert (count(work, Letter), count(work, IdempotencyKey), count(work, Job)) == (0, 0, 0)
    api.hand_in(key="a")


def test_two_tokens_may_use_the_same_key(api, app, make_token, work):
    api.hand_in(key="a")
    Client(app, make_token(name="Lain")[1]).hand_in(key="a")
    assert count(work, Letter) == 2


def test_racing_requests_make_one_letter(app, make_token, work):
    """All four are past the first look before one of them writes: the unique key decides."""
    _, text = make_token()
    facts = new_letter()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: Client(app, text).hand_in(key="a", **facts), range(4)))
    assert len({answer.data for answer in answers}) == 1 and count(work, Letter) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 3


def test_the_loser_of_a_race_answers_as_the_winner(api, work, monkeypatch):
    """The control of the race: the second look under the lock is what finds the first one's answer."""
    facts = new_letter()
    first = api.hand_in(key="a", **facts)
    looks = []
    real = idempotency.find

    def blind_once(*args):
        looks.append(1)
        return None if len(looks) == 1 else real(*args)

    monkeypatch.setattr(api_letters.idempotency, "find", blind_once)
    assert api.hand_in(key="a", **facts).data == first.data and len(looks) == 2


def test_old_keys_are_forgotten(api, work):
    api.hand_in(key="a")
    idempotency.forget_old(factories.later(work, timedelta(days=29).total_seconds()))
    work.session.commit()
    assert count(work, IdempotencyKey) == 1
    idempotency.forget_old(factories.later(work, timedelta(days=31).total_seconds()))
    work.session.commit()
    assert count(work, IdempotencyKey) == 0
