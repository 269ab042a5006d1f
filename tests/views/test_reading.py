"""The page of a letter: for its signer the pages and one button, for others its state and its past."""

import pytest

from tests.factories import THREE_PAGES, examined
from webapp.domain import audit, keys, letters, marks
from webapp.models import Confidentiality

HOSTILE = '<script>alert("hal")</script>" onmouseover="x'


def test_the_signer_sees_the_control_code_and_pages_of_the_very_file_he_signs(page, make, session):
    letter = make.submitted(file=THREE_PAGES)
    session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}")
    assert page.h1 == letter.subject and letter.number in page.text
    images = page.html.select(".pages img")
    assert len(images) == 3 and all(letter.version.prepared_sha256 in image["src"] for image in images)
    assert [image.get("loading") for image in images] == [None, "lazy", "lazy"]
    codes = {code.get_text() for code in page.html.select(".control__code")}
    assert codes == {marks.control_code(letter)}, "the page and the sheet show the same code"


def test_approving_takes_one_button_and_one_field_and_works_without_javascript(page, make, session):
    letter = make.submitted()
    session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}")
    (button,) = page.html.select(".actions a, .actions button")
    sheet = page.html.select_one(f"dialog{button['href']}")  # shown by :target when the link is followed
    shown = [i for i in sheet.select("input") if i["type"] != "hidden"]
    assert [i["name"] for i in shown] == ["code"]
    assert (shown[0]["inputmode"], shown[0]["autocomplete"]) == ("numeric", "one-time-code")
    assert letter.number in sheet.get_text() and letter.subject in sheet.get_text()
    assert sheet.select_one("[name=digest]")["value"] == marks.digest(letter)


def test_reading_is_recorded(page, make, session, work):
    letter = make.submitted()
    session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}")
    session.expire_all()
    assert [e.event for e in audit.of_letter(work, letter)][-1] == "letter.read"


@pytest.mark.parametrize("login", ["rudi", "hadi", "rina", "admin"])
def test_a_strangers_letter_is_not_found(page, make, session, login):
    letter = make.submitted()
    session.commit()
    page.log_in(login).get(f"/letters/{letter.id}", status=404)
    assert letter.subject not in page.text


def test_a_draft_is_none_of_the_signers_business(page, make, session):
    letter = make.placed()
    session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}", status=404)


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("draft", "Masih draf"), ("submitted", "Menunggu tanda tangan"), ("returned", "Tanggalnya keliru."),
        ("withdrawn", "Ditarik oleh pengonsep"), ("rejected", "Tidak sesuai kebijakan."),
        ("signed", "Sudah ditandatangani"), ("revoked", "Dicabut karena keliru."), ("replaced", "Diganti yang baru."),
    ],
)  # fmt: skip
def test_the_drafter_reads_where_his_letter_stands(page, make, session, state, sentence):
    letter = make.in_state(state)
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}")
    assert sentence in page.text
    assert "Setujui" not in page.text


def test_buttons_are_what_the_person_may_do_now(page, make, session):
    letter = make.draft()
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}")
    assert [a["href"] for a in page.html.select("main a.button")] == [
        f"/letters/{letter.id}/{what}" for what in ("chain", "number", "edit", "recipients", "versions", "mark")
    ]
    make.place(letter)
    letters.submit(make.person("budi"), letter)
    session.commit()
    page.get(f"/letters/{letter.id}")
    assert [a["href"] for a in page.html.select("main a.button")] == [f"/letters/{letter.id}/withdrawal"]


def test_a_reviewer_may_return_but_sees_no_way_to_sign(page, make, session):
    letter = make.submitted()
    session.commit()
    page.log_in("dewi").get(f"/letters/{letter.id}")
    assert page.html.select_one(f"a[href='/letters/{letter.id}/return']")
    assert not page.html.select("#setujui")


def test_old_versions_are_kept_and_shown_as_old(page, make, session, budi):
    letter = make.returned()
    letters.revise(make.person("budi"), letter, examined(THREE_PAGES))
    old = letter.versions[0]
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}")
    assert len(page.html.select(".pages img")) == 3 and "Versi 1" in page.text
    page.get(f"/letters/{letter.id}?version=1")
    assert "sudah diganti" in page.text and old.prepared_sha256 in page.html.select_one(".pages img")["src"]
    page.get(f"/letters/{letter.id}?version=7", status=404)


def test_after_signing_the_next_waiting_letter_is_offered(page, make, session):
    letter, other = make.signed(), make.submitted(subject="Surat berikut")
    session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}")
    assert "Surat berikut" in page.text and page.html.select_one(f"a[href='/letters/{other.id}']")
    code = letter.code
    assert f"{code[:4]}-{code[4:8]}-{code[8:]}" in page.text and "WIB" in page.text


def test_hostile_text_is_only_text(page, make, session):
    letter = make.submitted(subject=HOSTILE, addressee=HOSTILE, number="<b>1</b>")
    session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}")
    assert page.h1 == HOSTILE
    assert "<script>alert" not in page.response.get_data(as_text=True)


def test_an_official_without_a_certificate_is_told_before_reading(page, make, session, sari, work):
    letter = make.submitted()
    keys.revoke(make.person("sari"), keys.find(work, sari).certificate, next(iter(keys.REASONS)))
    session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}")
    assert "belum dapat menandatangani" in page.text and not page.html.select("#setujui")


def test_a_device_that_cannot_open_the_key_is_told_before_reading(page, make, session):
    letter = make.submitted()
    session.commit()
    page.log_in("sari").client.delete_cookie("teken_unlock")
    page.get(f"/letters/{letter.id}")
    assert "belum terbuka" in page.text and not page.html.select("#setujui")


def test_what_the_mark_covers_is_told_to_the_official(page, make, session):
    letter = make.submitted()
    letter.version.covered_text = "Tembusan <b>disampaikan</b>"
    session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}")
    assert "Tembusan <b>disampaikan</b>" in page.text


def test_a_secret_letter_is_marked_as_such(page, make, session):
    letter = make.submitted(confidentiality=Confidentiality.SECRET)
    session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}")
    assert "Rahasia" in page.text
    page.log_out().log_in("dewi").get(f"/letters/{letter.id}", status=404)
