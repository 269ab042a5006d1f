"""What somebody else has lost is cut off: after its consequences were told, with a reason, and he hears of it."""

import json
import shutil
from email import message_from_bytes, policy

import pytest

from tests import people as world
from tests.authenticator import Phone
from tests.page import Page
from webapp.domain import accounts, keys, people
from webapp.jobs import mail
from webapp.models import AuditEntry, Job, LoginSession, Office, Passkey, Role


@pytest.fixture
def admins(page, work):
    work.session.commit()
    return page.log_in("admin")


def fresh(work):
    work.session.commit()
    work.session.expire_all()
    return work.session


def last_facts(work, event):
    entry = fresh(work).query(AuditEntry).filter_by(event=event).order_by(AuditEntry.number.desc()).first()
    facts = json.loads(entry.facts)
    work.session.commit()
    return facts


def mails(app, work):
    """To whom, and the text, of all that waits to be sent."""
    waiting = [job.args for job in fresh(work).query(Job).filter_by(kind="mail").order_by(Job.id)]
    work.session.commit()
    folder = app.config["TEKEN"].mail_folder
    shutil.rmtree(folder, ignore_errors=True)
    with app.app_context():
        for args in waiting:
            mail.run(app, **args)
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.glob("*.eml"))]
    return [(one["To"], one.get_body(("plain",)).get_content()) for one in found]


def devices_of(work, login):
    found = fresh(work).query(LoginSession).join(LoginSession.person).filter_by(email=f"{login}@solok.example").all()
    work.session.commit()
    return found


def test_the_page_of_a_person_shows_with_what_he_gets_in(admins, app, clock, work, make, sari):
    make.submitted()
    person_id = sari.id
    work.session.commit()
    Page(app, clock).log_in("sari")
    admins.get(f"/people/{person_id}")
    for told in ("Perangkat yang sedang masuk", "Terakhir dipakai", "Terpasang", "Berlaku", "Surat yang menunggunya 1"):
        assert told in admins.text, told
    assert "Sertifikat dicabut oleh petugas verifikasi" in admins.text
    assert admins.html.find("a", href=lambda h: h and h.endswith("/revocation")) is None


def test_one_device_is_cut_off_and_the_other_stays(admins, app, clock, work, config, budi):
    path = f"/people/{budi.id}/cutoffs/device"
    work.session.commit()
    lost, kept = Page(app, clock).log_in("budi"), Page(app, clock).log_in("budi")
    login_id = min(login.id for login in devices_of(work, "budi"))
    admins.get(f"{path}/{login_id}")
    assert "langsung keluar" in admins.text
    admins.post(f"{path}/{login_id}", status=422)
    assert "Pilih alasannya." in admins.text
    admins.post(f"{path}/{login_id}", {"reason": "whim"}, status=422)
    lost.get("/settings")
    admins.post(f"{path}/{login_id}", {"reason": "lost"}).follow()
    assert "Perangkat itu sudah dikeluarkan." in admins.text
    lost.get("/settings", status=303)
    kept.get("/settings")
    facts = last_facts(work, "person.session_revoked")
    assert facts == {"person_id": facts["person_id"], "login_id": login_id, "reason": "lost"}
    (to, text) = mails(app, work)[-1]
    assert to == "budi@solok.example" and "Satu perangkat baru saja dikeluarkan" in text
    assert "Alasan: Hilang atau dicuri." in text and "Dilakukan oleh Adi Contoh." in text
    admins.post(f"{path}/{login_id}", {"reason": "lost"}, status=404)


def test_all_devices_are_cut_off(admins, app, clock, work, budi):
    path = f"/people/{budi.id}/cutoffs/devices/0"
    work.session.commit()
    pages = [Page(app, clock).log_in("budi") for _ in range(2)]
    admins.get(path).post(path, {"reason": "left"})
    for one in pages:
        one.get("/settings", status=303)
    assert all(login.seal_key == b"" for login in devices_of(work, "budi")), "a copied cookie opens nothing"


def test_the_second_factor_is_reset_with_its_devices(admins, app, clock, work, config, budi):
    path = f"/people/{budi.id}/cutoffs/second-factor/0"
    work.session.commit()
    his = Page(app, clock).log_in("budi")
    admins.get(path)
    assert "Pastikan ini benar-benar dia" in admins.text
    admins.post(path, {"reason": "lost"}).follow()
    assert "Belum memasang autentikator" in admins.text
    his.get("/settings", status=303)
    fresh(work)
    assert not world.find(work, "budi").has_second_factor
    assert last_facts(work, "person.second_factor_reset")["reason"] == "lost"
    assert "Verifikasi dua langkah Anda baru saja diatur ulang" in mails(app, work)[-1][1]
    admins.post(path, {"reason": "lost"}, status=404)


