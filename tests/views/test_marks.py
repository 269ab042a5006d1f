"""Putting the mark on the page, and the preview."""

from __future__ import annotations

from dataclasses import asdict

import pytest

import signing
from signing.documents import WARNINGS
from tests.views.uploads import look_again
from webapp.domain import documents
from webapp.models import State


@pytest.fixture
def letter(make, session):
    made = make.draft()
    session.commit()
    return made


def shown(page) -> dict[str, str]:
    return {field["name"]: field.get("value", "") for field in page.html.select("#letak input[name]")}


def place(page, letter, **values):
    return page.post(f"/letters/{letter.id}/mark", values, status=values.pop("status", 303))


def test_the_tag_proposes_the_place_and_says_so(page, letter):
    page.log_in("budi").get(f"/letters/{letter.id}/mark")
    assert "di tempat tag tanda tangan pada halaman 1" in page.text
    fields = shown(page)
    assert float(fields["x"]) == pytest.approx(letter.version.suggestion["x"], abs=0.1)
    assert page.html.select_one("g.mark").get("hidden") is None


def test_free_space_is_proposed_on_the_last_page(page, make, session):
    letter = make.draft("edaran.pdf")
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/mark")
    assert "ruang kosong di dekat blok tanda tangan pada halaman 3" in page.text
    page.get(f"/letters/{letter.id}/mark?page=1")
    assert "Letakkan di halaman ini untuk memindahkannya" in page.text
    assert page.html.select_one("g.mark").has_attr("hidden")
    assert shown(page)["page"] == "1"
    assert f"/pages/{letter.version.sha256}/1.webp" in page.html.select_one(".page img")["src"]
    page.get(f"/letters/{letter.id}/mark?page=99")
    assert shown(page)["page"] == "3"


def test_points_are_taken_and_the_prepared_file_shows_the_mark_there(page, letter, session, config):
    page.log_in("budi").get(f"/letters/{letter.id}/mark")
    box = asdict(signing.Placement(**{k: v for k, v in letter.version.suggestion.items() if k != "by"}))
    page.post(f"/letters/{letter.id}/mark", box)
    assert page.location == f"/letters/{letter.id}/preview"
    look_again(session, letter.version)
    assert letter.version.placement["x"] == pytest.approx(box["x"])
    prepared = documents.get(config, letter.version.prepared_sha256)
    assert prepared.startswith(documents.get(config, letter.version.sha256))
    page.follow()
    assert "Ajukan kepada Sekretaris Daerah (contoh)" in page.text
    assert letter.version.prepared_sha256 in page.html.select_one(".page img")["src"]


def test_without_javascript_millimetres_are_typed(page, make, session):
    letter = make.draft("edaran.pdf")
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/mark")
    fields = shown(page)
    assert page.html.find("input", attrs={"name": "x"}).has_attr("disabled")  # so a browser without script sends none
    page.post(f"/letters/{letter.id}/mark", {name: fields[name] for name in ("page", "x_mm", "y_mm", "width_mm")})
    look_again(session, letter.version)
    assert letter.version.placement["x"] == pytest.approx(letter.version.suggestion["x"], abs=0.3)
    assert letter.version.placement["height"] == pytest.approx(92, abs=0.3)


