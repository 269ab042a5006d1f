"""The app offers itself where it was just of use: not at the log-in, not over work that waits."""

import pytest

PROMPT = "[data-behaviour=install-prompt]"


@pytest.fixture
def letters(make, session):
    made = make.draft(), make.submitted(), make.signed()
    ids = tuple(letter.id for letter in made)
    session.commit()
    return ids


def offers(page, path):
    return len(page.get(path).html.select(PROMPT))


def test_it_is_offered_after_something_useful(page, letters):
    draft, submitted, signed = (f"/letters/{letter_id}" for letter_id in letters)
    assert [offers(page, path) for path in ("/login", "/v", "/scan")] == [0, 0, 0]
    page.log_in("budi")
    assert [offers(page, path) for path in ("/letters", draft, submitted, signed)] == [0, 0, 1, 0]
    page.log_out().log_in("sari")
    assert [offers(page, path) for path in ("/letters", submitted, signed)] == [0, 0, 1]


def test_in_the_settings_it_is_shown_again_to_who_asks(page):
    page.log_in("sari").get("/settings")
    (box,) = page.html.select(PROMPT)
    assert box.has_attr("data-asked") and box.has_attr("hidden")
    assert [icon["aria-label"] for icon in box.select("ol svg[role=img]")] == [
        "kotak dengan panah ke atas",
        "kotak dengan tanda tambah",
    ]
