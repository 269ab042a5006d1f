"""Files with cross-references that every reader follows, and objects beside or inside those that they name."""

from __future__ import annotations

from dataclasses import dataclass, field
from struct import pack

CATALOGUE, PAGES, PAGE, CONTENT, FONT, PACKED, CROSS = range(1, 8)
SHOWN, HIDDEN = b"Rp 125.000.000", b"Rp 925.000.000"


def content(text: bytes, more: bytes = b"") -> bytes:
    data = b"BT /F1 14 Tf 72 700 Td (Nilai kontrak " + text + b") Tj ET\n" + more
    return b"%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (CONTENT, len(data), data)


def plain() -> dict[int, bytes]:
    return {
        CATALOGUE: b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n",
        PAGES: b"2 0 obj\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\nendobj\n",
        PAGE: b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>\nendobj\n",
        CONTENT: content(SHOWN),
        FONT: b"5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n",
    }


@dataclass
class Draft:
    """Bytes in the making, and where each number was last put."""

    pdf: bytes = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    at: dict[int, int] = field(default_factory=dict)

    def put(self, objects: dict[int, bytes]) -> Draft:
        for number, body in objects.items():
            self.at[number] = len(self.pdf)
            self.pdf += body
        return self

    def table(self, numbers: list[int], more: bytes = b"", first: bytes = b"0 1\n0000000000 65535 f \n") -> bytes:
        """The file, ended by a table that names these numbers where they were last put."""
        start = len(self.pdf)
        entries = b"".join(b"%d 1\n%010d 00000 n \n" % (number, self.at[number]) for number in numbers)
        end = b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
            max(self.at) + 1, more, start,
        )  # fmt: skip
        self.pdf += b"xref\n" + first + entries + end
        return self.pdf

    def stream(self, packed: dict[int, int]) -> Draft:
        """A cross-reference stream over all that was put, and what lies in the object stream by its place there."""
        self.at[CROSS] = len(self.pdf)
        rows = {number: pack(">BIH", 1, at, 0) for number, at in self.at.items()}
        rows |= {number: pack(">BIH", 2, PACKED, place) for number, place in packed.items()}
        data = b"".join(rows.get(number, pack(">BIH", 0, 0, 65535)) for number in range(8))
        head = b"%d 0 obj\n<< /Type /XRef /Size 8 /W [1 4 2] /Root 1 0 R /Length %d >>\n" % (CROSS, len(data))
        self.pdf += head + b"stream\n%s\nendstream\n" % data
        self.pdf += b"endobj\n"
        return self


def _object_stream(held: dict[int, bytes]) -> bytes:
    bodies = list(held.values())
    starts = [sum(len(body) + 1 for body in bodies[:index]) for index in range(len(bodies))]
    head = b" ".join(b"%d %d" % pair for pair in zip(held, starts, strict=True)) + b"\n"
    data = head + b"\n".join(bodies)
    return b"%d 0 obj\n<< /Type /ObjStm /N %d /First %d /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (
        PACKED, len(held), len(head), len(data), data,
    )  # fmt: skip


def second_object() -> bytes:
    """Two contents of one number in one revision; the table names the first."""
    draft = Draft().put(plain())
    draft.pdf += content(HIDDEN)
    return draft.table(list(plain()))


def unlisted() -> bytes:
    """A spare content under a number that no table knows."""
    draft = Draft().put(plain())
    draft.pdf += content(HIDDEN).replace(b"4 0 obj", b"6 0 obj")
    return draft.table(list(plain()))


def named_twice() -> bytes:
    """One table that names two places for one number. Readers take the last, or the first."""
    draft = Draft().put(plain())
    first = b"0 1\n0000000000 65535 f \n4 1\n%010d 00000 n \n" % draft.at[CONTENT]
    return draft.put({CONTENT: content(HIDDEN)}).table(list(plain()), first=first)


def inside(*, by_reference: bool = False) -> bytes:
    """The page's content is named where it lies within the data of another stream."""
    objects = plain()
    del objects[CONTENT]
    draft = Draft().put(objects)
    hull = content(HIDDEN, content(SHOWN) + b"% \n").replace(b"4 0 obj", b"6 0 obj", 1)
    if by_reference:
        length = hull.partition(b"/Length ")[2].partition(b" ")[0]
        hull = hull.replace(b"/Length " + length, b"/Length 7 0 R", 1)
        draft.put({CROSS: b"7 0 obj " + length + b" endobj\n"})
    draft.put({PACKED: hull})
    draft.at[CONTENT] = draft.at[PACKED] + hull.index(b"4 0 obj")
    return draft.table([*plain(), PACKED, *([CROSS] if by_reference else [])])


def packed_too() -> bytes:
    """The font is named in the body; the object stream holds another under the same number."""
    held = {PAGES: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>", FONT: b"<< /Type /Font /Subtype /Type1 >>"}
    objects = plain()
    del objects[PAGES]
    return _with_start(Draft().put(objects | {PACKED: _object_stream(held)}).stream({PAGES: 0}))


def packed() -> bytes:
    """An ordinary file with an object stream."""
    held = {
        PAGES: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        FONT: b"<< /Type /Font /Subtype /Type1 /BaseFont /Times >>",
    }
    objects = {number: body for number, body in plain().items() if number not in held}
    return _with_start(Draft().put(objects | {PACKED: _object_stream(held)}).stream({PAGES: 0, FONT: 1}))


def _with_start(draft: Draft) -> bytes:
    return draft.pdf + b"startxref\n%d\n%%%%EOF\n" % draft.at[CROSS]


def hybrid(*, contradicting: bool = False) -> bytes:
    """A table for old readers, and a stream for what only newer ones see: the font, packed."""
    held = {FONT: b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>"}
    listed = plain() if contradicting else {number: body for number, body in plain().items() if number != FONT}
    draft = Draft().put(listed | {PACKED: _object_stream(held)})
    draft.stream({FONT: 0})
    return draft.table([*listed, PACKED], b"/XRefStm %d" % draft.at[CROSS])


def updated() -> bytes:
    """A letter whose content a later revision defines anew, as programs do that append."""
    first = Draft().put(plain())
    start = len(first.pdf)
    first.table(list(plain()))
    return first.put({CONTENT: content(SHOWN)}).table([CONTENT], b"/Prev %d" % start, first=b"")


def awkward_texts() -> bytes:
    """What looks like objects and is none: in a comment, in strings, and in the data of a stream."""
    objects = plain()
    objects[CONTENT] = content(SHOWN, b"% 4 0 obj endobj endstream 4 0 obj\n")
    objects[FONT] = objects[FONT].replace(b">>", b"/Note (a \\) ( 5 0 obj ) 4 0 obj) >> % 4 0 obj")
    return Draft().put(objects).table(list(objects))
