"""An office where Sari signs with BSrE: the stand-in, the configuration, her account, a letter that waits for her."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from tests import people
from tests.bsre_service import authority
from tests.bsre_service.service import PASSPHRASE, PASSWORD, USERNAME, Service, User
from tests.conftest import make_config
from webapp import db
from webapp.domain import bsre, letters, marks, remote_signatures
from webapp.domain.work import Work
from webapp.models import Letter, Signature

NIK, EMAIL = "0000000000000017", "sari@bsre.example"


def configured(config, service, roots):
    return replace(
        config, bsre_url=service.url, bsre_version=service.version, bsre_username=USERNAME, bsre_password=PASSWORD,
        bsre_roots=str(roots),
    )  # fmt: skip


def give_account(work: Work, service: Service, login: str = "sari", **known: str) -> None:
    """What a registrar does, and the first daily check. `known`: of the user at BSrE, where it is not Sari."""
    person, rina = people.find(work, login), people.find(work, "rina")
    user = User(person.name, **{"nik": NIK, "email": EMAIL} | known)
    service.users.append(user)
    nik = bsre.Secret(user.nik) if service.version == 1 else None
    bsre.assign(people.as_person(work, rina), person, email=user.email, nik=nik, certificate_name=person.name)
    bsre.note_status(work, person.id, "ISSUE")
    work.session.flush()
    work.session.refresh(person)


def submitted(make, **kind: object) -> Letter:
    """A letter with BSrE's kind of mark, handed to Sari."""
    letter = make.draft(**kind)
    budi = make.person("budi")
    letters.place_mark(budi, letter, marks.draw(budi.config, letter, make.suggested(letter)))
    letters.submit(budi, letter)
    return letter


@pytest.fixture(params=[2, 1], ids=["V2", "V1"])
def service(request):
    made = Service(request.param)
    yield made
    made.close()


@pytest.fixture
def config(database_url, tmp_path, service):
    roots = tmp_path / "roots.pem"
    roots.write_bytes(authority.root().pem)
    return configured(make_config(database_url, tmp_path / "data"), service, roots)


@pytest.fixture
def letter(make, work, session, service):
    give_account(work, service)
    made = submitted(make)
    session.commit()
    return made


@pytest.fixture
def approve(page):
    """Approve as the page would: with what the sheet holds."""

    def send(letter, *, status=303, passphrase=PASSPHRASE, **more):
        page.get(f"/letters/{letter.id}")
        return again(page, letter, status=status, passphrase=passphrase, **more)

    return send


def again(page, letter, *, status=303, passphrase=PASSPHRASE, login="sari", **more):
    held = {n: page.html.select_one(f"#setujui [name={n}]")["value"] for n in ("digest", "after")}
    sent = held | {"code": page.code_of(login), "passphrase": passphrase} | more
    return page.post(f"/letters/{letter.id}/remote-signature", sent, status=status)


@pytest.fixture
def now(app):
    """(letter's state, newest attempt's state, signatures), asked beside the test's own session."""

    def ask(letter):
        with db.unit(app.extensions["engine"], writes=False) as own:
            attempt = remote_signatures.latest(Work(own, None, None, app.config["TEKEN"]), letter)
            count = own.scalar(select(func.count(Signature.id)).where(Signature.letter_id == letter.id))
            return str(own.get(Letter, letter.id).state), str(attempt.state) if attempt else "", count

    return ask


def started(app, page, letter, *, sealed=True, login="sari"):
    """An attempt whose process was killed before the call: with its sealed file named, or before that."""
    page.log_in(login)
    with db.unit(app.extensions["engine"]) as own:
        work = Work(own, None, page.clock(), app.config["TEKEN"])
        signer = people.as_person(work, people.find(work, login))
        mine = own.get(Letter, letter.id)
        code = people.code_of(work, signer.person)
        asked = remote_signatures.begin(signer, mine, digest=marks.digest(mine), code=code, after=0)
    if sealed:
        asked = remote_signatures.seal(app.config["TEKEN"], asked)
        with db.unit(app.extensions["engine"]) as own:
            remote_signatures.send(Work(own, None, page.clock(), app.config["TEKEN"]), asked)
    return asked


def asked_and_answered(app, asked, passphrase=PASSPHRASE):
    """The call and its judgement, without the commit after it."""
    config, secret = app.config["TEKEN"], bsre.Secret(passphrase)
    return remote_signatures.ask(config, asked, secret, app.extensions["bsre"], lambda _id: None)
