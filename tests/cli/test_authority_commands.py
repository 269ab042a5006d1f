"""The ceremonies with the root key, and the server's own keys; openssl is the judge of what comes out."""

import re
import subprocess
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signing.authority import serial_of
from tests import people
from tests.factories import later
from webapp.app import create_app
from webapp.demo.office import PASSWORD
from webapp.domain import archives, authority, ceremonies, keys, responders, seals, service_keys
from webapp.models import AuditEntry, ServiceKey


def run(app, *arguments, **kind):
    return app.test_cli_runner().invoke(args=arguments, **kind)


def pem(der: bytes) -> bytes:
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)


def listed_at(der: bytes) -> str:
    """The address in a certificate, without the host."""
    points = x509.load_der_x509_certificate(der).extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    return urlsplit(points[0].full_name[0].value).path


def chain_in(folder, client, certificate) -> list[str]:
    """Certificates, and the lists from the addresses that stand in them, as arguments for openssl verify."""
    made = certificate.authority
    for name, der in (("root", made.root_der), ("issuing", made.issuing_der), ("leaf", certificate.der)):
        (folder / f"{name}.pem").write_bytes(pem(der))
    lists = b""
    for der in (certificate.der, made.issuing_der):
        answer = client.get(listed_at(der))
        assert answer.status_code == 200 and answer.mimetype == "application/pkix-crl"
        lists += x509.load_der_x509_crl(answer.data).public_bytes(Encoding.PEM)
    (folder / "lists.pem").write_bytes(lists)
    return ["-crl_check_all", "-CAfile", "root.pem", "-untrusted", "issuing.pem", "-CRLfile", "lists.pem", "leaf.pem"]


def verify(folder, arguments) -> str:
    done = subprocess.run(["openssl", "verify", *arguments], cwd=folder, capture_output=True, text=True)
    return done.stdout + done.stderr


@pytest.fixture
def root(work, tmp_path):
    """A new authority, its root key at hand, and Rina holding its issuing key. (arguments for the command)"""
    made = ceremonies.create(work)
    authority.claim(people.as_person(work, people.find(work, "rina")), made.registrar_code, rina_secret(work))
    work.session.commit()
    (tmp_path / "key.pem").write_bytes(made.root_pem)
    return ["--root-key", str(tmp_path / "key.pem"), "--passphrase", made.root_passphrase]


def rina_secret(work):
    return people.secret_of(people.find(work, "rina"))


def test_every_certificate_of_the_chain_is_checked_against_a_list(work, page, sari, tmp_path):
    certificate = keys.find(work, sari).certificate
    work.session.commit()
    arguments = chain_in(tmp_path, page.client, certificate)
    assert verify(tmp_path, arguments) == "leaf.pem: OK\n"
    end = b"-----END X509 CRL-----\n"
    (tmp_path / "lists.pem").write_bytes((tmp_path / "lists.pem").read_bytes().split(end)[0] + end)
    assert "unable to get certificate CRL" in verify(tmp_path, arguments), "the control: without the root's list"
    assert page.client.get("/authority/crl/root/0000000000000000").status_code == 404


def test_the_roots_list_outlasts_the_time_until_its_key_is_fetched_again(work, app, root):
    until = authority.root_list_ends_at(authority.current(work))
    assert (until - work.now).days > 4 * 365
    shown = run(app, "authority", "show").output
    assert f"root's list ends {until:%Y-%m-%d}" in shown


def test_a_lost_issuing_key_is_put_on_the_roots_list_and_stays_there(app, work, page, root, tmp_path, sari):
    lost = authority.current(work)
    work.session.commit()
    rotated = run(app, "authority", "rotate", *root)
    assert rotated.exit_code == 0, rotated.output
    done = run(app, "authority", "root-list", *root, "--revoke", str(lost.id))
    assert done.exit_code == 0, done.output
    assert "sudah dicabut" in run(app, "authority", "root-list", *root, "--revoke", str(lost.id)).output
    assert run(app, "authority", "root-list", *root).exit_code == 0, "renewed, the entry stays"
    work.session.expire_all()
    served = page.client.get(listed_at(lost.issuing_der)).data
    assert [e.serial_number for e in x509.load_der_x509_crl(served)] == [serial_of(lost.issuing_der)]
    (tmp_path / "root.pem").write_bytes(pem(lost.root_der))
    (tmp_path / "lists.pem").write_bytes(x509.load_der_x509_crl(served).public_bytes(Encoding.PEM))
    check = ["-crl_check", "-CAfile", "root.pem", "-CRLfile", "lists.pem"]
    for made, said in ((lost, "certificate revoked"), (authority.current(work), "OK")):
        (tmp_path / "issuing.pem").write_bytes(pem(made.issuing_der))
        assert said in verify(tmp_path, [*check, "issuing.pem"])
    assert run(app, "audit-verify").exit_code == 0


@pytest.mark.parametrize("command", [("rotate",), ("root-list",), ("root-list", "--revoke", "1")])
def test_a_wrong_passphrase_another_root_or_generation_is_refused(app, work, root, command):
    wrong = [*root[:-1], "wrong"]
    told = run(app, "authority", command[0], *wrong, *command[1:])
    assert told.exit_code == 1 and "frasa sandinya salah" in told.output
    ceremonies.create(work)  # a newer root: the old one's key rules nothing any more
    work.session.commit()
    told = run(app, "authority", command[0], *root, *command[1:])
    assert told.exit_code == 1 and ("bukan kunci akar" in told.output or "di bawah akar ini" in told.output)


