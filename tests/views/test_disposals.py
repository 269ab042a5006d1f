"""Disposal over HTTP from the schedule to the public page, with the jobs that the product runs."""

import io
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests import people as world
from tests.page import Page
from webapp import db, jobs
from webapp.domain import documents
from webapp.models import AuditEntry, Disposal, Job, Letter, Membership, Office, Role

DECREE = {"decree": "000.5.6.2/7/BA/2026", "decree_on": "2026-01-10"}


@pytest.fixture
def old(make, session, work):
    """A letter of long ago, and what its signed file was."""
    letter = make.signed(number="LAMA/1", dated_on=date(2001, 5, 6))
    pdf = documents.get(work.config, letter.signature.file_sha256)
    found = {
        "id": letter.id,
        "code": letter.code,
        "pdf": pdf,
        "office": letter.office_id,
        "sha256": letter.signature.sha256,
    }
    session.commit()
    return found


@pytest.fixture
def second(work, session):
    """Another administrator."""
    joko = world.find(work, "dewi")
    top = session.scalars(select(Office).where(Office.code == "PEMKAB")).one()
    joko.memberships.append(Membership(office=top, role=Role.ADMINISTRATOR))
    session.commit()
    return "dewi"


@pytest.fixture
def proposed(app, clock, old):
    """The address of the list that a night made, and the first administrator's page."""
    page = Page(app, clock).log_in("admin").get("/retention/new")
    form = {"office": old["office"], "classification": "000.1", "active_years": "2", "inactive_years": "3"}
    page.post("/retention/new", form | {"fate": "musnah", "basis": "Perbup 1/2026"}).follow()
    assert "Perbup 1/2026" in page.text
    jobs.run(app, "nightly", {})
    with db.unit(app.extensions["engine"], writes=False) as own:
        disposal_id = own.scalars(select(Disposal.id)).one()
    return f"/disposals/{disposal_id}", page


def field(page, login="admin"):
    """What the page carries, and the code that this person's phone shows, a fresh one."""
    page.clock.tick()
    return {"shown": page.html.select_one("input[name=shown]")["value"], "code": page.code_of(login)}


def run_disposal(app):
    with db.unit(app.extensions["engine"], writes=False) as own:
        args = own.scalars(select(Job.args).where(Job.kind == "dispose")).first()
    jobs.run(app, "dispose", args)


@pytest.fixture
def disposed(app, clock, old, proposed, second, config, monkeypatch):
    """After both people: the letter's record."""
    monkeypatch.setattr("webapp.domain.disposals.SETTLED", -timedelta(days=1))  # its files are of this minute
    address, page = proposed
    page.get(address)
    assert "LAMA/1" in page.text and "tidak dapat dikembalikan" in page.text
    page.post(f"{address}/approval", field(page) | DECREE).follow()
    assert "Menunggu orang kedua" in page.text
    assert page.html.find("form", id="putusan") is None
    other = Page(app, clock).log_in(second).get(address)
    shown = field(other, second)
    page.post(f"{address}/confirmation", shown | {"code": page.code_of("admin")}, status=422)
    assert "administrator lain" in page.text
    other.post(f"{address}/confirmation", shown).follow()
    run_disposal(app)
    assert "Selesai" in other.get(address).text
    assert not documents.path(config, old["sha256"]).exists()
    return old


def test_the_public_page_says_by_which_decree_and_gives_the_digest(app, clock, disposed):
    page = Page(app, clock).get(f"/v/{disposed['code']}")
    assert page.h1 == "Arsip telah dimusnahkan" and DECREE["decree"] in page.text and "LAMA/1" in page.text
    assert disposed["sha256"] in page.text or "Sidik berkas" in page.text
    assert not page.html.select("img[src*='page-']")
    page.get(f"/v/{disposed['code']}/file", status=404)
    page.get(f"/v/{disposed['code']}/page-1.webp", status=404)


def test_a_file_that_somebody_kept_is_still_known_as_ours(app, clock, disposed):
    page = Page(app, clock).get("/v/upload")
    sent = {"file": (io.BytesIO(disposed["pdf"]), "surat.pdf")}
    page.post("/v/upload", sent, status=200, content_type="multipart/form-data")
    assert page.h1 == "Surat kami nomor LAMA/1: arsipnya telah dimusnahkan"
    changed = {"file": (io.BytesIO(disposed["pdf"] + b"\n% tambahan\n"), "surat.pdf")}
    page.get("/v/upload").post("/v/upload", changed, status=200, content_type="multipart/form-data")
    assert "dimusnahkan" not in page.h1


