"""What axe-core says against a page: every rule of WCAG 2.2 A and AA, and its best practices."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page

VENDOR = Path(__file__).parent / "vendor"
SOURCE = (VENDOR / "axe.min.js").read_text()
# The only rules whose verdict depends on colours: enough for the same page in its other scheme.
COLOURS = ("color-contrast", "link-in-text-block")
# Not run in frames and without the element's references, which are slow and which nobody reads here.
RUN = """async (rules) => {
  const only = rules ? { type: 'rule', values: rules }
    : { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
  const found = await axe.run({ runOnly: only, resultTypes: ['violations'], elementRef: false, iframes: false });
  return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)}
    ${node.failureSummary.split('\\n').slice(1).join(' ').trim()}`));
}"""


def pinned() -> str:
    """The digest that axe's own line in the vendor's README promises."""
    line = next(one for one in (VENDOR / "README.md").read_text().splitlines() if one.startswith("| `axe.min.js`"))
    found = re.search(r"`([0-9a-f]{64})`", line)
    assert found, line
    return found[1]


def violations(page: Page, rules: tuple[str, ...] = ()) -> list[str]:
    """Rule, element and what is wrong, by these rules alone or by all. Empty where axe has nothing to say."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(SOURCE)
    return page.evaluate(RUN, list(rules) or None)
