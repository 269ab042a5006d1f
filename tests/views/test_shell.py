"""The installable shell, and the health of the process."""

from __future__ import annotations

import json
import re


def test_the_service_worker_is_filled_in_and_fresh(page):
    answer = page.client.get("/sw.js")
    text = answer.get_data(as_text=True)
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert "__" not in re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    assert "Set-Cookie" not in answer.headers


def test_every_file_of_the_shell_exists(page):
    text = page.client.get("/sw.js").get_data(as_text=True)
    shell = json.loads(re.search(r"JSON\.parse\('(.*?)'\)", text)[1])
    assert len(shell) > 10
    for path in shell:
        answer = page.client.get(path)
        assert answer.status_code == 200, path
        assert "immutable" in answer.headers["Cache-Control"]


def test_what_the_kept_pages_do_is_kept_with_them(page):
    text = page.client.get("/sw.js").get_data(as_text=True)
    shell = json.loads(re.search(r"JSON\.parse\('(.*?)'\)", text)[1])
    known = {path.rpartition("/behaviours/")[2].removesuffix(".js") for path in shell if "/behaviours/" in path}
    for path in ("/offline", "/scan", "/guide"):
        for done in re.findall('data-behaviour="([^"]+)"', page.client.get(path).text):
            assert known.issuperset(done.split()), (path, done)


def test_the_manifest_names_icons_that_exist_and_speaks_the_language(page):
    answer = page.client.get("/manifest.webmanifest?lang=en")
    manifest = json.loads(answer.data)
    assert answer.mimetype == "application/manifest+json"
    assert manifest["lang"] == "en"
    assert json.loads(page.client.get("/manifest.webmanifest?lang=id").data)["lang"] == "id"
    for icon in manifest["icons"] + [i for s in manifest["shortcuts"] for i in s["icons"]]:
        assert page.client.get(icon["src"]).status_code == 200, icon["src"]


def test_the_offline_page_knows_nobody(page):
    before = page.client.get("/offline")
    page.log_in("sari")
    after = page.client.get("/offline")
    assert before.data == after.data
    assert "no-store" not in after.headers["Cache-Control"]
    assert b"Sari" not in after.data


def test_health_asks_the_database(page):
    answer = page.client.get("/healthz")
    assert answer.json["status"] == "ok"
