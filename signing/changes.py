"""What happened to a file after it was signed, named: between each signature and the next, and after the last one.

pyHanko says whether a later revision is permitted, in terms of objects; people need to hear what was changed and on
which pages. And it is a second opinion: whatever is named here as not permitted makes the file a changed one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from signing import snapshots
from signing.snapshots import Mark, Snapshot

# Invisible, and judged by pyHanko's own rules: what signing software writes beside a signature.
_BESIDE = {"/Extensions", "/Metadata", "/Perms", "/StructTreeRoot", "/MarkInfo", "/Version", "/Type"}


class ChangeKind(StrEnum):
    """What a change is. Stable: pages and the command line name them."""

    SIGNATURE = "signature"
    TIMESTAMP = "timestamp"
    EVIDENCE = "evidence"  # the document security store
    BESIDE = "bookkeeping"  # metadata and structure, which nobody sees
    FORM = "form"  # a field was filled in or emptied
    CONTENT = "content"  # of a page
    ANNOTATION = "annotation"
    PAGES = "pages"  # added or taken away
    DOCUMENT = "document"  # actions, layers, names, ...
    BYTES = "bytes"  # appended, but no revision
    SIGNATURE_REMOVED = "signature_removed"


_Found = tuple[ChangeKind, bool, set[int], set[str]]
_PERMITTED = {ChangeKind.SIGNATURE, ChangeKind.TIMESTAMP, ChangeKind.EVIDENCE, ChangeKind.BESIDE}


@dataclass(frozen=True)
class Change:
    """One kind of change after the signature in field `after`; pages from 1, `names` of fields or entries."""

    after: str
    kind: ChangeKind
    permitted: bool
    pages: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    end: int = 0  # bytes that were there before it


def between(pdf: bytes, ends: Sequence[tuple[str, int]]) -> list[Change]:
    """All changes after each of `ends` (field, first byte after what it signed; rising). Raises what pikepdf raises."""
    found: list[Change] = []
    borders = [end for _, end in ends] + [len(pdf)]
    last: tuple[int, Snapshot] | None = None
    for (name, end), following in zip(ends, borders[1:], strict=True):
        if end >= following:
            continue
        before = last[1] if last and last[0] == end else snapshots.take(pdf[:end])
        after = snapshots.take(pdf[:following])
        last = following, after
        named = _named(name, before, after) or [Change(name, ChangeKind.BYTES, False)]
        found += [replace(change, end=end) for change in named]
    return found


def _named(name: str, before: Snapshot, after: Snapshot) -> list[Change]:
    found = [*_pages(before, after), *_form(before, after), *_marks(before, after), *_document(before, after)]
    merged: dict[tuple[ChangeKind, bool], tuple[set[int], set[str]]] = {}
    for kind, permitted, pages, names in found:
        places, words = merged.setdefault((kind, permitted), (set(), set()))
        places.update(page + 1 for page in pages)
        words.update(names)
    return [
        Change(name, kind, permitted, tuple(sorted(places)), tuple(sorted(words)))
        for (kind, permitted), (places, words) in merged.items()
    ]


def _found(kind: ChangeKind, pages: set[int], names: set[str]) -> _Found:
    return kind, kind in _PERMITTED, pages, names


def _pages(before: Snapshot, after: Snapshot) -> Iterator[_Found]:
    count, now = len(before.pages), len(after.pages)
    if count != now:
        yield _found(ChangeKind.PAGES, set(range(min(count, now), max(count, now))), set())
    changed = {number for number, (old, new) in enumerate(zip(before.pages, after.pages, strict=False)) if old != new}
    if changed:
        yield _found(ChangeKind.CONTENT, changed, set())


def _form(before: Snapshot, after: Snapshot) -> Iterator[_Found]:
    """Fields by their values; a signature in a field that had none is a signature."""
    for name in before.fields.keys() | after.fields.keys():
        old, new = before.fields.get(name), after.fields.get(name)
        if old == new:
            continue
        if new is not None and new.signature_type and (old is None or not old.signature_type):
            stamp = new.signature_type == "/DocTimeStamp"
            yield _found(ChangeKind.TIMESTAMP if stamp else ChangeKind.SIGNATURE, set(), {name})
        elif old is not None and old.signature_type:
            yield _found(ChangeKind.SIGNATURE_REMOVED, set(), {name})
        elif old is not None or new is None or new.value != snapshots.NO_VALUE:
            yield _found(ChangeKind.FORM, set(), {name})
    if before.xfa != after.xfa:
        yield _found(ChangeKind.FORM, set(), {"XFA"})


def _marks(before: Snapshot, after: Snapshot) -> Iterator[_Found]:
    new_signatures = {
        name
        for name, entry in after.fields.items()
        if entry.signature_type and not (name in before.fields and before.fields[name].signature_type)
    }
    for number, (old, new) in enumerate(zip(before.marks, after.marks, strict=False)):
        for mark in old ^ new:
            yield _mark(mark, number, new_signatures, after)


def _mark(mark: Mark, number: int, new_signatures: set[str], after: Snapshot) -> _Found:
    field = after.fields.get(mark.field)
    if mark.subtype == "/Widget" and mark.field in new_signatures:
        stamp = after.fields[mark.field].signature_type == "/DocTimeStamp"
        return _found(ChangeKind.TIMESTAMP if stamp else ChangeKind.SIGNATURE, {number}, {mark.field})
    if mark.subtype == "/Widget" and field is not None and field.kind != "/Sig":
        return _found(ChangeKind.FORM, {number}, {mark.field})
    if mark.subtype == "/Widget" and field is not None and not field.signature_type and not mark.is_seen:
        return _found(ChangeKind.BESIDE, {number}, {mark.field})  # an empty place for a signature
    return _found(ChangeKind.ANNOTATION, {number}, {mark.field or mark.subtype.lstrip("/")})


def _document(before: Snapshot, after: Snapshot) -> Iterator[_Found]:
    if before.evidence != after.evidence:
        yield _found(ChangeKind.EVIDENCE, set(), set())
    keys = before.catalog.keys() | after.catalog.keys()
    changed = {key for key in keys if before.catalog.get(key) != after.catalog.get(key)}
    for names, kind in ((changed & _BESIDE, ChangeKind.BESIDE), (changed - _BESIDE, ChangeKind.DOCUMENT)):
        if names:
            yield _found(kind, set(), {name.lstrip("/") for name in names})
