"""Links in mails outlive the log-in: whoever taps one after weeks logs in and is at the letter, not at a first page."""

import re

import pytest

from tests import people
from webapp.jobs import messages

DAYS = 86_400


def mailed(app, work, person, message, **facts):
    """The addresses in a mail's text, as paths."""
    with app.app_context():
        mail = messages.compose(work, messages.find(work, person.id, message, **facts))
    found = re.findall(r"http://localhost(/\S+)", mail.get_body(("plain",)).get_content())
    work.session.commit()
    return found


@pytest.mark.parametrize("is_old", [True, False], ids=["the log-in expired", "a device that never logged in"])
def test_a_link_leads_through_the_log_in_to_its_letter(app, work, make, page, sari, is_old):
    letter = make.submitted()
    (path,) = mailed(app, work, sari, "letter_waiting", letter_id=letter.id)
    if is_old:
        page.log_in("sari").get("/settings")
        page.clock.tick((app.config["TEKEN"].session_idle_days + 1) * DAYS)
    page.get(path, status=303)
    assert page.location == "/login"
    page.follow().post("/login", {"email": "sari@solok.example", "password": "keliru sama sekali"}, status=422)
    page.post("/login", {"email": "sari@solok.example", "password": people.PASSWORD})
    page.follow().post("/login/code", {"code": "000000"}, status=422)
    page.post("/login/code", {"code": page.code_of("sari")})
    assert page.location == path == f"/letters/{letter.id}"
    assert page.follow().h1 == letter.subject


def test_what_the_address_asks_for_is_kept_too(app, work, make, page, sari):
    """The list of the letters that were made from one table."""
    with app.app_context():
        path = messages.link(work, "letters_waiting", None, {"merge_id": 7}).removeprefix("http://localhost")
    work.session.commit()
    page.get(path, status=303).follow()
    page.post("/login", {"email": "sari@solok.example", "password": people.PASSWORD})
    page.follow().post("/login/code", {"code": page.code_of("sari")})
    assert page.response.headers["Location"].endswith("/batches/new?group=7")
