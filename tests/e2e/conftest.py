"""A real product and a real Chromium. Whatever goes wrong on any page fails the test that was there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests import people
from tests.e2e import offline
from tests.e2e.line import SLOW_4G, Line, Speed
from tests.e2e.product import Product
from tests.e2e.watch import Watch, wait

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
QUIET = (
    "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--disable-quic",
)  # fmt: skip
# Without motion: a test is quicker than any transition. test_motion.py looks at those.
INDONESIA = {"locale": "id-ID", "timezone_id": "Asia/Jakarta", "reduced_motion": "reduce"}
PATIENCE = 10_000  # milliseconds; nothing here may take longer than a patient person
PHONE = INDONESIA | {
    "viewport": {"width": 360, "height": 740}, "screen": {"width": 360, "height": 740}, "device_scale_factor": 2,
    "is_mobile": True, "has_touch": True,
}  # fmt: skip
DESKTOP = INDONESIA | {"viewport": {"width": 1280, "height": 800}}
DEVICES = {"phone": PHONE, "desktop": DESKTOP}


def launch_options(*more: str) -> dict[str, Any]:
    """How Debian's Chromium is started; as root it has no sandbox."""
    return {"executable_path": CHROMIUM, "chromium_sandbox": os.geteuid() != 0, "args": [*QUIET, *more]}


@pytest.fixture(scope="session")
def _started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    made = Product(tmp_path_factory.mktemp("product") / "data")
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def product(_started: Product) -> Product:
    """The one that is running; nothing waits for anybody in it when a file begins."""
    _started.clear_desks()
    return _started


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as made:
        yield made


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    made = playwright.chromium.launch(**launch_options())
    yield made
    made.close()


@pytest.fixture
def watch(product: Product) -> Iterator[Watch]:
    """Fails the test for what went wrong in the browser or, with a traceback, in the server."""
    made = Watch()
    _, since = product.troubles(0)
    yield made
    assert not made.problems, "\n".join(dict.fromkeys(made.problems))
    trouble, _ = product.troubles(since)
    assert not trouble, trouble


Opener = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, watch: Watch) -> Iterator[Opener]:
    """open_page("phone", color_scheme="dark"): a page in a context of its own."""
    contexts: list[BrowserContext] = []

    def opened(device: str = "phone", **options: Any) -> Page:
        context = watch.follow(browser.new_context(**DEVICES[device] | options))
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def installed(playwright: Playwright, watch: Watch, tmp_path: Path) -> Iterator[Callable[[], Page]]:
    """installed(): the phone's page in a profile that stays; incognito there is no installing and no notification.
    `profile`: that of a browser that was closed."""
    contexts: list[BrowserContext] = []

    def opened(*arguments: str, profile: Path | None = None, **options: Any) -> Page:
        profile = profile or tmp_path / f"profile-{len(contexts)}"
        started = launch_options(*arguments)
        context = playwright.chromium.launch_persistent_context(profile, **started | PHONE | options)
        contexts.append(watch.follow(context))
        context.set_default_timeout(PATIENCE)
        return context.pages[0]

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def lines(product: Product) -> Iterator[Callable[..., Line]]:
    """lines(EDGE): a telephone line to the product, which may be slow and may break."""
    made: list[Line] = []

    def opened(*speed: Speed) -> Line:
        made.append(Line(product.port, *speed))
        return made[-1]

    yield opened
    for one in made:
        one.close()


@pytest.fixture
def line(lines: Callable[..., Line]) -> Line:
    return lines()


@pytest.fixture
def slow_line(lines: Callable[..., Line]) -> Line:
    return lines(SLOW_4G)


@pytest.fixture
def phone(open_page: Opener) -> Page:
    """A stranger's phone, 360 by 740."""
    return open_page("phone")


@pytest.fixture
def desktop(open_page: Opener) -> Page:
    """A stranger's desk."""
    return open_page("desktop")


@pytest.fixture
def code_of(product: Product) -> Callable[[str], str]:
    """The six digits that somebody's authenticator shows now."""
    return product.code_of


def enter(product: Product, page: Page, login: str) -> None:
    """Password and code on whatever page asks for them; ends where the product leads."""
    if "/login" not in page.url:
        page.goto(f"{product.url}/login")
    page.fill("[name=email]", f"{login}@solok.example")
    page.fill("[name=password]", people.PASSWORD)
    page.click("button[type=submit]:has-text('Lanjut')")
    wait(page, "location.pathname === '/login/code' && document.readyState === 'complete'")
    page.fill("form:not(details form) [name=code]", product.code_of(login))
    page.click("button[type=submit]:has-text('Masuk'):visible")
    wait(page, "!location.pathname.startsWith('/login') && document.readyState === 'complete'")


@pytest.fixture
def log_in(product: Product) -> Callable[[Page, str], None]:
    """log_in(page, "sari")"""
    return partial(enter, product)


@pytest.fixture(scope="session")
def _kept() -> dict[tuple[str, str], Any]:
    return {}


@pytest.fixture
def as_person(
    product: Product, open_page: Opener, log_in: Callable[[Page, str], None], _kept: dict[tuple[str, str], Any]
) -> Callable[..., Page]:
    """as_person("sari", "phone"): a page on which somebody is logged in. The log-in is made once for all tests, and
    anew where one of them has ended it."""

    def opened(login: str, device: str = "phone", **options: Any) -> Page:
        if (login, product.url) in _kept:
            page = open_page(device, storage_state=_kept[login, product.url], **options)
            if page.request.get(f"{product.url}/settings", max_redirects=0).ok:
                return page
        page = open_page(device)
        log_in(page, login)
        _kept[login, product.url] = page.context.storage_state()
        return open_page(device, storage_state=_kept[login, product.url], **options)

    return opened


@pytest.fixture
def phone_of(
    installed: Callable[..., Page], log_in: Callable[[Page, str], None], product: Product
) -> Callable[..., Page]:
    """phone_of("sari"): a logged-in phone whose service worker is at work."""

    def opened(login: str, **options: Any) -> Page:
        page = installed(**options)
        log_in(page, login)
        offline.wait(page, offline.CONTROLLED)
        return page

    return opened


@pytest.fixture
def pdf(tmp_path: Path) -> Callable[[bytes, str], Path]:
    """A file to choose in a form."""

    def written(content: bytes, name: str) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return written
