"""The drafter sees on the letter's page what was delivered, opened and acted on; nobody sees an address by it."""

import pytest

from tests import people
from webapp.domain import alerts, approvals
from webapp.domain.alerts import Telling
from webapp.models import AlertState, Channel, Rung


def card(page, letter, login="budi"):
    page.log_in(login).get(f"/letters/{letter.id}")
    found = page.html.select_one("#sampai")
    return found and found.get_text(" ", strip=True)


@pytest.fixture
def waiting(work, make):
    """Waits for two initials at once."""
    return make.in_review("dewi", "lina", together=True)


def note(work, step, channel, state, cause="", *, rung=Rung.OWN, person_id=None):
    telling = Telling(step.id, step.opened_at, rung)
    alerts.note(work, telling, person_id or step.person_id, channel, state, cause=cause)


def test_each_recipient_of_the_step_is_told_of_in_words(page, work, waiting, dewi, lina, budi):
    first, second = waiting.chain[:2]
    note(work, first, Channel.PUSH, AlertState.SENT)
    note(work, second, Channel.PUSH, AlertState.FAILED, alerts.NO_DEVICE)
    note(work, second, Channel.MAIL, AlertState.FAILED, alerts.DOWN)
    work.session.commit()
    shown = card(page, waiting)
    hers, linas = shown.split(lina.full_name)
    assert dewi.full_name in hers and "Diserahkan ke layanan pemberitahuan" in hers and "WIB" in hers
    assert "Menyusul bila surat belum dibuka" in hers and hers.count("Belum") == 2
    assert "Belum ada perangkat" in linas and "Belum terkirim; dicoba lagi" in linas
    assert "@" not in shown, "no address of anybody"


def test_opened_and_acted_on_and_who_else_was_told(page, work, make, waiting, lina, budi):
    first, second = waiting.chain[:2]
    note(work, first, Channel.PUSH, AlertState.SENT)
    note(work, second, Channel.MAIL, AlertState.SENT)
    approvals.record_reading(people.as_person(work, first.person), waiting)
    make.initial(waiting, "dewi")
    note(work, second, Channel.MAIL, AlertState.SENT, rung=Rung.UNOPENED, person_id=budi.id)
    work.session.commit()
    hers, linas = card(page, waiting).split(lina.full_name)
    assert "Tidak perlu lagi" in hers and "Belum" not in hers
    assert "Diterima peladen surel" in linas and f"{budi.full_name} diberi tahu bahwa surat belum dibuka" in linas


def test_a_letter_that_a_deputy_took_and_one_for_who_has_no_account(page, work, make, sari, hadi):
    make.mandate()
    letter = make.submitted()
    step = letter.chain[-1]
    note(work, step, Channel.PUSH, AlertState.FAILED, alerts.NO_DEVICE)
    note(work, step, Channel.MAIL, AlertState.SENT, rung=Rung.OFFERED, person_id=hadi.id)
    sari.disabled_at = work.now
    work.session.commit()
    shown = card(page, letter)
    assert "Tidak dikirim: akunnya tidak aktif" in shown and "antrean" not in shown
    assert f"{hadi.full_name} diberi tahu sebagai pejabat pengganti" in shown
    sari.disabled_at = None
    make.take_over(letter)
    work.session.commit()
    page.get(f"/letters/{letter.id}")
    shown = page.html.select_one("#sampai").get_text(" ", strip=True)
    assert hadi.full_name in shown and "Diterima peladen surel" in shown and "diberi tahu" not in shown


def test_nothing_is_claimed_of_what_was_never_told_of(page, work, make, waiting):
    draft = make.placed()
    work.session.commit()
    assert card(page, waiting) is None
    page.get(f"/letters/{draft.id}")
    assert page.html.select_one("#sampai") is None


@pytest.mark.parametrize(("login", "is_shown"), [("agus", True), ("admin", False), ("rudi", False)])
def test_only_who_may_see_the_trail_sees_it(page, work, waiting, login, is_shown):
    note(work, waiting.chain[0], Channel.PUSH, AlertState.SENT)
    work.session.commit()
    page.log_in(login).get(f"/letters/{waiting.id}", status=200 if is_shown else 404)
    assert (page.html.select_one("#sampai") is not None) == is_shown
    page.get(f"/letters/{waiting.id}/trail", status=200 if is_shown else 404)
