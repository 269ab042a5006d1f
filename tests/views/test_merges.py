"""Mail-merge: a table becomes letters that their signer finds as one group, whatever happens to the worker."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from io import BytesIO

import pytest
from sqlalchemy import func, select, update

from tests import people as world
from tests.signing.forms import certificate
from tests.signing.office import program
from webapp import db
from webapp.domain import documents, number_patterns, people
from webapp.jobs import merge as job
from webapp.models import Job, Letter, Merge, MergeRow, Role, State
from webapp.worker import run_one

CSV = "Nomor;Nama penerima;Kepada\n1/2026;Budi Contoh;Budi\n2/2026;Dewi Contoh;Dewi\n3/2026;Éka Contoh;Éka\n"


def facts(work, sari, **more):
    budi = world.find(work, "budi")
    known = {
        "office_id": next(m.office_id for m in budi.memberships if m.role == Role.DRAFTER), "numbering": 0,
        "subject": "Sertifikat bimtek", "addressee": "", "dated_on": "2026-11-24", "classification": "000.1.5",
        "urgency": "biasa", "confidentiality": "biasa", "signer_id": sari.id, "text_title": "Sertifikat",
        "text_recipient": "", "text_institution": "", "text_capacity": "Peserta", "text_text": "pada bimtek TTE",
    }  # fmt: skip
    work.session.commit()
    return known | more


def table(text=CSV, name="peserta.csv"):
    return BytesIO(text.encode()), name


def upload(page, kind, data, **files):
    page.log_in("budi").get(f"/merges/new/{kind}")
    return page.post(f"/merges/new/{kind}", data | {"table": table()} | files)


def finish(app):
    """What the worker does; a job that failed would only be tried again later."""
    engine = app.extensions["engine"]
    with db.unit(engine) as session:  # the requests' clock goes ahead of the worker's
        session.execute(update(Job).values(run_at=datetime(2026, 1, 1, tzinfo=UTC)))
    while run_one(app):
        with db.unit(engine, writes=False) as session:
            assert session.scalars(select(Job.error).where(Job.kind == "merge", Job.error != "")).all() == []


def made(session):
    session.expire_all()
    found = list(session.scalars(select(Letter).order_by(Letter.id)))
    _ = [(one.version, one.signature) for one in found]
    session.commit()
    return found


def text_of(config, letter):
    pdf = documents.get(config, letter.version.prepared_sha256)
    command = [program("pdftotext"), "-layout", "-", "-"]
    return " ".join(subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode().split())


def test_a_table_becomes_letters_that_the_signer_approves_as_one_group(page, app, work, sari, session, config):
    upload(page, "sertifikat", facts(work, sari))
    page.follow()
    assert "Belum ada surat yang dibuat" in page.text and not made(session)
    merge_id = session.scalars(select(Merge.id)).one()
    session.commit()
    page.post(f"/merges/{merge_id}/runs")
    page.follow()
    assert "0 dari 3 surat disusun" in page.text and page.response.headers["Refresh"]
    finish(app)
    found = made(session)
    assert [one.number for one in found] == ["1/2026", "2/2026", "3/2026"]
    assert [one.addressee for one in found] == ["Budi", "Dewi", "Éka"]
    assert all(one.state == State.DRAFT and one.version.prepared_sha256 for one in found)
    assert "Éka Contoh" in text_of(config, found[2]) and "Nomor 3/2026" in text_of(config, found[2])
    page.get(f"/merges/{merge_id}")
    assert "3 surat tersusun sebagai draf" in page.text
    page.post(f"/merges/{merge_id}/submission")
    finish(app)
    assert all(one.state == State.SUBMITTED for one in made(session))
    page.get(f"/merges/{merge_id}")
    assert "3 surat diajukan kepada" in page.text
    mails = [job.args["message"] for job in session.scalars(select(Job).where(Job.kind == "mail"))]
    assert mails == ["letters_waiting"]
    session.commit()
    page.log_out()
    page.log_in("sari").get("/batches/new")
    assert "Kelompok dari satu tabel: Sertifikat bimtek 3" in page.text
    for one in found:
        page.get(f"/letters/{one.id}")
    page.get(f"/batches/new?group={merge_id}")
    assert len(page.html.select("input[name=letter][checked]")) == 3
    page.post("/batches", {"letter": [one.id for one in found]})
    form = page.follow().html.select_one("#setujui-kode")
    page.post(form["action"], {"code": page.code_of("sari"), "digest": form.select_one("[name=digest]")["value"]})
    assert all(one.state == State.SIGNED for one in made(session))


def test_a_pdf_template_is_filled_with_numbers_from_the_book(page, app, work, sari, admin, session, config):
    known = facts(work, sari, addressee="Peserta bimtek")
    office = people.get_office(work, known["office_id"])
    one = number_patterns.create(world.as_person(work, admin), office, name="Umum", pattern="{urut:3}/S-{tahun}")
    session.commit()
    columns = "nama;catatan\nBudi Contoh;x\nDewi Contoh;y\n"
    files = {"template": (BytesIO(certificate("nama", "nomor", "tanggal")), "templat.pdf"), "table": table(columns)}
    upload(page, "pdf", known | {"numbering": one.id}, **files)
    assert "Kolom yang tidak dikenal diabaikan: catatan" in page.follow().text
    merge_id = session.scalars(select(Merge.id)).one()
    session.commit()
    page.post(f"/merges/{merge_id}/runs")
    finish(app)
    first, second = made(session)
    assert (first.number, second.number) == ("001/S-2026", "002/S-2026")
    shown = text_of(config, second)
    assert "Dewi Contoh" in shown and "002/S-2026" in shown and "24 November 2026" in shown


def test_tags_of_a_pdf_template_name_each_letters_own_number(page, app, work, sari, admin, session, config):
    known = facts(work, sari, addressee="Peserta bimtek")
    office = people.get_office(work, known["office_id"])
    one = number_patterns.create(world.as_person(work, admin), office, name="Umum", pattern="{urut:3}/S-{tahun}")
    session.commit()
    template = certificate("nama", said="Nomor ${nomor_surat} tanggal ${tanggal_surat}")
    files = {"template": (BytesIO(template), "templat.pdf"), "table": table("nama\nBudi Contoh\nDewi Contoh\n")}
    upload(page, "pdf", known | {"numbering": one.id}, **files)
    merge_id = session.scalars(select(Merge.id)).one()
    session.commit()
    page.follow().post(f"/merges/{merge_id}/runs")
    finish(app)
    shown = [text_of(config, letter) for letter in made(session)]
    assert ["Budi" in text for text in shown] == [True, False]
    for number, text in zip(("001/S-2026", "002/S-2026"), shown, strict=True):
        assert number in text and "24 November 2026" in text and "${" not in text


def test_what_is_wrong_is_told_line_by_line_and_nothing_is_made(page, app, work, sari, session):
    wrong = "Nomor;Nama penerima;Kepada\n1/2026;;Budi\n1/2026;Dewi;\n3/2026;\u4f60;Éka\n"
    upload(page, "sertifikat", facts(work, sari), table=table(wrong))
    page.follow()
    assert "3 baris keliru" in page.text
    for sentence in ("“Nama penerima” kosong.", "Nomor 1/2026 sudah dipakai.", "“kepada” kosong.", "dicetak: \u4f60"):
        assert sentence in page.text, sentence
    merge_id = session.scalars(select(Merge.id)).one()
    session.commit()
    page.post(f"/merges/{merge_id}/runs")
    assert "Masih ada baris yang keliru" in page.follow().text
    finish(app)
    assert not made(session)


def test_any_letter_can_be_looked_at_before_one_is_made(page, work, sari, session):
    upload(page, "sertifikat", facts(work, sari))
    page.follow()
    row = session.scalars(select(MergeRow).order_by(MergeRow.line)).all()[1]
    session.commit()
    page.get(f"/merges/{row.merge_id}/rows/{row.id}")
    source = page.html.select_one("main img")["src"]
    answer = page.client.get(source)
    assert (answer.status_code, answer.mimetype, answer.data[:4]) == (200, "image/webp", b"RIFF")
    assert not made(session)


class Killed(BaseException):
    """As kill -9 ends a worker: nothing of it goes on, and nothing tidies up."""


@pytest.mark.parametrize("moment", ["examined", "create", "place", "made"])
def test_a_worker_that_is_killed_makes_no_letter_twice_and_none_is_missing(
    moment, page, app, work, sari, session, monkeypatch
):
    upload(page, "sertifikat", facts(work, sari))
    merge_id = session.scalars(select(Merge.id)).one()
    session.commit()
    page.post(f"/merges/{merge_id}/runs")
    owner = job.merges if moment == "made" else job.merge_runs
    real, calls = getattr(owner, moment), []

    def dying(*args, **kind):
        result = real(*args, **kind)
        calls.append(1)
        if len(calls) == (1 if moment == "made" else 2):
            raise Killed
        return result

    monkeypatch.setattr(owner, moment, dying)
    with pytest.raises(Killed):
        job.run(app, merge_id)
    monkeypatch.setattr(owner, moment, real)
    job.run(app, merge_id)
    job.run(app, merge_id)  # each job may run twice
    found = made(session)
    assert sorted(one.number for one in found) == ["1/2026", "2/2026", "3/2026"]
    assert all(one.version.prepared_sha256 for one in found)
    assert (
        session.scalar(select(func.count(MergeRow.id)).where(MergeRow.letter_id.is_not(None), MergeRow.cause == ""))
        == 3
    )
    session.commit()


def test_a_line_that_fails_stops_itself_alone(page, app, work, sari, session):
    long = "nama;kepada;nomor\n" + "W" * 99 + ";Budi;1/2026\nDewi;Dewi;2/2026\n"
    files = {"template": (BytesIO(certificate("nama")), "templat.pdf"), "table": table(long)}
    upload(page, "pdf", facts(work, sari), **files)
    merge_id = session.scalars(select(Merge.id)).one()
    session.commit()
    page.post(f"/merges/{merge_id}/runs")
    finish(app)
    assert [one.number for one in made(session)] == ["2/2026"]
    page.get(f"/merges/{merge_id}")
    assert "tidak muat di kolom templat" in page.text and "1 baris tidak menjadi surat" in page.text


def test_who_may_no_longer_draft_has_no_letters_made(page, app, work, sari, session):
    upload(page, "sertifikat", facts(work, sari))
    merge_id = session.scalars(select(Merge.id)).one()
    session.commit()
    page.post(f"/merges/{merge_id}/runs")
    budi = world.find(work, "budi")
    budi.memberships.clear()
    session.commit()
    finish(app)
    assert not made(session)


def test_anothers_table_is_not_found(page, work, sari, session):
    upload(page, "sertifikat", facts(work, sari))
    row = session.scalars(select(MergeRow)).first()
    session.commit()
    page.log_out()
    page.log_in("rudi")
    for path in (
        f"/merges/{row.merge_id}",
        f"/merges/{row.merge_id}/rows/{row.id}",
        f"/merges/{row.merge_id}/rows/{row.id}.webp",
    ):
        page.get(path, status=404)
    page.post(f"/merges/{row.merge_id}/runs", status=404)


def test_a_file_that_is_no_template_or_no_table_is_told(page, work, sari, session):
    known = facts(work, sari)
    page.log_in("budi").get("/merges/new/pdf")
    page.post("/merges/new/pdf", known | {"table": table(), "template": (BytesIO(b"%PDF-1.7 x"), "x.pdf")}, status=422)
    assert "PDF ini rusak" in page.text
    page.post("/merges/new/sertifikat", known | {"table": table("a;b\n1;2\n")}, status=422)
    assert "Tidak ada judul kolom yang dikenal" in page.text
    page.post("/merges/new/sertifikat", known | {"table": table("Nomor;Kepada\n" + "1;2\n" * 1001)}, status=422)
    assert "Paling banyak 1.000 baris" in page.text
