"""DOCX and ODT become PDFs in a process that reaches nothing, and what would reach out is refused before."""

from __future__ import annotations

import socket
import subprocess
import threading
import zipfile
from io import BytesIO

import pikepdf
import pytest

from signing import conversion, documents
from signing.errors import BadDocument
from tests.signing.office import letter, program
from tests.signing.office_files import docx, odt, packed, relations

MADE = {"docx": docx, "odt": odt}


@pytest.fixture
def libre_office():
    if conversion.program() is None:
        pytest.skip("libreoffice-writer-nogui is not installed here")


def text(pdf):
    command = [program("pdftotext"), "-layout", "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def refusal(data):
    with pytest.raises(BadDocument) as caught:
        conversion.convert(data)
    return caught.value.code


@pytest.mark.parametrize("kind", MADE)
def test_a_document_becomes_a_pdf_a_that_is_taken_as_it_is(kind, libre_office):
    data = MADE[kind]()
    assert conversion.kind(data) == kind
    pdf = conversion.convert(data)
    assert "Nomor : 000.1.5/9/UM-2026" in text(pdf)
    with pikepdf.open(BytesIO(pdf)) as document, document.open_metadata() as about:
        assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "B")
    found = documents.examine(pdf, size=(220.0, 92.0))
    assert (found.repairs, found.pdf) == ((), pdf) and found.suggestion is not None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (docx(more=relations("image", "http://127.0.0.1/x.png")), "external_content"),
        (docx(more=relations("attachedTemplate", "file:///etc/hostname")), "external_content"),
        (docx(body="<w:p><w:r><w:instrText>INCLUDETEXT /etc/hostname</w:instrText></w:r></w:p>"), "external_content"),
        (odt(body='<text:section text:name="s"><text:section-source xlink:href="/etc/x"/></text:section>'),
         "external_content"),
        (odt(body='<text:p><draw:frame><draw:image xlink:href="file:///etc/x.png"/></draw:frame></text:p>'),
         "external_content"),
        (odt(body="<text:p><draw:frame><draw:object xlink:href='../x'/></draw:frame></text:p>"), "external_content"),
        (docx(more={"word/vbaProject.bin": "x"}), "macros"),
        (odt().replace(b"content.xml", b"content.xmm"), "not_office"),
        (packed({"x": "y"}), "not_office"),
        (letter(), "not_office"),
        (docx(more={"word/x.xml": '<!DOCTYPE a [<!ENTITY b "c">]>'}), "too_complex"),
        (docx(more={f"word/{number}": "" for number in range(2_001)}), "too_complex"),
    ],
)  # fmt: skip
def test_what_reaches_out_or_unpacks_without_end_is_refused_first(data, code, monkeypatch):
    monkeypatch.setattr(conversion, "_run", lambda *_: pytest.fail("LibreOffice was started"))
    monkeypatch.setattr(conversion, "program", lambda: "/usr/bin/false")
    assert refusal(data) == code


def test_a_link_that_somebody_clicks_is_no_reason():
    with_link = docx(more=relations("hyperlink", "https://contoh.go.id/"))
    conversion._require_harmless(with_link)
    conversion._require_harmless(odt(body='<text:p><text:a xlink:href="https://contoh.go.id/">x</text:a></text:p>'))
    conversion._require_harmless(odt(body='<draw:image xlink:href="Pictures/1.png"/>'))


def test_a_bomb_is_refused_by_what_its_directory_says():
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "x")
        made.writestr("word/document.xml", bytes(210_000_000))
    assert refusal(out.getvalue()) == "too_complex"


def test_where_nothing_is_installed_it_says_so(monkeypatch):
    monkeypatch.setattr(conversion, "program", lambda: None)
    assert refusal(docx()) == "no_converter"


def test_the_process_itself_reaches_neither_the_net_nor_linked_files(libre_office, monkeypatch, tmp_path):
    """Even what the look before overlooked: no connection arrives, and a linked file is not read."""
    monkeypatch.setattr(conversion, "_require_harmless", lambda _: None)
    secret = tmp_path / "secret.txt"
    secret.write_text("RAHASIA")
    arrived = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        ended = threading.Event()

        def listen():
            while not ended.is_set():
                try:
                    arrived.append(server.accept()[1])
                except TimeoutError:
                    continue

        listener = threading.Thread(target=listen)
        listener.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x.txt"
        sections = "".join(
            f'<text:section text:name="s{number}"><text:section-source xlink:href="{target}"/><text:p/></text:section>'
            for number, target in enumerate((address, secret.as_uri()))
        )
        try:
            pdf = conversion.convert(odt("Isi surat", body=sections))
        finally:
            ended.set()
            listener.join()
    assert "Isi surat" in text(pdf) and "RAHASIA" not in text(pdf)
    assert arrived == []


def test_a_converter_that_hangs_is_ended(monkeypatch, tmp_path):
    slow = tmp_path / "soffice.bin"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setattr(conversion, "program", lambda: str(slow))
    monkeypatch.setattr(conversion, "PATIENCE", 1.0)
    assert refusal(docx()) == "too_complex"
