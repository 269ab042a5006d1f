"""The page of letters that are not final, and giving what somebody left behind to somebody else."""

from __future__ import annotations

from datetime import date

import pytest

from tests import people
from webapp.models import Confidentiality, Membership, Role, State


@pytest.fixture
def left(work, make, session):
    """Sari is gone; two letters wait for her, one of them secret."""
    found = [make.submitted(), make.submitted(confidentiality=Confidentiality.SECRET, subject="Hal yang rahasia")]
    people.find(work, "sari").disabled_at = work.now
    office = people.find(work, "budi").memberships[0].office
    joko = people.find(work, "joko")
    joko.memberships.append(Membership(office=office, role=Role.SIGNER))
    session.commit()
    return found


def test_it_tells_with_whom_each_letter_lies_and_no_content(page, make, session):
    waiting = make.submitted(subject="Rapat terbuka")
    make.in_review("dewi", confidentiality=Confidentiality.SECRET, subject="Hal yang rahasia")
    session.commit()
    page.log_in("admin").get("/unfinished")
    assert waiting.number in page.text and "Sari Contoh" in page.text and "Dewi Contoh" in page.text
    assert "Hal yang rahasia" not in page.text and "Rapat terbuka" not in page.text
    page.get("/unfinished?show=stuck")
    assert page.h1 == "Surat belum selesai" and waiting.number not in page.text
    page.log_out().log_in("agus").get("/unfinished")
    assert "Rapat terbuka" in page.text and "Hal yang rahasia" not in page.text
    assert not page.html.select("main form, main a[href^='/reassignments'], main a[href*='/letters?']")


def test_it_goes_on_over_pages(page, make, session, monkeypatch):
    from webapp.views import unfinished

    monkeypatch.setattr(unfinished, "PAGE", 2)
    numbers = {make.draft().number for _ in range(5)}
    session.commit()
    page.log_in("admin").get("/unfinished")
    seen = set()
    for _ in range(3):
        seen |= {number for number in numbers if number in page.text}
        more = page.html.select_one("main a[href*='after=']")
        if more:
            page.get(more["href"])
    assert seen == numbers and more is None


@pytest.mark.parametrize("told", ["x", "2026-11-26T00:00:00_1", "2026-11-26T00:00:00+00:00_x", "_", "9" * 300])
def test_a_page_by_hand_is_the_first(page, make, session, told):
    letter = make.draft()
    session.commit()
    page.log_in("admin").get("/unfinished", query_string={"after": told})
    assert letter.number in page.text


def test_what_was_left_behind_is_given_on(page, left, session, work):
    sari, joko, rina = (people.find(work, login).id for login in ("sari", "joko", "rina"))
    session.commit()
    page.log_in("admin").get("/unfinished?show=stuck")
    address = page.html.select_one(f"main a[href='/people/{sari}/letters']")["href"]
    page.get(address)
    assert "Hal yang rahasia" not in page.text and all(letter.number in page.text for letter in left)
    page.post(address, {"signer_left": str(joko), "reason": "x"}, status=422)
    page.post(address, {"signer_left": "0", "reason": "Pindah tugas."}, status=422)
    page.post(address, {"signer_left": str(rina), "reason": "Pindah tugas."}, status=422)
    page.post(address, {"signer_left": str(joko), "reason": "Pindah tugas."}).follow()
    assert "2 surat dialihkan" in page.text and "Tidak ada surat yang ditinggalkan" in page.text
    session.expire_all()
    assert {letter.state for letter in left} == {State.RETURNED} and {letter.signer_id for letter in left} == {joko}


def test_strangers_to_the_office_get_nothing(page, left, work):
    sari = people.find(work, "sari").id
    work.session.commit()
    for login in ("budi", "rina", "agus"):
        page.log_in(login).get(f"/people/{sari}/letters", status=403)
        page.log_out()


def test_a_day_to_be_signed_by_is_typed_and_shown(page, make, session):
    letter = make.draft()
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/edit")
    fields = {field["name"]: field.get("value", "") for field in page.html.select("main input[name]")}
    chosen = {one["name"]: one.select_one("option[selected]")["value"] for one in page.html.select("main select[name]")}
    page.post(f"/letters/{letter.id}/edit", fields | chosen | {"due_on": "2026-12-01"})
    page.get(f"/letters/{letter.id}")
    session.expire_all()
    assert letter.due_on == date(2026, 12, 1) and "1 Desember 2026" in page.text
