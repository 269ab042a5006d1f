"""A photograph of a paper against the signed page: what differs, what is the same, what cannot be read.

A genuine code can be copied onto a forged letter; its page then tells of another letter than the paper. Two witnesses
are heard for each fact: how alike its signs look (likeness), and what Tesseract reads. Only where both say so a fact
`differs`: a reader's slip alone, a fold or a shadow alone is no alarm. Strangers' pictures are opened in children only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic
from typing import Any

from signing.child import Allowance, Answer, call
from signing.errors import BadDocument, foreign
from signing.readings import folded, is_among
from signing.recognition import Word, program, read

SMALL, ALIKE_SMALL = 9.0, 0.78  # points; blur and noise take more of a small sign
ALIKE = 0.85  # the least alike sign of a faithful fact; altered ones stay below 0.8 (bin/bench compare)
_OTHER_WORDS, _OTHER_SHARE = 25, 0.45  # so many words were surely read, and not many of them are of this letter
_SURELY_UPRIGHT = 60  # words that are surely words; a page that lies on its side or its head gives a dozen
_TURNS, _PATIENCE = (0, 90, 270, 180), 15.0  # degrees; seconds after which no further turn is tried
_RUBBISH = " |'\"‘’“”:;—_"  # what is read out of a paper's edge
_ALLOWANCE = Allowance(seconds=20, patience=45.0, memory=1 << 30, answer=32 << 20)


class State(StrEnum):
    SAME = "same"
    DIFFERS = "differs"
    UNREADABLE = "unreadable"


class Outcome(StrEnum):
    COMPARED = "compared"
    OTHER = "other"  # much was read, and it is another text
    UNREADABLE = "unreadable"  # the page was not found in the photograph
    NO_READER = "no_reader"  # Tesseract is not installed


@dataclass(frozen=True)
class Fact:
    """One fact of the page, what was read for it in the photograph, and WebP pictures of both where it is doubtful."""

    kind: str
    text: str
    state: State
    reading: str = ""
    on_page: bytes = b""
    on_photo: bytes = b""


@dataclass(frozen=True)
class Comparison:
    """What came of it; `page` from 1, 0 where none was found. `photo` (WebP) lies flat on the page, if there is one."""

    outcome: Outcome
    photo: bytes = b""
    page: int = 0
    facts: tuple[Fact, ...] = ()

    @property
    def is_alarm(self) -> bool:
        return self.outcome == Outcome.OTHER or any(fact.state == State.DIFFERS for fact in self.facts)

    def of(self, state: State) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.facts if fact.state == state)


def is_possible() -> bool:
    """Whether this machine can read pictures at all."""
    return program() is not None


def compare(pdf: bytes, photo: bytes, known: Mapping[str, Sequence[str]] | None = None) -> Comparison:
    """Compare a photograph (JPEG, PNG, WebP) of one page of `pdf` with that page.

    `known` are facts by kind that records name (number, name), beside those found by their form.
    Raises BadDocument: not_picture, too_large, too_complex. Takes about 5 s of one processor, up to 10 s more for a
    photograph that has to be turned.
    """
    with foreign(BadDocument, "broken"):  # a child that was taken over may answer anything
        return _compared(pdf, photo, known or {})


def _compared(pdf: bytes, photo: bytes, known: Mapping[str, Sequence[str]]) -> Comparison:
    if not is_possible():
        return Comparison(Outcome.NO_READER, call("develop", photo, {}, _ALLOWANCE).parts[1])
    shown, flat = _laid_flat(pdf, photo)
    number = int(flat.values["page"])
    if flat.values["read"] >= _OTHER_WORDS and flat.values["share"] < _OTHER_SHARE:
        return Comparison(Outcome.OTHER, shown, number)
    if not number:
        return Comparison(Outcome.UNREADABLE, shown)
    picture, shown = flat.parts
    question = {"cut": len(pdf), "page": number, "words": _listed(read(picture)), "known": dict(known)}
    answer = call("scrutinise", pdf + picture, question, _ALLOWANCE)
    return Comparison(Outcome.COMPARED, shown, number, tuple(_judged(answer.values, answer.parts)))


def _laid_flat(pdf: bytes, photo: bytes) -> tuple[bytes, Answer]:
    """The photograph as shown and laid flat, turned so that it can be read: phones held flat note no direction, or a
    wrong one. Where no turn shows the page: the one with the most words.
    """
    found: list[tuple[bytes, Answer]] = []
    until = monotonic() + _PATIENCE
    for turn in _TURNS:
        grey, shown = call("develop", photo, {"turn": turn}, _ALLOWANCE).parts
        flat = call("flatten", pdf + grey, {"cut": len(pdf), "words": _listed(read(grey))}, _ALLOWANCE)
        found.append((shown, flat))
        if flat.values["page"] or flat.values["read"] >= _SURELY_UPRIGHT or monotonic() > until:
            return found[-1]
    return max(found, key=lambda one: one[1].values["read"])


def judge(fact: Mapping[str, Any], second: str | None = None) -> State:
    """The verdict on one fact: by its likeness, by the reading in its line, and by a second look at it alone."""
    alike = fact["likeness"] >= (ALIKE_SMALL if fact["height"] < SMALL else ALIKE)
    if alike and not fact.get("beside"):
        return State.SAME
    wanted, looks = folded(fact["text"]), [folded(look) for look in (fact["reading"], second) if look]
    if any(look == wanted for look in looks):
        return State.SAME
    if alike:  # something stands beside it: told where it was read as part of it
        return State.DIFFERS if any(wanted in look for look in looks) else State.SAME
    if not fact.get("beside") and any(is_among(fact["text"], look) for look in (fact["reading"], second) if look):
        return State.SAME  # after what the picture's edge left of its neighbour
    if fact["clear"] and any(2 * len(look) >= len(wanted) for look in looks):
        return State.DIFFERS
    return State.UNREADABLE


def _judged(values: Mapping[str, Any], parts: Sequence[bytes]) -> list[Fact]:
    seconds = _second_looks(values["tops"], parts[-1]) if len(values["tops"]) > 1 else []
    facts = []
    for fact in values["facts"]:
        at = fact.get("picture")
        second = seconds[at // 2] if at is not None else None
        pictures = parts[at : at + 2] if at is not None else (b"", b"")
        state = judge(fact, second)
        facts.append(
            Fact(fact["kind"], fact["text"], state, (fact["reading"] or second or "").strip(_RUBBISH), *pictures)
        )
    return facts


def _second_looks(tops: Sequence[int], strip: bytes) -> list[str]:
    """What stands in each row of the strip of doubtful facts."""
    found = [""] * (len(tops) - 1)
    for word in read(strip):
        row = sum(top <= (word.y0 + word.y1) / 2 for top in tops) - 1
        if 0 <= row < len(found):
            found[row] = f"{found[row]} {word.text}".strip()
    return found


def _listed(found: Sequence[Word]) -> list[list[Any]]:
    return [[word.text, word.x0, word.y0, word.x1, word.y1, word.sure] for word in found]
