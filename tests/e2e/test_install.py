"""The app on the phone: it installs, it says honestly when there is no network, and it keeps no restricted letter."""

from __future__ import annotations

import json

from tests.e2e.watch import ready, shot, text, wait
from webapp.models import Confidentiality

CONTROLLED = "navigator.serviceWorker.controller !== null"
KEPT = """async () => {
  const kept = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) kept.push(new URL(request.url).pathname);
  return kept;
}"""


def verdict(page):
    """Chromium's own word: (what stands against installing, the manifest as it read it)."""
    cdp = page.context.new_cdp_session(page)
    errors = cdp.send("Page.getInstallabilityErrors")["installabilityErrors"]
    manifest = cdp.send("Page.getAppManifest")
    cdp.detach()
    return [error["errorId"] for error in errors], manifest


def test_it_installs(installed, log_in, product):
    page = installed()
    log_in(page, "sari")
    wait(page, CONTROLLED)
    errors, manifest = verdict(page)
    assert errors == []
    assert manifest["errors"] == []
    assert manifest["url"] == f"{product.url}/manifest.webmanifest"
    read = json.loads(manifest["data"])
    assert read["display"] == "standalone" and read["start_url"] == "/"
    sizes = {(icon["sizes"], icon["purpose"]) for icon in read["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
    assert read["share_target"]["method"] == "POST" and read["launch_handler"]["client_mode"][0] == "navigate-existing"
    assert {screen["form_factor"] for screen in read["screenshots"]} == {"narrow", "wide"}
    icons = [
        *read["icons"],
        *read["screenshots"],
        *(icon for shortcut in read["shortcuts"] for icon in shortcut["icons"]),
    ]
    for icon in icons:
        drawn = page.evaluate(
            "src => new Promise(done => { const i = new Image(); i.onload = () => done(`${i.width}x${i.height}`);"
            " i.onerror = () => done('missing'); i.src = src })", icon["src"],
        )  # fmt: skip
        assert drawn == icon["sizes"], icon["src"]
    for shortcut in read["shortcuts"]:
        page.goto(product.url + shortcut["url"])
        assert page.url == product.url + shortcut["url"]


def test_a_broken_manifest_would_be_noticed(installed, product):
    """The control of the test above: Chromium does complain where there is reason to."""
    page = installed()
    page.route(
        "**/manifest.webmanifest*",
        lambda route: route.fulfill(json={"name": "x", "display": "browser"}, content_type="application/manifest+json"),
    )
    page.goto(f"{product.url}/scan")
    wait(page, "document.readyState === 'complete'")
    errors, _ = verdict(page)
    assert errors


def test_offline_is_said_honestly_and_no_restricted_letter_is_kept(installed, log_in, product, watch):
    letter_id = product.letter(confidentiality=Confidentiality.RESTRICTED)
    page = installed()
    log_in(page, "sari")
    wait(page, CONTROLLED)
    page.goto(f"{product.url}/letters/{letter_id}")
    wait(page, "document.querySelector('.pages img')?.naturalWidth > 0")
    kept = page.evaluate(KEPT)
    assert "/offline" in kept and any(path.endswith("css/app.css") for path in kept)
    public = {"/offline", "/scan", "/guide", "/seals/directory", "/seals/status"}
    assert not [path for path in kept if path not in public and not path.startswith("/static/")]
    scanner = page.evaluate("async () => (await caches.match('/scan')).text()")
    assert "Sari" not in scanner and "csrf-token" not in scanner, "the scanner is kept as a stranger sees it"

    with watch.expect("ERR_INTERNET_DISCONNECTED"):
        page.context.set_offline(True)
        wait(page, "document.querySelector('[data-behaviour=online-state]').hidden === false")
        for path in (f"/letters/{letter_id}", "/letters", "/settings"):
            page.goto(product.url + path)
            assert page.inner_text("h1") == "Tanpa jaringan", path
            assert "jangan anggap sudah terkirim" in text(page)
            assert "Sari" not in text(page) and "Undangan" not in text(page)
        colour = page.evaluate("getComputedStyle(document.querySelector('.kop')).backgroundColor")
        assert colour not in ("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"), "the offline page has no style"
        shot(page, "offline")

    page.context.set_offline(False)
    online = "document.readyState === 'complete' && document.querySelector('h1').innerText !== 'Tanpa jaringan'"
    wait(page, online, why="the page does not come by itself")
    page.goto(f"{product.url}/letters/{letter_id}")
    assert page.locator(".actions a[href='#setujui']").is_visible()


def test_the_page_comes_by_itself_once_there_is_a_network(installed, log_in, product, watch):
    page = installed()
    log_in(page, "sari")
    wait(page, CONTROLLED)
    with watch.expect("ERR_INTERNET_DISCONNECTED"):
        page.context.set_offline(True)
        page.goto(f"{product.url}/settings")
        assert page.inner_text("h1") == "Tanpa jaringan"
        page.context.set_offline(False)
    wait(page, "document.querySelector('h1')?.innerText === 'Pengaturan'")
    assert page.url == f"{product.url}/settings"


def test_the_worker_is_told_at_once_of_a_new_release(installed, product):
    """It may never come from a cache: a phone would stay with an old release for ever."""
    page = installed()
    page.goto(f"{product.url}/login")
    wait(page, CONTROLLED)
    for path in ("/sw.js", "/manifest.webmanifest"):
        answer = page.request.get(product.url + path)
        assert answer.ok and answer.headers["cache-control"] == "no-cache", path
    shell = [path for path in page.evaluate(KEPT) if path.startswith("/static/")]
    assert shell and all(page.request.get(product.url + path).ok for path in shell)


IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko){} Mobile/15E148{}"
)
SAFARI, IN_WHATSAPP = IPHONE.format(" Version/17.5", " Safari/604.1"), IPHONE.format("", "")
STANDALONE = "Object.defineProperty(Navigator.prototype, 'standalone', {{ get: () => {} }})"
PROMPT = "document.querySelector('[data-behaviour=install-prompt]')"


