"""Every page, as wide as a small phone and as a desk, in both languages, light and dark, with text twice as large; and
axe finds nothing wrong with it in any language and scheme."""

from __future__ import annotations

import hashlib
import re

import pytest

from tests import people
from tests.e2e import accessibility
from tests.e2e.watch import shot, wait
from tests.factories import Factory
from webapp.domain import accounts
from webapp.models import Confidentiality, Invitation, Office

NARROW, PHONE, LYING, DESK = (320, 568), (360, 740), (740, 360), (1280, 800)
STILL = "document.getAnimations().every(a => a.playState !== 'running')"  # colours fade
# Whatever stands out to the right, unless it scrolls by itself; and words that are cut off inside a control.
FAULTS = """() => {
  const width = innerWidth, faults = [];
  const name = (e) => `${e.tagName.toLowerCase()}.${e.className} "${e.textContent.trim().slice(0, 30)}"`;
  const scrolls = (e) => e && e !== document.documentElement && e !== document.body
    && (/auto|scroll|hidden|clip/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
  if (document.documentElement.scrollWidth > width)
    faults.push(`scrolls sideways by ${document.documentElement.scrollWidth - width}`);
  for (const e of document.querySelectorAll('body *')) {
    const box = e.getBoundingClientRect();
    if (!box.width || !box.height || e.closest('svg, .visually-hidden, .skip')) continue;
    if (box.right > width + 1 && !scrolls(e.parentElement)) faults.push(`beyond the edge: ${name(e)}`);
    if (e.matches('.button, button, .tab, .chip, .box, h1, h2, label, summary') && e.clientWidth
        && e.scrollWidth > e.clientWidth + 1) faults.push(`cut off: ${name(e)}`);
  }
  return [...new Set(faults)].slice(0, 6);
}"""
# What the page is for, and where a thumb does not come to while the hand holds the phone.
OUT_OF_REACH = """() => [...document.querySelectorAll(
    '.actions .button, .dock .button, dialog[open] button[type=submit]')]
  .filter((e) => !e.matches('.button--quiet, .button--danger') && e.getBoundingClientRect().top < innerHeight / 2)
  .map((e) => `out of the thumb's reach: ${e.textContent.trim()}`)"""


def letters_in_all_states(work):
    make = Factory(work)
    made = {state: make.in_state(state).id for state in ("draft", "placed", "submitted", "returned", "rejected")}
    made |= {state: make.in_state(state).id for state in ("signed", "revoked", "replaced")}
    made["long"] = make.submitted(file="edaran.pdf", subject="Kewajiban Penggunaan Tanda Tangan Elektronik " * 3).id
    made["closed"] = make.signed(confidentiality=Confidentiality.RESTRICTED).id
    return made


def numbers_of(work):
    found = {login: people.find(work, login).id for login in ("sari", "budi", "joko")}
    found["membership"] = people.find(work, "budi").memberships[0].id
    found["office"] = work.session.query(Office).order_by(Office.id.desc()).first().id
    sent = work.session.query(Invitation).filter_by(person_id=found["joko"]).order_by(Invitation.id.desc())
    found["invitation"] = accounts.invitation_token(work, sent.first())
    return found


@pytest.fixture(scope="module")
def places(product):
    """By person: the name of a page and its path."""

    def invite(work):
        work = people.as_person(work, people.find(work, "admin"))
        top = work.session.query(Office).order_by(Office.id).first()
        from webapp.domain import people as commands

        joko = commands.found(work, top, email="joko@solok.example", name="Joko Contoh", roles=[])
        accounts.invite(work, joko)

    product.do(invite)
    letter, who = product.do(letters_in_all_states), product.do(numbers_of)
    code = {name: product.verification_url(letter[name]).removeprefix(product.url) for name in letter}
    at = lambda name, rest="": f"/letters/{letter[name]}{rest}"  # noqa: E731
    return {
        "": {
            "login": "/login", "scan": "/scan", "code": "/v", "log": "/log", "offline": "/offline",
            "check": "/v/upload", "mailbox": "/dev/mailbox",
            "genuine": code["signed"], "revoked": code["revoked"], "replaced": code["replaced"],
            "closed": code["closed"], "unsigned": code["submitted"], "invitation": f"/invitations/{who['invitation']}",
        },
        "sari": {
            "waiting": "/letters?box=waiting", "all": "/letters?state=all", "read": at("submitted"),
            "approve": at("submitted", "#setujui"), "long": at("long"), "return": at("submitted", "/return"),
            "reject": at("submitted", "/rejection"), "signed": at("signed"), "trail": at("signed", "/trail"),
            "revoke": at("signed", "/revocation"), "replaced": at("replaced"), "key": "/keys", "settings": "/settings",
            "password": "/settings/password", "devices": "/devices", "scan": "/scan", "preferences": "/preferences",
        },
        "budi": {
            "letters": "/letters", "none": "/letters?q=tidak+ada", "search": "/letters?person=budi",
            "register": "/register?q=undangan", "new": "/letters/new", "draft": at("draft"),
            "edit": at("draft", "/edit"), "mark": at("draft", "/mark"), "preview": at("placed", "/preview"),
            "file": at("draft", "/versions"), "writings": "/writings/new", "writing": "/writings/new/tugas",
            "merges": "/merges", "merge": "/merges/new/pdf", "withdraw": at("submitted", "/withdrawal"),
            "returned": at("returned"), "told": at("submitted"),
            "rejected": at("rejected"), "replace": at("signed", "/replacement"), "revoked": at("revoked"),
        },
        "rina": {
            "identities": "/identities", "identity": f"/identities/{who['sari']}",
            "verify": f"/identities/{who['budi']}/new", "authority": "/authority", "offer": "/authority/offer",
        },
        "admin": {
            "people": "/people", "person": f"/people/{who['budi']}", "edit": f"/people/{who['budi']}/edit",
            "invite": "/people/new", "disable": f"/people/{who['budi']}/disabling", "offices": "/offices",
            "role": f"/people/{who['budi']}/roles/new", "jobs": "/jobs", "anchors": "/anchors",
            "anchor-new": "/anchors/new", "office-new": "/offices/new",
            "unrole": f"/people/{who['budi']}/roles/{who['membership']}/removal",
            "office": f"/offices/{who['office']}/edit", "kop": f"/offices/{who['office']}/letterhead",
            "reset": f"/people/{who['budi']}/cutoffs/second-factor/0",
            "import-people": "/imports/people/new", "import-offices": "/imports/offices/new",
        },
        "agus": {
            "trail": "/audits", "found": "/audits?event=letter.signed&who=sari", "nothing": "/audits?letter=tidak+ada",
            "wrong": "/audits?since=kemarin", "check": "/audits/check", "letters": "/letters",
            "register": "/register",
        },
    }  # fmt: skip


