"""DOCX and ODT as small as they can be, made here."""

from __future__ import annotations

import zipfile
from io import BytesIO

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
_DOCUMENT = (
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/>'
)
LINES = (
    "PEMERINTAH KABUPATEN CONTOH", "Nomor : 000.1.5/9/UM-2026", "Arosuka, 24 November 2026",
    "Dengan hormat, kami mengundang Saudara.", "SEKRETARIS DAERAH,", "", "", "", "", "", "", "Sari Wulandari",
)  # fmt: skip


def docx(*lines: str, more: dict[str, str] | None = None, body: str = "") -> bytes:
    """A document with a paragraph for each line; `more` are further parts, `body` further XML."""
    shown = "".join(f'<w:p><w:r><w:t xml:space="preserve">{line}</w:t></w:r></w:p>' for line in lines or LINES)
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": f"{_RELATIONS}{_DOCUMENT}</Relationships>",
        "word/document.xml": '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/'
        'wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f"<w:body>{shown}{body}</w:body></w:document>",
    }
    return packed(parts | (more or {}))


def odt(*lines: str, body: str = "") -> bytes:
    shown = "".join(f"<text:p>{line}</text:p>" for line in lines or LINES)
    content = (
        '<?xml version="1.0"?><office:document-content office:version="1.2" '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f"<office:body><office:text>{shown}{body}</office:text></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    mimetype = "application/vnd.oasis.opendocument.text"
    return packed({"mimetype": mimetype, "content.xml": content, "META-INF/manifest.xml": manifest})


def relations(kind: str, target: str) -> dict[str, str]:
    """A relation of the document to something outside."""
    link = f'<Relationship Id="r9" Type="http://x/{kind}" Target="{target}" TargetMode="External"/>'
    return {"word/_rels/document.xml.rels": f"{_RELATIONS}{link}</Relationships>"}


def packed(parts: dict[str, str]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in parts.items():
            made.writestr(name, text)
    return out.getvalue()
