"""What a visit may cost, counted on the line with the answers' heads: bytes, requests, and nothing that jumps.

Seconds are in test_seconds.py."""

from __future__ import annotations

import time
import urllib.request

from tests.e2e.line import Speed
from tests.e2e.visits import CONTROLLED, FIRST_PAGE, KB, Meter, observe
from tests.e2e.watch import wait


def test_the_line_is_as_slow_as_it_says(lines):
    """Never quicker, that is, and it counts what it carries: a line that held nothing up would prove nothing."""
    line = lines(Speed(bits=400e3, rtt=0.2))
    began = time.monotonic()
    with urllib.request.urlopen(f"{line.url}/static/any/css/app.css", timeout=60) as answer:
        body = answer.read()
    assert time.monotonic() - began >= len(body) * 8 / 400e3 + 2 * 0.2  # TCP's handshake, and the request
    assert line.down.carried >= len(body) > 30 * KB and line.requests == ["/static/any/css/app.css"]


def shift(page):
    page.wait_for_load_state("networkidle")
    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    seen = page.evaluate("vitals")
    return seen["cls"], seen["moved"]


def test_the_list_of_waiting_letters_is_cheap(as_person, product, line):
    """The page in at most 12 requests; with all that the worker then keeps for later 70 KB; the next time 10 KB."""
    product.letter()
    meter, waiting = Meter(line), f"{line.url}/letters?box=waiting"
    page = as_person("sari", service_workers="block")
    page.goto(waiting)
    page.wait_for_load_state("networkidle")
    assert any(path.endswith("app.css") for path in meter.paths), "the meter counts nothing"
    assert len(meter.paths) <= 12, meter.paths

    page = as_person("sari")
    meter.reset()
    page.goto(waiting)
    wait(page, CONTROLLED, why="the worker is not done")
    page.wait_for_load_state("networkidle")
    assert 10 * KB < meter.bytes <= 70 * KB, f"{meter.bytes} bytes, {len(meter.paths)} requests"
    meter.reset()
    page.goto(waiting)
    page.wait_for_load_state("networkidle")
    assert meter.bytes <= 10 * KB, (meter.bytes, meter.paths)


def test_a_letter_is_cheap_and_stands_still(as_person, open_page, product, slow_line):
    """On a slow line, where everything comes at a time of its own: 60 KB a page, and no page jumps."""
    letter = product.letter(file="edaran.pdf")
    code = product.verification_url(product.letter("signed")).removeprefix(product.url)
    page, sizes = as_person("sari", service_workers="block"), {}
    observe(page.context)
    page.on("response", lambda r: sizes.update({r.url: len(r.body())}) if ".webp" in r.url else None)
    page.goto(f"{slow_line.url}/letters?box=waiting")
    assert shift(page) == (0, [])
    meter = Meter(slow_line)
    page.goto(f"{slow_line.url}/letters/{letter}")
    wait(page, FIRST_PAGE, 30)
    assert shift(page) == (0, [])
    for image in page.locator(".pages img").all():
        image.scroll_into_view_if_needed()
    wait(page, "[...document.querySelectorAll('.pages img')].every(i => i.complete && i.naturalWidth > 0)", 30)
    assert len(sizes) == 3 and max(sizes.values()) <= 60 * KB, sizes
    assert meter.bytes <= 3 * 60 * KB, meter.bytes
    stranger = open_page("phone", service_workers="block")
    observe(stranger.context)
    for path in ("/login", code):
        stranger.goto(slow_line.url + path)
        assert shift(stranger) == (0, []), path


def test_a_page_that_is_read_and_kept_comes_once(as_person, product, line):
    letter = product.letter(file="edaran.pdf")
    page = as_person("sari")
    page.goto(f"{line.url}/letters?box=waiting")
    wait(page, CONTROLLED, 30, why="the worker is not done")
    meter = Meter(line)
    page.goto(f"{line.url}/letters/{letter}")
    wait(
        page,
        "document.querySelector('[data-behaviour=keep-offline] [aria-pressed]') !== null",
        30,
        why="it is not kept",
    )
    pictures = [path.partition("?")[0] for path in meter.paths if ".webp" in path]
    assert len(pictures) == len(set(pictures)) == 3, meter.paths


def test_what_jumps_is_noticed(open_page, product):
    """The control of the shifts above."""
    page = open_page("phone")
    observe(page.context)
    page.goto(f"{product.url}/login")
    assert shift(page) == (0, [])
    page.evaluate("document.querySelector('h1').style.marginTop = '200px'")
    wait(page, "vitals.cls > 0")
