"""One page passes into the next, for whom that is pleasant; and nobody's tap is lost in between."""

from __future__ import annotations

import pytest

from tests.e2e.watch import wait

# Chromium's own word for each page that comes, and how long its picture would take.
REVEALED = """addEventListener('pagereveal', (event) => {
  sessionStorage.passed = String(event.viewTransition !== null);
  event.viewTransition?.ready.then(() => {
    const styles = document.getAnimations().map((one) => one.effect.getComputedTiming().duration);
    sessionStorage.longest = String(Math.max(0, ...styles));
  }, () => {});
})"""


@pytest.mark.parametrize(("motion", "passes"), [("no-preference", "true"), ("reduce", "false")])
def test_pages_pass_into_each_other_unless_motion_is_unwelcome(open_page, product, motion, passes):
    page = open_page("phone", reduced_motion=motion)
    page.context.add_init_script(REVEALED)
    page.goto(f"{product.url}/v")
    page.click("a[href='/v/upload']")
    wait(page, "location.pathname === '/v/upload' && sessionStorage.passed !== undefined")
    assert page.evaluate("sessionStorage.passed") == passes
    if passes == "true":
        assert 0 < float(wait(page, "sessionStorage.longest")) <= 200, "a person waits for it"
        assert page.evaluate("getComputedStyle(document.documentElement, '::view-transition').pointerEvents") == "none"
