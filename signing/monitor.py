"""Follow a public log from outside: the only module of the library that uses a network, and only to read.

Every new leaf is fetched, and the tree that was seen before is continued with it: when that gives the root of the new
checkpoint, nothing old was changed (this is stronger than a consistency proof). Each leaf must also be well formed, in
order of time, not from before the last look, and carry the right root of the map by number.
"""

from __future__ import annotations

import base64
import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from signing import leaves, notes, sorted_map, tiles, tlog

TIMEOUT, PATIENCE = 20, 60  # seconds: without a byte, and for a whole answer
NOTE_BYTES, ENTRY_BYTES = 16_384, 4_096
MOST_ENTRIES = 1_000_000  # a log cannot keep its monitors busy for ever
CLOCKS = timedelta(minutes=10)  # how far two clocks may differ before a leaf counts as back-dated
Fetch = Callable[[str, int], bytes]  # path below the log, most bytes


class Unreachable(OSError):
    """The log did not answer, or with too much: nothing is known, so nothing is accused."""


@dataclass(frozen=True)
class Finding:
    """`kind`: signature, fork, removed, changed, backdated, map, leaf (malformed); `certificate` is for the owner."""

    kind: str
    detail: str
    index: int | None = None


@dataclass
class State:
    """What was seen, from one look to the next. `note` is the evidence to show others when the log denies it."""

    vkey: str = ""
    note: str = ""
    seen_at: datetime | None = None
    newest_at: datetime | None = None
    hashes: list[bytes] = field(default_factory=list)
    pages: dict[str, bytes] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "vkey": self.vkey, "note": self.note, "hashes": _text(b"".join(self.hashes)),
            "seen_at": self.seen_at and self.seen_at.isoformat(),
            "newest_at": self.newest_at and self.newest_at.isoformat(),
            "pages": {name: _text(data) for name, data in self.pages.items()},
        }  # fmt: skip

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> State:
        """Raises ValueError or KeyError when the file is not one of ours."""
        joined = base64.b64decode(kept["hashes"])
        times = [datetime.fromisoformat(kept[name]) if kept[name] else None for name in ("seen_at", "newest_at")]
        hashes = [joined[i : i + tiles.HASH] for i in range(0, len(joined), tiles.HASH)]
        pages = {name: base64.b64decode(data) for name, data in kept["pages"].items()}
        return cls(kept["vkey"], kept["note"], *times, hashes, pages)


