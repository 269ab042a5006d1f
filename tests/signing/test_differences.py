"""What differs between two versions: pages matched by their text, words, and pictures where no text tells."""

import os
import random
import time

import pytest

from signing import differences, pages
from signing.differences import compare
from signing.errors import BadDocument
from tests.signing import papers
from tests.signing.versions import FIRST, SECOND, THIRD, square, version

ORIGINAL = version(FIRST, SECOND, THIRD)


def kinds(found):
    return [(pair.before, pair.after, pair.kind) for pair in found.pairs]


def said(pair, op):
    return [text for one, text in pair.runs if one == op]


def covers(area, x, y, size=(595.28, 841.89)):
    """Whether a point (from the top left) is inside."""
    left, top, width, height = (part * size[number % 2] for number, part in enumerate(area))
    return left <= x <= left + width and top <= y <= top + height


def test_the_same_file_differs_nowhere():
    assert kinds(compare(ORIGINAL, ORIGINAL)) == [(1, 1, "same"), (2, 2, "same"), (3, 3, "same")]


def test_changed_words_are_named_and_outlined_on_both_sides():
    changed = [SECOND[0], SECOND[1].replace("lima juta", "lima puluh juta")]
    found = compare(ORIGINAL, version(FIRST, changed, THIRD))
    assert kinds(found) == [(1, 1, "same"), (2, 2, "words"), (3, 3, "same")]
    pair = found.pairs[1]
    assert (said(pair, "-"), said(pair, "+")) == ([], ["puluh"])
    assert any(covers(area, 170, 80 + 24 - 4) for area in pair.after_areas), pair.after_areas
    assert not any(covers(area, 170, 80 - 4) for area in pair.after_areas), "the line above did not change"
    back = compare(version(FIRST, changed, THIRD), ORIGINAL).pairs[1]
    assert (said(back, "-"), said(back, "+")) == (["puluh"], [])


def test_a_page_put_in_or_taken_out_moves_the_others():
    more = ["Lampiran: daftar peserta rapat dan tempat duduknya."]
    longer = version(FIRST, more, SECOND, THIRD)
    assert kinds(compare(ORIGINAL, longer)) == [(1, 1, "same"), (None, 2, "added"), (2, 3, "same"), (3, 4, "same")]
    assert kinds(compare(longer, ORIGINAL)) == [(1, 1, "same"), (2, None, "removed"), (3, 2, "same"), (4, 3, "same")]


def test_a_page_that_is_put_in_beside_one_that_changed():
    changed, more = (
        [SECOND[0], "Biaya rapat enam juta rupiah ditanggung kas daerah."],
        ["Daftar hadir: nama dan paraf."],
    )
    found = compare(ORIGINAL, version(FIRST, more, changed, THIRD))
    assert kinds(found) == [(1, 1, "same"), (None, 2, "added"), (2, 3, "words"), (3, 4, "same")]


def test_what_no_text_tells_is_seen_in_the_picture():
    found = compare(ORIGINAL, version(FIRST, SECOND, THIRD, drawn={3: square(300, 200)}))
    assert kinds(found)[2] == (3, 3, "looks")
    (area,) = found.pairs[2].after_areas
    assert covers(area, 320, 841.89 - 220) and not covers(area, 100, 100)


def test_a_drawing_on_a_page_whose_text_changed_too():
    before = version([*FIRST, "satu"], drawn={1: square(300, 200)})
    after = version([*FIRST, "dua"], drawn={1: square(300, 150)})
    areas = compare(before, after).pairs[0].after_areas
    assert any(covers(area, 320, 841.89 - 235) for area in areas), "the drawing that moved is not outlined"


def test_a_text_drawn_over_unchanged_words_is_seen_although_other_words_changed():
    """The words beneath stand where they stood: their place is compared as a picture."""
    after = version([*FIRST, "dua"], drawn={1: square(72, 841.89 - 80 - 48)})
    areas = compare(version([*FIRST, "satu"]), after).pairs[0].after_areas
    assert any(covers(area, 80, 80 + 40) for area in areas)


def test_words_that_only_moved_are_not_called_new():
    found = compare(ORIGINAL, version(FIRST, ["Baris baru.", *SECOND], THIRD)).pairs[1]
    assert said(found, "+") == ["Baris baru."] and said(found, "-") == []


def test_scanned_pages_are_told_apart_by_their_pictures():
    blank = [version([], drawn={1: square(100 * number, 300)}) for number in (1, 2, 3)]
    one, other = (papers_of(*files) for files in ((blank[0], blank[1]), (blank[0], blank[2], blank[1])))
    assert kinds(compare(one, other)) == [(1, 1, "same"), (None, 2, "added"), (2, 3, "same")]
    changed = compare(papers.scan(), version([], drawn={1: square(100, 300)}))
    assert [pair.kind for pair in changed.pairs] == ["looks"]


