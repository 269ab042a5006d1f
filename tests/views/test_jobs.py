"""What could not be delivered is shown with its cause, and tried again."""

from webapp.domain import outbox
from webapp.domain.audit import Event
from webapp.models import AuditEntry, Job


def fail_once(work, sari):
    outbox.add(work, "mail", person_id=sari.id, message="letter_waiting", letter_id=1)
    work.session.flush()
    job = work.session.query(Job).order_by(Job.id.desc()).first()
    job.attempts = 1
    outbox.fail(work, job.id, "ConnectionRefusedError: nobody listens")
    work.session.commit()
    return job.id


def test_a_troubled_job_is_shown_and_retried(page, work, sari):
    work.session.commit()
    page.log_in("admin").get("/jobs")
    assert "Semua terkirim" in page.text
    job_id = fail_once(work, sari)
    page.get("/jobs")
    assert "nobody listens" in page.text and "Sari Contoh" in page.text and "surat menunggu" in page.text
    page.post(f"/jobs/{job_id}/retry").follow()
    assert "Dicoba lagi sekarang" in page.text
    work.session.expire_all()
    assert work.session.get(Job, job_id).run_at <= page.clock()
    assert work.session.query(AuditEntry).filter_by(event=Event.JOB_RETRIED).count() == 1
    work.session.commit()
    page.post("/jobs/99999/retry", status=404)


def test_given_up_is_said(page, work, sari):
    job_id = fail_once(work, sari)
    work.session.get(Job, job_id).given_up_at = work.now
    work.session.commit()
    page.log_in("admin").get("/jobs")
    assert "Tidak dicoba lagi dengan sendirinya" in page.text
    page.post(f"/jobs/{job_id}/retry").follow()
    assert "Akan dicoba lagi" in page.text


def test_others_are_kept_out(page):
    page.log_in("rina").get("/jobs", status=403)
    page.post("/jobs/1/retry", status=403)
