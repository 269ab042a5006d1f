"""A long scan over a bad line: it is cut in the middle, reloaded, and arrives whole with no piece sent twice."""

from __future__ import annotations

import hashlib
import io

import pytest
from PIL import Image
from sqlalchemy import select

from tests.e2e.drafting import fill_facts
from tests.e2e.line import Speed
from tests.e2e.watch import ready, shot, wait
from webapp.domain import documents, transfers
from webapp.models import Letter

CUT = ("ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION_CLOSED", "ERR_CONNECTION_REFUSED")
BOX = "document.querySelector('[data-behaviour=resumable-upload]')"
SHOWN = f"{BOX}.querySelector('[data-part=shown]').textContent"
SENT = f"{BOX}.querySelector('[data-part=bar]').value"
OVERHEAD = 400_000  # bytes: pages, scripts and the headers of every request that went over the same line


@pytest.fixture(scope="module")
def scan(tmp_path_factory):
    """A PDF of 25 MB: six pages as a scanner in a hurry makes them, with all their noise."""
    noise = Image.effect_noise((2480, 3508), 60)
    pages = [noise.rotate(at) for at in range(6)]
    made = io.BytesIO()
    pages[0].save(made, "PDF", save_all=True, append_images=pages[1:], resolution=300, quality=70)
    path = tmp_path_factory.mktemp("scan") / "pindaian.pdf"
    path.write_bytes(made.getvalue())
    return path


@pytest.fixture
def line(lines):
    return lines(Speed(bits=250e6))


def test_a_cut_upload_goes_on_where_it_was(as_person, product, line, scan, watch):
    upload = scan.read_bytes()
    assert 20_000_000 < len(upload) < 26_000_000
    page = as_person("budi")
    page.goto(f"http://localhost:{line.port}/letters/new")
    ready(page)
    with watch.expect(*CUT):
        line.cut_at(line.sent + len(upload) // 3)
        page.set_input_files("[name=file]", scan)
        wait(page, f"{SHOWN}.includes('Sambungan terputus')", 30)
        shot(page, "transfer-cut")
        line.mend()  # by itself
        line.cut_at(line.sent + len(upload) // 3)
        wait(page, f"{SENT} > {len(upload) // 2} && {SHOWN}.includes('Sambungan terputus')", 30)
        line.mend()
    with watch.expect(*CUT):
        wait(page, f"{SENT} > {len(upload) * 5 // 8}", 30)  # it goes on by itself
    page.reload()  # a person who has lost patience: what is there is not sent again
    ready(page)
    came = line.sent
    fill_facts(page, number="800.1.11.1/640/UM-2026", subject="Pindaian panjang")
    page.set_input_files("[name=file]", scan)
    wait(page, f"{SENT} > {len(upload) // 2}", 30, why="it began anew")
    page.click("button:has-text('Simpan dan letakkan')")  # before it has all come
    wait(page, "location.pathname.endsWith('/mark')", 60)
    assert line.sent - came < len(upload) // 2
    assert line.sent < len(upload) + 3 * transfers.PIECE + OVERHEAD

    def stored(work):
        letter = work.session.scalars(select(Letter).where(Letter.subject == "Pindaian panjang")).one()
        version = letter.version
        return version.filename, documents.get(product.config, version.original_sha256 or version.sha256)

    name, kept = product.do(stored)
    assert name == "pindaian.pdf" and hashlib.sha256(kept).digest() == hashlib.sha256(upload).digest()


def test_it_can_be_cancelled_and_told_in_english(as_person, product, scan, watch):
    page = as_person("budi", "desktop", color_scheme="dark")
    page.goto(f"{product.url}/letters/new?lang=en")
    ready(page)
    page.set_input_files("[name=file]", scan)
    wait(page, f"{SHOWN}.includes('The whole file has been sent')", 30)
    shot(page, "transfer-whole")
    page.click("text=Cancel sending")
    wait(page, f"{BOX}.hidden && document.querySelector('[name=file]').files.length === 0")
    sha256 = hashlib.sha256(scan.read_bytes()).hexdigest()
    with watch.expect(404):
        wait(page, f"fetch('/transfers/{sha256}', {{method: 'HEAD'}}).then((answer) => answer.status === 404)")
