"""Forged letters under genuine codes, photographed: how many altered facts are marked, how many faithful pages raise an
alarm. Every letter is photographed twice, once forged and once faithful; seeded, so each run sees the same.

python -m tests.bench.compare [letters, 120]
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from signing import comparison
from signing.comparison import Comparison, State
from tests.bench.report import line
from tests.signing import sheets, snapshots

LETTERS = 120
CAMERAS = tuple(snapshots.CAMERAS)


@dataclass(frozen=True)
class Trial:
    """One letter, photographed forged and faithful with one camera."""

    number: int
    kind: str
    camera: str
    old: str
    new: str
    forged: Comparison
    faithful: Comparison
    seconds: float

    @property
    def is_marked(self) -> bool:
        return self.old in [fact.text for fact in self.forged.of(State.DIFFERS)]


def trial(number: int) -> Trial:
    kind, camera = sheets.KINDS[number % len(sheets.KINDS)], CAMERAS[number // len(sheets.KINDS) % len(CAMERAS)]
    turn = number // len(sheets.KINDS)  # shifted by a form each time that the cameras begin anew: all meet all
    genuine = sheets.sheet(number if kind != "person" else turn + turn // len(CAMERAS), plain=kind == "person")
    forged = sheets.forged(genuine, kind, random.Random(f"forged {number}"))
    old, new = next(
        pair
        for name in sheets.KINDS
        for pair in zip(genuine.facts[name], forged.facts[name], strict=True)
        if pair[0] != pair[1]
    )
    pdf = genuine.pdf()
    photos = [
        snapshots.photographed(paper, random.Random(f"{name} {number}"), snapshots.CAMERAS[camera])
        for name, paper in (("forged", forged.pdf()), ("faithful", pdf))
    ]
    started = time.monotonic()
    seen = [comparison.compare(pdf, photo, {"number": genuine.facts["number"]}) for photo in photos]
    return Trial(number, kind, camera, old, new, *seen, (time.monotonic() - started) / 2)


def report(trials: Iterable[Trial]) -> None:
    forged, marked, alarms, unread, wrong = Counter(), Counter(), Counter(), Counter(), []
    seconds = []
    for one in trials:
        for group in (f"kind {one.kind}", f"camera {one.camera}", "all"):
            forged[group] += 1
            marked[group] += one.is_marked
            alarms[group] += one.faithful.is_alarm
            unread[group] += bool(one.faithful.of(State.UNREADABLE)) or one.faithful.outcome != "compared"
        seconds.append(one.seconds)
        if not one.is_marked or one.faithful.is_alarm:
            wrong.append(one)
    for group, count in sorted(forged.items()):
        line(
            "compare", group, forged=count, marked=marked[group], marked_percent=round(100 * marked[group] / count, 1),
            faithful=count, false_alarms=alarms[group], with_something_unread=unread[group],
        )  # fmt: skip
    for one in wrong:
        told = [(fact.text, fact.reading) for fact in one.faithful.of(State.DIFFERS)]
        what = {"old": one.old, "new": one.new, "marked": one.is_marked, "false": told, "outcome": one.forged.outcome}
        line("compare", f"letter {one.number}, {one.kind}, {one.camera}", **what)
    line(
        "compare",
        "seconds a photograph",
        median=round(sorted(seconds)[len(seconds) // 2], 1),
        most=round(max(seconds), 1),
    )


def main() -> None:
    letters = int(sys.argv[1]) if len(sys.argv) > 1 else LETTERS
    with ThreadPoolExecutor(2) as pool:  # the work is done in children
        report(list(pool.map(trial, range(letters))))


if __name__ == "__main__":
    main()
