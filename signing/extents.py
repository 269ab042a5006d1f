"""Inside the child: where objects stand in the bytes, and whether one of them could take another's place unseen.

Cross-references that all readers follow may leave a second object of a number beside the first, or name one that lies
inside another's bytes. Nobody is shown it, until one line of a later revision points there (Shadow Attacks, NDSS 2021),
or a reader rebuilds the cross-references by searching.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

import pikepdf
from pikepdf import Name, Stream
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import XRefSection

_WHITE = rb"[\0\t\n\f\r ]"
_HEADER = rb"(\d{1,10})" + _WHITE + rb"++\d{1,5}" + _WHITE + rb"++obj(?![A-Za-z])"
# Comments and strings are tokens too, so that what stands in them is no object. Streams are jumped over.
_TOKEN = re.compile(
    rb"%[^\r\n]*+|\((?:[^()\\]++|\\.)*+\)|(?P<open>\()|(?<![/\w])(?P<stream>stream)\r?\n|(?<!\d)" + _HEADER, re.DOTALL
)
_PARENTHESIS = re.compile(rb"\\.|[()]", re.DOTALL)
_LENGTH = re.compile(rb"/Length" + _WHITE + rb"++(\d{1,10})(?:" + _WHITE + rb"++\d{1,5}" + _WHITE + rb"++(R))?")
_AT, _INTEGER = re.compile(_HEADER), re.compile(_HEADER + _WHITE + rb"*+(\d{1,10})" + _WHITE + rb"*+endobj")
_END = re.compile(_WHITE + rb"{0,2}endstream")
_BLANK = re.compile(_WHITE + rb"*+")


class Place(NamedTuple):
    """A number and where its object stands: an offset in bytes, or an object stream's number, negative."""

    number: int
    at: int


def ambiguity(pdf: bytes, document: pikepdf.Pdf, *, signed: bool) -> str:
    """What is wrong with where the objects stand, "" if nothing is. `document` is the file as qpdf opened it.

    A revision may name one place for a number, and define anew what an earlier one defined. All that is named stands by
    itself; all that stands in the bytes or in an object stream is named by a revision. A `signed` file, which cannot be
    written anew, may keep what stands under a number that is never used.
    """
    sections = [_named(pdf, section) for section in _sections(pdf)]
    named = set().union(*sections)
    standing = set(_standing(pdf, named))
    packed = Counter(_packed(document, named))
    for count in [*(Counter(place.number for place in section) for section in sections), packed]:
        if twice := [entry for entry, times in count.items() if times > 1]:
            return f"in one revision twice: {twice[0]}"
    for number, at in sorted(named - standing):
        if at >= 0 and (header := _AT.match(pdf, at)) and int(header[1]) == number:
            return f"object {number} lies inside another"
    used = {place.number for place in named}
    for number, _ in sorted((standing | packed.keys()) - named):
        if number in used or not signed:
            return f"an object {number} that no revision names"
    return ""


def _sections(pdf: bytes) -> Iterator[XRefSection]:
    """All cross-reference sections, oldest first; a hybrid file's stream belongs to its table."""
    xrefs = PdfFileReader(BytesIO(pdf), strict=False).xrefs
    for revision in range(xrefs.total_revisions):
        yield XRefSection(xrefs.get_xref_container_info(revision), xrefs.get_xref_data(revision))


def _named(pdf: bytes, section: XRefSection) -> set[Place]:
    """The places that a section gives. A stream's own is where it was read: what it lists of itself may be wrong."""
    data, info = section.xref_data, section.meta_info
    places = {Place(number, _BLANK.match(pdf, at).end()) for number, (_, at) in data.standard_xrefs.items()}
    places |= {Place(number, -held.obj_stream_id) for number, held in data.xrefs_in_objstm.items()}
    if info.stream_ref and info.xref_section_type.name.endswith("STREAM"):
        places = {place for place in places if place.number != info.stream_ref.idnum}
        places.add(Place(info.stream_ref.idnum, _BLANK.match(pdf, info.start_location).end()))
    return places | (_named(pdf, data.hybrid) if data.hybrid else set())


def _standing(pdf: bytes, named: set[Place]) -> Iterator[Place]:
    """Every object that begins in the file when it is read from front to end."""
    offsets: dict[int, list[int]] = {}
    for number, offset in named:
        offsets.setdefault(number, []).append(offset)
    start = at = 0
    while token := _TOKEN.search(pdf, at):
        at = token.end()
        if token["open"]:
            at = _after_string(pdf, at)
        elif token["stream"]:
            at = _after_stream(pdf, start, at, offsets)
        elif token[3]:
            start = token.start()
            yield Place(int(token[3]), start)


def _after_string(pdf: bytes, at: int) -> int:
    """Behind a string that holds parentheses of its own."""
    depth = 1
    for sign in _PARENTHESIS.finditer(pdf, at):
        depth += {b"(": 1, b")": -1}.get(sign[0], 0)
        if not depth:
            return sign.end()
    return len(pdf)


def _after_stream(pdf: bytes, start: int, at: int, offsets: dict[int, list[int]]) -> int:
    """Behind the data of the stream whose object begins at `start`: the shortest length that it may be read with."""
    ends = [
        at + length
        for number, by_reference in _LENGTH.findall(pdf, start, at)
        for length in (_integers(pdf, offsets.get(int(number), [])) if by_reference else [int(number)])
        if _END.match(pdf, at + length)
    ]
    if not ends:
        ends = [end for end in [pdf.find(b"endstream", at)] if end >= 0]
    return min(ends, default=at)


def _integers(pdf: bytes, offsets: list[int]) -> list[int]:
    """What any revision says that an object holds which is a number."""
    found = (_INTEGER.match(pdf, offset) for offset in offsets if offset >= 0)
    return [int(holder[2]) for holder in found if holder]


def _packed(document: pikepdf.Pdf, named: set[Place]) -> Iterator[Place]:
    """Every object in those object streams that a revision names."""
    for number in sorted({-place.at for place in named if place.at < 0}):
        stream = document.get_object(number, 0)
        if isinstance(stream, Stream) and stream.get("/Type") == Name("/ObjStm"):
            pairs = stream.read_bytes()[: int(stream.First)].split()[: 2 * int(stream.N) : 2]
            yield from (Place(int(packed), -number) for packed in pairs)
