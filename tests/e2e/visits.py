"""What a visit costs a person: bytes and requests on the line, and what Chromium says of speed and steadiness."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Page

from tests.e2e.line import Line

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
SINCE_TAP = "() => performance.timeOrigin + vitals.lcp - Number(sessionStorage.tapped)"


def observe(context: BrowserContext) -> BrowserContext:
    """From now on each page of it has `vitals`: lcp and inp in milliseconds, cls, and what moved."""
    context.add_init_script(OBSERVE)
    return context


def slow_down(page: Page, times: int = 4) -> None:
    """A cheap telephone's processor."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": times})


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