def papers_of(*files):
    from tests.signing.test_layout import together

    return together(*files)


def test_another_paper_is_outlined_as_a_whole():
    found = compare(version(FIRST), version(FIRST, size=papers.F4))
    assert found.pairs[0].kind == "looks" and found.pairs[0].after_areas == ((0.0, 0.0, 1.0, 1.0),)


@pytest.mark.parametrize("seed", range(4))
def test_every_page_is_told_once_whatever_was_done_to_the_file(seed):
    """Random shuffles, insertions and removals: no page of either version may be missing from the list."""
    dice = random.Random(seed)
    texts = [[f"Halaman {number} tentang {dice.choice(SECOND)}", dice.choice(FIRST)] for number in range(12)]
    after = [page for page in texts if dice.random() > 0.3] + [[f"Baru {seed}"]]
    dice.shuffle(after)
    found = compare(version(*texts), version(*after))
    assert [pair.before for pair in found.pairs if pair.before] == list(range(1, 13))
    assert [pair.after for pair in found.pairs if pair.after] == list(range(1, len(after) + 1))


def test_a_file_of_two_thousand_pages_is_bounded_and_says_so():
    long = version(*([f"Halaman {number}", *FIRST] for number in range(2000)))
    longer = version(*([f"Halaman {number} lagi", *FIRST] for number in range(2000)))
    begun, used = time.monotonic(), os.times().children_user
    found = compare(long, longer, seconds=8)
    assert os.times().children_user - used < 8.5 and time.monotonic() - begun < 21
    assert found.left_out >= 1700
    shown = {pair.kind for pair in found.pairs}
    assert "same" not in shown and shown <= {"words", "unchecked"}


def test_a_page_of_a_hundred_thousand_equal_words_is_bounded():
    """difflib's worst case: every word like every other."""
    row = " ".join(["ya"] * 90)
    before, after = version([row] * 40, [row] * 40), version([f"{row} ya"] * 39, [f"ya {row}"] * 38)
    used = os.times().children_user
    try:
        found = compare(before, after, seconds=6)
        assert {pair.kind for pair in found.pairs} <= {"words", "removed", "added"}
    except BadDocument as error:
        assert error.code == "too_complex"
    assert os.times().children_user - used < 6.5


def test_a_file_that_cannot_be_opened_is_refused():
    with pytest.raises(BadDocument):
        compare(ORIGINAL, b"%PDF-1.7 nothing")


@pytest.mark.parametrize(
    "change", [{"kind": "fine"}, {"runs": [["<script>", "x"]]}, {"before": "x"}, {"after_areas": [[1, 2]]}, {"runs": 7}]
)
def test_a_child_that_was_taken_over_cannot_say_whatever_it_likes(monkeypatch, change):
    from signing.child import Answer

    entry = {"before": 1, "after": 1, "kind": "same", "runs": [], "before_areas": [], "after_areas": []}
    monkeypatch.setattr(differences, "call", lambda *_: Answer({"pairs": [entry | change], "left_out": 0}))
    with pytest.raises(BadDocument):
        compare(ORIGINAL, ORIGINAL)


def test_the_outlined_place_is_where_the_pictures_that_people_see_differ():
    """Judged by the page images of the product, not by the comparison's own drawing."""
    from io import BytesIO

    from PIL import Image, ImageChops

    before, after = (version(FIRST, [SECOND[0], f"Biaya Rp{digit}.000.000 per bulan"]) for digit in "56")  # as wide
    one, other = (Image.open(BytesIO(pages.render(pdf, [2])[0])).convert("L") for pdf in (before, after))
    left, top, right, bottom = ImageChops.difference(one, other).point(lambda value: 255 * (value > 60)).getbbox()
    areas = compare(before, after).pairs[1].after_areas
    for x, y in ((left, top), (right - 1, top), (left, bottom - 1), (right - 1, bottom - 1)):
        assert any(covers(area, x, y, one.size) for area in areas), (x, y, areas)


def test_what_differs_beyond_the_letters_that_are_compared_is_never_called_the_same():
    """A white text of a hundred thousand letters would otherwise hide what comes after it."""
    long = [" ".join(["kata"] * 200)] * 30  # 30 000 letters, most of them beside the paper
    found = compare(version([*long, "satu"]), version([*long, "dua"]))
    assert [pair.kind for pair in found.pairs] == ["words"]
