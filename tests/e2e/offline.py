"""A phone in airplane mode: what a test does with it."""

from __future__ import annotations

from tests.e2e import watch as browser

CONTROLLED = "navigator.serviceWorker.controller !== null"
GONE = "ERR_INTERNET_DISCONNECTED"
STATUS = "document.querySelector('[data-behaviour=keep-offline] [data-part=status]')?.innerText"
KEPT = f"{STATUS} === 'Terbaca tanpa sinyal.'"
QUEUED = "document.querySelector('[data-part=queued] li') !== null"


def wait(page, expression, *, why=""):
    """With more patience: installing the worker and taking letters along are work for a busy machine."""
    return browser.wait(page, expression, 40, why=why)


def read(page, product, letter_id):
    """Opened with a network, until it is on the device."""
    page.goto(f"{product.url}/letters/{letter_id}")
    wait(page, KEPT)


def offline(page, product, path):
    page.context.set_offline(True)
    page.goto(product.url + path)


def decide(page, kind, words="", choice=""):
    wait(page, f"!!document.querySelector('details[data-kind={kind}] summary')?.offsetParent")
    before = page.locator("[data-part=queued] > li").count()
    page.click(f"details[data-kind={kind}] summary")
    if words:
        page.fill(f"#teks-{kind}", words)
    if choice:
        label = page.locator(f"#pilih-{kind} option:has-text('{choice}')").inner_text()
        page.select_option(f"#pilih-{kind}", label=label)
    page.click(f"form[data-kind={kind}] button")
    grown = f"document.querySelectorAll('[data-part=queued] > li').length > {before}"
    wait(page, f"{grown} && document.readyState === 'complete'")