def test_covered_text_is_named_and_must_be_allowed_for_exactly_this_place(page, letter, session):
    page.log_in("budi").get(f"/letters/{letter.id}/mark")
    box = {"page": 1, "x": 80, "y": 60, "width": 220, "height": 92}
    page.post(f"/letters/{letter.id}/mark", box, status=422)
    assert "akan menutupi isi surat" in page.text
    assert "Perkantoran Pemerintah" in page.html.blockquote.get_text()
    assert "Pindahkan" in page.text
    look_again(session, letter.version)
    assert letter.version.prepared_sha256 is None
    accepted = page.html.find("button", attrs={"name": "accepted"})["value"]
    page.post(f"/letters/{letter.id}/mark", box | {"x": 100, "accepted": accepted}, status=422)
    page.post(f"/letters/{letter.id}/mark", box | {"accepted": accepted})
    look_again(session, letter.version)
    assert letter.version.covered_text
    assert "menutupi tulisan" in page.follow().text


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "Ketuk tempat tanda tangan"),
        ({"x": 500, "y": 10, "width": 220, "height": 92}, "di luar halaman"),
        ({"x": -5, "y": 10, "width": 220, "height": 92}, "di luar halaman"),
        ({"x": "nan", "y": 10, "width": 220, "height": 92}, "di luar halaman"),
        ({"x": "inf", "y": 10, "width": 220, "height": 92}, "di luar halaman"),
        ({"x": 60, "y": 10, "width": 40, "height": 20}, "53 sampai 113 mm"),
        ({"x": 60, "y": 10, "width": 220, "height": 9}, "53 sampai 113 mm"),
        ({"x": 60, "y": 600, "width": 150, "height": 40}, "terlalu kecil agar kode QR terbaca"),
        ({"x_mm": "sNaN", "y_mm": "1"}, "Isi dengan angka"),
        ({"x_mm": "dua", "y_mm": "1"}, "Isi dengan angka"),
        ({"page": 7, "x": 60, "y": 10, "width": 220, "height": 92}, "hanya berisi 1 halaman"),
        ({"page": "x", "x": 60, "y": 10, "width": 220, "height": 92}, "bilangan bulat"),
    ],
)
def test_an_impossible_place_is_refused_with_a_sentence(page, letter, session, values, sentence):
    page.log_in("budi").get(f"/letters/{letter.id}/mark")
    page.post(f"/letters/{letter.id}/mark", {"page": 1} | values, status=422)
    assert sentence in page.text
    look_again(session, letter.version)
    assert letter.version.prepared_sha256 is None


def test_the_mark_can_be_moved_again_and_is_shown_where_it_was(page, make, session):
    letter = make.placed()
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/mark")
    assert "sudah diletakkan pada halaman 1" in page.text


def test_a_new_version_proposes_the_place_of_the_last_one(page, make, session, work, budi):
    letter = make.placed()
    letter.version.suggestion = None
    second = make.draft().version
    second.suggestion, second.number = None, 2
    letter.versions.append(second)
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/mark")
    assert "seperti pada versi sebelumnya" in page.text


def test_without_any_free_space_the_person_is_asked_to_choose(page, letter, session):
    letter.version.suggestion = None
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/mark")
    assert "Pilih sendiri tempatnya" in page.text


def test_the_preview_needs_a_mark_and_a_draft(page, letter, make, session):
    waiting = make.submitted()
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/preview", status=302)
    assert page.location == f"/letters/{letter.id}/mark"
    page.get(f"/letters/{waiting.id}/preview", status=302)
    assert page.location == f"/letters/{waiting.id}"


@pytest.mark.parametrize("state", ["submitted", "signed", "rejected"])
def test_the_mark_stays_where_it_is_once_the_letter_left_the_drafter(page, make, session, state):
    letter = make.in_state(state)
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/mark", status=409)
    page.post(f"/letters/{letter.id}/mark", {"page": 1, "x": 60, "y": 60, "width": 220, "height": 92}, status=409)
    assert letter.state == State(state)


def test_nobody_else_places_it(page, letter):
    page.log_in("rudi").get(f"/letters/{letter.id}/mark", status=404)
    page.log_out()
    page.log_in("sari").get(f"/letters/{letter.id}/mark", status=404)
    page.get("/settings")
    page.post(f"/letters/{letter.id}/mark", {"page": 1}, status=404)


def test_what_is_missing_is_told_before_submitting_and_stops_nothing(page, make, work):
    letter = make.placed(number="000.1.5/999/UM-2026")
    work.session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/preview")
    assert "Di halaman: 000.1.5/118/UM-2026. Di data surat: 000.1.5/999/UM-2026." in page.text
    assert page.html.select_one(f'.notice a[href="/letters/{letter.id}/edit"]')
    page.post(
        f"/letters/{letter.id}/submission", {"digest": page.html.find(attrs={"name": "digest"})["value"]}
    ).follow()
    assert "diajukan kepada" in page.text


def test_every_warning_has_a_sentence(page, make, work):
    letter = make.placed(number="000.1.5/999/UM-2026")
    letter.version.warnings = sorted({*WARNINGS, "several_tags"} - {"no_text"})
    work.session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/preview")
    assert len(page.html.select(".notice.warn li")) == len(letter.version.warnings) + 1
