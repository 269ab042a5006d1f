"""A stranger photographs the paper: real photographs of real letters, compared as the product does it. No log-in."""

from __future__ import annotations

import random
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

import signing
from signing import comparison, recognition
from tests.signing import sheets, snapshots
from tests.signing.office import STAMP
from webapp.domain import comparisons, documents, marks
from webapp.models import Confidentiality

SHEET = sheets.sheet(1)
NEEDS_READER = pytest.mark.skipif(recognition.program() is None, reason="tesseract is not installed here")


@pytest.fixture
def signed(make, session, tmp_path):
    (tmp_path / "surat.pdf").write_bytes(SHEET.plain())
    made = make.signed(file=str(tmp_path / "surat.pdf"), number=SHEET.facts["number"][0])
    session.commit()
    return made


@pytest.fixture
def without_reader(monkeypatch):
    monkeypatch.setattr(comparison, "program", lambda: None)


def photo_of(pdf: bytes) -> bytes:
    return snapshots.photographed(pdf, random.Random(4), snapshots.CAMERAS["small"])


def send(page, letter, photo: bytes, *, status=200, name="foto.jpg"):
    page.get(f"/v/{letter.code}/photo")
    return page.post(f"/v/{letter.code}/photo", {"photo": (BytesIO(photo), name)}, status=status)


def test_the_page_of_a_letter_leads_to_the_photograph(page, signed):
    page.get(f"/v/{signed.code}")
    link = page.html.find("a", string=lambda text: text == "Bandingkan dengan foto") or page.html.select_one(
        "a[href$='/photo']"
    )
    page.get(link["href"])
    field = page.html.select_one("input[type=file][capture=environment]")
    assert page.h1 == "Bandingkan dengan foto" and "image/jpeg" in field["accept"]
    assert signed.number in page.text and "dibuang" in page.text


@NEEDS_READER
def test_a_forged_date_is_marked_beside_the_signed_one(page, signed, make, config):
    forged = SHEET.with_fact("date", 1, "19 Desember 2026").plain()
    words = {"field": "T", "name": "x", "reason": "x", "location": "x"}
    paper = signing.prepare(forged, marks.stamp(config, signed), make.suggested(signed), **words).pdf
    send(page, signed, photo_of(paper))
    assert page.h1 == "1 hal berbeda" and page.html.select_one(".verdict.bad")
    told = page.html.select_one(".doubts.bad").get_text(" ")
    assert SHEET.facts["date"][1] in told and "19 Desember 2026" in told and "Tanggal" in told
    assert page.html.select(".doubts.bad img[src^='data:image/webp']")


@NEEDS_READER
def test_another_signer_in_the_mark_is_marked(page, signed, make):
    """The code is pasted under another official's name."""
    place = make.suggested(signed)
    words = {"field": "T", "name": "x", "reason": "x", "location": "x"}
    paper = signing.prepare(SHEET.plain(), replace(STAMP, sealed=True), place, **words).pdf
    send(page, signed, photo_of(paper))
    told = page.html.select_one(".doubts.bad").get_text(" ")
    assert signed.signature.signer_name in told


@NEEDS_READER
def test_a_faithful_paper_raises_no_alarm(page, signed, config):
    send(page, signed, photo_of(documents.get(config, signed.signature.sha256)))
    assert page.h1 == "Tidak ada perbedaan yang ditemukan" and page.html.select_one(".verdict.ok")
    assert "Isi lainnya tetap perlu Anda baca" in page.text and not page.html.select(".doubts")


@NEEDS_READER
def test_another_letter_under_this_code_is_an_alarm(page, signed):
    send(page, signed, photo_of(sheets.sheet(2).pdf()))
    assert page.h1 == "Tulisannya lain" and page.html.select_one(".verdict.bad")


@NEEDS_READER
def test_a_picture_without_a_letter_is_no_alarm(page, signed):
    output = BytesIO()
    Image.effect_noise((900, 1200), 60).save(output, "JPEG")
    send(page, signed, output.getvalue())
    assert page.h1 == "Foto belum terbaca" and page.html.select_one(".verdict.quiet")