def test_the_profile_names_the_office_as_etsi_does(config, work, rina, sari, tmp_path):
    named = replace(work, config=replace(config, organization_identifier="VATID-000000000000001"))
    made = ceremonies.create(named)
    by_rina = people.as_person(named, rina)
    authority.claim(by_rina, made.registrar_code, people.secret_of(rina))
    keys.revoke(by_rina, keys.find(work, sari).certificate, "superseded")
    keys.verify_identity(by_rina, sari, documents="KTP elektronik", method="tatap_muka", note="")
    key = keys.create(people.as_person(named, sari), people.secret_of(sari))
    official = keys.issue(by_rina, key, keys.control_code(key), people.secret_of(rina))
    generation = authority.current(work)
    seal = service_keys.find(named, "seal")
    for der in (official.der, seal.certificate_der, generation.issuing_der, generation.root_der):
        text = shown(der, tmp_path)
        subject = re.search(r"Subject: (.*)", text)[1]
        assert "C = ID" in subject and "organizationIdentifier = VATID-000000000000001" in subject
        assert "O = Pemerintah Kabupaten Solok" in subject and "CN = " in subject
    text = shown(official.der, tmp_path)
    assert f"serialNumber = P-{sari.id:06d}" in text and f"GN = {sari.name}" in text
    assert re.search(r"Issuer: C = ID, O = [^\n]*organizationIdentifier = VATID-000000000000001, CN = ", text)
    assert re.search(r"X509v3 Key Usage: critical\s+Non Repudiation\n", text)
    issuing = shown(generation.issuing_der, tmp_path)
    assert "CRL Distribution Points" in issuing and "/authority/crl/root/" in issuing
    assert "CRL Distribution Points" not in shown(generation.root_der, tmp_path)


def shown(der: bytes, folder) -> str:
    (folder / "shown.der").write_bytes(der)
    command = ["openssl", "x509", "-inform", "DER", "-in", folder / "shown.der", "-noout", "-text"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def rotate(app, work, purpose, *more, password=PASSWORD):
    person = people.find(work, "rina")
    code = people.totp_of(work, person).now()
    work.session.commit()
    told = ["--registrar", person.email, "--password", password, "--code", code, *more]
    return run(app, "authority", "service-keys", "rotate", purpose, *told)


def test_a_service_key_is_rotated_and_its_old_half_erased(app, work, make):
    before = service_keys.find(work, "timestamp")
    done = rotate(app, work, "timestamp")
    assert done.exit_code == 0, done.output
    work.session.expire_all()
    work = later(work, 60)  # the command looked at the real clock
    now = service_keys.find(work, "timestamp")
    assert now.id != before.id and before.sealed == b"" and before.revoked_at is None
    listed = run(app, "authority", "service-keys").output
    assert re.search(rf"timestamp .* {before.serial} .*retired", listed) and "in force" in listed
    letter = make.signed()
    due = archives.due(work, letter.signature.id)
    assert archives.extend(work.config, due, lambda asked: responders.timestamp(work, asked)).level == "B-LTA"


def test_a_stolen_one_is_revoked_in_every_list(app, work, page, tmp_path):
    old = service_keys.find(work, "seal")
    assert rotate(app, work, "seal", "--compromised").exit_code == 0
    work.session.expire_all()
    made = authority.current(work)
    entries = x509.load_der_x509_crl(made.crl_der)
    assert [f"{entry.serial_number:x}" for entry in entries] == [old.serial]
    assert authority.revocation_list(work, made).missing == 0
    assert seals._known(work)[-2][2]["reason"] == "keyCompromise"
    for name, der in (("issuing", made.issuing_der), ("old", old.certificate_der)):
        (tmp_path / f"{name}.pem").write_bytes(pem(der))
    ask = ["openssl", "ocsp", "-issuer", "issuing.pem", "-cert", "old.pem"]
    subprocess.run([*ask, "-reqout", "ask.der"], cwd=tmp_path, check=True, capture_output=True)
    answer = responders.certificate_status(later(work, 60), (tmp_path / "ask.der").read_bytes())
    (tmp_path / "answer.der").write_bytes(answer)
    told = subprocess.run([*ask, "-respin", "answer.der", "-noverify"], cwd=tmp_path, capture_output=True, text=True)
    assert "old.pem: revoked" in told.stdout and "keyCompromise" in told.stdout


def test_only_a_registrar_with_password_and_code_rotates(app, work, sari):
    serials = [key.serial for key in work.session.query(ServiceKey)]
    assert rotate(app, work, "ocsp", password="not the password").exit_code == 1
    arguments = ["--registrar", sari.email, "--password", PASSWORD, "--code", people.totp_of(work, sari).now()]
    assert run(app, "authority", "service-keys", "rotate", "ocsp", *arguments).exit_code == 1
    arguments = ["--registrar", "rina@solok.example", "--password", PASSWORD, "--code", "000000"]
    assert run(app, "authority", "service-keys", "rotate", "ocsp", *arguments).exit_code == 1
    work.session.expire_all()
    assert [key.serial for key in work.session.query(ServiceKey)] == serials
    events = [entry.event for entry in work.session.query(AuditEntry)]
    assert "service_key.rotated" not in events
    assert create_app(work.config).cli.get_command(None, "authority").commands.keys() >= {"service-keys", "root-list"}
