"""The public check of a file: the verdict, whose letter it is, and nothing kept."""

import io
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pytest

from signing.places import Placement
from signing.sign import sign
from tests import people as world
from tests.signing import office as elsewhere
from webapp.domain import checks, documents, keys
from webapp.models import AuditEntry, TrustAnchor

CERTIFIED = "Menurut PP 71/2019 pasal 60"


@pytest.fixture
def signed(make, session):
    made = make.signed()
    session.commit()
    return made


@pytest.fixture
def file_of(work):
    def read(letter):
        pdf = documents.get(work.config, letter.signature.file_sha256)
        work.session.commit()
        return pdf

    return read


def check(page, pdf, *, status=200, name="surat.pdf"):
    page.get("/v/upload")
    return page.post("/v/upload", {"file": (io.BytesIO(pdf), name)}, status=status, content_type="multipart/form-data")


def facts(page):
    return dict(zip(*[[e.get_text() for e in page.html.select(f".facts {tag}")] for tag in ("dt", "dd")], strict=True))


def test_a_letter_of_ours_is_recognised_by_its_file(page, signed, file_of):
    check(page, file_of(signed))
    assert page.h1 == f"Berkas ini surat kami nomor {signed.number}"
    assert page.html.select_one(".verdict.ok") and "masih berlaku" in page.text
    told = facts(page)
    assert (
        told[CERTIFIED] == "tidak tersertifikasi" and told["Tingkat"] == "B-B" and told["Mencakup"] == "seluruh berkas"
    )


@pytest.mark.parametrize(("state", "word"), [("revoked", "dicabut"), ("replaced", "sudah diganti")])
def test_a_letter_that_ended_is_told_so(page, make, session, file_of, state, word):
    letter = make.in_state(state)
    session.commit()
    check(page, file_of(letter))
    assert page.h1 == f"Surat kami nomor {letter.number}: {word}" and not page.html.select(".verdict.ok")


def test_our_letter_with_something_added_is_not_ours_any_more(page, signed, file_of):
    check(page, file_of(signed) + b"\n%%EOF\n")
    assert "diubah sesudah ditandatangani" in page.h1 and page.html.select(".verdict.bad")


def test_a_valid_signature_of_somebody_else_on_our_letter_is_a_change(page, signed, file_of, session, admin_anchor):
    admin_anchor(elsewhere.office().root)
    place = Placement(1, 60, 545, *elsewhere.STAMP.size)
    check(page, elsewhere.signed(file_of(signed), field="Lain", place=place))
    assert "diubah sesudah ditandatangani" in page.h1


def test_the_file_before_the_signature_is_told_from_the_letter(page, signed, work):
    upload = documents.get(work.config, signed.version.sha256)
    work.session.commit()
    check(page, upload)
    assert page.h1 == "Naskah sebelum ditandatangani" and not page.html.select(".verdict.ok")


def test_our_code_on_another_file_is_noticed_even_under_a_valid_signature(page, signed, session, admin_anchor):
    admin_anchor(elsewhere.office().root)
    line = f"BT /F1 9 Tf 72 300 Td (localhost/v/{signed.code[:4]}-{signed.code[4:8]}-{signed.code[8:]}) Tj ET"
    check(page, elsewhere.signed(elsewhere.letter(more=line)))
    assert page.h1 == "Tanda kami ditempel pada berkas lain" and signed.number in page.text
    assert page.html.select(".verdict.bad")


def test_our_mark_pasted_on_another_file_is_noticed(page, signed, file_of):
    """The mark itself, an annotation with its look, copied by a program."""
    with pikepdf.open(io.BytesIO(file_of(signed))) as ours, pikepdf.open(io.BytesIO(elsewhere.letter())) as forged:
        source = next(entry for entry in ours.pages[-1].obj.Annots if entry.Subtype == "/Widget")
        copied = {"Type": pikepdf.Name.Annot, "Subtype": pikepdf.Name.Stamp, "Rect": pikepdf.Array([72, 72, 272, 172])}
        look = forged.copy_foreign(source.AP.N)
        mark = forged.make_indirect(pikepdf.Dictionary(AP=pikepdf.Dictionary(N=look), **copied))
        forged.pages[0].obj.Annots = pikepdf.Array([mark])
        output = io.BytesIO()
        forged.save(output)
    check(page, output.getvalue())
    assert page.h1 == "Tanda kami ditempel pada berkas lain" and signed.number in page.text


