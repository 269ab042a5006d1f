"""The camera: from the paper in the hand to the page that says whether it is genuine."""

from __future__ import annotations

import pytest

from tests import scanner
from tests.e2e import camera, paper
from tests.e2e.conftest import PATIENCE, PHONE, launch_options
from tests.e2e.watch import ready, shot, text, wait
from webapp.domain import documents, marks
from webapp.models import Letter

STATUS = "document.querySelector('[data-behaviour=scanner] [data-part=status]')"


@pytest.fixture(scope="module")
def letter(product, tmp_path_factory):
    """A signed letter: (its code as printed, a film of its printed code)."""
    letter_id = product.letter("signed")

    def taken(work):
        found = work.session.get_one(Letter, letter_id)
        return documents.get(product.config, found.signature.sha256), marks.address_to_show(product.config, found)

    pdf, address = product.do(taken)
    folder = tmp_path_factory.mktemp("film")
    (folder / "signed.pdf").write_bytes(pdf)
    page = paper.printed(folder / "signed.pdf", 1)
    (code,) = scanner.codes(page)
    return address.rsplit("/", 1)[1], camera.film(camera.cut_out(page, code), folder / "letter.y4m")


@pytest.fixture
def with_camera(playwright, watch):
    """with_camera(film): a stranger's phone whose camera sees the film; without one it refuses the camera."""
    opened = []

    def started(film=None, **options):
        seen = (
            (f"--use-file-for-fake-video-capture={film}", "--use-fake-ui-for-media-stream") if film
            else ("--deny-permission-prompts",)
        )  # fmt: skip
        browser = playwright.chromium.launch(**launch_options("--use-fake-device-for-media-stream", *seen))
        opened.append(browser)
        context = watch.follow(browser.new_context(**PHONE | options))
        context.set_default_timeout(PATIENCE)
        return context.new_page()

    yield started
    for browser in opened:
        browser.close()


def test_the_camera_leads_to_the_verification_page(with_camera, as_person, product, letter, watch):
    """A stranger, and with the same camera an official who is logged in."""
    code, film = letter
    page = with_camera(film)
    scan(page, product, code, name="scan-stranger")
    official = as_person("sari").context.storage_state()
    context = watch.follow(page.context.browser.new_context(**PHONE, storage_state=official))
    scan(context.new_page(), product, code, name="scan-official")


def scan(page, product, code, *, name):
    page.goto(f"{product.url}/scan")
    ready(page)
    page.tap("button:has-text('Buka kamera')")
    wait(page, "location.pathname.startsWith('/v/') || document.querySelector('video').videoWidth > 0")
    if "/scan" in page.url:
        shot(page, name)
    wait(page, "location.pathname.startsWith('/v/') && document.querySelector('.verdict') !== null", 15)
    assert page.inner_text("h1") == "Asli"
    assert code in text(page)


def test_a_look_alike_address_is_not_followed(with_camera, product, tmp_path, letter):
    """A forger prints a code that leads to his own page that says "asli"."""
    code, _ = letter
    forged = f"HTTP://LOCALHOST.PERIKSA-SURAT.EXAMPLE:{product.port}/V/{code.replace('-', '')}"
    page = with_camera(camera.film(camera.drawn(forged), tmp_path / "forged.y4m"))
    page.goto(f"{product.url}/scan")
    ready(page)
    page.tap("button:has-text('Buka kamera')")
    wait(page, f"{STATUS}.textContent.includes('bukan kode surat Teken')", 15)
    assert "PERIKSA-SURAT" in page.evaluate(f"{STATUS}.textContent")
    assert "bad" in page.evaluate(f"{STATUS}.className")
    page.wait_for_timeout(500)
    assert page.url == f"{product.url}/scan"
    shot(page, "scan-forged")


def test_without_a_camera_the_code_is_typed(with_camera, product, letter):
    code, _ = letter
    page = with_camera()
    page.goto(f"{product.url}/scan")
    ready(page)
    page.tap("button:has-text('Buka kamera')")
    wait(page, f"{STATUS}.textContent.includes('Kamera tidak diizinkan')")
    shot(page, "scan-denied")
    page.fill("#kode-surat", f" {code.lower()} ")
    page.tap("button:has-text('Periksa')")
    wait(page, "location.pathname.startsWith('/v/')")
    assert page.inner_text("h1") == "Asli"


def test_a_picture_of_the_letter_does_as_well(phone, product, letter, tmp_path):
    _, film = letter
    frame = film.read_bytes().split(b"FRAME\n")[1][: camera.SIZE[0] * camera.SIZE[1]]
    picture = tmp_path / "foto.png"
    camera.Image.frombytes("L", camera.SIZE, frame).save(picture)
    phone.goto(f"{product.url}/scan")
    ready(phone)
    phone.set_input_files("[data-part=picture]", picture)
    wait(phone, "location.pathname.startsWith('/v/')")
    assert phone.inner_text("h1") == "Asli"


def test_a_code_that_nobody_gave_out_is_unknown(phone, product, watch):
    with watch.expect(404):
        phone.goto(f"{product.url}/v/0000-0000-0000")
        assert phone.inner_text("h1") == "Tidak ditemukan"
    assert "jangan percayai surat itu" in text(phone)
    shot(phone, "verification-unknown")


