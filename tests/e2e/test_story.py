"""The main job: a letter goes the whole way, from Budi's upload to a stranger with the paper in his hand."""

from __future__ import annotations

import gzip
import re
import urllib.request
from itertools import count
from pathlib import Path

import pytest

from tests import scanner
from tests.e2e import paper
from tests.e2e.drafting import fill_facts
from tests.e2e.product import ROOT
from tests.e2e.watch import SHOTS, shot, text, wait

UPLOAD = ROOT / "webapp/demo/tugas.pdf"
SUBJECT = "Surat Tugas Mengikuti Bimbingan Teknis TTE"
NUMBERS = count(501)
COUNT = "e => { if (e.isTrusted) sessionStorage.taps = 1 + Number(sessionStorage.taps ?? 0) }"
TAPS = f"addEventListener('pointerdown', {COUNT}, true)"


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_a_letter_goes_the_whole_way(device, product, open_page, log_in, tmp_path):
    number = f"800.1.11.1/{next(NUMBERS)}/UM-2026"
    drafter = open_page(device)
    log_in(drafter, "budi")
    upload(drafter, number, device)
    place(drafter, device)
    path = submit(drafter, device)

    signer = open_page("phone")
    signer.context.add_init_script(TAPS)
    link, control_code = read_mail(signer, product, number)
    assert link == f"{product.url}{path}"
    read_letter(signer, log_in, link, control_code)
    approve(signer, product, path)
    signed = download(signer, tmp_path)
    address = check_file(signed, product)
    check_public_page(open_page, address, number, product)
    revoke(signer, path, product)
    check_revoked(open_page, address)


def upload(page, number, device):
    page.goto(page.url.split("/letters")[0] + "/letters")
    page.click("text=Surat baru")
    wait(page, "location.pathname === '/letters/new' && document.readyState === 'complete'")
    page.set_input_files("[name=file]", UPLOAD)
    fill_facts(page, number=number, subject=SUBJECT)
    shot(page, f"story-{device}-1-new")
    page.click("text=Simpan dan letakkan tanda")


def place(page, device):
    """Suggested by the tag in the file; dragged a little; the preview shows the file as it will be signed."""
    wait(page, "location.pathname.endsWith('/mark') && document.querySelector('.page__view img')?.naturalWidth > 0")
    wait(page, "!document.querySelector('[name=x]').disabled", why="the mark cannot be moved")
    assert "tag tanda tangan" in text(page)
    before = mark(page)
    shot(page, f"story-{device}-2-mark")
    page.locator("svg .mark").scroll_into_view_if_needed()
    box = page.locator("svg .mark__box").bounding_box()
    drag(page, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 8, 6, touch=device == "phone")
    after = mark(page)
    assert after["x"] > before["x"] and after["y"] > before["y"], (before, after)
    page.click("text=Simpan letak")
    wait(page, "location.pathname.endsWith('/preview') && document.querySelector('.pages img')?.naturalWidth > 0")
    shot(page, f"story-{device}-3-preview", full=True)


def mark(page):
    return {name: float(page.input_value(f"[name={name}]")) for name in ("x", "y", "width", "height")}


def drag(page, x, y, right, down, *, touch):
    if not touch:
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + right, y + down, steps=4)
        page.mouse.up()
        return
    cdp = page.context.new_cdp_session(page)
    send = lambda kind, points: cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})  # noqa: E731
    send("touchStart", [{"x": x, "y": y}])
    for step in range(1, 5):
        send("touchMove", [{"x": x + right * step / 4, "y": y + down * step / 4}])
    send("touchEnd", [])
    cdp.detach()


def submit(page, device):
    """Returns the path of the letter's page."""
    page.click("button:has-text('Ajukan kepada')")
    wait(page, "/^\\/letters\\/\\d+$/.test(location.pathname)")
    assert "Surat diajukan kepada" in text(page)
    shot(page, f"story-{device}-4-submitted")
    return page.evaluate("location.pathname")


def read_mail(page, product, number):
    """The mail that the worker writes: (link, control code)."""
    for _ in range(100):
        page.goto(f"{product.url}/dev/mailbox")
        newest = page.locator("li:has-text('sari@solok.example') a:has-text('menunggu tanda tangan')").first
        if newest.count():
            newest.click()
            wait(page, "location.pathname.startsWith('/dev/mailbox/')")
            if number in text(page):
                break
        page.wait_for_timeout(200)
    else:
        raise AssertionError("no mail came")
    shot(page, "story-5-mail")
    words = text(page)
    link = re.search(rf"{product.url}/letters/\d+", words)[0]
    code = re.search(r"[Kk]ode kendali\W+([0-9A-Z]{4})\b", words)[1]
    return link, code


