"""Practice on a phone: an official alone, a drafter with a file of his own, the drill, and what a stranger is told."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image

import signing
from tests import people
from tests import practice as rehearsal
from tests.e2e.test_looks import DESK, NARROW, PHONE, look, take
from tests.e2e.watch import ready, shot, text, wait
from tests.scanner import codes
from webapp.domain import documents, drills, intake, marks, practice
from webapp.models import Drill, Job, Letter, LogLeaf, Part


def prepared(page, product, part, count):
    """Press the button of a part; its letters, newest first."""
    page.goto(f"{product.url}/practice")
    ready(page)
    page.click(f"section:has(#{part}) form[action='/practice/letters'] button", timeout=60_000)
    wait(page, f"document.querySelectorAll('section:has(#{part}) .letter').length >= {count}", 60)
    links = page.locator(f"section:has(#{part}) .letter__subject a")
    return [links.nth(number).get_attribute("href") for number in range(count)]


def ticked(page, product):
    page.goto(f"{product.url}/practice")
    return page.locator(".tasks .is-done p:first-child").all_text_contents()


def approve(page, product, path):
    page.goto(product.url + path)
    ready(page)
    page.click("a[href='#setujui']")
    page.fill("#setujui [name=code]", product.code_of("hadi"))
    shot(page, "practice-2-sheet")
    page.click("dialog button:has-text('Tanda tangani')")
    wait(page, "document.querySelector('#selesai')?.textContent.includes('latihan')", 30)


def test_an_official_practises_alone_on_his_phone(product, open_page, log_in):
    page = open_page("phone")
    log_in(page, "hadi")
    one, two, three, four = prepared(page, product, "signer", 4)
    shot(page, "practice-1-tasks")
    approve(page, product, one)
    shot(page, "practice-3-approved")
    assert page.title().startswith("LATIHAN") and page.locator(".practice").is_visible()
    page.goto(f"{product.url}{two}/rejection")
    ready(page)
    page.fill("[name=reason]", "Tidak sesuai kebijakan latihan.")
    page.fill("[name=code]", product.code_of("hadi"))
    page.click("main button[type=submit]:has-text('Tolak')")
    wait(page, "document.body.textContent.includes('Ditolak')", 30)
    for path in (three, four):
        page.goto(product.url + path)
    page.goto(f"{product.url}/batches/new?practice=1")
    ready(page)
    page.click("button[form=pilih]")
    wait(page, "/^\\/batches\\/\\d+$/.test(location.pathname) && document.readyState === 'complete'")
    ready(page)
    page.click("a[href='#setujui']")
    page.fill("#setujui [name=code]", product.code_of("hadi"))
    page.click("dialog button:has-text('Tanda tangani')")
    wait(page, "document.querySelector('h1')?.textContent.startsWith('2 surat ditandatangani')", 30)
    assert len(ticked(page, product)) == 4
    shot(page, "practice-4-ticked")
    with product.work("hadi") as work:
        ids = [letter.id for letter in practice.mine(work)]
        assert not work.session.query(LogLeaf).filter(LogLeaf.letter_id.in_(ids)).all()
        jobs = [job for job in work.session.query(Job) if job.args.get("letter_id") in ids]
        assert {job.kind for job in jobs} <= {"pages"}  # no mail, no push, no archive


def test_a_drafter_uploads_his_own_file(product, open_page, log_in, tmp_path):
    page = open_page("phone")
    log_in(page, "budi")
    page.goto(f"{product.url}/practice")
    with page.expect_download() as coming:
        page.click("a:has-text('Unduh contoh surat')")
    coming.value.save_as(tmp_path / "contoh.pdf")
    pdf = (tmp_path / "contoh.pdf").read_bytes()
    stated = product.do(lambda work: intake.examine(work.config, pdf, "x").mentions["stated"][0])
    page.click("a:has-text('Surat latihan baru')")
    ready(page)
    page.set_input_files("[name=file]", tmp_path / "contoh.pdf")
    for name, value in {"number": stated, "subject": "Surat latihan Budi", "addressee": "Peserta latihan"}.items():
        page.fill(f"[name={name}]", value)
    page.click("button[form=surat]", timeout=60_000)
    wait(page, "location.pathname.endsWith('/mark') && document.readyState === 'complete'", 60)
    ready(page)
    shot(page, "practice-5-place")
    page.click("button[form=letak]")
    wait(page, "location.pathname.endsWith('/preview') && document.readyState === 'complete'", 30)
    assert page.locator(".practice").is_visible() and not page.locator("text=Atur alur").count()
    page.click("button[form=ajukan]")
    wait(page, "document.body.textContent.includes('Menunggu tanda tangan')", 30)
    assert len(ticked(page, product)) == 4
    with product.work("budi") as work:
        letter = work.session.query(Letter).filter_by(subject="Surat latihan Budi").one()
        assert letter.trainee_id == letter.signer_id == work.person.id


def test_a_stranger_and_his_scanner_are_told_that_it_is_practice(product, open_page, log_in):
    page = open_page("phone")
    log_in(page, "rina")
    (path,) = prepared(page, product, "checker", 1)
    with product.work("rina") as work:
        letter = work.session.get_one(Letter, int(path.rpartition("/")[2]))
        address, shown = marks.address(work.config, letter), marks.address_to_show(work.config, letter)
        pdf = documents.get(work.config, letter.signature.sha256)
    scanned = product.do(lambda _work: read_code(pdf))
    assert scanned.upper().startswith(address)
    stranger = open_page("phone")
    with_seal = shown + scanned[scanned.index("#") :]
    stranger.goto(with_seal)
    wait(stranger, "document.querySelector('[data-behaviour=seal-check] [data-part=status]')?.textContent.length > 0")
    assert stranger.text_content("h1") == "Surat latihan: bukan surat resmi"
    assert "segel latihan" in text(stranger) and "Asli" not in stranger.text_content(".verdict")
    shot(stranger, "practice-6-public")
    stranger.goto(f"{product.url}/scan")
    ready(stranger)
    stranger.evaluate(f"dispatchEvent(new CustomEvent('teken:scanned', {{detail: '{scanned}'}}))")
    wait(stranger, "document.querySelector('[data-behaviour=seal-offline] [data-part=status]').textContent.length > 0")
    assert "bukan surat resmi" in stranger.text_content("[data-behaviour=seal-offline] [data-part=status]")
    shot(stranger, "practice-7-offline-check")
    assert not ticked(page, product)
    page.goto(shown)
    assert ticked(page, product) == ["Periksa kode pada surat tercetak"]


def read_code(pdf):
    """What a phone's camera would read from the printed page."""
    page = Image.open(BytesIO(signing.render(pdf, [1], 2400)[0]))
    (found,) = codes(page.convert("L"))
    return found.text


