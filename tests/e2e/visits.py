"""What a visit costs a person: bytes and requests on the line, and what Chromium says of speed and steadiness."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Page

from tests.e2e.line import Line
from tests.e2e.watch import wait

KB = 1024
# As web.dev counts them: the last largest paint, all shifts without a hand on the screen, the slowest interaction.
OBSERVE = """(() => {
  const seen = window.vitals = { lcp: 0, what: '', cls: 0, moved: [], inp: 0 };
  const observe = (type, note, more) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true, ...more });
  observe('largest-contentful-paint', (e) => { seen.lcp = e.startTime; seen.what = e.element?.tagName ?? ''; });
  observe('layout-shift', (e) => {
    if (e.hadRecentInput) return;
    seen.cls += e.value;
    for (const { node } of e.sources) seen.moved.push(`${node?.nodeName}.${node?.className ?? ''}`);
  });
  const slowest = (e) => { if (e.interactionId) seen.inp = Math.max(seen.inp, e.duration); };
  observe('event', slowest, { durationThreshold: 16 });
  addEventListener('click', (e) => { sessionStorage.tapped = performance.timeOrigin + e.timeStamp; }, true);
})()"""
KEYS = 3  # a second
# Rounds of plain work that Chromium does in a second here and now, and what it did where README's figures are from.
ROUNDS = """() => {
  const began = performance.now();
  let rounds = 0;
  for (; performance.now() < began + 500; rounds++)
    Array.from({ length: 1000 }, (_, i) => String(i * 7 % 1000)).sort();
  return rounds * 1000 / (performance.now() - began);
}"""
OUR_ROUNDS = 19_000
CONTROLLED = "navigator.serviceWorker.controller !== null"
PAGES = "[...document.querySelectorAll('.pages img')]"
FIRST_PAGE = "document.querySelector('.pages img')?.complete && document.querySelector('.pages img').naturalWidth > 0"
SIGNED = "document.body.innerText.includes('Sudah ditandatangani')"
SINCE_TAP = "() => performance.timeOrigin + vitals.lcp - Number(sessionStorage.tapped)"


def observe(context: BrowserContext) -> BrowserContext:
    """From now on each page of it has `vitals`: lcp and inp in milliseconds, cls, and what moved."""
    context.add_init_script(OBSERVE)
    return context


def slow_down(page: Page, times: float = 4) -> None:
    """A cheap telephone's processor: so many times slower than this one."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": times})


def be_a_telephone(page: Page) -> None:
    """A telephone four times slower than the machine of the published figures, whatever this one is busy with."""
    slow_down(page, max(1.0, 4 * page.evaluate(ROUNDS) / OUR_ROUNDS))


@dataclass
class Meter:
    """Bytes that arrived on the line, with the answers' heads, and the addresses asked for, since the meter began."""

    line: Line

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._down, self._asked = self.line.down.carried, len(self.line.requests)

    @property
    def bytes(self) -> int:
        return self.line.down.carried - self._down

    @property
    def paths(self) -> list[str]:
        return self.line.requests[self._asked :]


def draw_pages(page: Page, address: str) -> None:
    """Look at every page of a letter, so that its pictures are made: the worker does it while nobody has."""
    page.goto(address)
    page.evaluate(f"{PAGES}.forEach((image) => {{ image.loading = 'eager' }})")
    wait(page, f"{PAGES}.every((image) => image.complete && image.naturalWidth)", 60)


def open_letter(page: Page, server: str, number: int) -> float:
    """From the tap in the list of what waits until the first page is painted, in milliseconds."""
    page.goto(f"{server}/letters?box=waiting")
    wait(page, CONTROLLED, 60)
    page.tap(f"a[href='/letters/{number}']")
    wait(page, f"location.pathname === '/letters/{number}' && {FIRST_PAGE}", 60)
    page.wait_for_load_state("networkidle")
    return page.evaluate(SINCE_TAP)


def confirm_and_close(page: Page) -> float:
    """Open the sheet of a letter, type a code, go back; the slowest answer to a hand on this page, in milliseconds."""
    page.tap(".actions a[href='#setujui']")
    wait(page, "document.querySelector('dialog#setujui').open")
    page.keyboard.type("123456", delay=1000 / KEYS)
    page.tap("dialog [data-part=close]")
    wait(page, "!document.querySelector('dialog#setujui').open")
    return page.evaluate("vitals.inp")


def approve(page: Page, address: str, code: str) -> None:
    """From the letter's address, as a notification opens it, until it is signed."""
    page.goto(address, wait_until="commit")
    wait(page, FIRST_PAGE, 60)
    page.tap(".actions a[href='#setujui']")
    wait(page, "document.activeElement.name === 'code'", 60)
    page.keyboard.type(code, delay=1000 / KEYS)
    page.tap("dialog button:has-text('Tanda tangani')")
    wait(page, SIGNED, 60)
