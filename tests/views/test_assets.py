"""Static files: as small as they can be, nobody's, and the same content in whatever coding a browser takes."""

from __future__ import annotations

import gzip

import brotli
import pytest

from webapp import assets

NAMES = ("css/app.css", "css/public.css", "app.js", "icons/sprite.svg", "js/lib/trusted.js")


@pytest.mark.parametrize("name", NAMES)
def test_a_text_comes_in_the_coding_that_the_browser_takes(page, app, name):
    def got(accepted):
        return page.client.get(f"/static/{app.config['RELEASE']}/{name}", headers={"Accept-Encoding": accepted})

    plain, zipped, small = got("identity"), got("gzip"), got("gzip, deflate, br, zstd")
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip" and gzip.decompress(zipped.data) == plain.data
    assert small.headers["Content-Encoding"] == "br" and brotli.decompress(small.data) == plain.data
    assert len(small.data) < len(zipped.data) < len(plain.data)
    assert got("br;q=0, gzip").headers["Content-Encoding"] == "gzip"
    assert small.headers["Vary"] == "Accept-Encoding" and int(small.headers["Content-Length"]) == len(small.data)


def test_a_static_file_is_nobodys(page, app):
    """Any cache on the way may keep it: no cookie goes out with it, nor any other header that speaks of a person."""
    page.log_in("sari")
    answer = page.client.get(f"/static/{app.config['RELEASE']}/css/app.css", headers={"Accept-Encoding": "br"})
    assert "Set-Cookie" not in answer.headers and "Content-Language" not in answer.headers
    assert "Cookie" not in answer.headers["Vary"]
    assert len(str(answer.headers)) < 420


def test_a_page_sends_the_session_only_when_it_changed(page):
    page.log_in("sari").get("/letters")  # this one gets the form token
    page.get("/letters")
    assert "Set-Cookie" not in page.response.headers


@pytest.mark.parametrize("name", ["css/../../app.py", "..%2fapp.py", "css/tokens.scss", "css", "icons/none.svg"])
def test_nothing_else_is_served(page, app, name):
    assert page.client.get(f"/static/{app.config['RELEASE']}/{name}").status_code in (301, 308, 404)


def test_who_has_the_worker_already_is_told_only_that(page):
    for path in ("/sw.js", "/manifest.webmanifest"):
        first = page.client.get(path, headers={"Accept-Encoding": "br"})
        again = page.client.get(path, headers={"If-None-Match": first.headers["ETag"], "Accept-Encoding": "br"})
        assert again.status_code == 304 and not again.data
        assert page.client.get(path, headers={"If-None-Match": 'W/"another"'}).status_code == 200


def test_the_work_is_done_once(page, app):
    """Nobody keeps the server busy by asking for its largest file again and again."""
    address = f"/static/{app.config['RELEASE']}/vendor/zxing/zxing_reader.wasm"
    first = page.client.get(address, headers={"Accept-Encoding": "br"})
    assert first.mimetype == "application/wasm" and len(first.data) < 400_000
    misses = assets.packed.cache_info().misses
    for _ in range(20):
        page.client.get(address, headers={"Accept-Encoding": "br"})
    assert assets.packed.cache_info().misses == misses


OURS = sorted(file.relative_to(assets.STATIC).as_posix() for file in assets.STATIC.rglob("*.js"))


@pytest.mark.parametrize("name", [name for name in OURS if not name.startswith("vendor/")])
def test_a_module_loses_its_remarks_and_nothing_else(name):
    """Each line that is left stands where it stood, and no remark was the inside of a string over several lines."""
    text, sent = (assets.STATIC / name).read_text(), assets.module(name)
    for before, after in zip(text.split("\n"), sent.split("\n"), strict=True):
        assert after in (before, "")
    for found in assets.REMARK.finditer(text):
        assert text[: found.start()].count("`") % 2 == 0 and found[0].count("`") % 2 == 0, found[0]
    assert not any(line.lstrip().startswith("/*") for line in sent.split("\n") if not line.rstrip().endswith(";"))


def test_what_others_wrote_goes_as_it_came():
    vendored = [name for name in OURS if name.startswith("vendor/")]
    assert vendored and all(assets.module(name) == (assets.STATIC / name).read_text() for name in vendored)
