"""The control of all the others: what they are watched for is noticed."""

from __future__ import annotations

from tests.e2e.conftest import PHONE
from tests.e2e.watch import Watch, wait

BROKEN = {
    "console.error('it broke')": "it broke",
    "setTimeout(() => { throw new Error('nobody caught it') })": "nobody caught it",
    "new Image().src = 'https://elsewhere.example/x.png'": "policy: img-src",
    "document.body.setAttribute('style', 'color: red')": "policy: style-src",
    "fetch('/nowhere')": "status of 404",
}


def test_errors_and_refusals_are_noticed(browser, product):
    for script, noticed in BROKEN.items():
        watch = Watch()
        context = watch.follow(browser.new_context(**PHONE))
        page = context.new_page()
        page.goto(f"{product.url}/login")
        wait(page, "document.readyState === 'complete'")
        assert watch.problems == []
        page.evaluate(f"() => {{ {script} }}")
        page.wait_for_timeout(300)
        assert any(noticed in problem for problem in watch.problems), (script, watch.problems)
        context.close()