def test_a_stranger_is_unknown_until_his_root_is_listed(page, work, session, admin_anchor):
    pdf = elsewhere.signed()
    assert check(page, pdf).h1 == "Penandatangan tidak dikenal" and "Tidak diterbitkan di sini" in page.text
    admin_anchor(elsewhere.office().root, name="Daftar Contoh", certified=True)
    check(page, pdf)
    assert page.h1 == "Tanda tangan sah, tidak diterbitkan di sini" and not page.html.select(".verdict.ok")
    assert facts(page)[CERTIFIED] == "tersertifikasi" and facts(page)["Daftar tepercaya"] == "Daftar Contoh"


@pytest.fixture
def official_key(work, sari, session):
    """Sari's own key, used where no letter, no code and no record is made."""
    key, _ = keys.open_key(work, sari, world.secret_of(sari))
    session.commit()
    return key


def test_a_genuine_key_used_outside_the_office_issued_no_letter(page, official_key, work):
    check(page, sign(elsewhere.prepared(), official_key, work.now).pdf)
    assert page.h1 == "Tanda tangan sah, tetapi bukan surat yang kami terbitkan"
    assert page.html.select(".verdict.warn") and not page.html.select(".verdict.ok")
    assert "Tanda tangannya sah" in page.text and "tidak pernah kami terbitkan" in page.text


def test_the_same_beside_the_signature_of_another_office(page, official_key, work, admin_anchor):
    admin_anchor(elsewhere.office().root)
    pdf = elsewhere.prepared(elsewhere.signed(), field="Lain", place=Placement(1, 60, 545, *elsewhere.STAMP.size))
    check(page, sign(pdf, official_key, work.now).pdf)
    assert page.h1 == "Tanda tangan sah, tetapi bukan surat yang kami terbitkan"


def test_our_time_stamp_on_the_letter_of_another_office_is_no_signature_of_ours():
    ours, theirs = checks.TrustList("Kami", is_certified=False, is_ours=True), checks.TrustList("Lain", False)
    entries = SimpleNamespace(signatures=[SimpleNamespace(kind="timestamp"), SimpleNamespace(kind="signature")])
    assert not checks.Judged(entries, (ours, theirs), (), ()).is_signed_here
    assert checks.Judged(entries, (theirs, ours), (), ()).is_signed_here


@pytest.mark.parametrize(("pdf", "told"), [(b"%PDF-1.7", "Tidak ada tanda tangan"), (b"%PDF-1.7\n/ByteRange", "rusak")])
def test_any_bytes_get_an_answer(page, pdf, told):
    assert told in check(page, pdf).h1


@pytest.mark.parametrize("data", [b"", b"GIF89a"])
def test_what_is_no_pdf_is_told_at_the_field(page, data):
    assert "Berkas ini bukan PDF" in check(page, data, status=422).text


def test_no_file_and_a_large_one_are_told_at_the_field(page, app):
    page.get("/v/upload").post("/v/upload", status=422)
    assert "Pilih dulu berkasnya." in page.text
    check(page, b"%PDF" + bytes(app.config["TEKEN"].max_upload_bytes), status=413)
    assert "terlalu besar" in page.text


def test_nothing_is_kept_and_strangers_are_slowed_down(page, app, work):
    folder = Path(app.config["TEKEN"].data_dir)
    before = {path for path in folder.rglob("*") if path.is_file()}
    entries = work.session.query(AuditEntry).count()
    work.session.commit()
    for _ in range(20):
        check(page, b"%PDF-")
    check(page, b"%PDF-", status=429)
    assert "Retry-After" in page.response.headers
    assert {path for path in folder.rglob("*") if path.is_file()} <= before | set(folder.glob("*.db*"))
    assert work.session.query(AuditEntry).count() == entries


def test_it_is_found_from_the_public_page(page, signed):
    for path in ("/v", f"/v/{signed.code}"):
        page.get(path)
        assert page.html.select_one("a[href='/v/upload'], a[href='/V/upload']"), path


@pytest.fixture
def admin_anchor(work, session):
    def add(der, name="Lain", certified=False):
        from tests import people as world
        from webapp.domain import anchors

        anchors.add(world.as_person(work, world.find(work, "admin")), name=name, data=der, is_certified=certified)
        session.commit()

    return add


def test_an_anchor_never_judges_our_own_letters(work, session, admin_anchor):
    from webapp.domain import verification

    admin_anchor(elsewhere.office().root)
    assert session.query(TrustAnchor).count() == 1
    assert elsewhere.office().root not in verification.trust(work).roots_der
