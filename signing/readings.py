"""What was read where a text is printed: two sequences of words laid beside each other, sign by sign. No pictures."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import accumulate


def folded(text: str) -> str:
    """Letters and digits only, small: readers of pictures lose stops and commas first."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def is_among(text: str, read: str) -> bool:
    """Whether whole words of what was read say just this text."""
    ends = list(accumulate((folded(word) for word in read.split()), initial=""))
    return any(end == start + folded(text) for at, start in enumerate(ends) for end in ends[at + 1 :])


def aligned(printed: Sequence[str], read: Sequence[str]) -> list[int | None]:
    """For each sign of the printed words (without spaces) the place of the read sign that stands for it, if one does.

    Words that are alike hold the two together; between them it is decided sign by sign.
    """
    starts = [[0, *accumulate(map(len, words))] for words in (printed, read)]
    one, other = "".join(printed), "".join(read)
    found: list[int | None] = [None] * len(one)
    for tag, a0, a1, b0, b1 in _words(printed, read).get_opcodes():
        if tag in ("equal", "replace"):
            left, right = starts[0][a0], starts[1][b0]
            parts = one[left : starts[0][a1]], other[right : starts[1][b1]]
            for block in _signs(*parts).get_matching_blocks():
                for index in range(block.size):
                    found[left + block.a + index] = right + block.b + index
    return found


def _words(printed: Sequence[str], read: Sequence[str]) -> SequenceMatcher[str]:
    return SequenceMatcher(
        None, [folded(word) or word for word in printed], [folded(word) or word for word in read], False
    )


def _signs(printed: str, read: str) -> SequenceMatcher[str]:
    return SequenceMatcher(None, printed.casefold()[:2_000], read.casefold()[:2_000], False)


def between(places: Sequence[int | None], start: int, end: int, read: Sequence[str]) -> str | None:
    """What was read for the printed signs from `start` to `end`; None where nothing tells where that is."""
    text = "".join(read)
    inner = [place for place in places[start:end] if place is not None]
    before = places[start - 1] if start else -1
    after = places[end] if end < len(places) else len(text)
    low = before + 1 if before is not None else inner[0] if inner else None
    high = after if after is not None else inner[-1] + 1 if inner else None
    if low is None or high is None or not low < high <= low + 3 * (end - start) + 10:
        return None
    heads = set(accumulate(map(len, read)))
    return "".join(f" {text[at]}" if at in heads and at > low else text[at] for at in range(low, high))
