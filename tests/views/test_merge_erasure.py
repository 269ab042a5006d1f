"""The names in a table are erased a month after its letters were handed in, or after it was left lying."""

import json
import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.signing.forms import certificate
from tests.views.test_merges import facts, finish, made, table, upload
from webapp import jobs
from webapp.domain import documents, merges
from webapp.models import AuditEntry, Merge, MergeRow

MOMENTS = ("created_at", "started_at", "made_at", "submitted_at", "told_at")


@pytest.fixture
def merge_id(page, work, sari, session):
    """A table that was looked at, of which nothing is made yet."""
    upload(page, "sertifikat", facts(work, sari))
    found = session.scalars(select(Merge.id)).one()
    session.commit()
    return found


def stored(session):
    """How many tables and lines there are now."""
    session.rollback()
    found = [len(session.scalars(select(model.id)).all()) for model in (Merge, MergeRow)]
    session.rollback()
    return found


def pass_days(session, days):
    """For the tables; the worker's clock is the machine's."""
    for merge in session.scalars(select(Merge)):
        for name in MOMENTS:
            at = getattr(merge, name)
            setattr(merge, name, at and at - timedelta(days=days))
    session.commit()


def night(app):
    jobs.run(app, "nightly", {})


def test_a_table_that_was_left_lying_goes_after_thirty_days(app, page, session, merge_id):
    assert merges.KEPT_FOR.days == 30
    page.get(f"/merges/{merge_id}")
    assert "Tabel ini dihapus dari Teken" in page.text and "tetap ada" in page.text
    pass_days(session, 29)
    night(app)
    assert stored(session) == [1, 3]
    pass_days(session, 2)
    night(app)
    assert stored(session) == [0, 0]
    events = session.scalars(select(AuditEntry).where(AuditEntry.event == "merge.dropped")).all()
    assert [json.loads(one.facts) for one in events] == [{"merge_id": merge_id}], "and no name stays on the trail"
    session.rollback()
    page.get(f"/merges/{merge_id}", status=404)
    assert page.get("/merges").status == 200


def test_of_erased_names_nothing_is_left_in_the_file(app, session, merge_id):
    """What SQLite deletes it could leave in free pages, for whoever copies the disk."""
    engine = app.extensions["engine"]
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL overwrites when it vacuums")
    file = Path(engine.url.database.removeprefix("file:").partition("?")[0])

    def bytes_of():
        session.rollback()
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
        return file.read_bytes()

    session.execute(update(MergeRow).values(values={"field:recipient": "Rahayu Percobaan"}))
    session.commit()
    assert b"Rahayu Percobaan" in bytes_of()
    pass_days(session, 31)
    night(app)
    assert stored(session) == [0, 0] and b"Rahayu Percobaan" not in bytes_of()


def test_counted_from_the_day_when_its_letters_were_handed_in_and_they_stay(app, page, session, merge_id):
    pass_days(session, 20)
    page.get(f"/merges/{merge_id}").post(f"/merges/{merge_id}/runs")
    finish(app)
    page.post(f"/merges/{merge_id}/submission")
    finish(app)
    pass_days(session, 29)
    night(app)
    assert stored(session) == [1, 3], "49 days after the upload"
    pass_days(session, 2)
    night(app)
    assert stored(session) == [0, 0]
    found = made(session)
    assert [one.addressee for one in found] == ["Budi", "Dewi", "Éka"] and all(one.submitted_at for one in found)
    page.log_out().log_in("sari").get("/batches/new")
    assert "1/2026" in page.text and "Kelompok dari satu tabel" not in page.text, "each letter can still be signed"


def test_a_job_of_a_table_that_is_gone_does_nothing(app, session, page, merge_id):
    page.get(f"/merges/{merge_id}").post(f"/merges/{merge_id}/runs")
    pass_days(session, 31)
    night(app)
    assert stored(session) == [0, 0]
    jobs.run(app, "merge", {"merge_id": merge_id})
    assert made(session) == []


@pytest.mark.parametrize("is_used", [False, True])
def test_its_template_goes_with_it_unless_something_else_needs_it(app, page, work, sari, session, is_used):
    pdf = certificate("nama", "nomor")
    data = facts(work, sari, addressee="Peserta")
    page.log_in("budi")
    for _ in range(2 if is_used else 1):
        pass_days(session, 31)  # for those from before
        page.get("/merges/new/pdf")
        files = {"template": (BytesIO(pdf), "templat.pdf"), "table": table("nama;nomor\nBudi Contoh;1/2026\n")}
        page.post("/merges/new/pdf", data | files)
    sha256 = session.scalars(select(Merge.template_sha256)).first()
    session.rollback()
    path = documents.path(work.config, sha256)
    os.utime(path, (0, 0))  # put there long ago
    if not is_used:
        pass_days(session, 31)
    night(app)
    assert stored(session)[0] == (1 if is_used else 0)
    assert path.exists() is is_used
