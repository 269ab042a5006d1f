"""The drafter sees on his table's page how far its notices have come; looking at the list opens them."""

import pytest
from sqlalchemy import select

from tests.factories import later
from tests.jobs.merged import handed_in, tell, told
from webapp.domain import alerts, approvals, gathered, letters
from webapp.domain.alerts import Telling
from webapp.models import AlertState, Channel, Gathering, Rung


@pytest.fixture
def some(work, make):
    return [make.placed(subject="Undangan") for _ in range(3)]


def card(page, path):
    page.get(path)
    found = page.html.select_one("#sampai")
    return found and " ".join(found.get_text(" ", strip=True).split())


def note(work, channel, state, cause="", *, rung=Rung.OWN, person_id=None):
    one = work.session.scalars(select(Gathering)).one()
    telling = Telling(None, one.asked_at, rung, one.id)
    alerts.note(work, telling, person_id or one.person_id, channel, state, cause=cause)


def test_the_table_s_page_tells_what_was_delivered_opened_and_acted_on(page, work, make, some, sari, budi):
    merge = told(work, some)
    note(work, Channel.PUSH, AlertState.SENT)
    work.session.commit()
    page.log_in("budi")
    shown = card(page, f"/merges/{merge.id}")
    assert f"{sari.full_name} 3" in shown and "Diserahkan ke layanan pemberitahuan" in shown
    assert "Menyusul bila surat belum dibuka" in shown and shown.count("Belum") == 2 and "@" not in shown
    approvals.record_reading(make.person("sari"), some[0])
    make.sign(some[0])
    letters.send_back(make.person("sari"), some[1], "Tanggalnya keliru.")
    note(work, Channel.MAIL, AlertState.QUEUED, rung=Rung.UNOPENED, person_id=budi.id)
    work.session.commit()
    shown = card(page, f"/merges/{merge.id}")
    assert "Dibuka 1 dari 3 surat" in shown and "Dikerjakan 2 dari 3 surat" in shown
    assert "Dikembalikan 1 dari 3 surat" in shown and "Tidak perlu lagi" in shown
    assert f"{budi.full_name} diberi tahu bahwa surat belum dibuka" in shown


def test_what_is_not_told_yet_stands_in_the_queue(page, work, some):
    merge = handed_in(work, some)
    work.session.commit()
    shown = card(page.log_in("budi"), f"/merges/{merge.id}")
    assert shown.count("Dalam antrean") == 2 and "Dibuka Belum" in shown


def test_the_letter_s_own_page_tells_of_the_notice_that_it_was_part_of(page, work, make, some):
    told(work, some)
    note(work, Channel.PUSH, AlertState.SENT)
    work.session.commit()
    shown = card(page.log_in("budi"), f"/letters/{some[2].id}")
    assert "Diserahkan ke layanan pemberitahuan" in shown and "Menyusul bila surat belum dibuka" in shown
    approvals.record_reading(make.person("sari"), some[0])
    work.session.commit()
    shown = card(page, f"/letters/{some[2].id}")
    assert "Tidak perlu lagi" in shown and "Dibuka Belum" in shown, "one of the others was opened, this one was not"


def opened_at(work):
    work.session.expire_all()
    found = work.session.scalars(select(Gathering)).one().opened_at
    work.session.commit()
    return found


def test_who_looks_at_the_list_has_opened_it_and_only_he_himself(page, work, make, some, clock):
    merge_id = told(later(work, -60), some).id
    work.session.commit()
    page.log_in("hadi").get(f"/batches/new?group={merge_id}")
    page.get("/batches/new")
    page.log_out()
    page.log_in("sari").get(f"/batches/new?group={merge_id + 1}")
    page.get("/batches/new?practice=1")
    assert opened_at(work) is None, "another official, another table, practice"
    page.get(f"/batches/new?group={merge_id}")
    first = opened_at(work)
    assert first is not None and not gathered.concerned(work, telling(work))
    work.session.commit()
    clock.tick()
    page.get(f"/batches/new?group={merge_id}")
    assert opened_at(work) == first
    page.log_out()
    assert "Dibuka Daftarnya" in card(page.log_in("budi"), f"/merges/{merge_id}")


def telling(work):
    one = work.session.scalars(select(Gathering)).one()
    return Telling(None, one.asked_at, Rung.OWN, one.id)


def test_a_reviewer_s_notice_is_not_opened_by_the_list_of_what_is_to_be_signed(page, work, make):
    merge = handed_in(work, [make.planned("dewi") for _ in range(2)])
    tell(work, merge, "dewi")
    work.session.commit()
    page.log_in("sari").get("/batches/new")
    assert opened_at(work) is None
