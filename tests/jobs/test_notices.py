"""What else a device is told: that one signed in the person's name, with a way out; and the same again in an hour."""

import json

from sqlalchemy import select

from tests import people
from tests.factories import later
from tests.jobs.test_push import config, device, send, waiting  # noqa: F401
from webapp.domain import freezes, letters, reminders
from webapp.models import Job
from webapp.worker import run_one


def test_a_signature_in_one_s_name_is_told_at_once_with_a_way_to_freeze(app, work, make, waiting, service, sari):  # noqa: F811
    make.sign(waiting)
    work.session.commit()
    while run_one(app):
        pass
    told = [json.loads(got["text"])["notification"] for got in service.received]
    (note,) = [one for one in told if one["tag"] == f"signed-{waiting.id}"]
    assert note["title"] == "Surat ditandatangani atas nama Anda"
    (freeze,) = note["actions"]
    assert freezes.find(work, freeze["navigate"].rpartition("/")[2]).id == sari.id
    assert waiting.subject not in json.dumps(note) and waiting.number not in json.dumps(note)


def test_in_an_hour_it_is_told_again_if_it_waits_still(app, page, work, waiting, service):  # noqa: F811
    send(app, waiting)
    actions = {one["action"]: one for one in json.loads(service.received[-1]["text"])["notification"]["actions"]}
    assert actions["open"]["navigate"].endswith(f"/letters/{waiting.id}")
    path = actions["remind"]["navigate"].removeprefix("http://localhost")
    assert page.client.post(path).status_code == 204  # no log-in, no token: the address is the right to it
    job = work.session.scalars(select(Job).where(Job.kind == "push").order_by(Job.id.desc())).first()
    assert job.run_at - job.created_at == reminders.DELAY and job.args["control_code"]


def test_what_was_forged_or_is_too_old_reminds_nobody(page, work, waiting, sari):  # noqa: F811
    good = reminders.token(work, sari, waiting)
    old = reminders.token(later(work, -reminders.LIFE.total_seconds() - 60), sari, waiting)
    hadi = people.find(work, "hadi")
    work.session.commit()
    before = len(work.session.scalars(select(Job)).all())
    work.session.commit()
    for typed in (
        old,
        good[:-1] + ("0" if good[-1] != "0" else "1"),
        f"{hadi.id}{good[good.index('-') :]}",
        "1-2-3",
        "x",
    ):
        assert page.client.post(f"/reminders/{typed}").status_code == 404
    assert len(work.session.scalars(select(Job)).all()) == before


def test_what_waits_no_more_is_not_told_again(app, work, make, waiting, service):  # noqa: F811
    reminders.remind(work, reminders.token(work, waiting.signer, waiting))
    letters.reject(people.as_person(work, waiting.signer), waiting, "Tidak sesuai.")
    work.session.commit()
    send(app, waiting)
    assert service.received == []
