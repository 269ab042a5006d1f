"""A mandate on the phone: given with a code, accepted, a letter taken over and signed, and what the public is told."""

import email
import email.policy
import io
import zipfile
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests import people
from webapp.demo.office import LETTERS
from webapp.models import Mandate, Signature, State
from webapp.worker import run_one


def form_of(page, login="sari", **changed):
    """The form as its page offers it, filled in for Hadi and a week from today."""
    page.get("/mandates/new")
    today = page.clock().astimezone(ZoneInfo("Asia/Jakarta")).date()
    option = next(one for one in page.html.select("#deputy_id option") if "Hadi" in one.text)
    hidden = {field["name"]: field["value"] for field in page.html.select("#mandat input[type=hidden]")}
    known = hidden | {
        "kind": "plh", "deputy_id": option["value"], "starts_on": str(today),
        "ends_on": str(today + timedelta(days=6)), "decree": "SK 800.1.3/12/BKPSDM-2026", "classifications": "",
        "confidentiality": "terbatas", "through": "", "code": page.code_of(login),
    }  # fmt: skip
    return known | changed


def sign(page, letter, login):
    shown = page.get(f"/letters/{letter.id}").html
    digest = shown.find("input", attrs={"name": "digest"})["value"]
    page.clock.tick()
    page.post(f"/letters/{letter.id}/signature", {"digest": digest, "code": page.code_of(login)})


@pytest.fixture
def letter(make, session):
    made = make.submitted()
    session.commit()
    return made


def test_the_whole_way(app, page, letter, session, work):
    page.log_in("sari").post("/mandates/new", form_of(page))
    page.follow()
    assert "Plh. Sekretaris Daerah" in page.h1 and "Menunggu diterima" in page.text
    address = page.html.select_one("a[href$=revocation]")["href"].removesuffix("/revocation")
    page.log_out().log_in("hadi").get(f"/letters/{letter.id}", status=404)
    page.get(address).post(f"{address}/acceptance")
    page.get("/letters?box=waiting")
    assert letter.subject in page.text and "Sebagai Plh. Sekretaris Daerah" in page.text
    page.get(f"/letters/{letter.id}")
    assert "Ditawarkan kepada Anda sebagai Plh. Sekretaris Daerah" in page.text
    assert page.html.find(id="setujui") is None, "nothing to sign before his own mark is on it"
    page.post(f"/letters/{letter.id}/delegation").follow()
    assert "menggantikan Dr. Sari" in page.text or "menggantikan Sari" in page.text
    sign(page, letter, "hadi")
    session.expire_all()
    signature = session.scalars(select(Signature)).one()
    assert letter.state == State.SIGNED and signature.person_id == people.find(work, "hadi").id
    code = letter.code
    session.rollback()
    page.log_out().get(f"/v/{code}")
    assert "Plh. Sekretaris Daerah" in page.text and "menurut SK 800.1.3/12/BKPSDM-2026" in page.text
    assert "berwenang" in page.text and page.h1 == "Asli"
    page.log_in("sari").get("/absence")
    assert "Undangan Rapat" in page.text and "Ditandatangani" in page.text


def test_a_revoked_mandate_changes_nothing_about_what_was_signed(page, make, session, work):
    mandate = make.mandate()
    letter = make.sign(make.take_over(make.submitted()))
    session.commit()
    page.get(f"/v/{letter.code}")
    before = page.text
    page.log_in("sari").get(f"/mandates/{mandate.id}/revocation")
    page.post(f"/mandates/{mandate.id}/revocation", {"reason": "Sudah kembali bertugas."})
    assert page.log_out().get(f"/v/{letter.code}").text == before
    page.log_in("sari").get(f"/letters/{letter.id}/trail")
    page.get(f"/letters/{letter.id}/bundle.zip")
    files = zipfile.ZipFile(io.BytesIO(page.response.data))
    assert "SK 800.1.3/12/BKPSDM-2026" in files.read("metadata.json").decode()
    assert "berwenang" in files.read("laporan.txt").decode()


def test_the_official_takes_a_letter_back_and_signs_it_himself(page, make, session, letter):
    make.mandate()
    make.take_over(letter)
    session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}")
    assert page.html.find(id="setujui") is None
    page.post(f"/letters/{letter.id}/delegation/end")
    sign(page, letter, "sari")
    session.expire_all()
    assert letter.signature.signer_position == "Sekretaris Daerah (contoh)" and letter.signature.authority is None


def test_what_the_deputy_saw_before_is_not_signed_after_the_end(page, make, session, letter, clock):
    """The page is open, the mandate ends, the code is typed one minute later."""
    mandate = make.mandate()
    make.take_over(letter)
    session.commit()
    clock.now = mandate.ends_at - timedelta(minutes=2)
    page.log_in("hadi").get(f"/letters/{letter.id}")
    digest = page.html.find("input", attrs={"name": "digest"})["value"]
    clock.now = mandate.ends_at + timedelta(minutes=1)
    page.post(f"/letters/{letter.id}/signature", {"digest": digest, "code": page.code_of("hadi")}, status=404)
    session.expire_all()
    assert letter.state == State.SUBMITTED and letter.signature is None


