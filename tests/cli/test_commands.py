"""The operator's commands."""

import re
import stat
import subprocess
from dataclasses import replace

from sqlalchemy import select, text

from tests import people
from tests.factories import later
from webapp.app import create_app
from webapp.models import Authority, Office


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=arguments)


def test_a_code_for_a_demo_person(app, work, sari, page):
    work.session.commit()
    told = run(app, "totp", "sari")
    assert re.match(r"\d{6}  \(\d+ s left\)", told.output)
    assert run(app, "totp", "nobody").exit_code == 1


def test_codes_and_demo_are_refused_outside_development(config):
    app = create_app(replace(config, development=False, public_url="https://teken.example"))
    for command in (("totp", "sari"), ("demo",)):
        told = run(app, *command)
        assert told.exit_code == 1 and "refused" in told.output


def test_demo_again_changes_nothing(app, work):
    before = work.session.scalars(select(Office.id)).all()
    work.session.commit()
    told = run(app, "demo")
    assert told.exit_code == 0 and "sari@solok.example" in told.output
    assert work.session.scalars(select(Office.id)).all() == before


def test_the_trail_is_checked(app, work, make):
    make.signed()
    work.session.commit()
    assert "whole" in run(app, "audit-verify").output
    work.session.execute(text("UPDATE audit_entries SET facts = '{}' WHERE number = 7"))
    work.session.commit()
    told = run(app, "audit-verify")
    assert told.exit_code == 1 and "entry 7" in told.output


def test_a_new_authority_leaves_the_root_key_encrypted_in_a_file_of_the_operators_only(app, work, rina, tmp_path):
    work.session.commit()
    target = tmp_path / "root.pem"
    told = run(app, "authority", "init", "--root-out", str(target))
    assert told.exit_code == 0, told.output
    assert stat.S_IMODE(target.stat().st_mode) == 0o600 and b"ENCRYPTED" in target.read_bytes()
    passphrase = re.search(r"Passphrase: +(\S+)", told.output)[1]
    opened = subprocess.run(
        ["openssl", "pkey", "-in", target, "-passin", f"pass:{passphrase}", "-noout", "-text"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert opened.returncode == 0 and "prime256v1" in opened.stdout
    assert len(work.session.scalars(select(Authority)).all()) == 2
    from webapp.domain import authority

    code = re.search(r"registrar: +(\S+)", told.output)[1]
    by_rina = people.as_person(later(work, 60), rina)  # the command looked at the real clock
    authority.claim(by_rina, code, people.secret_of(rina))
    work.session.commit()
    before = target.read_bytes()
    again = run(app, "authority", "init", "--root-out", str(target))
    assert again.exit_code == 1 and "exists" in again.output
    assert target.read_bytes() == before, "an old key is never overwritten"


def test_a_new_installation_starts_with_one_administrator(tmp_path, databases):
    from tests.conftest import make_config

    with databases.empty() as url:
        app = create_app(make_config(url, tmp_path / "data"))
        assert run(app, "migrate").exit_code == 0
        told = run(app, "create-admin", "admin@solok.example", "--name", "Adi Contoh", "--office", "Pemkab")
        assert "/invitations/1-" in told.output
        assert run(app, "create-admin", "x@solok.example", "--name", "X", "--office", "Y").exit_code == 1
        app.extensions["engine"].dispose()


def test_the_authority_is_rotated_under_the_same_root(app, work, rina, sari, tmp_path):
    from webapp.domain import authority, keys, service_keys

    work.session.commit()
    target = tmp_path / "root.pem"
    passphrase = re.search(r"Passphrase: +(\S+)", run(app, "authority", "init", "--root-out", str(target)).output)[1]
    wrong = run(app, "authority", "rotate", "--root-key", str(target), "--passphrase", "wrong")
    assert wrong.exit_code == 1
    told = run(app, "authority", "rotate", "--root-key", str(target), "--passphrase", passphrase)
    assert told.exit_code == 0, told.output
    older, newer = work.session.scalars(select(Authority).order_by(Authority.id.desc()).limit(2)).all()[::-1]
    assert older.root_der == newer.root_der and older.issuing_der != newer.issuing_der
    assert "missing" in run(app, "authority", "show").output
    work = later(work, 60)  # the command looked at the real clock
    by_rina = people.as_person(work, rina)
    authority.claim(by_rina, re.search(r"registrar: +(\S+)", told.output)[1], people.secret_of(rina))
    assert service_keys.find(work, "ocsp", newer) and not service_keys.find(work, "ocsp", older)
    assert keys.open_key(work, sari, people.secret_of(sari))[1].authority_id < older.id


def test_the_verifier_of_seals_is_written_as_one_file(app, tmp_path):
    out = tmp_path / "pemeriksa-segel.html"
    done = app.test_cli_runner().invoke(args=["verifier", str(out)])
    assert done.exit_code == 0, done.output
    text = out.read_text()
    assert "Pemeriksa segel surat" in text and 'content="default-src &#39;none&#39;' in text
    assert not re.search(r'(src|href)="(?!#)', text), "it needs nothing beside itself"