@dataclass(frozen=True)
class Report:
    size: int
    new: int
    findings: list[Finding]
    note: str  # the checkpoint that was judged
    seen: str  # the one from before: with a fork, the two together are the proof
    vkey: str

    @property
    def is_sound(self) -> bool:
        return all(finding.kind == "certificate" for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        return {"sound": self.is_sound, **asdict(self)}


def follow(fetch: Fetch, state: State, now: datetime, *, vkey: str = "", certificates: Collection[str] = ()) -> Report:
    """Look once. `state` is brought forward only when the log is sound. Raises Unreachable.

    `certificates`: SHA-256 in hex of those whose every leaf is to be reported. Without `vkey` the key of the first
    look is kept; that first look trusts the connection.
    """
    pinned = vkey or state.vkey or fetch("vkey", NOTE_BYTES).decode(errors="replace").strip()
    note, seen = fetch("checkpoint", NOTE_BYTES).decode(errors="replace"), state.note
    try:
        if state.vkey and state.vkey != pinned:
            raise notes.BadNote("the key is not the one of before")
        checkpoint = notes.open_checkpoint(note, notes.Verifier.parse(pinned))
    except notes.BadNote as error:
        return Report(len(state.hashes), 0, [Finding("signature", str(error))], note, seen, pinned)
    old, new = len(state.hashes), checkpoint.size
    if new - old > MOST_ENTRIES:
        raise Unreachable(f"more than {MOST_ENTRIES} new entries at once")
    if new < old:
        findings = [Finding("removed", f"the log had {old} entries and shows {new}", new)]
        return Report(new, 0, findings, note, seen, pinned)
    entries = _entries(fetch, old, new)
    hashes = state.hashes + [tlog.leaf_hash(entry) for entry in entries]
    if _root(hashes) != checkpoint.root:
        return Report(new, new - old, [_difference(fetch, state.hashes, new)], note, seen, pinned)
    after = State(pinned, note, now, state.newest_at, hashes, dict(state.pages))
    findings = _judge(entries, state, after, certificates)
    report = Report(new, new - old, findings, note, seen, pinned)
    if report.is_sound:
        vars(state).update(vars(after))
    return report


def over_http(url: str) -> Fetch:
    """Fetch from the log at this address (https, or http for a machine of one's own)."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise Unreachable("the address of a log begins with https://")

    def fetch(path: str, most: int) -> bytes:
        try:
            with urllib.request.urlopen(f"{url.rstrip('/')}/{path}", timeout=TIMEOUT) as answer:  # noqa: S310
                content = _read(answer, most + 1)
        except (urllib.error.URLError, http.client.HTTPException, TimeoutError) as error:
            raise Unreachable(f"{path}: {error}") from None
        if len(content) > most:
            raise Unreachable(f"{path}: an answer of more than {most} bytes")
        return content

    return fetch


def _read(answer: http.client.HTTPResponse, most: int) -> bytes:
    """Up to so many bytes, and not for ever: a log that sends a byte now and then is as good as dead."""
    end, content = time.monotonic() + PATIENCE, b""
    while len(content) < most and (part := answer.read1(min(65_536, most - len(content)))):
        content += part
        if time.monotonic() > end:
            raise TimeoutError("too slow")
    return content


def _judge(entries: list[bytes], before: State, after: State, certificates: Collection[str]) -> list[Finding]:
    """Read the new leaves one by one; brings the map and the newest time of `after` forward."""
    findings: list[Finding] = []
    wanted = {digest.lower().replace(":", "") for digest in certificates}
    for index, entry in enumerate(entries, len(before.hashes)):
        try:
            leaf = leaves.parse(entry)
        except ValueError as error:
            findings.append(Finding("leaf", str(error), index))
            continue
        findings += _judge_time(leaf, index, before, after)
        if sorted_map.count_in(after.pages, bytes.fromhex(leaf.number), index).hex() != leaf.map:
            findings.append(Finding("map", "the map by number does not follow from the leaves", index))
        if leaf.certificate in wanted:
            findings.append(Finding("certificate", f"{leaf.kind} {leaf.time} {leaf.certificate} {leaf.file}", index))
    return findings


def _judge_time(leaf: leaves.Leaf, index: int, before: State, after: State) -> list[Finding]:
    earliest = max(filter(None, (after.newest_at, before.seen_at and before.seen_at - CLOCKS)), default=None)
    is_late = after.seen_at is not None and leaf.at > after.seen_at + CLOCKS
    after.newest_at = leaf.at
    if is_late or (earliest and leaf.at < earliest):
        return [Finding("backdated", f"written {leaf.time}, which cannot be", index)]
    return []


def _difference(fetch: Fetch, seen: list[bytes], size: int) -> Finding:
    """What is wrong with a log that is not the continuation of what was seen: which leaf is gone or another."""
    shown = [tlog.leaf_hash(entry) for entry in _entries(fetch, 0, min(len(seen), size))]
    for index, (old, new) in enumerate(zip(seen, shown, strict=False)):
        if old != new:
            kind = "removed" if seen[index + 1 : index + 2] == [new] else "changed"
            return Finding(kind, "a leaf that was seen before is not there any more", index)
    return Finding("fork", "the checkpoint does not belong to the leaves that are shown")


def _entries(fetch: Fetch, start: int, end: int) -> list[bytes]:
    found: list[bytes] = []
    for number in range(start // tiles.WIDTH, -(-end // tiles.WIDTH)):
        tile = tiles.at(tiles.ENTRIES, number, end)
        try:
            bundle = tiles.unpack(fetch(f"tile/{tile.path}", tile.width * ENTRY_BYTES))
        except ValueError as error:
            raise Unreachable(f"tile/{tile.path}: {error}") from None
        if len(bundle) != tile.width:
            raise Unreachable(f"tile/{tile.path}: not {tile.width} entries")
        found += bundle[max(0, start - tile.start) :]
    return found


def _root(hashes: list[bytes]) -> bytes:
    frontier: tuple[bytes, ...] = ()
    for size, leaf in enumerate(hashes):
        frontier, _ = tlog.grow(frontier, size, leaf)
    return tlog.root(frontier)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