def test_without_a_reader_the_two_are_shown_side_by_side(page, signed, without_reader):
    send(page, signed, photo_of(SHEET.pdf()))
    images = [image["src"] for image in page.html.select(".pair img")]
    assert page.h1 == "Bandingkan sendiri" and "tidak dapat membaca foto" in page.text
    assert images[0].endswith("/page-1.webp") and images[1].startswith("data:image/webp")
    assert page.client.get(images[0]).data[8:12] == b"WEBP"


@pytest.mark.parametrize(
    ("photo", "told"),
    [
        (b"%PDF-1.7 bukan foto", "bukan foto"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "bukan foto"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "bukan foto"),
        (b"", "Ambil atau pilih"),
        (bytes(comparisons.MOST_BYTES + 1), "terlalu besar"),
    ],
    ids=["pdf", "broken", "svg", "none", "large"],
)
def test_what_is_no_photograph_is_refused_by_its_field(page, signed, photo, told):
    send(page, signed, photo, status=422, name="foto.jpg" if photo else "")
    assert told in page.html.select_one("#foto-error").get_text()


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(page, signed):
    output = BytesIO()
    Image.new("1", (13_000, 13_000)).save(output, "PNG")
    assert len(output.getvalue()) < 1_000_000
    send(page, signed, output.getvalue(), status=422)
    assert "terlalu besar" in page.text


def test_the_photograph_is_kept_nowhere(page, signed, config, without_reader):
    before = {path for path in config.data_dir.rglob("*") if path.is_file()}
    send(page, signed, photo_of(SHEET.pdf()))
    after = {path for path in config.data_dir.rglob("*") if path.is_file()} - before
    assert page.response.headers["Cache-Control"] == "no-store"
    assert all("pages" in path.parts or path.name.startswith("teken.sqlite3") for path in after), after


@pytest.mark.parametrize("level", [Confidentiality.RESTRICTED, Confidentiality.SECRET, Confidentiality.TOP_SECRET])
def test_a_confidential_letter_answers_no_photograph(page, make, session, level):
    """The answer would tell its contents, guess by guess."""
    letter = make.signed(confidentiality=level)
    session.commit()
    page.get(f"/v/{letter.code}")
    assert not page.html.select("a[href$='/photo']")
    page.get(f"/v/{letter.code}/photo", status=404)
    page.post(f"/v/{letter.code}/photo", {"photo": (BytesIO(b"x"), "foto.jpg")}, status=404)


@pytest.mark.parametrize("state", ["draft", "submitted", "rejected"])
def test_an_unsigned_letter_answers_no_photograph(page, make, session, state):
    letter = make.in_state(state)
    session.commit()
    page.get(f"/v/{letter.code}/photo", status=404)
    page.post(f"/v/{letter.code}/photo", {"photo": (BytesIO(b"x"), "foto.jpg")}, status=404)


def test_photographs_of_one_address_are_limited(page, signed):
    page.get(f"/v/{signed.code}/photo")
    for _ in range(12):
        page.post(f"/v/{signed.code}/photo", {"photo": (BytesIO(b"x"), "foto.jpg")}, status=422)
    page.post(f"/v/{signed.code}/photo", {"photo": (BytesIO(b"x"), "foto.jpg")}, status=429)


def test_one_at_a_time_so_that_officials_are_not_kept_waiting(page, signed, monkeypatch):
    monkeypatch.setattr(comparisons, "PATIENCE", 0.01)
    with comparisons.SLOTS:
        send(page, signed, photo_of(SHEET.pdf()), status=429)
    assert comparisons.SLOTS.acquire(blocking=False)
    comparisons.SLOTS.release()


def test_all_pages_can_be_held_beside_the_paper(page, make, session):
    letter = make.signed(file="edaran.pdf")
    session.commit()
    page.get(f"/v/{letter.code}")
    sources = [image["src"] for image in page.html.select(".proof img")]
    assert [source.rpartition("/")[2] for source in sources] == [f"page-{n}.webp" for n in (1, 2, 3)]
    assert all(page.client.get(source).data[8:12] == b"WEBP" for source in sources)
    page.get(f"/v/{letter.code}/page-4.webp", status=404)
