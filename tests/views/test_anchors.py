"""Roots of other authorities: added by who administers the whole, listed, removed, and on the trail."""

import io
import json

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests import people as world
from tests.signing import office as elsewhere
from webapp.domain import people
from webapp.models import AuditEntry, Office, Role, TrustAnchor


def pem(*ders):
    return b"# akar\n" + b"".join(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM) for der in ders)


def add(page, data, *, status=303, certified=True):
    page.get("/anchors/new")
    sent = {"name": "BSrE contoh", "file": (io.BytesIO(data), "akar.pem")} | (
        {"is_certified": "y"} if certified else {}
    )
    return page.post("/anchors/new", sent, status=status, content_type="multipart/form-data")


def test_a_bundle_is_added_listed_and_removed_and_all_is_on_the_trail(page, work):
    roots = [elsewhere.office().root, elsewhere.office("Lain").root]
    add(page.log_in("admin"), pem(*roots, roots[0])).follow()
    assert "2 sertifikat ditambahkan." in page.text and page.text.count("BSrE contoh") == 2
    assert "tidak tersertifikasi" in page.text, "the certificate's own name is shown"
    anchor = work.session.query(TrustAnchor).order_by(TrustAnchor.id).first()
    path, sha256 = f"/anchors/{anchor.id}/removal", anchor.sha256
    work.session.commit()
    assert sha256 in page.get(path).text
    page.post(path).follow()
    assert page.text.count("BSrE contoh") >= 1 and sha256 not in page.text
    told = [
        entry
        for entry in work.session.query(AuditEntry).order_by(AuditEntry.number)
        if entry.event.startswith("anchor.")
    ]
    assert [entry.event for entry in told] == ["anchor.added", "anchor.added", "anchor.removed"]
    assert json.loads(told[0].facts)["is_certified"] is True and json.loads(told[2].facts)["sha256"] == sha256


def test_what_is_no_authority_is_refused(page, work):
    page.log_in("admin")
    for data in (b"", b"not a certificate", elsewhere.office().key.certificate_der, b"x" * 600_000):
        add(page, data, status=422)
    add(page, elsewhere.office().root)
    add(page, elsewhere.office().root, status=422)
    assert "sudah ada" in page.text
    assert work.session.query(TrustAnchor).count() == 1


def test_an_administrator_of_one_office_alone_may_not(page, work, budi):
    setda = work.session.query(Office).filter_by(code="SETDA").one()
    people.give_role(world.as_person(work, world.find(work, "admin")), budi, setda, Role.ADMINISTRATOR)
    work.session.commit()
    add(page.log_in("budi"), elsewhere.office().root, status=403)
    assert work.session.query(TrustAnchor).count() == 0
