"""Practice over HTTP: whose it is, that every page of it says so, and that no form reaches a real letter with it."""

from io import BytesIO

import pytest

from tests import practice as rehearsal
from webapp import db
from webapp.domain import drills, intake, practice
from webapp.models import Letter, Part, State, Training


@pytest.fixture
def letter(make, session):
    made = rehearsal.letter(make.person("sari"), Part.SIGNER)
    session.commit()
    return made


def says_practice(page):
    banner = page.html.select_one(".practice")
    return banner is not None and "LATIHAN" in banner.text and page.html.title.text.startswith("LATIHAN")


def test_every_page_of_a_practice_letter_says_so(page, letter):
    page.log_in("sari")
    for path in ("", "/rejection", "/return", "/trail"):
        page.get(f"/letters/{letter.id}{path}")
        assert says_practice(page), path
    page.get("/practice")
    assert says_practice(page)
    page.get("/batches/new?practice=1")
    assert says_practice(page) and page.html.select(f"input[value='{letter.id}']")
    page.get("/letters?box=waiting")
    assert not says_practice(page) and "Menunggu tanda tangan" in page.text and letter.subject not in page.text


def test_nobody_else_finds_it_at_any_address(page, letter):
    for login in ("budi", "agus", "admin", "hadi", "rina"):
        page.log_in(login)
        for path in ("", "/file", "/trail", "/preview", f"/pages/{letter.version.prepared_sha256}/1.webp"):
            page.get(f"/letters/{letter.id}{path}", status=404)
        page.log_out()


def test_it_is_approved_with_the_code_alone_and_the_page_says_what_it_was(page, letter, app):
    page.log_in("sari")
    page.get(f"/letters/{letter.id}")
    digest = page.html.select_one("#setujui-digest")["value"]
    assert "tidak ada tanda tangan Anda yang dibuat" in page.text
    page.client.delete_cookie(app.config["UNLOCK_COOKIE"])  # what opens his own key is not even there
    page.post(f"/letters/{letter.id}/signature", {"code": page.code_of("sari"), "digest": digest})
    page.follow()
    assert "Selesai: ini latihan, bukan tanda tangan Anda" in page.text and "Bagikan" not in page.text
    page.get(f"/letters/{letter.id}/bundle", status=404)
    for path in ("revocation", "replacement"):
        page.get(f"/letters/{letter.id}/{path}", status=403)


def test_a_wrong_code_counts_as_anywhere(page, letter):
    page.log_in("sari")
    page.get(f"/letters/{letter.id}")
    digest = page.html.select_one("#setujui-digest")["value"]
    page.post(f"/letters/{letter.id}/signature", {"code": "000000", "digest": digest}, status=422)
    assert "Sisa percobaan: 4" in page.text


def test_a_stranger_is_told_that_it_is_practice_and_its_files_are_not_shown(page, letter):
    page.get(f"/v/{letter.code}")
    assert page.h1 == "Surat latihan: bukan surat resmi"
    assert letter.subject not in page.text and letter.number not in page.text and "Asli" not in page.text
    page.get(f"/v/{letter.code}/file", status=404)
    page.get(f"/v/{letter.code}/page-1.webp", status=404)


@pytest.mark.parametrize("part", ["drafter", "reviewer", "nonsense", ""])
def test_what_one_does_not_practise_is_refused(page, session, part):
    session.commit()
    page.log_in("sari")
    page.get("/practice")
    page.post("/practice/letters", {"part": part}, status=403 if part == "reviewer" else 422)


def test_ready_letters_wait_after_a_press(page, session):
    session.commit()
    page.log_in("dewi")
    page.get("/practice")
    page.post("/practice/letters", {"part": "reviewer"})
    page.follow()
    links = page.html.select("section:has(#reviewer) .letter__subject a")
    assert len(links) == practice.AT_ONCE[Part.REVIEWER]
    page.get(links[0]["href"])
    assert says_practice(page) and page.html.select("#paraf")
    page.post(f"{links[0]['href']}/initial", {"digest": page.html.select_one("[name=digest]")["value"], "note": ""})
    page.follow()
    assert "Menunggu tanda tangan" in page.text
    page.get("/practice")
    assert "Baca dan paraf sebuah surat" in [one.text for one in page.html.select(".is-done p:first-child")]


def test_an_upload_for_practice_is_marked_and_a_kept_real_one_is_not_taken(page, make, session, app):
    budi = make.person("budi")
    bare = rehearsal.upload(budi)
    token = intake.keep(budi, bare)
    session.commit()
    page.log_in("budi")
    page.get("/practice/letters/new")
    office = page.html.select_one("[name=office_id]")["value"]
    facts = {
        "number": "LATIHAN/1/2026", "subject": "x", "addressee": "y", "dated_on": "2026-11-23", "urgency": "biasa",
        "confidentiality": "biasa", "classification": "", "signer_id": str(budi.person.id), "office_id": office,
        "numbering": "0",
    }  # fmt: skip
    page.post("/practice/letters/new", facts | {"kept": token}, status=422)
    assert "Pilih berkas PDF suratnya" in page.text
    page.post("/practice/letters/new", facts | {"file": (BytesIO(bare.pdf), "surat.pdf")})
    with db.unit(app.extensions["engine"], writes=False) as own:
        (made,) = own.query(Letter).all()
        assert made.trainee_id == made.signer_id == budi.person.id and made.state == State.DRAFT
        assert made.version.sha256 != bare.sha256 and made.number == "LATIHAN/1/2026"
    page.follow()
    assert says_practice(page)


def test_the_guide_is_public_short_and_in_both_languages(page, session):
    session.commit()
    for lang, words in (("id", "Menyetujui surat"), ("en", "Approving a letter")):
        page.get(f"/guide?lang={lang}")
        assert words in page.text
        assert len(page.html.select("section.guide")) == 7
        assert all(a["href"].startswith(("/", "#")) for a in page.html.select("main a"))
    page.log_in("sari")
    page.get("/practice")
    assert page.html.select_one("a.kop__help")["href"] == "/guide"


def test_who_has_done_all_of_it_is_told_and_trained(page, make, session, monkeypatch):
    rina = make.person("rina")
    monkeypatch.setattr(drills, "passed_at", lambda work, person: rina.now)
    code = rehearsal.letter(rina, Part.CHECKER).code
    session.commit()
    page.log_in("rina")
    page.get("/practice")
    assert "Latihan Anda selesai" not in page.text and not session.query(Training).count()
    session.rollback()
    page.get(f"/v/{code}")
    page.get("/practice")
    assert "Latihan Anda selesai" in page.text
    assert session.query(Training).one().course == practice.COURSE


def test_five_places_fit_a_phone_and_practice_is_found_elsewhere_by_who_has_more(page):
    page.log_in("sari")
    page.get("/settings")
    assert page.html.select(".tabs a[href='/practice']")
    page.log_out()
    page.log_in("admin")
    page.get("/settings")
    assert not page.html.select(".tabs a[href='/practice']") and page.html.select(".rows a[href='/practice']")
