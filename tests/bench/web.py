"""What a phone loads: compressed bytes of the pages that matter, and of the page images."""

from __future__ import annotations

import gzip
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests import people
from tests.bench.report import line
from tests.conftest import Clock, make_config
from tests.factories import Factory
from tests.page import Page
from webapp import db
from webapp.app import create_app
from webapp.domain.work import Work
from webapp.migrations import upgrade


def compressed(page: Page) -> int:
    return len(gzip.compress(page.response.data, 6))


def measure(page: Page, case: str, path: str) -> None:
    """The page itself, and the style sheets and scripts that its head asks for."""
    page.get(path)
    html, parts = compressed(page), {}
    sheets = {tag["href"] for tag in page.html.find_all("link", rel="stylesheet")}
    scripts = {tag["src"] for tag in page.html.find_all("script", src=True)}
    images = [tag["src"] for tag in page.html.find_all("img") if ".webp" in tag.get("src", "")]
    for address in sheets | scripts:
        parts[re.sub(r".*/static/[0-9a-f]+/", "", address)] = len(gzip.compress(page.client.get(address).data, 6))
    pictures = [len(page.client.get(address).data) for address in images]
    line(
        "web",
        case,
        html_bytes=html,
        assets=parts,
        first_response_bytes=html + sum(parts.values()),
        page_images=pictures,
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        config = make_config("", Path(folder))
        app, clock = create_app(config), Clock()
        app.config["CLOCK"] = clock
        upgrade(app.extensions["engine"])
        with db.unit(app.extensions["engine"]) as session:
            work = Work(session, None, datetime.now(UTC), config)
            people.build(work)
            make = Factory(work)
            code, waiting_id = make.signed().code, make.submitted(file="edaran.pdf").id
        page = Page(app, clock)
        measure(page, "public verification", f"/v/{code}")
        measure(page, "log-in", "/login")
        clock.tick(60)
        page.log_in("sari")
        measure(page, "pending list", "/letters")
        measure(page, "letter, 3 pages", f"/letters/{waiting_id}")
        app.extensions["engine"].dispose()


if __name__ == "__main__":
    main()