def read_letter(page, log_in, link, control_code):
    page.click(f"a[href='{link}'] >> nth=0")
    wait(page, "location.pathname === '/login'")
    log_in(page, "sari")
    assert page.url == link, "not back at the letter"
    wait(page, "[...document.querySelectorAll('.pages img')].some(i => i.naturalWidth > 0)")
    shown = page.locator(".control__code").first.inner_text().strip()
    assert shown == control_code, "the letter shows another control code than the mail"
    shot(page, "story-6-reading")
    for image in page.locator(".pages img").all():
        image.scroll_into_view_if_needed()
    wait(page, "[...document.querySelectorAll('.pages img')].every(i => i.complete && i.naturalWidth > 0)")
    shot(page, "story-6-reading-full", full=True)


def approve(page, product, path):
    """At most three taps and one code from the opened letter to the signed one."""
    page.evaluate("sessionStorage.taps = 0")
    page.tap(".actions a[href='#setujui']")
    wait(page, "document.querySelector('dialog#setujui').open")
    wait(page, "document.activeElement.name === 'code'", why="the code is not asked for by itself")
    page.keyboard.type(product.code_of("sari"))
    shot(page, "story-7-approve")
    page.tap("dialog button:has-text('Tanda tangani')")
    wait(page, f"location.pathname === '{path}' && document.body.innerText.includes('Sudah ditandatangani')", 20)
    taps = int(page.evaluate("sessionStorage.taps"))
    assert taps <= 3, f"{taps} taps"
    assert product.times_signed(int(path.rsplit("/", 1)[1])) == 1
    shot(page, "story-8-signed")


def download(page, tmp_path) -> Path:
    with page.expect_download() as started:
        page.click("a:has-text('Unduh') >> nth=0")
    signed = tmp_path / "signed.pdf"
    started.value.save_as(signed)
    return signed


def check_file(signed, product):
    """Poppler, NSS, qpdf and an independent QR reader; returns the address that is printed."""
    upload = UPLOAD.read_bytes()
    assert signed.read_bytes().startswith(upload), "the upload is not a prefix of the signed file"
    judged = paper.judge(signed, f"{product.url}/authority/root.pem")
    for said in ("Signature is Valid.", "Total document signed", "ETSI.CAdES.detached", "Certificate is Trusted."):
        assert judged.count(said) == 1, judged
    assert paper.is_sound(signed)
    image = paper.printed(signed, 1)
    image.save(SHOTS / "story-9-printed.png")
    found = scanner.codes(image)
    assert len(found) == 1, f"{len(found)} codes on the page"
    assert re.fullmatch(rf"{product.url}/v/[0-9a-z]{{12}}#\d+", found[0].text, re.I), found[0].text
    return found[0].text


def check_public_page(open_page, address, number, product):
    """Whoever holds the paper: no log-in, no JavaScript, a small page."""
    stranger = open_page("phone", java_script_enabled=False)
    answer = stranger.goto(address)
    assert answer.status == 200
    assert stranger.inner_text("h1").strip() == "Asli"
    words = text(stranger)
    for expected in (number, SUBJECT, "Sari Contoh", "Sekretaris Daerah", "Sekretariat Daerah"):
        assert expected in words, f"{expected} is not on the page"
    assert re.search(r"\d{1,2} \w+ 2026, \d\d\.\d\d WIB", words), "no time with its zone"
    assert re.search(r"Jumlah halaman\s*1\b", words)
    assert "harus sama" in words, "no warning to compare the text"
    see_page_one(stranger)
    shot(stranger, "story-10-genuine", full=True)
    style = stranger.locator("link[rel=stylesheet]").first.get_attribute("href")
    size = compressed(stranger.url) + compressed(product.url + style)
    assert size <= 14 * 1024, f"{size} bytes for the first view"


def see_page_one(page):
    """The picture to hold beside the paper comes when it is scrolled to."""
    page.locator(".proof img").scroll_into_view_if_needed()
    wait(page, "document.querySelector('.proof img').naturalWidth > 0")


def compressed(url):
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        body = answer.read()
        assert answer.headers["Content-Encoding"] == "gzip" and gzip.decompress(body)
        return len(body) + len(str(answer.headers))


def revoke(page, path, product):
    page.click("a:has-text('Cabut surat')")
    wait(page, f"location.pathname === '{path}/revocation' && document.readyState === 'complete'")
    page.fill("[name=reason]", "Tanggal pelaksanaan berubah.")
    page.fill("[name=code]", product.code_of("sari"))
    page.click("button:has-text('Cabut surat')")
    wait(page, f"location.pathname === '{path}'")
    shot(page, "story-11-revoked")


def check_revoked(open_page, address):
    stranger = open_page("phone", java_script_enabled=False)
    stranger.goto(address)
    assert stranger.inner_text("h1").strip() == "Dicabut"
    see_page_one(stranger)
    shot(stranger, "story-12-revoked", full=True)
