"""Page images: from the stored bytes, for those who may see the letter, a few at a time."""

import io

import pytest
from PIL import Image

from signing import pages as signing_pages
from tests.factories import THREE_PAGES
from webapp.domain import page_images


@pytest.fixture
def letter(make, session):
    made = make.submitted(file=THREE_PAGES)
    session.commit()
    return made


def url(letter, number=1, *, sha256=None, query=""):
    return f"/letters/{letter.id}/pages/{sha256 or letter.version.prepared_sha256}/{number}.webp{query}"


def test_a_page_is_a_webp_of_the_width_asked_for_and_no_browser_keeps_it(page, letter):
    page.log_in("sari").get(url(letter, query="?w=720"))
    image = Image.open(io.BytesIO(page.response.data))
    assert (image.format, image.width) == ("WEBP", 720)
    assert page.response.headers["Cache-Control"] == "no-store"
    page.get(url(letter))
    assert Image.open(io.BytesIO(page.response.data)).width == 1080


def test_the_mark_is_on_the_prepared_page_and_not_on_the_upload(page, letter):
    last = letter.version.placement["page"]
    page.log_in("budi")
    prepared = page.get(url(letter, last)).response.data
    assert page.get(url(letter, last, sha256=letter.version.sha256)).response.data != prepared


@pytest.mark.parametrize("query", ["?w=1", "?w=99999"])
def test_only_the_offered_widths_are_drawn(page, letter, query):
    page.log_in("sari").get(url(letter, query=query), status=404)


@pytest.mark.parametrize("number", [0, 4, 400])
def test_a_page_that_is_not_there_is_not_found(page, letter, number):
    page.log_in("sari").get(url(letter, number), status=404)


def test_only_files_of_this_letter_are_drawn(page, letter, make, session):
    other = make.submitted(signer="sari")
    session.commit()
    page.log_in("sari").get(url(letter, sha256=other.version.prepared_sha256), status=404)
    page.get(url(letter, sha256="0" * 64), status=404)


def test_a_stranger_finds_nothing(page, letter):
    page.get(url(letter), status=303)
    page.log_in("rudi").get(url(letter), status=404)


@pytest.fixture
def rendered(monkeypatch):
    """The page numbers of each call of a child."""
    calls = []

    def render(pdf, pages, width):
        calls.append(list(pages))
        return signing_pages.render(pdf, pages, width)

    monkeypatch.setattr(page_images.signing, "render", render)
    return calls


def test_a_page_is_rendered_once_and_neighbours_together(page, letter, rendered):
    page.log_in("sari")
    for number in (1, 1, 2, 3, 2):
        page.get(url(letter, number))
    assert rendered == [[1], [2, 3]], "a letter of many pages is never drawn all at once"


def test_a_long_letter_is_drawn_in_blocks(config, monkeypatch):
    calls = []

    def render(pdf, pages, width):
        calls.append(list(pages))
        return [b"RIFF" + (4).to_bytes(4, "little") + b"WEBP"] * len(pages)

    monkeypatch.setattr(page_images.signing, "render", render)
    monkeypatch.setattr(page_images.documents, "get", lambda *_: b"%PDF")
    for number in (1, 5, 2, 300, 299, 298):
        page_images.get(config, "a" * 64, number, total=300)
    assert calls == [[1], [2, 3, 4, 5], [298, 299, 300]]


def test_an_image_that_a_power_cut_left_unfinished_is_made_again(page, letter, config, rendered):
    page.log_in("sari").get(url(letter))
    whole = page.response.data
    (kept,) = (config.data_dir / "pages").rglob("1.webp")
    kept.write_bytes(whole[:100])
    assert page.get(url(letter)).response.data == whole
    assert rendered == [[1], [1]]