def test_a_passkey_is_removed(admins, app, work, config, sari):
    person_id, passkey_id = sari.id, Phone(work).register().id
    work.session.commit()
    path = f"/people/{person_id}/cutoffs/passkey/{passkey_id}"
    admins.get(f"/people/{person_id}")
    assert "Kunci sandi · belum pernah dipakai" in admins.text
    admins.get(path).post(path, {"reason": "misused"}).follow()
    assert fresh(work).query(Passkey).count() == 0
    assert last_facts(work, "person.passkey_removed")["reason"] == "misused"
    assert "Sebuah kunci sandi (passkey) Anda baru saja dihapus oleh administrator." in mails(app, work)[-1][1]


def test_what_alone_opens_a_key_waits_for_the_registrar(admins, app, clock, work, sari):
    """Four eyes: an administrator alone takes no official's key away."""
    phone = Phone(work)
    person_id, passkey_id = sari.id, phone.register().id
    phone.tie()
    accounts.accept(work, accounts.invite(work, sari), "quite another password", device="", address="")
    key = keys.find(work, sari)
    assert key.is_closed, "the control: only the passkey opens it"
    key_id = key.id
    work.session.commit()
    path = f"/people/{person_id}/cutoffs/passkey/{passkey_id}"
    admins.get(path).post(path, {"reason": "lost"}, status=409)
    assert "Petugas verifikasi harus mencabut sertifikatnya dahulu." in admins.text
    assert fresh(work).query(Passkey).count() == 1
    work.session.commit()
    Page(app, clock).log_in("rina").get("/identities").post(f"/keys/{key_id}/revocation", {"reason": "keyCompromise"})
    admins.get(path).post(path, {"reason": "lost"})
    assert fresh(work).query(Passkey).count() == 0


def test_a_revoked_certificate_tells_its_owner_why_and_who(app, clock, work, config, sari):
    key_id = keys.find(work, sari).id
    work.session.commit()
    rinas = Page(app, clock).log_in("rina").get(f"/keys/{key_id}/revocation")
    assert "Akibatnya" in rinas.text
    rinas.post(f"/keys/{key_id}/revocation", status=422)
    rinas.post(f"/keys/{key_id}/revocation", {"reason": "affiliationChanged"})
    (to, text) = mails(app, work)[-1]
    assert to == "sari@solok.example" and "pindah tugas" in text and "Rina Contoh" in text


def test_a_hold_by_the_registrar_is_told(app, clock, work, config, sari):
    key_id = keys.find(work, sari).id
    work.session.commit()
    rinas = Page(app, clock).log_in("rina").get("/identities")
    rinas.post(f"/keys/{key_id}/suspension")
    assert "ditangguhkan oleh petugas" in mails(app, work)[-1][1]
    rinas.post(f"/keys/{key_id}/resumption")
    assert "diakhiri oleh petugas" in mails(app, work)[-1][1]


def test_nobody_cuts_himself_off_here_nor_whom_he_does_not_govern(admins, app, clock, work, admin, hadi):
    from webapp.models import Membership

    admin_id, hadi_id = admin.id, hadi.id
    admins.post(f"/people/{admin_id}/cutoffs/devices/0", {"reason": "lost"}, status=409)
    setda = work.session.query(Office).filter_by(code="SETDA").one()
    people.give_role(world.as_person(work, admin), world.find(work, "budi"), setda, Role.ADMINISTRATOR)
    work.session.commit()
    his = Page(app, clock).log_in("hadi")
    other = Page(app, clock).log_in("budi")
    for kind in ("devices", "second-factor"):
        other.get(f"/people/{hadi_id}/cutoffs/{kind}/0", status=404)
        other.post(f"/people/{hadi_id}/cutoffs/{kind}/0", {"reason": "lost"}, status=404)
    # He is seen from here as soon as he signs here too, and still is not governed from here alone.
    world.find(work, "hadi").memberships.append(Membership(office=setda, role=Role.SIGNER))
    work.session.commit()
    other.get(f"/people/{hadi_id}")
    assert other.html.find("a", href=lambda h: h and "cutoffs" in h) is None
    other.post(f"/people/{hadi_id}/cutoffs/devices/0", {"reason": "lost"}, status=403)
    his.get("/settings")


def test_of_another_person_nothing_is_found_under_this_one(admins, app, clock, work, budi, dewi):
    budi_id = budi.id
    work.session.commit()
    hers = Page(app, clock).log_in("dewi")
    login_id = devices_of(work, "dewi")[0].id
    admins.get(f"/people/{budi_id}/cutoffs/device/{login_id}", status=404)
    admins.post(f"/people/{budi_id}/cutoffs/device/{login_id}", {"reason": "lost"}, status=404)
    admins.get(f"/people/{budi_id}/cutoffs/everything/0", status=404)
    hers.get("/settings")
