"""Inside the child: each fact of a page as it was read and as it looks in the flat photograph. Evidence, no verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from PIL import Image

from signing.likeness import Sight
from signing.particulars import Particular, particulars
from signing.photographs import SCALE, Sign, pgm, signs, words
from signing.pictures import draw, opened, printed
from signing.readings import aligned, between

DOUBTFUL = 0.88  # less alike than that: worth a second look and a picture
_MOST_DOUBTS = 12  # on one page; more are told without pictures
_MARGIN = 14  # pixels around a fact in its picture
_GAP, _INK, _MUCH = 4, 150, 0.08  # pixels; grey levels, where paper is 245; share of a gap that is ink
_NEAR = 320  # pixels down: words farther off tell nothing of the light here


def scrutinise(data: bytes, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """Verb `scrutinise`: compare the facts of `page` with the flat photograph.

    `data` is the PDF and, from byte `cut` on, the flat photograph; `words` are [text, x0, y0, x1, y1, sure] read in it;
    `known` are texts by kind. Values: facts, each with kind, text, reading, likeness, clear and, where it is
    doubtful, `picture`: which two parts show it on the page and in the photograph. The last part, when there
    are doubts, is a PGM of their photographs, one above the other, `rows` high each.
    """
    cut = int(arguments["cut"])
    with opened(data[:cut]) as document:
        page = printed(document, int(arguments["page"]))
        rows, genuine = signs(page), draw(page, SCALE, grey=True)
    photo = Image.open(BytesIO(data[cut:]), formats=("PPM",))
    photo.load()
    sight = Sight(genuine.resize(photo.size), photo)
    sight.settle(words(rows))
    sight = sight.sharpen()
    order = [sign for row in rows for sign in row]
    found = particulars(order, arguments["known"])
    readings = _readings(rows, found, arguments["words"])
    facts = [_fact(one, reading, sight) for one, reading in zip(found, readings, strict=True)]
    for fact, one in zip(facts, found, strict=True):
        fact["beside"] = _is_beside(one, order, sight)
    return _pictured(facts, found, sight)


def _readings(rows: Sequence[Sequence[Sign]], found: Sequence[Particular], read: Sequence[Any]) -> list[str | None]:
    shown, index = words(rows), {id(sign): place for place, sign in enumerate(sign for row in rows for sign in row)}
    texts = [word[0] for word in read]
    places = aligned([word.text for word in shown], texts)
    return [between(places, index[id(one.glyphs[0])], index[id(one.glyphs[-1])] + 1, texts) for one in found]


def _fact(one: Particular, reading: str | None, sight: Sight) -> dict[str, Any]:
    likeness = [
        sight.sign(sign.ink, sight.shift_at(sign.ink[0], (sign.ink[1] + sign.ink[3]) / 2))  # type: ignore[attr-defined]
        for sign in one.glyphs
    ]
    letters = [value for sign, value in zip(one.glyphs, likeness, strict=True) if sign.text.isalnum()]
    middle = SCALE * one.glyphs[0].middle
    clear = sum(abs(word.middle - middle) < _NEAR for word, _ in sight.shifts) >= 3
    return {
        "kind": one.kind, "text": one.text, "reading": reading, "likeness": min(letters or likeness), "clear": clear,
        "height": max(sign.height for sign in one.glyphs),
    }  # fmt: skip


def _is_beside(one: Particular, order: Sequence[Sign], sight: Sight) -> bool:
    """Whether ink stands right before or after a fact, where the page has none: signs may have been added to it.

    Looked for in half a line's height, or in the gap to the neighbour where that is less.
    """
    for sign, is_after in ((one.glyphs[0], False), (one.glyphs[-1], True)):
        left, top, right, bottom = sign.ink  # type: ignore[attr-defined]
        reach, middle = SCALE * sign.height / 2, SCALE * sign.middle
        edges = (right + 3, right + reach) if is_after else (left - reach, left - 3)
        taken = [other for other in order if other is not sign and abs(SCALE * other.middle - middle) < reach]
        if is_after:
            edges = edges[0], min([edges[1], *(o.ink[0] - 3 for o in taken if o.ink[0] >= right)])
        else:
            edges = max([edges[0], *(o.ink[2] + 3 for o in taken if o.ink[2] <= left)]), edges[1]
        dx, dy = sight.shift_at(left, middle)
        if edges[1] - edges[0] >= _GAP:
            box = (int(edges[0]) + dx, int(top) + dy, int(edges[1]) + dx, int(bottom) + dy + 1)
            levels = sight.photo.crop(box).tobytes()
            if sum(level < _INK for level in levels) > _MUCH * len(levels):
                return True
    return False


def _pictured(
    facts: list[dict[str, Any]], found: Sequence[Particular], sight: Sight
) -> tuple[dict[str, Any], list[bytes]]:
    """Pictures of what is doubtful, for a second look and for the holder's own eyes."""
    parts, crops = [], []
    for fact, one in zip(facts, found, strict=True):
        if (fact["likeness"] >= DOUBTFUL and not fact["beside"]) or len(crops) >= _MOST_DOUBTS:
            continue
        edges = _edges(one, sight.photo.size)
        shift = sight.shift_at(edges[0], (edges[1] + edges[3]) / 2)
        crop = sight.photo.crop(tuple(edge + shift[side % 2] for side, edge in enumerate(edges)))
        fact["picture"] = len(parts)
        parts += [_webp(sight.genuine.crop(edges)), _webp(crop)]
        crops.append(crop)
    strip, tops = _stacked(crops)
    return {"facts": facts, "tops": tops}, [*parts, *([pgm(strip)] if crops else [])]


def _edges(one: Particular, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Around a fact, with room to its right, where a longer one would end."""
    inks = list(zip(*(sign.ink for sign in one.glyphs), strict=True))  # type: ignore[attr-defined]
    left, top, right, bottom = min(inks[0]), min(inks[1]), max(inks[2]), max(inks[3])
    return (
        max(0, int(left) - _MARGIN), max(0, int(top) - _MARGIN // 2),
        min(size[0], int(right) + 4 * _MARGIN), min(size[1], int(bottom) + _MARGIN // 2),
    )  # fmt: skip


def _stacked(crops: Sequence[Image.Image]) -> tuple[Image.Image, list[int]]:
    """The crops one above the other, half as large again, with white between them; where each begins."""
    large = [crop.resize((crop.width * 3 // 2, crop.height * 3 // 2), Image.Resampling.BICUBIC) for crop in crops]
    gap, tops, at = 40, [], 40
    for crop in large:
        tops.append(at)
        at += crop.height + gap
    strip = Image.new("L", (max([crop.width for crop in large] or [1]) + 2 * gap, at), 255)
    for crop, top in zip(large, tops, strict=True):
        strip.paste(crop, (gap, top))
    return strip, [*tops, at]


def _webp(picture: Image.Image) -> bytes:
    output = BytesIO()
    picture.save(output, "WEBP", quality=70, method=4)
    return output.getvalue()
