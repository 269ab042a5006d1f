"""A certificate is followed by another before it ends: a new key, the old identity check, four eyes still."""

from dataclasses import replace
from datetime import timedelta

import pytest

import signing
from signing import authority as ca
from tests import people
from tests.factories import forget_code, later
from webapp.domain import accounts, audit, authority, documents, keys, renewals, standings, suspensions, verification
from webapp.domain.audit import Event
from webapp.domain.errors import Conflict, Forbidden, Invalid, Locked, WrongCode
from webapp.models import AuditEntry, Job, LogLeaf, SigningKey

DAY = 86_400


@pytest.fixture
def certificate(work, sari):
    """Sari's, fifty days before its end."""
    found = keys.find(work, sari).certificate
    found.not_after = work.now + timedelta(days=50)
    return found


def request(work, person, code=None, secret=None):
    forget_code(work, person)
    by_person = people.as_person(work, person)
    return renewals.request(by_person, secret or people.secret_of(person), code or people.code_of(work, person))


def issue(work, key):
    rina = people.find(work, "rina")
    return keys.issue(people.as_person(work, rina), key, keys.control_code(key), people.secret_of(rina))


def leaf_count(work):
    return work.session.query(LogLeaf).count()


def events(work, *wanted):
    return [e.event for e in work.session.query(AuditEntry).order_by(AuditEntry.number) if e.event in wanted]


def test_the_new_key_takes_the_old_ones_place_when_it_is_certified(work, make, sari, rina, certificate):
    before, old = make.signed(), certificate.key
    checks, leaves = len(events(work, Event.IDENTITY_VERIFIED)), leaf_count(work)
    made = request(work, sari)
    assert made.verification_id == old.verification_id and made.spki != old.spki
    assert keys.find(work, sari) is old and standings.of(work, sari).renewal is made
    assert made in keys.awaiting_certificate(people.as_person(work, rina))
    during = make.signed()
    issued = issue(work, made)
    assert (
        keys.find(work, sari) is made
        and old.wrapped is None
        and old.destroyed_at
        and old.certificate.revoked_at is None
    )
    assert issued.not_after > work.now + timedelta(days=700)
    after = make.signed()
    assert [one.signature.certificate_id for one in (before, during, after)] == [old.certificate.id] * 2 + [issued.id]
    for letter in (before, during, after):
        pdf = documents.get(work.config, letter.signature.sha256)
        assert signing.verify(pdf, verification.trust(later(work, 60))).is_valid
    assert leaf_count(work) == leaves + 2, "one leaf for each of the two letters, none for the renewal"
    told = events(work, Event.KEY_RENEWED, Event.CERTIFICATE_RENEWED, Event.CERTIFICATE_REVOKED)
    assert told == [Event.KEY_RENEWED, Event.CERTIFICATE_RENEWED]
    assert len(events(work, Event.IDENTITY_VERIFIED)) == checks and audit.broken_at(work) is None
    assert standings.of(work, sari).renewal is None
    mails = [job.args for job in work.session.query(Job).filter_by(kind="mail")]
    assert {"person_id": rina.id, "message": "certificate_requested", "key_id": made.id} in mails


def test_not_long_before_the_end_and_not_after_it(work, sari, certificate):
    for left, error in ((61, Conflict), (0, Conflict), (-1, Conflict)):
        certificate.not_after = work.now + timedelta(days=left)
        with pytest.raises(error):
            request(work, sari)
        assert not renewals.is_offered(people.as_person(work, sari))
    certificate.not_after = work.now + timedelta(days=60)
    assert renewals.is_offered(people.as_person(work, sari)) and request(work, sari)


@pytest.mark.parametrize("moment", ["before the request", "before the issue"])
def test_a_suspended_or_revoked_certificate_is_not_renewed(work, sari, certificate, moment):
    made = request(work, sari) if moment == "before the issue" else None
    suspensions.suspend(people.as_person(work, sari), certificate)
    with pytest.raises(Conflict, match="ditangguhkan"):
        issue(work, made) if made else request(work, sari)
    rina = people.as_person(work, people.find(work, "rina"))
    suspensions.resume(rina, certificate)
    keys.revoke(people.as_person(work, sari), certificate, "keyCompromise")
    with pytest.raises((Conflict, Forbidden)):
        issue(work, made) if made else request(work, sari)
    assert made is None or (made.destroyed_at is not None and made.wrapped is None)
    assert keys.find_renewal(work, sari) is None and keys.find(work, sari) is None


def test_the_identity_check_must_be_fresh_at_both_moments(work, sari, certificate):
    checked = certificate.key.verification
    checked.verified_at = work.now - timedelta(days=work.config.identity_days)
    with pytest.raises(Forbidden, match="terlalu lama"):
        request(work, sari)
    strict = replace(work, config=replace(work.config, identity_days=2000))
    made = request(strict, sari)
    with pytest.raises(Forbidden, match="terlalu lama"):
        issue(work, made)
    assert issue(strict, made)


def test_another_name_needs_another_check(work, sari, certificate):
    sari.title_after = "S.Sos."
    with pytest.raises(Forbidden, match="Nama"):
        request(work, sari)


def test_password_and_code_are_both_needed_and_the_code_is_spent_last(work, sari, certificate):
    code = people.code_of(work, sari)
    with pytest.raises(Locked):
        request(work, sari, secret=b"x" * 32)
    with pytest.raises(WrongCode):
        request(work, sari, code="000000" if code != "000000" else "111111")
    assert keys.find_renewal(work, sari) is None
    assert request(work, sari, code=code)
    with pytest.raises(WrongCode, match="sudah dipakai"):  # that code was for this, and for nothing else
        accounts.second_factor.consume(work, sari, code, "sign 1 abc")


def test_a_renewal_does_not_issue_itself(work, sari, rina, certificate):
    made = request(work, sari)
    for who, error in ((sari, Forbidden), (people.find(work, "hadi"), Forbidden)):
        with pytest.raises(error):
            keys.issue(people.as_person(work, who), made, keys.control_code(made), people.secret_of(who))
    with pytest.raises(Invalid):
        wrong = "0000" if keys.control_code(made) != "0000" else "1111"
        keys.issue(people.as_person(work, rina), made, wrong, people.secret_of(rina))


def test_a_second_request_replaces_the_first(work, sari, certificate):
    first, second = request(work, sari), request(later(work, 30), sari)
    assert first.destroyed_at and first.wrapped is None and keys.find_renewal(work, sari) is second
    with pytest.raises(Conflict):
        issue(work, first)


def test_the_waiting_key_follows_the_password_and_dies_with_a_forgotten_one(work, sari, certificate):
    made, new = request(work, sari), b"n" * 32
    keys.rewrap(work, sari, people.secret_of(sari), new)
    issue(work, made)
    assert keys.open_key(work, sari, new)[1] is made.certificate
    made.certificate.not_after = work.now + timedelta(days=10)
    again = request(later(work, 60), sari, secret=new)
    keys.destroy_all(work, sari)
    assert again.wrapped is None and again.destroyed_at
    assert not [k for k in work.session.query(SigningKey).filter_by(person_id=sari.id) if k.wrapped]


def test_a_renewal_that_came_too_late_is_not_issued(work, sari, rina, certificate):
    made = request(work, sari)
    with pytest.raises(Conflict, match="berakhir"):
        issue(later(work, 51 * DAY), made)
    assert ca.key_control_code(made.spki) and authority.current(work)
