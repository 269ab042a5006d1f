"""Inside the child: which page of one version is which of the other, by their texts; and runs of words that differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

Couple = tuple[int | None, int | None]  # indices

_ALIKE = 0.25  # share of common words: less is another page
_SCANS = 0.5  # two pages without text: nothing speaks against it
_MOST_LOOKS = 10_000  # pairs of pages weighed in one gap
_MANY = 250_000  # words x words: above that frequent words are not looked up (difflib's autojunk)
_CONTEXT = 6  # words shown around a change


def couples(before: Sequence[str], after: Sequence[str]) -> list[Couple]:
    """All pages of both in order, each once. Equal texts first, what lies between them by common words."""
    found: list[Couple] = []
    for op, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if op == "equal":
            found += zip(range(i1, i2), range(j1, j2), strict=True)
        else:
            found += _between(before[i1:i2], after[j1:j2], i1, j1)
    return found


def _between(before: Sequence[str], after: Sequence[str], first: int, second: int) -> Iterator[Couple]:
    matched = dict(_matches(before, after))
    taken = 0
    for i in range(len(before)):
        j = matched.get(i)
        if j is None:
            yield first + i, None
            continue
        yield from ((None, second + one) for one in range(taken, j))
        yield first + i, second + j
        taken = j + 1
    yield from ((None, second + one) for one in range(taken, len(after)))


def _matches(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """The pairs, in order, that have most words in common together."""
    rows, columns = len(before), len(after)
    if rows == columns == 1 or rows * columns > _MOST_LOOKS:
        return [(i, i) for i in range(min(rows, columns))]
    words = [[set(text.split()) for text in side] for side in (before, after)]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            joined = best[i + 1][j + 1] + _alike(words[0][i], words[1][j])
            best[i][j] = max(best[i + 1][j], best[i][j + 1], joined)
    found, i, j = [], 0, 0
    while i < rows and j < columns:
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            found.append((i, j))
            i, j = i + 1, j + 1
    return found


def _alike(one: set[str], other: set[str]) -> float:
    if not one or not other:
        return _SCANS if one == other else 0.0
    share = len(one & other) / len(one | other)
    return share if share >= _ALIKE else 0.0


def changes(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """difflib's opcodes of two lists of words. What both begin and end with costs nothing."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    one, other = before[start : len(before) - end], after[start : len(after) - end]
    matcher = SequenceMatcher(None, one, other, autojunk=len(one) * len(other) > _MANY)
    inner = [(op, i1 + start, i2 + start, j1 + start, j2 + start) for op, i1, i2, j1, j2 in matcher.get_opcodes()]
    head = [("equal", 0, start, 0, start)] if start else []
    tail = [("equal", len(before) - end, len(before), len(after) - end, len(after))] if end else []
    return head + inner + tail


def runs(opcodes: Sequence[tuple[str, int, int, int, int]], before: Sequence[str], after: Sequence[str]) -> list[list]:
    """[op of differences.OPS, text]: what changed, each with a few words around it."""
    found: list[list] = []
    for index, (op, i1, i2, j1, j2) in enumerate(opcodes):
        if op == "equal":
            found += _around(before[i1:i2], is_first=index == 0, is_last=index == len(opcodes) - 1)
            continue
        found += [["-", " ".join(before[i1:i2])]] if i2 > i1 else []
        found += [["+", " ".join(after[j1:j2])]] if j2 > j1 else []
    return found


def _around(words: Sequence[str], *, is_first: bool, is_last: bool) -> list[list]:
    if is_first and is_last:
        return []
    if len(words) <= (_CONTEXT if is_first or is_last else 2 * _CONTEXT):
        return [["=", " ".join(words)]]
    head = [] if is_first else [["=", " ".join(words[:_CONTEXT])]]
    tail = [] if is_last else [["=", " ".join(words[-_CONTEXT:])]]
    return [*head, ["…", ""], *tail]
