"""What a person at the browser would notice, and what he would not: errors on the console, refusals of the policy."""

from __future__ import annotations

import re
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, TimeoutError

SHOTS = Path(__file__).parents[2] / ".data/screenshots"
# Violations are reported as events too, for those that Chromium does not print.
SAY = "e => console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI)"
REPORT = f"addEventListener('securitypolicyviolation', {SAY})"
# A page that leaves while the last one still passes into it; a picture that was fetched for later when the network
# went (a reader's missing picture is seen by its width).
HARMLESS = re.compile(r"Transition was|ERR_FAILED \(\S+/pages/\S+\.webp\)")
SHOT_PATIENCE = 20_000  # milliseconds
STATUS = re.compile(r"server responded with a status of (\d+)")
# Between two pages there is nothing to ask: no page, or one whose body or heading has not come yet.
MOVED = re.compile(r"context was destroyed|navigat|Cannot find context|Target closed|properties of null", re.I)


class Watch:
    """Collects everything wrong in the contexts that it follows; `expect` names what the test provokes itself."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._expected: list[str] = []

    def follow(self, context: BrowserContext) -> BrowserContext:
        context.add_init_script(REPORT)
        context.on("console", self._console)
        context.on("weberror", lambda error: self._note(f"exception: {error.error}"))
        return context

    @contextmanager
    def expect(self, *expected: str | int) -> Iterator[None]:
        """Answers with these statuses, or console messages with these words, are part of the test."""
        self._expected += [str(one) for one in expected]
        yield
        time.sleep(0.05)

    def _console(self, message: ConsoleMessage) -> None:
        is_policy = "Content Security Policy" in message.text or "Refused to" in message.text
        if message.type == "error" or is_policy:
            self._note(f"{message.text} ({message.location.get('url', '')})")

    def _note(self, text: str) -> None:
        if HARMLESS.search(text):
            return
        status = STATUS.search(text)
        words = status[1] if status else text
        if not any(one == words if one.isdigit() else one in text for one in self._expected):
            self.problems.append(text)


def wait(page: Page, expression: str, seconds: float = 10, *, why: str = "") -> Any:
    """The first true value of a JavaScript expression. wait_for_function is refused by the policy, evaluate is not."""
    end, last = time.monotonic() + seconds, ""
    while time.monotonic() < end:
        try:
            if value := page.evaluate(f"() => ({expression})"):
                return value
            last = ""
        except Error as error:
            if not MOVED.search(str(error)):
                raise
            last = str(error).splitlines()[0]
        page.wait_for_timeout(30)
    raise AssertionError(f"{why or expression}: not within {seconds} s on {page.url}: {last or text(page)[:300]}")


def ready(page: Page) -> None:
    """All behaviours of the page have come and started; no person is as fast as a test."""
    page.wait_for_load_state("networkidle")


def text(page: Page) -> str:
    """What a person reads on the page, with single spaces."""
    return " ".join(page.inner_text("body").split())


def shot(page: Page, name: str, *, full: bool = False) -> None:
    """A picture for people to look at. It asserts nothing: on a busy machine it may be missing, and that is said."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    try:
        page.screenshot(path=SHOTS / f"{name}.png", full_page=full, timeout=SHOT_PATIENCE)
    except TimeoutError:
        warnings.warn(f"no picture {name}: the browser did not draw it in time", stacklevel=2)
