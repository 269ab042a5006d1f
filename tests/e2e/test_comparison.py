"""A stranger with the paper and a phone: code, photograph, and what differs is on the screen. Also without scripts."""

from __future__ import annotations

import random

import pytest

import signing
from signing import recognition
from tests.e2e.test_looks import DESK, FAULTS, NARROW, PHONE
from tests.e2e.watch import ready, shot, wait
from tests.factories import Factory
from tests.signing import sheets, snapshots
from webapp.domain import documents, marks
from webapp.models import Letter

SHEET = sheets.sheet(1)
FORGED = SHEET.with_fact("date", 1, "19 Desember 2026").with_fact("name", 2, "Hendra Harahap, Ir.")
PATIENCE = 60_000  # milliseconds, on a machine that runs other tests too


@pytest.fixture(scope="module")
def letter_id(product, tmp_path_factory):
    """A signed letter that photographs are compared with."""
    file = tmp_path_factory.mktemp("letters") / "tugas.pdf"
    file.write_bytes(SHEET.plain())
    number = SHEET.facts["number"][0]
    return product.do(lambda work: Factory(work).signed(file=str(file), number=number).id)


@pytest.fixture(scope="module")
def address(product, letter_id):
    return product.verification_url(letter_id)


@pytest.fixture(scope="module")
def photos(product, letter_id, tmp_path_factory):
    """The letter itself, one with its mark and two facts altered, and another letter."""

    def papers(work):
        letter = work.session.get_one(Letter, letter_id)
        words = {"field": "T", "name": "x", "reason": "x", "location": "x"}
        place, stamp = Factory(work).suggested(letter), marks.stamp(work.config, letter)
        forged = signing.prepare(FORGED.plain(), stamp, place, **words).pdf
        return {"faithful": documents.get(work.config, letter.signature.sha256), "forged": forged}

    folder, camera = tmp_path_factory.mktemp("photos"), snapshots.CAMERAS["small"]
    for name, pdf in (product.do(papers) | {"other": sheets.sheet(2).pdf()}).items():
        (folder / f"{name}.jpg").write_bytes(snapshots.photographed(pdf, random.Random(name), camera))
    return folder


def send(page, photo, form="#foto"):
    page.set_input_files(form, photo)
    page.click(f"form:has({form}) button", timeout=PATIENCE)
    page.wait_for_selector(".verdict", timeout=PATIENCE)


@pytest.mark.skipif(recognition.program() is None, reason="tesseract is not installed here")
@pytest.mark.parametrize("scripts", [True, False], ids=["", "without scripts"])
def test_a_forged_letter_under_a_genuine_code_is_told_apart(address, photos, open_page, scripts):
    page = open_page("phone", java_script_enabled=scripts)
    page.goto(address)
    page.click("a[href$='/photo']")
    if scripts:
        ready(page)
    send(page, photos / "forged.jpg")
    told = " ".join(page.inner_text(".doubts").split())
    assert page.inner_text("h1") == "2 hal berbeda"
    assert "Taufik Harahap, Ir." in told and "Hendra Harahap" in told and "14 Desember 2026" in told


@pytest.mark.skipif(recognition.program() is None, reason="tesseract is not installed here")
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", ["new", "forged", "faithful", "other"])
def test_the_screens_fit(address, photos, open_page, product, language, name):
    page, faults = open_page("desktop", has_touch=True, reduced_motion="reduce"), []
    page.context.add_cookies([{"name": "lang", "value": language, "url": product.url}])
    page.goto(f"{address}/photo")
    if name != "new":
        send(page, photos / f"{name}.jpg")
        assert page.locator(f".verdict.{'ok' if name == 'faithful' else 'bad'}").count() == 1
    look(page, f"{name}-{language}", faults)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("scripts", [True, False], ids=["", "without scripts"])
def test_the_two_pictures_can_be_enlarged(address, photos, open_page, scripts):
    page = open_page("phone", java_script_enabled=scripts)
    page.goto(f"{address}/photo")
    send(page, photos / "forged.jpg")
    for number, box in enumerate(("#besar-surat", "#besar-foto")):
        image = page.locator(".beside img").nth(number)
        before = image.bounding_box()["width"]
        page.check(box)
        assert image.bounding_box()["width"] > 2 * before


def look(page, name, faults):
    for size in (NARROW, PHONE, DESK):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        wait(page, f"innerWidth === {size[0]}")
        faults.extend(f"{name} at {size[0]}: {fault}" for fault in page.evaluate(FAULTS))
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            shot(page, f"compare-{name}-{size[0]}-{scheme}", full=size != NARROW)
    page.emulate_media(color_scheme="light")