def test_the_drill_is_passed_when_all_four_are_right(product, open_page, log_in):
    page = open_page("phone")
    log_in(page, "dewi")
    page.goto(f"{product.url}/practice")
    ready(page)
    page.click("button:has-text('Mulai latihan surat palsu')", timeout=60_000)
    wait(page, "location.pathname.startsWith('/practice/drills/') && document.readyState === 'complete'", 60)
    ready(page)
    page.locator("details summary").first.click()
    shot(page, "practice-8-drill")
    for name in ("first", "second", "third", "fourth"):
        page.check(f"[name={name}][value=genuine]")
    page.click("button[form=jawaban]")
    wait(page, "document.body.textContent.includes('Belum lulus')", 20)
    shot(page, "practice-9-drill-answered")
    page.click("button:has-text('Coba lagi dengan surat lain')", timeout=60_000)
    wait(page, "document.querySelector('[name=first]')", 60)
    drill_id = int(page.url.rpartition("/")[2])
    with product.work("dewi") as work:
        kinds = [paper["kind"] for paper in work.session.get_one(Drill, drill_id).papers]
    for name, kind in zip(("first", "second", "third", "fourth"), kinds, strict=True):
        page.check(f"[name={name}][value={kind}]")
    page.click("button[form=jawaban]")
    wait(page, "document.body.textContent.includes('Keempat jawaban Anda benar')", 20)
    assert "Kenali surat palsu" in ticked(page, product)


def test_the_guide_is_there_without_a_network(product, installed, watch):
    page = installed()
    page.goto(f"{product.url}/login")
    wait(page, "navigator.serviceWorker.controller !== null", 30)
    page.context.set_offline(True)
    with watch.expect("ERR_INTERNET_DISCONNECTED"):
        page.goto(f"{product.url}/guide#checker")
        assert page.text_content("h1") == "Panduan" and "Tiga cara surat dipalsukan" in text(page)
        shot(page, "practice-10-guide-offline")
    page.context.set_offline(False)


@pytest.fixture(scope="module")
def places(product):
    def prepare(work):
        me = people.as_person(work, people.find(work, "sari"))
        letter = rehearsal.letter(me, Part.SIGNER)
        signed = rehearsal.letter(me, Part.CHECKER)
        papers = drills.compose(me)
        open_one, answered = drills.begin(me, papers), drills.begin(me, papers)
        drills.answer(me, answered, [paper["kind"] for paper in papers[:3]] + ["genuine"])
        return {
            "practice": "/practice", "approve": f"/letters/{letter.id}", "signed": f"/letters/{signed.id}",
            "drill": f"/practice/drills/{open_one.id}", "answered": f"/practice/drills/{answered.id}",
            "batch": "/batches/new?practice=1", "guide": "/guide", "public": f"/v/{signed.code}",
        }  # fmt: skip

    return product.do(prepare)


def test_the_new_pages_fit(as_person, product, places):
    faults = []
    page = as_person("sari", "desktop", has_touch=True, reduced_motion="reduce")
    for language in ("id", "en"):
        page.context.add_cookies([{"name": "lang", "value": language, "url": product.url}])
        for name, path in places.items():
            assert page.goto(product.url + path).ok, path
            wait(page, "document.readyState === 'complete'")
            where = f"{name} ({language})"
            look(page, NARROW, faults, where)
            look(page, PHONE, faults, where, text="200%")
            look(page, DESK, faults, where)
            shot(page, f"practice-{name}-{language}-desk")
            look(page, PHONE, faults, where)
            take(page, f"practice-{name}-{language}")
    assert not faults, "\n".join(faults)


def test_real_pages_do_not_say_practice(as_person, product):
    page = as_person("sari", "phone")
    letter = product.letter(subject="Surat sungguhan di samping latihan")
    for path in (f"/letters/{letter}", "/letters?box=waiting", "/batches/new"):
        page.goto(product.url + path)
        assert not page.locator(".practice").count() and not re.match("LATIHAN", page.title())
