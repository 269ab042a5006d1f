"""The camera page: for anybody, and useful without a camera or JavaScript."""


def test_a_stranger_may_scan_or_type(page, make, session):
    letter = make.signed()
    session.commit()
    page.get("/scan")
    form = page.html.select_one("form[method=get]")
    assert form["action"] == "/v" and form.select_one("[name=code]")
    page.get(f"/v?code={letter.code.lower()}", status=303).follow()
    assert page.h1 == "Asli"


def test_only_this_page_may_use_the_camera(page):
    page.get("/scan")
    assert "camera=(self)" in page.response.headers["Permissions-Policy"]
    assert page.html.select_one("[data-behaviour=scanner]")["data-host"] == "localhost"
    page.get("/v")
    assert "camera=()" in page.response.headers["Permissions-Policy"]


def test_who_is_logged_in_keeps_the_navigation(page):
    assert not page.get("/scan").html.select("nav")
    assert page.log_in("sari").get("/scan").html.select("nav")
