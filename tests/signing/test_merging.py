"""A template with fields and a table: each copy shows its row, in letters that are in the file, and is a plain page."""

from __future__ import annotations

import subprocess
from io import BytesIO

import pikepdf
import pytest

from signing import documents
from signing.errors import BadDocument
from signing.merging import FormField, fields, fill
from tests.signing.forms import certificate
from tests.signing.office import letter, program, signed


def text(pdf):
    command = [program("pdftotext"), "-layout", "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def test_fields_are_found_by_name():
    assert fields(certificate("nama", "nomor")) == (FormField("nama", 100), FormField("nomor", 100))


def test_each_copy_shows_its_row_and_is_a_plain_page(tmp_path):
    template = certificate("nama", "nomor")
    rows = [{"nama": "Éka Contoh, S.Kom.", "nomor": "1/2026"}, {"nama": "Budi <b>& Co</b>", "nomor": ""}]
    copies = fill(template, rows)
    assert "Éka Contoh, S.Kom." in text(copies[0]) and "1/2026" in text(copies[0])
    assert "Budi <b>& Co</b>" in text(copies[1]) and "Éka" not in text(copies[1])
    assert not any("lama" in text(copy) for copy in copies)
    for copy in copies:
        path = tmp_path / "copy.pdf"
        path.write_bytes(copy)
        assert subprocess.run([program("qpdf"), "--check", path], capture_output=True).returncode == 0
        listed = subprocess.run([program("pdffonts"), path], capture_output=True, text=True, check=True).stdout
        assert any("Teken-Surat" in line and " yes yes yes" in line for line in listed.splitlines()), listed
        with pikepdf.open(BytesIO(copy)) as document:
            assert "/AcroForm" not in document.Root and not len(document.pages[0].obj.get("/Annots", ()))
        found = documents.examine(copy, size=(220.0, 92.0))
        assert found.repairs == () and found.suggestion is not None


def test_the_text_stands_in_its_field(tmp_path):
    (copy,) = fill(certificate("nama"), [{"nama": "Dewi"}])
    where = ["-x", "271", "-y", "125", "-W", "300", "-H", "32"]
    told = subprocess.run([program("pdftotext"), *where, "-", "-"], input=copy, capture_output=True, check=True)
    assert told.stdout.decode().strip() == "Dewi"


def test_a_long_name_is_set_smaller_and_one_too_long_is_named():
    long = "Nama yang panjang sekali dengan gelar di belakang, S.Kom., M.Kom."
    copy, fault, fault_too = fill(certificate("nama"), [{"nama": long}, {"nama": "W" * 90}, {"nama": "i" * 101}])
    assert " ".join(long.split()) in " ".join(text(copy).split())
    assert (fault, fault_too) == ("nama", "nama")


@pytest.mark.parametrize(
    ("pdf", "code"), [(letter, "no_fields"), (signed, "certified"), (lambda: b"%PDF-1.7 x", "broken")]
)
def test_what_is_no_template_is_refused(pdf, code):
    with pytest.raises(BadDocument) as caught:
        fields(pdf())
    assert caught.value.code == code


def test_signs_that_the_typeface_lacks_are_refused():
    with pytest.raises(BadDocument) as caught:
        fill(certificate("nama"), [{"nama": "\u4f60"}])
    assert caught.value.code == "unwritable"