def test_its_readers_see_the_record_and_nothing_to_do(app, clock, disposed):
    page = Page(app, clock).log_in("budi").get(f"/letters/{disposed['id']}")
    assert "Catatan pemusnahan" in page.text and not page.html.select("main img")
    page.get(f"/letters/{disposed['id']}/trail")
    assert "Arsip surat dimusnahkan" in page.text
    for path in ("file", "bundle.zip"):
        answer = page.client.get(f"/letters/{disposed['id']}/{path}")
        assert answer.status_code in (404, 409), path


def test_a_night_after_it_finds_nothing_wrong(app, disposed):
    jobs.run(app, "nightly", {})
    with db.unit(app.extensions["engine"], writes=False) as own:
        assert own.get(Letter, disposed["id"]).disposed_at is not None
        assert len(own.scalars(select(Disposal)).all()) == 1


def test_lines_for_one_type_are_told_in_words(proposed, old):
    _address, page = proposed
    page.get("/retention/new")
    assert [one.text for one in page.html.select("#kind option")][:2] == ["Semua jenis", "Undangan"]
    form = {"office": old["office"], "active_years": "1", "inactive_years": "0", "fate": "permanen", "basis": "x"}
    for code, kind in (("000.1", "tugas"), ("", "tugas"), ("", "")):
        page.get("/retention/new").post("/retention/new", form | {"classification": code, "kind": kind}).follow()
    told = [" ".join(one.text.split()) for one in page.html.select("tbody th")]
    expected = ["Semua surat lain", "Surat tugas dengan kode apa pun", "Semua jenis berkode 000.1"]
    assert told == [*expected, "Surat tugas berkode 000.1"]
    page.get("/retention/new").post("/retention/new", form | {"classification": "", "kind": "raja"}, status=422)


def test_a_letter_is_held_by_form_and_leaves_the_list(app, clock, old, proposed):
    address, page = proposed
    page.get("/holds/new")
    page.post("/holds/new", {"office": old["office"], "number": "LAMA/1", "reason": "Perkara 12/2026"}).follow()
    assert "Perkara 12/2026" in page.text
    assert "LAMA/1" not in page.get(address).text
    page.get("/holds")
    lift = page.html.select_one("form[action$='/lifting']")["action"]
    page.post(lift).follow()
    assert "Perkara 12/2026" not in page.text


def test_a_list_made_by_hand_or_seen_long_ago_is_refused(app, proposed):
    address, page = proposed
    page.get(address)
    page.post(f"{address}/approval", field(page) | {"shown": "0" * 64} | DECREE, status=409)
    page.get(address)
    page.post(f"{address}/approval", field(page) | {"decree": ""}, status=422)
    page.post(f"{address}/dropping").follow()
    assert "Dibatalkan" in page.text


def test_without_a_code_that_is_right_and_fresh_nothing_happens(app, clock, proposed, second, session):
    address, page = proposed
    sent = field(page.get(address)) | DECREE
    page.post(f"{address}/approval", {name: value for name, value in sent.items() if name != "code"}, status=422)
    for expected in ("Sisa percobaan: 4", "Sisa percobaan: 3"):  # each wrong code counts, and its attempt is committed
        page.post(f"{address}/approval", sent | {"code": "000000"}, status=422)
        assert expected in page.text and page.html.select_one("#decree")["value"] == DECREE["decree"]
    page.post(f"{address}/approval", sent).follow()
    used = page.code_of("admin")
    page.get(address).post(f"{address}/approval", sent, status=409)
    other = Page(app, clock).log_in(second).get(address)
    other.post(f"{address}/confirmation", field(other, second) | {"code": used}, status=422)
    other.post(f"{address}/confirmation", {"shown": sent["shown"]}, status=422)
    assert session.scalars(select(Disposal.state)).one() == "approved"
    events = [entry.event for entry in session.scalars(select(AuditEntry))]
    assert events.count("person.code_refused") == 3


def test_wrong_codes_are_counted_together_with_those_of_every_other_page(proposed):
    address, page = proposed
    sent = field(page.get(address)) | DECREE
    for _ in range(5):
        page.post(f"{address}/approval", sent | {"code": "000000"}, status=422)
    page.post(f"{address}/approval", sent, status=429)


def test_a_form_of_the_other_moment_is_refused(proposed):
    """Sent by hand, or long open: a confirmation of what nobody has approved, with and without its code."""
    address, page = proposed
    sent = field(page.get(address))
    page.post(f"{address}/confirmation", sent, status=409)
    page.get(address).post(f"{address}/confirmation", {"shown": sent["shown"]}, status=409)


@pytest.mark.parametrize("login", ["sari", "budi", "agus", "rina"])
def test_nobody_else_gets_there(app, clock, proposed, login):
    address, _page = proposed
    page = Page(app, clock).log_in(login)
    for path in ("/retention", "/holds", "/disposals", address):
        page.get(path, status=403)
