"""The public page: one glance, no log-in, no JavaScript, and nothing that a stranger should not know."""

import gzip
import hashlib

import pytest

from webapp.domain import documents
from webapp.models import Confidentiality

HOSTILE = '<img src=x onerror="alert(1)">'
VERDICTS = {"signed": "Asli", "revoked": "Dicabut", "submitted": "Belum ditandatangani"}


@pytest.fixture
def signed(make, session):
    made = make.signed()
    session.commit()
    return made


def dashed(code):
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def test_a_genuine_letter_is_told_in_one_glance(page, signed):
    page.get(f"/v/{dashed(signed.code)}")
    assert page.h1 == "Asli"
    assert page.html.select_one(".verdict.ok svg"), "a word, an icon and a colour"
    for told in (
        signed.number, signed.subject, "Sari Contoh, S.H., M.Si.", "Sekretaris Daerah (contoh)", "Sekretariat Daerah",
        "Pemerintah Kabupaten Solok", "WIB", "tidak tersertifikasi", "Cocokkan", "localhost", dashed(signed.code),
    ):  # fmt: skip
        assert told in page.text, told
    pages = dict(zip(*[[e.get_text() for e in page.html.select(f".facts {tag}")] for tag in ("dt", "dd")], strict=True))
    assert pages["Jumlah halaman"] == "1"


def test_it_is_complete_without_javascript_and_small(page, signed):
    for path, status in ((f"/V/{signed.code}", 200), ("/v", 200), (f"/v/{'0' * 12}", 404)):
        page.get(path, status=status)
        css = page.client.get(page.html.select_one("link[rel=stylesheet]")["href"]).data
        size = len(gzip.compress(page.response.data, 6)) + len(gzip.compress(css, 6))
        assert size <= 14 * 1024, f"{path}: {size} bytes"
        assert len(page.html.select("link[rel=stylesheet]")) == 1


@pytest.mark.parametrize(
    "form", [str.upper, str.lower, dashed, lambda c: c.lower().replace("0", "o").replace("1", "l")]
)
@pytest.mark.parametrize("prefix", ["/v/", "/V/"])
def test_a_code_is_read_as_people_type_it(page, signed, form, prefix):
    assert page.get(prefix + form(signed.code)).h1 == "Asli"


@pytest.mark.parametrize("state", VERDICTS)
def test_each_standing_has_its_word(page, make, session, state):
    letter = make.in_state(state)
    session.commit()
    assert page.get(f"/v/{letter.code}").h1 == VERDICTS[state]


def test_a_replaced_letter_leads_to_its_successor(page, make, session):
    letter = make.replaced()
    session.commit()
    page.get(f"/v/{letter.code}")
    assert page.h1 == f"Diganti oleh surat nomor {letter.replaced_by.number}"
    link = page.html.select_one(".verdict a")["href"]
    assert page.get(link).h1 == "Asli" and letter.replaced_by.number in page.text


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "withdrawn", "rejected"])
def test_an_unsigned_letter_shows_nothing_of_itself(page, make, session, state):
    letter = make.in_state(state)
    session.commit()
    page.get(f"/v/{letter.code}")
    assert page.h1 == "Belum ditandatangani"
    assert letter.number not in page.text and letter.subject not in page.text and "Sari" not in page.text
    page.get(f"/v/{letter.code}/page-1.webp", status=404)
    page.get(f"/v/{letter.code}/file", status=404)


@pytest.mark.parametrize("level", [Confidentiality.RESTRICTED, Confidentiality.SECRET, Confidentiality.TOP_SECRET])
def test_a_confidential_letter_keeps_its_contents(page, make, session, level):
    letter = make.signed(confidentiality=level)
    session.commit()
    page.get(f"/v/{letter.code}")
    assert page.h1 == "Asli" and letter.number in page.text
    assert letter.subject not in page.response.get_data(as_text=True) and not page.html.select("img")
    # Who holds the file may compare it: its digest confirms no guess, because the signature in it is random.
    assert page.html.select_one("[data-behaviour=match-file]")["data-sha256"] == letter.signature.sha256
    page.get(f"/v/{letter.code}/page-1.webp", status=404)
    page.get(f"/v/{letter.code}/file", status=404)