def look(page, size, faults, where, *, text="100%"):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate(f"document.documentElement.style.fontSize = '{text}'")
    wait(page, f"innerWidth === {size[0]}")
    faults.extend(f"{where} at {size[0]}, text {text}: {fault}" for fault in page.evaluate(FAULTS))


@pytest.mark.parametrize("who", ["", "sari", "budi", "rina", "admin", "agus"], ids=lambda who: who or "stranger")
def test_every_page_fits(who, places, as_person, open_page, product):
    faults = []
    kind = {"has_touch": True, "reduced_motion": "reduce"}
    page = as_person(who, "desktop", **kind) if who else open_page("desktop", **kind)
    for language in ("id", "en"):
        page.context.add_cookies([{"name": "lang", "value": language, "url": product.url}])
        for name, path in places[who].items():
            page.goto("about:blank")  # an address that differs only in its #part loads nothing
            answer = page.goto(product.url + path)
            where = f"{who or 'stranger'} {name} ({language})"
            assert answer.ok, f"{where}: {answer.status}"
            assert page.get_attribute("html", "lang") == language, where
            wait(page, "document.readyState === 'complete'")
            look(page, NARROW, faults, where)
            look(page, PHONE, faults, where, text="200%")
            if language == "id":
                look(page, DESK, faults, where)
                look(page, LYING, faults, where)
            look(page, PHONE, faults, where)
            faults.extend(f"{where}: {fault}" for fault in page.evaluate(OUT_OF_REACH))
            check(page, faults, where)
            if language == "id":
                page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
                take(page, f"{who or 'stranger'}-{name}")
    assert not faults, "\n".join(faults)


def check(page, faults, where):
    """By axe: all rules by day, those about colours by night; as tall as the page, so that no bar lies over it."""
    page.set_viewport_size({"width": PHONE[0], "height": page.evaluate("document.documentElement.scrollHeight")})
    for scheme, rules in (("light", ()), ("dark", accessibility.COLOURS)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        wait(page, STILL)
        faults.extend(f"{where}, {scheme}: {fault}" for fault in accessibility.violations(page, rules))


def take(page, name):
    """Both colours, once all that is to be seen there has come."""
    wait(page, "[...document.images].every(i => i.complete || i.getBoundingClientRect().top > innerHeight)")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        wait(page, STILL)
        shot(page, f"look-{name}-{scheme}")
    page.emulate_media(color_scheme="light")


def test_dark_is_dark(open_page, product):
    """The control of the pictures above: the colours do change, and follow the device."""
    page = open_page("phone", color_scheme="dark")
    page.goto(f"{product.url}/login")
    dark = lightness(page)
    page.emulate_media(color_scheme="light")
    assert dark < 80 < 180 < lightness(page)


def lightness(page):
    colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    return sum(int(part) for part in re.findall(r"\d+", colour)[:3]) / 3


def test_the_measure_finds_what_does_not_fit(open_page, product):
    """The control of the measurements: a page that is too wide, and a button whose words are cut off."""
    page = open_page("desktop")
    page.goto(f"{product.url}/login")
    page.evaluate("document.querySelector('h1').style.width = '2000px'")
    narrow = "{width: '20px', overflow: 'hidden', whiteSpace: 'nowrap'}"
    page.evaluate(f"Object.assign(document.querySelector('.button').style, {narrow})")
    faults = []
    look(page, PHONE, faults, "login")
    found = "\n".join(faults)
    assert "scrolls sideways" in found and "beyond the edge: h1" in found and "cut off: button" in found


def test_axe_finds_what_is_wrong(open_page, product):
    """The control of its silence: the pinned file, a field without a name, and words too pale by night only."""
    assert hashlib.sha256(accessibility.SOURCE.encode()).hexdigest() == accessibility.pinned()
    page = open_page("phone", color_scheme="dark", reduced_motion="reduce")
    page.goto(f"{product.url}/login")
    assert accessibility.violations(page) == []
    page.evaluate("document.querySelector('label').replaceWith(document.querySelector('[name=email]'))")
    page.evaluate("document.querySelector('h1').style.color = '#111'")
    found = "\n".join(accessibility.violations(page))
    assert "label: " in found and "color-contrast: <h1" in found, found
    page.emulate_media(color_scheme="light")
    wait(page, STILL)
    assert accessibility.violations(page, accessibility.COLOURS) == []
