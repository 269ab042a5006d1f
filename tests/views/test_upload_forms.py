"""Every form of a logged-in person that asks for a file takes it in pieces too, and judges it as ever."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest

from tests import people as world
from tests.page import Page
from tests.signing import office as elsewhere
from tests.signing.forms import certificate
from tests.views.tables import BUDI, MAYA, PEOPLE, csv_of
from tests.views.test_anchors import pem
from tests.views.test_letterheads import HEAD, picture
from tests.views.test_mandates import form_of
from tests.views.test_merges import CSV, table
from tests.views.test_merges import facts as shared
from tests.views.uploads import Sender, demo, facts_for, named
from webapp.models import Role

OPTIONAL = ("decree", "emblem")
NO_FILE = b"MZ " + bytes(300)


@dataclass(frozen=True)
class Form:
    """`typed`: all of it but the file. `wrong`: what it says of a file that is none; `most`: of one too large."""

    login: str
    address: str
    good: Callable[[], bytes]
    wrong: str
    field: str = "file"
    typed: Callable[..., dict] = lambda **_: {}
    most: tuple[int, str] | None = None


def _read(made, *given):
    return made(*given)[0].read()


def _practice(page, sari, session, **_):
    page.get("/practice/letters/new")
    return facts_for(sari, session) | {"signer_id": page.html.select_one("#signer_id option")["value"]}


def _merge(work, sari, **_):
    return shared(work, sari)


def _letter(sari, session, **_):
    return facts_for(sari, session)


def _template(work, sari, **_):
    return shared(work, sari) | {"table": table("Kepada;Nomor;jabatan\nBudi;1/2026;Analis\n")}


LARGE_TABLE = (5_000_001, "Batasnya 5 MB.")
FORMS = {
    "letter": Form("budi", "/letters/new", partial(_read, demo), "bukan PDF", typed=_letter),
    "practice": Form("budi", "/practice/letters/new", partial(_read, demo), "bukan PDF", typed=_practice),
    "version": Form("budi", "/letters/{letter}/versions", partial(_read, demo, "edaran.pdf"), "bukan PDF"),
    "decree": Form("sari", "/mandates/new", partial(_read, demo, "tugas.pdf"), "bukan PDF",
                   typed=lambda page, **_: form_of(page)),
    "merge": Form("budi", "/merges/new/sertifikat", CSV.encode, "bukan CSV", "table", _merge, LARGE_TABLE),
    "template": Form("budi", "/merges/new/pdf", lambda: certificate("jabatan"), "PDF ini rusak", "template", _template),
    "people": Form("admin", "/imports/people/new", lambda: csv_of(PEOPLE, MAYA, BUDI), "bukan CSV", most=LARGE_TABLE),
    "offices": Form("admin", "/imports/offices/new", lambda: csv_of(["kode", "nama", "kode induk"], ["X", "Y", "Z"]),
                    "bukan CSV", most=LARGE_TABLE),
    "trainings": Form("admin", "/imports/trainings/new", most=LARGE_TABLE, wrong="bukan CSV",
                      good=lambda: csv_of(["surel", "pelatihan", "tanggal selesai"], ["b@c.id", "TTE", "31/10/2026"])),
    "emblem": Form("admin", "/offices/{office}/letterhead", partial(_read, picture), "Pilih gambar PNG", "emblem",
                   lambda **_: HEAD, (2_000_001, "Batasnya 2 MB.")),
    "anchors": Form("admin", "/anchors/new", lambda: pem(elsewhere.office().root), "bukan sertifikat",
                    typed=lambda **_: {"name": "BSrE"}, most=(500_001, "Batasnya 0,5 MB.")),
}  # fmt: skip


@pytest.fixture
def address(work, make):
    """address(form): with a letter or an office of the person in it."""

    def filled(form):
        office = next(m.office_id for m in world.find(work, "budi").memberships if m.role == Role.DRAFTER)
        letter = make.draft().id if "{letter}" in form.address else 0
        work.session.commit()
        return form.address.format(office=office, letter=letter)

    return filled


@pytest.fixture
def typed(work, sari, session):
    def all_of_it(form, page):
        known = form.typed(work=work, sari=sari, session=session, page=page)
        session.commit()
        return known

    return all_of_it


def told_at(page: Page, form: Form) -> str:
    found = page.html.find(id=f"{form.field}-error")
    return found.get_text() if found else ""


@pytest.mark.parametrize("name", FORMS)
def test_a_file_that_came_in_pieces_is_taken(page, address, typed, name):
    form = FORMS[name]
    where, sender = address(form), Sender(page.log_in(form.login))
    page.get(where)
    chosen = page.html.find(id=form.field)
    assert chosen.has_attr("required") == (name not in OPTIONAL)
    assert (
        chosen.find_parent(class_="field").select_one("[data-behaviour=resumable-upload]")["data-url"] == "/transfers"
    )
    page.post(where, typed(form, page) | named(sender.whole(form.good()), field=form.field))


@pytest.mark.parametrize("name", FORMS)
def test_a_file_that_is_not_ones_own_or_not_all_there_is_refused(page, app, clock, address, typed, name):
    form = FORMS[name]
    upload = form.good()
    where, sender = address(form), Sender(page.log_in(form.login))
    of_another = Sender(Page(app, clock).log_in("rudi")).whole(upload + b"\n")
    part = sender.begin(upload)
    sender.piece(part, 0, upload[: len(upload) // 2])
    known = typed(form, page.get(where))
    for sha256 in (of_another, sender.sha256, "a" * 64, "../" + "a" * 61, "*", "A" * 64):
        files = {key: (io.BytesIO(CSV.encode()), "t.csv") for key, value in known.items() if isinstance(value, tuple)}
        page.post(where, known | files | named(sha256, field=form.field), status=422)
        assert "belum sampai seluruhnya" in told_at(page, form), sha256
        assert page.html.find(attrs={"name": f"{form.field}_transfer"}) is None, "it would be named again"


@pytest.mark.parametrize("name", FORMS)
def test_it_is_judged_as_one_that_came_with_the_form(page, address, typed, name):
    form = FORMS[name]
    where, sender = address(form), Sender(page.log_in(form.login))
    for upload, told in [(NO_FILE, form.wrong)] + ([(bytes(form.most[0]), form.most[1])] if form.most else []):
        known = typed(form, page.get(where))
        page.post(where, known | named(sender.whole(upload), field=form.field), status=422)
        assert told in told_at(page, form)


def test_the_file_with_the_form_was_chosen_last(page):
    form = FORMS["people"]
    sender = Sender(page.log_in("admin"))
    both = named(sender.whole(NO_FILE)) | {"file": (io.BytesIO(form.good()), "orang.csv")}
    page.post(form.address, both)
    page.follow()
    assert "Maya Contoh" in page.text and "orang.csv" in page.text


def test_a_form_that_comes_back_names_what_has_arrived(page, work, sari):
    """Not even a table and a template have to be chosen again because of a word that was missing."""
    known = shared(work, sari)
    sender = Sender(page.log_in("budi"))
    sent = named(sender.whole(CSV.encode()), "C:\\fakepath\\peserta.csv", "table")
    sent |= named(sender.whole(certificate("jabatan")), "templat.pdf", "template")
    page.get("/merges/new/pdf")
    page.post("/merges/new/pdf", known | {"subject": ""} | sent, status=422)
    assert page.text.count("sudah terkirim") >= 2
    assert not page.html.find(id="table").has_attr("required")
    kept = {tag["name"]: tag["value"] for tag in page.html.select("#gabung input[type=hidden]")}
    page.post("/merges/new/pdf", known | kept)


def test_nobody_without_such_a_form_begins_anything(page, config):
    for login in ("dewi", "rina", "agus"):
        sender = Sender(page.log_in(login))
        answer = sender.ask("POST", "/transfers", data={"sha256": "a" * 64, "size": 10})
        assert answer.status_code == 403
        page.log_out()
    assert not list((config.data_dir / "transfers").glob("*/*"))