OURS = "surat.solok.example"
CODE = "8F3K-2M9Q-7XTD"
# What a code on paper may say; ours are followed to this host whatever they say else.
GENUINE = (
    f"https://{OURS}/v/{CODE}", f"HTTPS://{OURS.upper()}/V/{CODE.replace('-', '')}#12345", f"https://{OURS}/v/{CODE}/",
    f"https://{OURS}:443/v/{CODE}",
)  # fmt: skip
LOOK_ALIKES = (
    f"http://{OURS}/v/{CODE}",
    f"https://{OURS}.periksa.example/v/{CODE}", f"https://periksa.{OURS}/v/{CODE}", f"https://{OURS}-periksa.example/v/{CODE}",
    f"https://x{OURS}/v/{CODE}", f"https://{OURS}./v/{CODE}", f"https://{OURS}:8443/v/{CODE}",
    f"https://{OURS}@palsu.example/v/{CODE}", f"https://petugas@{OURS}/v/{CODE}", f"https://{OURS}%40palsu.example/v/{CODE}",
    f"https://{OURS}\\@palsu.example/v/{CODE}", f"https://palsu.example\\{OURS}/v/{CODE}", f"https://palsu.example/{OURS}/v/{CODE}",
    f"https://palsu.example/v/{CODE}?{OURS}", f"https://palsu.example/v/{CODE}#{OURS}",
    f"https://s\u0443rat.solok.example/v/{CODE}", f"https://surat.s\u043elok.example/v/{CODE}",  # Cyrillic u, o
    "https://xn--srat-ord.solok.example/v/" + CODE, f"https://surat\u3002solok.example.palsu.example/v/{CODE}",
    f"https://{OURS}/x/v/{CODE}", f"https://{OURS}/v/{CODE}/file", f"https://{OURS}/v/../login", f"https://{OURS}/V/{CODE}%2F..",
    f"https://{OURS}/v/{CODE[:8]}", f"https://{OURS}/v/{CODE}{CODE}", f"https://{OURS}/login?next=/v/{CODE}",
    f"javascript:location='https://{OURS}/v/{CODE}'", f"data:text/html,https://{OURS}/v/{CODE}", f"//{OURS}/v/{CODE}",
    f" https://{OURS}/v/{CODE}", f"https://{OURS}/v/{CODE}\nhttps://palsu.example", f"ftp://{OURS}/v/{CODE}", CODE, "",
)  # fmt: skip
READ = """async ([texts, host]) => {
  const app = document.querySelector("script[src$='/app.js']").src;
  const { codeOf } = await import(app.replace("app.js", "js/lib/qr.js"));
  return texts.map((text) => codeOf(text, [host], true));
}"""
# A phone with a torch and its own reader of codes, neither of which Chromium has here.
PHONE_S_OWN = """
  self.lamp = []; self.printed = null;
  MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true });
  MediaStreamTrack.prototype.applyConstraints = async ({ advanced }) => { self.lamp.push(advanced[0].torch); };
  self.BarcodeDetector = class {
    static async getSupportedFormats() { return ["qr_code"]; }
    async detect() { return self.printed ? [{ rawValue: self.printed }] : []; }
  };
"""


def test_look_alike_addresses_are_no_letters(phone, product):
    phone.goto(f"{product.url}/scan")
    ready(phone)
    assert phone.evaluate(READ, [list(LOOK_ALIKES), OURS]) == [None] * len(LOOK_ALIKES)
    read = phone.evaluate(READ, [list(GENUINE), OURS])
    assert [code.replace("-", "").upper() for code in read] == [CODE.replace("-", "")] * len(GENUINE)


def test_the_phones_own_reader_and_torch_are_used(with_camera, product, letter, tmp_path):
    code, _ = letter
    page = with_camera(camera.film(camera.Image.new("L", camera.SIZE, 200), tmp_path / "blank.y4m"))
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(PHONE_S_OWN)
    page.goto(f"{product.url}/scan")
    ready(page)
    page.tap("button:has-text('Buka kamera')")
    for pressed in ("true", "false"):
        page.tap("button:has-text('Lampu')")
        wait(page, f"document.querySelector('[data-part=torch]').ariaPressed === '{pressed}'")
    assert page.evaluate("self.lamp") == [True, False]
    page.evaluate("(text) => { self.printed = text; }", f"{product.url}/v/{code}")
    wait(page, "location.pathname.startsWith('/v/')")
    assert not [url for url in asked if "qr-worker" in url or "zxing" in url]


def test_the_vendored_reader_is_fetched_when_the_camera_opens(with_camera, product, letter):
    _, film = letter
    page = with_camera(film, service_workers="block")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{product.url}/scan")
    ready(page)
    assert asked and not [url for url in asked if "qr-worker" in url or "zxing" in url]
    page.tap("button:has-text('Buka kamera')")
    wait(page, "location.pathname.startsWith('/v/')", 15)
    assert [url for url in asked if "qr-worker" in url], "the control: without a reader nothing is read"
