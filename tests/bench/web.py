"""What a cheap telephone on slow 4G pays: bytes and requests on the line, and seconds in a real Chromium.

1.6 Mbit/s and 150 ms there and back by a line in front of the server, a processor 4 times slower, 360 by 740. The
product is the real one under gunicorn, on this same machine: its load is printed, since that makes the seconds longer.
--lighthouse adds Lighthouse's scores where node and npm are there.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests import lighthouse
from tests.bench.report import line as print_line
from tests.e2e.conftest import PHONE, enter, launch_options
from tests.e2e.line import SLOW_4G, Line
from tests.e2e.product import Product
from tests.e2e.visits import (
    CONTROLLED,
    KB,
    KEYS,
    Meter,
    approve,
    confirm_and_close,
    draw_pages,
    observe,
    open_letter,
    slow_down,
)
from tests.e2e.watch import wait

TIMES = 5
PATIENCE = 60_000  # milliseconds


@dataclass
class Bench:
    """The product behind a slow line, and a browser in which Sari has logged in."""

    product: Product
    browser: Browser
    line: Line
    state: Any

    @contextmanager
    def phone(self, *, logged_in: bool = True, worker: bool = True) -> Iterator[tuple[Page, Meter]]:
        """A telephone that has never been here, but may be logged in; and the meter of its line."""
        kind = PHONE | {"service_workers": "allow" if worker else "block", "reduced_motion": "no-preference"}
        context = observe(self.browser.new_context(**kind, storage_state=self.state if logged_in else None))
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        slow_down(page)
        yield page, Meter(self.line)
        context.close()

    def letter(self) -> int:
        """A letter of three pages that waits, its pictures made ahead by the worker or by somebody who looked."""
        number = self.product.letter(file="edaran.pdf")
        with self.phone(worker=False) as (page, _):
            draw_pages(page, f"{self.product.url}/letters/{number}")
        return number

    def tell(self, case: str, **figures: object) -> None:
        about = {"browser": self.browser.version, "load": round(os.getloadavg()[0], 1)}
        print_line("web", case, **figures, **about)


def settle(page: Page, address: str) -> dict[str, Any]:
    """Go there, until nothing more comes; what was seen."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return page.evaluate("vitals")


def first_visit(bench: Bench) -> None:
    """To the list of waiting letters with an empty cache, then once more."""
    waiting = f"{bench.line.url}/letters?box=waiting"
    with bench.phone(worker=False) as (page, meter):
        seen = settle(page, waiting)
        alone = {"page_bytes": meter.bytes, "page_requests": len(meter.paths), "lcp_ms": round(seen["lcp"])}
    with bench.phone() as (page, meter):
        page.goto(waiting)
        wait(page, CONTROLLED, 60)
        page.wait_for_load_state("networkidle")
        everything = {"bytes": meter.bytes, "requests": len(meter.paths)}
        bench.tell("first visit to the list", **alone, **everything, cls=seen["cls"], budget_bytes=70 * KB)
        meter.reset()
        lcp = round(settle(page, waiting)["lcp"])
        bench.tell("repeat visit", bytes=meter.bytes, requests=len(meter.paths), lcp_ms=lcp, budget_bytes=10 * KB)


def letter(bench: Bench) -> None:
    """From the tap in the list to the first page; then the sheet, the code and the way back, for the slowest answer."""
    number, taps, inps, sizes = bench.letter(), [], [], {}
    for _ in range(TIMES):
        with bench.phone() as (page, _):
            page.on("response", lambda r: sizes.update({r.url: len(r.body())}) if ".webp" in r.url else None)
            taps.append(open_letter(page, bench.line.url, number))
            inps.append(confirm_and_close(page))
            seen = page.evaluate("vitals")
    bench.tell("first page of a letter", lcp_after_tap_ms=round(statistics.median(taps)), budget_ms=1500,
               all_ms=[round(tap) for tap in taps], page_image_bytes=max(sizes.values()), budget_bytes=60 * KB,
               cls=seen["cls"])  # fmt: skip
    bench.tell("interactions on a letter", inp_ms=max(inps), all_ms=inps, budget_ms=100)


def verification(bench: Bench) -> None:
    """A stranger scans the paper."""
    path = bench.product.verification_url(bench.product.letter("signed")).removeprefix(bench.product.url)
    lcps = []
    for _ in range(TIMES):
        with bench.phone(logged_in=False) as (page, meter):
            first: dict[str, int] = {}
            page.on("requestfinished", lambda r, kept=first: kept.update({r.url: _received(r)}))
            seen = settle(page, bench.line.url + path)
            lcps.append(round(seen["lcp"]))
    bytes_of_first = sum(size for url, size in first.items() if url.endswith((path, "public.css")))
    bench.tell("public verification", lcp_ms=round(statistics.median(lcps)), all_ms=lcps, budget_ms=1000,
               first_response_bytes=bytes_of_first, budget_bytes=14 * KB, bytes=meter.bytes,
               requests=len(meter.paths), cls=seen["cls"])  # fmt: skip


def _received(request: Any) -> int:
    sizes = request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]


def notification_to_signed(bench: Bench) -> None:
    """The letter opens as a notification opens it, in an app used before; a person types three keys a second."""
    spent = []
    with bench.phone() as (page, _):
        page.goto(f"{bench.line.url}/letters?box=waiting")
        wait(page, CONTROLLED, 60)
        for _ in range(TIMES):
            number, code = bench.letter(), bench.product.code_of("sari")
            began = monotonic()
            approve(page, f"{bench.line.url}/letters/{number}", code)
            spent.append(round(monotonic() - began, 1))
    bench.tell("notification to signed", seconds=statistics.median(spent), all_seconds=spent, budget_seconds=10,
               typing_seconds=round(6 / KEYS, 1))  # fmt: skip


def scores(bench: Bench) -> None:
    """Lighthouse throttles by itself, so it looks at the server directly."""
    number = bench.letter()
    code = bench.product.verification_url(bench.product.letter("signed"))
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in bench.state["cookies"])
    here = bench.product.url
    pages = {"log-in": f"{here}/login", "verification": code}
    own = {"list": f"{here}/letters?box=waiting", "letter": f"{here}/letters/{number}"}
    for name, address in {**pages, **own}.items():
        found = lighthouse.run(address, cookies if name in own else "")
        bench.tell(f"lighthouse {lighthouse.VERSION}, {name}", **found or {"missing": "node, npm or the registry"})


def main(*arguments: str) -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        product = Product(Path(folder) / "data")
        line, browser = None, playwright.chromium.launch(**launch_options())
        try:
            product.start()
            line = Line(product.port, SLOW_4G)
            page = browser.new_page(**PHONE)
            enter(product, page, "sari")
            bench = Bench(product, browser, line, page.context.storage_state())
            page.context.close()
            for measure in (first_visit, letter, verification, notification_to_signed):
                measure(bench)
            if "--lighthouse" in arguments:
                scores(bench)
        finally:
            browser.close()
            if line is not None:
                line.close()
            product.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
