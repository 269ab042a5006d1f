"""No other site can make a logged-in person's browser do anything."""

from tests.guards.test_routes import address_of, methods, rules

# Spoken without cookies, or answered with an address and nothing else: there is nothing to forge.
PROTOCOLS = {"responders.ocsp", "responders.timestamp", "api.letters_create", "shares.create", "reminders.create"}


def test_every_change_needs_the_token(app, page):
    page.log_in("admin")
    seen = 0
    for rule in rules(app):
        (method,) = methods(rule)
        if method == "GET" or rule.endpoint in PROTOCOLS:
            continue
        answer = page.client.open(address_of(rule), method=method, data={"csrf_token": "made up"})
        # Where the role or the attempts are asked for first, the request has not come as far as the token.
        assert answer.status_code in (403, 409, 429), f"{rule.rule}: {answer.status_code}"
        seen += answer.status_code == 409
    assert seen > 10
    page.get("/devices")  # /logout was refused too


def test_a_form_that_is_too_old_says_so_and_keeps_what_was_typed(page):
    page.log_in("admin").get("/people/new")
    page.client.post("/people/new", data={"csrf_token": "old", "name": "Maya"})
    page.post("/people/new", {"csrf_token": "old"}, status=409)
    assert "Muat ulang" in page.text


def test_a_token_of_another_session_is_worth_nothing(app, clock, page):
    from tests.page import Page

    other = Page(app, clock).log_in("budi")
    token = other.get("/settings").csrf_token()
    page.log_in("sari").post("/logout", {"csrf_token": token}, status=409)
    page.get("/devices")


def test_a_script_may_send_it_as_a_header(page):
    page.log_in("sari").get("/settings")
    token = page.csrf_token()
    bare = page.client.post("/subscriptions", json={}, headers={"Accept": "application/json"})
    sent = page.client.post("/subscriptions", json={}, headers={"X-CSRFToken": token, "Accept": "application/json"})
    assert bare.status_code == 409 and sent.status_code != 409


def test_over_https_a_form_says_which_page_it_was_on(page):
    """Which is why no page with a form may hide it (tests/page.py)."""
    secure = {"base_url": "https://localhost"}
    seen = {}
    for where in ("https://localhost/v/upload", "https://contoh.invalid/v/upload", ""):
        page.get("/v/upload", **secure)
        sent = {"csrf_token": page.csrf_token()}
        seen[where] = page.client.post("/v/upload", data=sent, headers={"Referer": where}, **secure).status_code
    assert list(seen.values()) == [422, 409, 409], seen
