"""Who signs with BSrE: set by a registrar, checked daily, warned in time; hidden where it is not configured."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests import people
from tests.bsre_service.service import User
from tests.remote.conftest import EMAIL, NIK, give_account
from webapp.domain import bsre
from webapp.jobs import bsre_status
from webapp.models import BsreAccount, Job


def test_a_registrar_enrols_an_official_and_sees_the_state(page, service, sari, session):
    service.users.append(User(sari.name, NIK, EMAIL))
    session.commit()
    path = f"/identities/{sari.id}/bsre"
    page.log_in("rina").get(path)
    page.post(path, {"email": EMAIL, "nik": NIK, "certificate_name": sari.name})
    page.follow().post(f"{path}/check")
    page.follow()
    assert "Aktif" in page.text and NIK not in page.response.text
    if service.version == 1:
        assert "•" * 13 + NIK[-3:] in page.text
    session.rollback()
    kept = session.get(BsreAccount, sari.id)
    assert kept.status == "ISSUE" and NIK.encode() not in (kept.nik_sealed or b"")
    assert (kept.nik_sealed is not None) == (service.version == 1), "V2 needs no NIK, so none is kept"


def test_what_is_missing_is_asked_for(page, service, sari, session):
    session.commit()
    page.log_in("rina").get(f"/identities/{sari.id}/bsre")
    page.post(f"/identities/{sari.id}/bsre", {"certificate_name": "Sari"}, status=422)
    assert ("Isi NIK" if service.version == 1 else "Isi surel") in page.text


@pytest.mark.parametrize("status", list(bsre.ecs.STATUSES))
def test_the_daily_check_knows_every_state(app, work, session, service, sari, status):
    give_account(work, service)
    service.users[0].status = status
    session.commit()
    bsre_status.run(app, sari.id)
    session.expire_all()
    found = session.get(BsreAccount, sari.id)
    assert found.status == status and bsre.may_sign(found) == (status == "ISSUE")


def test_the_check_run_twice_asks_once_and_plans_one_next(app, work, session, service, sari):
    give_account(work, service)
    session.commit()
    bsre_status.run(app, sari.id)
    bsre_status.run(app, sari.id)
    assert len(service.seen) == 1
    assert session.scalar(select(func.count(Job.id)).where(Job.kind == "bsre_status")) == 2  # of now and of tomorrow


def test_an_expiry_is_told_three_times(work, session, service, sari):
    give_account(work, service)
    found = session.get(BsreAccount, sari.id)
    for days in (90, 60, 59, 30, 7, 6):
        found.certificate_until = work.now + timedelta(days=days)
        bsre.note_status(work, sari.id, "ISSUE")
    session.flush()
    told = [
        j.args["days"] for j in session.scalars(select(Job).order_by(Job.id)) if j.args.get("message") == "bsre_ends"
    ]
    assert told == [60, 30, 7]


def test_nobody_sets_the_own_way_of_signing(work, rina):
    with pytest.raises(bsre.Forbidden):
        bsre.assign(people.as_person(work, rina), rina, email=EMAIL, nik=None, certificate_name="Rina")