def test_an_iphone_is_shown_how_after_a_signature(as_person, product):
    letter_id = product.letter("signed")

    def opened(agent, standalone, path=f"/letters/{letter_id}", **options):
        page = as_person("sari", user_agent=agent, **options)
        page.add_init_script(STANDALONE.format(standalone))
        page.goto(product.url + path)
        ready(page)
        return page

    for agent, standalone in ((SAFARI, "true"), (IN_WHATSAPP, "false"), (SAFARI, "undefined")):
        wait(opened(agent, standalone), f"{PROMPT}.hidden", why=f"{agent} {standalone}")
    page = opened(SAFARI, "false")
    wait(page, f"!{PROMPT}.hidden")
    said = page.inner_text("[data-behaviour=install-prompt]")
    assert "Tambahkan ke Layar Utama" in said and "Pasang\n" not in said
    shot(page, "install-ios", full=True)
    page.goto(f"{product.url}/letters")
    assert page.locator("[data-behaviour=install-prompt]").count() == 0
    page.goto(f"{product.url}/letters/{letter_id}")
    page.click("text=Nanti saja")
    page.reload()
    ready(page)
    wait(page, f"{PROMPT}.hidden", why="it asks again")
    page.goto(f"{product.url}/settings?lang=en")  # who asks is shown it still
    wait(page, f"!{PROMPT}.hidden && {PROMPT}.innerText.includes('Add to Home Screen')")
    page.emulate_media(color_scheme="dark")
    shot(page, "install-ios-settings", full=True)


def test_chromium_asks_after_a_signature_and_not_at_the_log_in(installed, log_in, product):
    letter_id = product.letter("signed")
    page = installed("--bypass-app-banner-engagement-checks")
    page.add_init_script("addEventListener('beforeinstallprompt', (event) => { self.offer = event; })")
    page.add_init_script("Navigator.prototype.setAppBadge = async (count) => { self.badge = count; }")
    log_in(page, "sari")
    wait(page, CONTROLLED)
    page.goto(f"{product.url}/letters")
    wait(page, "self.offer", 20, why="Chromium offers no installing")
    assert page.evaluate("self.offer.defaultPrevented"), "its own bar would come now"
    wait(page, "self.badge === Number(document.documentElement.dataset.waiting)")
    assert page.locator("[data-behaviour=install-prompt]").count() == 0
    page.goto(f"{product.url}/letters/{letter_id}")
    wait(page, f"!{PROMPT}.hidden", 20)
    page.evaluate("self.offer.prompt = () => { self.asked = true; }")
    page.click("button:has-text('Pasang')")
    wait(page, f"self.asked && {PROMPT}.hidden")
