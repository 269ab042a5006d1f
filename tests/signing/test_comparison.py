"""Forged letters under genuine codes, photographed: what is marked, what is not. The large set is bin/bench compare."""

from __future__ import annotations

import random
from dataclasses import replace
from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from signing import comparison, planes, recognition
from signing.child import call
from signing.comparison import Outcome, State
from signing.errors import BadDocument
from signing.likeness import Sight
from signing.particulars import particulars
from signing.pictures import load, opened
from signing.readings import aligned, between
from signing.texts import glyphs
from tests.signing import sheets, snapshots

NEEDS_READER = pytest.mark.skipif(recognition.program() is None, reason="tesseract is not installed here")
CAMERAS = list(snapshots.CAMERAS)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock on the wall, not the processor's: beside other tests reading takes longer than beside other letters."""
    for module, name in ((recognition, "ALLOWANCE"), (comparison, "_ALLOWANCE")):
        usual = getattr(module, name)
        monkeypatch.setattr(module, name, replace(usual, patience=10 * usual.patience))
    monkeypatch.setattr(comparison, "_PATIENCE", 10 * comparison._PATIENCE)


def photo(pdf: bytes, seed: object, camera: str = "small") -> bytes:
    return snapshots.photographed(pdf, random.Random(str(seed)), snapshots.CAMERAS[camera])


@NEEDS_READER
@pytest.mark.slow
@pytest.mark.parametrize("kind", sheets.KINDS)
def test_one_altered_fact_is_marked_and_nothing_else(kind: str) -> None:
    number = 300 + sheets.KINDS.index(kind)
    genuine = sheets.sheet(number, plain=kind == "person")
    forged = sheets.forged(genuine, kind, random.Random(kind))
    old, new = next(
        pair
        for name in sheets.KINDS
        for pair in zip(genuine.facts[name], forged.facts[name], strict=True)
        if pair[0] != pair[1]
    )
    found = comparison.compare(genuine.pdf(), photo(forged.pdf(), number, CAMERAS[number % 3]))
    with opened(genuine.plain()) as document:  # a person may be named twice: each place is marked
        times = " ".join(load(document, 1).get_textpage().get_text_range().split()).count(old)
    assert [fact.text for fact in found.of(State.DIFFERS)] == [old] * times and found.is_alarm
    fact = found.of(State.DIFFERS)[0]
    assert fact.on_page[8:12] == fact.on_photo[8:12] == b"WEBP"
    assert "".join(new.split())[:3] in "".join(fact.reading.split()) or fact.reading != old


@NEEDS_READER
@pytest.mark.slow
def test_a_fact_that_was_only_made_longer_is_marked() -> None:
    """Every sign of the genuine fact is still there: the ink behind it tells."""
    genuine = sheets.sheet(2)
    old = genuine.facts["amount"][0]
    forged = genuine.with_fact("amount", 0, old.replace(",00", ".000,00"))
    (fact,) = comparison.compare(genuine.pdf(), photo(forged.pdf(), "longer")).of(State.DIFFERS)
    assert (fact.text, fact.reading) == (old, old.replace(",00", ".000,00"))


@NEEDS_READER
@pytest.mark.slow
@pytest.mark.parametrize("camera", CAMERAS)
def test_a_faithful_page_raises_no_alarm(camera: str) -> None:
    genuine = sheets.sheet(310 + CAMERAS.index(camera))
    found = comparison.compare(genuine.pdf(), photo(genuine.pdf(), camera, camera))
    told = {fact.text for fact in found.of(State.SAME)}
    shown = {kind: genuine.facts[kind][: sheets.shown(genuine, kind)] for kind in ("number", "date", "name", "amount")}
    assert found.outcome == Outcome.COMPARED and not found.is_alarm and found.page == 1
    assert all(text in told for texts in shown.values() for text in texts), (shown, told)


@NEEDS_READER
@pytest.mark.slow
def test_the_second_page_is_found_and_a_phone_held_sideways_is_understood() -> None:
    one, two = (sheets.sheet(number).plain() for number in (320, 321))
    both = sheets.joined(one, two)
    picture = Image.open(BytesIO(photo(two, "sideways")))
    output, exif = BytesIO(), Image.Exif()
    exif[0x0112] = 6  # the camera's note: turn by a quarter to see it upright
    picture.transpose(Image.Transpose.ROTATE_90).save(output, "JPEG", exif=exif, quality=90)
    found = comparison.compare(both, output.getvalue())
    assert (found.outcome, found.page, found.is_alarm) == (Outcome.COMPARED, 2, False)


