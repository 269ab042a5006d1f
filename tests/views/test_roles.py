"""Roles given and taken, each after its consequences were told."""

from tests import people as world
from webapp.domain import people
from webapp.models import Membership, Office, Role


def roles_of(work, login):
    work.session.commit()
    work.session.expire_all()
    found = {(m.role, m.office.code) for m in world.find(work, login).memberships}
    work.session.commit()
    return found


def test_a_role_is_given_and_taken(page, work, budi):
    path, office = f"/people/{budi.id}/roles", work.session.query(Office).filter_by(code="DIKPORA").one()
    office_id = office.id
    work.session.commit()
    page.log_in("admin").get(f"{path}/new")
    assert "identitasnya diverifikasi" in page.text
    page.post(f"{path}/new", {"role": "reviewer", "office": office_id}).follow()
    assert "Budi Contoh kini Verifikator di Dinas Pendidikan." in page.text
    assert roles_of(work, "budi") == {(Role.DRAFTER, "SETDA"), (Role.REVIEWER, "DIKPORA")}
    given = work.session.query(Membership).filter_by(office_id=office_id, role=Role.REVIEWER).one().id
    work.session.commit()
    page.get(f"{path}/{given}/removal")
    assert page.h1 == "Cabut peran Verifikator?" and "Akibatnya" in page.text
    page.post(f"{path}/{given}/removal").follow()
    assert "Peran Verifikator dicabut" in page.text and roles_of(work, "budi") == {(Role.DRAFTER, "SETDA")}
    page.post(f"{path}/{given}/removal", status=404)


def test_what_is_missing_is_said(page, work, budi):
    path = f"/people/{budi.id}/roles/new"
    work.session.commit()
    page.log_in("admin").get(path).post(path, {"office": "1"}, status=422)
    assert "Pilih satu peran." in page.text
    page.post(path, {"office": "999", "role": "signer"}, status=422)
    page.post(path, {"office": "1", "role": "emperor"}, status=422)


def test_an_administrator_keeps_the_own_role(page, work, admin):
    path = f"/people/{admin.id}/roles/{admin.memberships[0].id}/removal"
    work.session.commit()
    page.log_in("admin").get(path).post(path, status=409)
    assert "administrator Anda sendiri" in page.text


def test_nobody_raises_himself_through_an_office_he_does_not_govern(page, work, budi):
    setda = work.session.query(Office).filter_by(code="SETDA").one()
    top_id, budi_id = setda.parent_id, budi.id
    people.give_role(world.as_person(work, world.find(work, "admin")), budi, setda, Role.ADMINISTRATOR)
    work.session.commit()
    page.log_in("budi").get(f"/people/{budi_id}/roles/new")
    page.post(f"/people/{budi_id}/roles/new", {"role": "administrator", "office": top_id}, status=422)
    assert (Role.ADMINISTRATOR, "PEMKAB") not in roles_of(work, "budi")


def test_a_role_of_somebody_else_is_not_found_under_this_person(page, work, budi, sari):
    path = f"/people/{budi.id}/roles/{sari.memberships[0].id}/removal"
    work.session.commit()
    page.log_in("admin").get(path, status=404)
    page.post(path, status=404)
    assert roles_of(work, "sari") == {(Role.SIGNER, "SETDA")}