@pytest.mark.parametrize("state", ["signed", "revoked", "replaced"])
def test_the_original_and_its_first_page_are_for_everyone_when_open(page, make, session, state):
    letter = make.in_state(state)
    session.commit()
    page.get(f"/v/{letter.code}")
    image = page.html.select_one(".proof img")
    assert page.client.get(image["src"]).data[8:12] == b"WEBP"
    page.get(f"/v/{letter.code}/file")
    assert hashlib.sha256(page.response.data).hexdigest() == letter.signature.sha256


def test_a_damaged_file_is_called_damaged(page, signed, config):
    path = documents.path(config, signed.signature.sha256)
    path.write_bytes(path.read_bytes().replace(b"Undangan", b"Undangam", 1) + b" ")
    page.get(f"/v/{signed.code}")
    assert page.h1 == "Berkas rusak" and not page.html.select("img")
    page.get(f"/v/{signed.code}/file", status=404)
    page.get(f"/v/{signed.code}/page-1.webp", status=404)


@pytest.mark.parametrize("code", ["0" * 12, "ABC", "x" * 300, "<script>alert(1)</script>", "%00", "ÄÖÜ"])
def test_an_unknown_code_is_not_found(page, code):
    page.get(f"/v/{code}", status=404)
    assert "alert(1)" not in page.response.get_data(as_text=True)


def test_guessing_is_stopped(page, signed, clock):
    for number in range(30):
        page.get(f"/v/{number:012d}", status=404)
    page.get(f"/v/{'0' * 12}", status=429)
    page.get(f"/v/{signed.code}", status=429)
    assert page.response.headers["Retry-After"]
    clock.tick(601)
    page.get(f"/v/{signed.code}")


def test_genuine_codes_cost_nothing(page, signed):
    for _ in range(40):
        page.get(f"/v/{signed.code}")


@pytest.mark.parametrize(("typed", "status"), [("", 422), ("abc", 422), ("x" * 200, 422), ("8F3K-2M9Q-7XTU", 422)])
def test_a_typed_code_without_the_shape_of_one_is_said_so(page, typed, status):
    page.get(f"/v?code={typed}", status=status)
    assert page.html.select_one(".field__error") and page.html.select_one("[name=code]")["aria-invalid"] == "true"


def test_a_typed_code_leads_to_its_page(page, signed):
    page.get(f"/V?code= {signed.code.lower()} ", status=303)
    assert page.location == f"/v/{dashed(signed.code)}"


def test_the_preview_of_a_passed_on_link_tells_nothing(page, signed):
    page.get(f"/v/{signed.code}")
    told = " ".join(meta.get("content", "") for meta in page.html.select("head meta"))
    for secret in (signed.number, signed.subject, "Sari", signed.code, "Asli"):
        assert secret not in told + page.html.title.get_text().replace("Asli · Teken", "")
    assert page.html.select_one("[name=robots]")["content"].startswith("noindex")


def test_nothing_of_it_is_kept(page, signed):
    page.get(f"/v/{signed.code}")
    assert page.response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in page.response.headers and "Set-Cookie" not in page.response.headers


def test_no_identity_numbers_are_told(page, signed, sari):
    page.get(f"/v/{signed.code}")
    html = page.response.get_data(as_text=True)
    assert sari.nip not in html and sari.email not in html and "NIK" not in html


def test_hostile_text_is_only_text(page, make, session):
    letter = make.signed(subject=HOSTILE, number=HOSTILE)
    session.commit()
    page.get(f"/v/{letter.code}")
    assert HOSTILE in page.text and not page.html.select("img[src=x]")