def test_a_wrong_code_grants_nothing_and_says_how_many_are_left(page, session):
    page.log_in("sari").post("/mandates/new", form_of(page, code="000000"), status=422)
    assert "Sisa percobaan" in page.text and page.html.select_one("#decree")["value"].startswith("SK 800")
    assert session.scalars(select(Mandate)).all() == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"deputy_id": "0"}, "Pilih pejabat penggantinya"),
        ({"ends_on": "2020-01-01"}, "Hari terakhir mendahului"),
        ({"ends_on": "2031-01-01"}, "Paling lama satu tahun"),
        ({"classifications": "800.1; x"}, "Tulis kode seperti"),
        ({"decree": " "}, "Isi nomor surat keputusan"),
        ({"kind": "ub"}, "Isi jabatan di antara"),
        ({"kind": "plt"}, "Pilih salah satu"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(page, session, changed, told):
    page.log_in("sari").post("/mandates/new", form_of(page, **changed), status=422)
    assert told in page.html.select_one("[role=alert]").get_text()
    assert session.scalars(select(Mandate)).all() == []


def test_the_decree_can_be_read_by_those_whom_it_concerns(page, session):
    file = (io.BytesIO((LETTERS / "tugas.pdf").read_bytes()), "sk.pdf")
    page.log_in("sari").post("/mandates/new", form_of(page, file=file))
    address = page.location
    page.get(f"{address}/decree")
    assert page.response.data.startswith(b"%PDF-") and "attachment" in page.response.headers["Content-Disposition"]
    for login, status in (("hadi", 200), ("admin", 200), ("budi", 404)):
        page.log_out().log_in(login).get(f"{address}/decree", status=status)


def test_a_file_that_is_no_pdf_is_refused(page, session):
    file = (io.BytesIO(b"MZ not a pdf"), "sk.pdf")
    page.log_in("sari").post("/mandates/new", form_of(page, file=file), status=422)
    assert session.scalars(select(Mandate)).all() == []


@pytest.mark.parametrize("path", ["", "/revocation", "/decree"])
def test_a_mandate_of_others_is_not_found(page, make, session, path):
    mandate = make.mandate()
    session.commit()
    for login in ("budi", "rudi", "rina"):
        page.log_in(login).get(f"/mandates/{mandate.id}{path}", status=404)
        page.post(f"/mandates/{mandate.id}/acceptance", status=404)
        page.log_out()
    page.log_in("admin").get(f"/mandates/{mandate.id}")
    page.post(f"/mandates/{mandate.id}/acceptance", status=403)
    page.post(f"/mandates/{mandate.id}/revocation", {"reason": "Bukan urusan saya."}, status=403)


@pytest.mark.parametrize("login", ["budi", "rudi", "dewi", "admin"])
def test_others_take_nothing_over(page, make, session, letter, login):
    make.mandate()
    session.commit()
    page.log_in(login).get("/settings")
    page.post(f"/letters/{letter.id}/delegation", status=404 if login in ("rudi", "admin") else 403)


def test_a_drafter_or_reviewer_gives_no_mandate(page):
    for login in ("budi", "dewi", "agus"):
        page.log_in(login).get("/mandates/new", status=403)
        page.get("/mandates").log_out()


def test_an_administrator_records_a_decree_for_a_vacant_post(page, session, work):
    page.log_in("admin").get("/mandates/new")
    official = next(one for one in page.html.select("#principal_id option") if "Sari" in one.text)
    office = next(one for one in page.html.select("#office_id option") if "Sekretariat" in one.text)
    assert not page.html.select("input[name=kind][value=an]"), "only the official's own to give"
    sent = form_of(page, "admin", kind="plt", principal_id=official["value"], office_id=office["value"])
    page.post("/mandates/new", sent)
    page.follow()
    assert "Plt. Sekretaris Daerah" in page.h1
    page.log_out().log_in("sari").get("/mandates")
    assert "Plt. Sekretaris Daerah" in page.text, "the official sees what is recorded about the own post"


def test_an_administrator_names_a_post_that_nobody_held(page, session, work):
    page.log_in("admin").get("/mandates/new")
    office = next(one for one in page.html.select("#office_id option") if "Sekretariat" in one.text)
    sent = form_of(page, "admin", kind="plt", principal_id="0", office_id=office["value"])
    page.post("/mandates/new", sent | {"post": ""}, status=422)
    assert "Isi nama jabatan yang lowong" in page.text
    page.clock.tick()
    page.post("/mandates/new", sent | {"post": "Kepala Bagian Perekonomian", "code": page.code_of("admin")}).follow()
    assert page.h1 == "Plt. Kepala Bagian Perekonomian" and "jabatan lowong" in page.text
    page.log_out().log_in("sari").get("/mandates/new")
    assert page.html.find(id="post") is None, "an official gives his own letters only"
    page.post("/mandates/new", form_of(page, kind="plh", principal_id="0", post="Bupati"), status=422)


def test_everyone_concerned_is_told_by_mail(app, config, make, session):
    make.mandate()
    make.submitted()
    session.commit()
    while run_one(app):
        pass
    mails = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
             for path in sorted(config.mail_folder.glob("*.eml"))]  # fmt: skip
    told = {(mail["To"], mail["Subject"]) for mail in mails}
    assert ("hadi@solok.example", "Anda diminta menjadi pejabat pengganti") in told
    assert ("hadi@solok.example", "Ada surat menunggu Anda sebagai pejabat pengganti") in told
    assert ("sari@solok.example", "Mandat pejabat pengganti berubah") in told
    offered = next(mail for mail in mails if "sebagai pejabat pengganti" in mail["Subject"])
    assert "menurut SK 800.1.3/12" in offered.get_body(("plain",)).get_content()