@NEEDS_READER
@pytest.mark.slow
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_photograph_that_notes_no_direction_is_turned(turn: int) -> None:
    """A phone held flat over the table often notes none: forged and faithful are told apart as in an upright one."""
    genuine = sheets.sheet(330 + turn // 90)
    forged = sheets.forged(genuine, "number", random.Random(turn))
    for paper, told in ((genuine, []), (forged, list(genuine.facts["number"]))):
        camera, output = CAMERAS[turn // 90 - 1], BytesIO()
        picture = Image.open(BytesIO(photo(paper.pdf(), f"turned {turn}", camera)))
        picture.rotate(turn, expand=True).save(output, "JPEG", quality=90)
        found = comparison.compare(genuine.pdf(), output.getvalue())
        assert (found.outcome, [fact.text for fact in found.of(State.DIFFERS)]) == (Outcome.COMPARED, told)
        shown = Image.open(BytesIO(found.photo))
        assert shown.height > shown.width


@NEEDS_READER
@pytest.mark.slow
def test_another_text_on_its_head_is_told_as_another_text() -> None:
    output = BytesIO()
    picture = Image.open(BytesIO(photo(sheets.sheet(1).pdf(), "other")))
    picture.rotate(180).save(output, "JPEG", quality=90)
    assert comparison.compare(sheets.sheet(0).pdf(), output.getvalue()).outcome == Outcome.OTHER


@NEEDS_READER
def test_another_text_is_told_as_such_and_an_empty_picture_is_not() -> None:
    genuine = sheets.sheet(0).pdf()
    assert comparison.compare(genuine, photo(sheets.sheet(1).pdf(), "other")).outcome == Outcome.OTHER
    empty = BytesIO()
    Image.new("RGB", (900, 1200), "silver").save(empty, "JPEG")
    assert comparison.compare(genuine, empty.getvalue()).outcome == Outcome.UNREADABLE


FACT = {
    "kind": "date",
    "text": "17 Oktober 2026",
    "likeness": 0.5,
    "clear": True,
    "height": 12.0,
    "reading": "17 Oktober 2025",
}


@pytest.mark.parametrize(
    ("change", "second", "state"),
    [
        ({}, "17 Oktober 2025", State.DIFFERS),
        ({}, None, State.DIFFERS),
        ({"likeness": 0.93}, "17 Oktober 2025", State.SAME),  # the reader slips, the signs are the same
        ({"reading": "17 oktober2026"}, None, State.SAME),  # moved by what a longer fact before it pushed
        ({}, "17 Oktober 2026", State.SAME),  # a second look reads it
        ({"reading": None}, "", State.UNREADABLE),
        ({"reading": "17"}, "", State.UNREADABLE),  # a finger lies on it
        ({"likeness": 0.8}, None, State.DIFFERS),
        ({"likeness": 0.8, "height": 8.0}, None, State.SAME),  # small print: noise takes more of it
        ({"clear": False}, None, State.UNREADABLE),  # the words around are not clear either
        ({"likeness": 0.93, "beside": True, "reading": "17 Oktober 20261"}, None, State.DIFFERS),  # made longer
        ({"likeness": 0.93, "beside": True, "reading": "17 Oktober 2026"}, ": 17 Oktober 2026", State.SAME),
        ({"likeness": 0.93, "beside": True, "reading": None}, "", State.SAME),  # a speck
        ({"reading": None}, "2 17 Oktober 2026", State.SAME),  # half a neighbour at the picture's edge
        ({"reading": None}, "117 Oktober 2026", State.DIFFERS),
        ({"reading": "1", "beside": True}, "1 17 Oktober 2026", State.DIFFERS),
    ],
)
def test_two_witnesses_are_heard(change: dict, second: str | None, state: State) -> None:
    assert comparison.judge(FACT | change, second) == state


def test_the_facts_of_a_letter_are_found() -> None:
    for form in range(3):
        sheet = sheets.sheet(form)
        with opened(sheet.pdf()) as document:
            found = particulars(glyphs(load(document, 1)), {"number": sheet.facts["number"]})
        told = {(fact.kind, fact.text) for fact in found}
        for kind, name in (("number",) * 2, ("date",) * 2, ("name",) * 2, ("amount",) * 2, ("nip", "id")):
            for text in sheet.facts[kind][: sheets.shown(sheet, kind)]:
                assert (name, text) in told, (form, text, told)
        assert all(left.glyphs[0].y0 <= right.glyphs[0].y0 for left, right in pairwise(found))


@pytest.mark.parametrize("number", range(12))
def test_people_without_titles_are_found_by_where_they_stand(number: int) -> None:
    sheet = sheets.sheet(number, plain=True)
    with opened(sheet.pdf()) as document:
        told = {fact.text for fact in particulars(glyphs(load(document, 1)), {})}
    assert set(sheet.facts["person"]) <= told and not any(text.startswith("dr.") for text in told)


def test_likeness_is_the_correlation_of_the_two_pictures_and_tells_the_shift() -> None:
    dice = np.random.default_rng(4)
    page = dice.integers(0, 256, (60, 80), dtype=np.uint8)
    photo = np.roll(page, (-1, 2), (0, 1)) // 2 + 40
    sight = Sight(Image.fromarray(page), Image.fromarray(photo))
    likeness, shift = sight.best((20, 20, 44, 33), (1, 0), 2)
    wanted = np.corrcoef(page[20:33, 20:44].ravel(), photo[19:32, 22:46].ravel())[0, 1]
    assert shift == (2, -1) and likeness == pytest.approx(wanted, abs=1e-9)
    flat = Sight(Image.fromarray(page), Image.new("L", (80, 60), 200))
    assert flat.best((20, 20, 29, 29), (0, 0), 1) == (0.0, (1, 1))  # nothing alike; among equals the farthest


TRUE = (0.9, 0.12, 40.0, -0.08, 1.1, 25.0, 1e-5, -2e-5)


def test_a_plane_is_found_among_wrong_pairs() -> None:
    dice = random.Random(1)
    points = [(dice.uniform(0, 1800), dice.uniform(0, 2500)) for _ in range(60)]
    pairs = [(point, planes.place(TRUE, point)) for point in points]
    wrong = [(point, (dice.uniform(0, 1800), dice.uniform(0, 2500))) for point in points[:25]]
    found = planes.find(pairs[25:] + wrong, 3.0)
    assert found is not None and len(found[1]) >= 35
    for point in ((0, 0), (1800, 0), (1800, 2500), (0, 2500)):
        assert planes.place(found[0], point) == pytest.approx(planes.place(TRUE, point), abs=0.5)


def test_points_in_a_row_have_no_plane() -> None:
    row = [((float(x), 2.0 * x), (float(x), float(x))) for x in range(20)]
    assert planes.find(row, 2.0) is None and planes.find([], 2.0) is None


def test_readings_are_laid_beside_the_print() -> None:
    printed = ["sebesar", "Rp911.750.000,00", "untuk", "setiap"]
    for read, told in (
        (["sebesar", "Rp9", "11.750.000,00", "untuk", "setiap"], "Rp9 11.750.000,00"),
        (["sebesarRp911.700.000,00", "untuk", "setiap"], "Rp911.700.000,00"),
        (["sebesar", "untuk", "setiap"], None),
        (["lain", "sama", "sekali"], None),
    ):
        assert between(aligned(printed, read), 7, 23, read) == told


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "CMYK", "P", "I;16", "1"])
def test_pictures_of_every_kind_are_developed(mode: str) -> None:
    output = BytesIO()
    Image.new(mode, (300, 400)).save(output, "JPEG" if mode == "CMYK" else "PNG")
    grey, shown = call("develop", output.getvalue()).parts
    assert Image.open(BytesIO(grey)).size == (300, 400) and shown[8:12] == b"WEBP"


