"""Retention and disposal in a real browser: the pages fit, by day and night, in both languages."""

from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests import people
from tests.e2e.test_governing import seen
from tests.e2e.watch import shot
from tests.factories import Factory, forget_code
from webapp.domain import accounts, disposals, retention, second_factor
from webapp.domain import people as staff
from webapp.domain.retention import Line
from webapp.models import Disposal, DisposalItem, Fate, Office, Role

CODE = "E2E.7"  # of this file alone: no other test's letter is ever due


@pytest.fixture(scope="module")
def made(product):
    """A letter that was disposed of, and one that waits for it."""

    def prepare(work):
        make, office = Factory(work), work.session.query(Office).filter_by(code="SETDA").one()
        first = people.as_person(work, people.find(work, "admin"))
        other = staff.found(
            work, work.session.query(Office).filter_by(code="PEMKAB").one(), email="arsiparis@solok.example",
            name="Arsiparis Contoh", roles=[Role.ADMINISTRATOR],
        )  # fmt: skip
        second = people.as_person(work, other)
        second_factor.begin(work, other)
        other.second_factor.confirmed_at = work.now
        accounts.set_password(other, people.PASSWORD)
        retention.set_rule(first, office, Line(CODE, 2, 3, Fate.DESTROY, "Perbup contoh 1/2026"))
        retention.set_rule(first, office, Line(f"{CODE}.1", 2, 8, Fate.PERMANENT, "Perbup contoh 1/2026"))
        for code in (f"{CODE}.1", ""):
            retention.set_rule(first, office, Line(code, 50, 50, Fate.PERMANENT, "Perbup contoh 1/2026", "tugas"))
        old = {"classification": CODE, "dated_on": date(2001, 3, 4)}
        gone = make.signed(number="E2E/MUSNAH/1", subject="Surat yang dimusnahkan", **old)
        disposal = propose(work, gone)
        shown = disposals.digest(disposal)
        forget_code(work, first.person)
        disposals.approve(first, disposal, decree="000.5.6.2/7/BA/2026", decree_on=date(2026, 1, 5), shown=shown,
                          code=people.code_of(work, first.person))  # fmt: skip
        disposals.confirm(second, disposal, shown=shown, code=people.code_of(work, other))
        forget_code(work, first.person)
        for item_id in disposals.waiting(work, disposal.id):
            disposals.dispose(work, item_id)
        waits = make.signed(number="E2E/MUSNAH/2", subject="Surat yang menunggu", **old)
        held = make.signed(number="E2E/MUSNAH/3", subject="Surat yang ditahan", **old)
        retention.hold(first, office, held.number, "Perkara contoh 12/2026")
        return {"code": gone.code, "letter": gone.id, "disposal": propose(work, waits).id}

    def propose(work, letter):
        disposals.propose(replace(work, actor=None))
        item = select(DisposalItem).where(DisposalItem.letter_id == letter.id)
        return work.session.get_one(Disposal, work.session.scalars(item).one().disposal_id)

    return product.do(prepare)


def test_the_pages_of_disposal_fit(as_person, product, made):
    page = as_person("admin", "phone", reduced_motion="reduce")
    for name, path in {
        "schedule": "/retention", "line": "/retention/new", "lists": "/disposals",
        "list": f"/disposals/{made['disposal']}", "holds": "/holds", "hold": "/holds/new",
    }.items():  # fmt: skip
        assert page.goto(product.url + path).ok, path
        seen(page, product, f"disposal-{name}")


def test_two_people_decide_each_with_a_code(as_person, product, made, watch):
    address = f"{product.url}/disposals/{made['disposal']}"
    first = as_person("admin", "phone", reduced_motion="reduce")
    first.goto(address)
    first.fill("[name=decree]", "000.5.6.2/8/BA/2026")
    first.fill("[name=decree_on]", "2026-01-06")
    first.fill("[name=code]", "000000")
    with watch.expect(422):
        first.click("button:has-text('Setujui pemusnahan')")
        expect(first.get_by_text("Kode autentikator salah.").first).to_be_visible()
    shot(first, "govern-disposal-wrong-code-phone", full=True)
    first.fill("[name=code]", product.code_of("admin"))
    first.click("button:has-text('Setujui pemusnahan')")
    expect(first.get_by_text("Menunggu orang kedua")).to_be_visible()
    seen(first, product, "disposal-approved")
    second = as_person("arsiparis", "phone", reduced_motion="reduce")
    second.goto(address)
    seen(second, product, "disposal-confirm")
    second.fill("[name=code]", product.code_of("arsiparis"))
    second.click("button:has-text('Konfirmasi: musnahkan')")
    expect(second.get_by_text("Dikonfirmasi. Berkasnya sedang dimusnahkan.")).to_be_visible()


def test_a_disposed_letter_says_so_to_its_readers_and_to_strangers(as_person, open_page, product, made):
    page = as_person("budi", "phone", reduced_motion="reduce")
    page.goto(f"{product.url}/letters/{made['letter']}")
    assert "Catatan pemusnahan" in page.text_content("main")
    seen(page, product, "disposal-record")
    stranger = open_page("phone", reduced_motion="reduce")
    stranger.goto(f"{product.url}/v/{made['code']}")
    assert "Arsip telah dimusnahkan" in stranger.text_content("h1")
    seen(stranger, product, "disposal-public")