def test_hostile_pictures_are_refused_before_they_are_decoded() -> None:
    bomb, gif = BytesIO(), BytesIO()
    Image.new("1", (13_000, 13_000)).save(bomb, "PNG")
    Image.new("L", (20, 20)).save(gif, "GIF")
    for picture, code in ((bomb.getvalue(), "too_large"), (gif.getvalue(), "not_picture"), (b"", "not_picture")):
        with pytest.raises(BadDocument) as refused:
            call("develop", picture)
        assert refused.value.code == code


@NEEDS_READER
def test_the_reader_is_held_to_its_allowance(monkeypatch: pytest.MonkeyPatch) -> None:
    (grey, _) = call("develop", photo(sheets.sheet(0).pdf(), "short")).parts
    for less in ({"memory": 30 << 20}, {"patience": 0.05}, {"answer": 200}):
        monkeypatch.setattr(recognition, "ALLOWANCE", replace(comparison._ALLOWANCE, **less))
        with pytest.raises(BadDocument) as refused:
            recognition.read(grey)
        assert refused.value.code == "too_complex", less


def test_without_a_reader_the_photograph_is_only_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "program", lambda: None)
    found = comparison.compare(sheets.sheet(0).pdf(), photo(sheets.sheet(0).pdf(), "shown"))
    assert found.outcome == Outcome.NO_READER and found.photo[8:12] == b"WEBP" and not found.is_alarm
