"""What the PRF of a passkey opens, and what a reset of the password by whomever leaves."""

import pytest

from tests import people
from tests.authenticator import Authenticator, Phone
from tests.factories import forget_code
from webapp.domain import accounts, keys, passkeys
from webapp.domain.errors import Conflict, Forbidden, Locked, WrongCode
from webapp.models import Passkey, PasskeyWrapping, State


@pytest.fixture
def phone(work):
    made = Phone(work)
    made.register()
    return made


def test_a_locked_device_signs_by_the_prf_alone(make, phone):
    letter = make.submitted()
    with pytest.raises(Locked):
        phone.sign(letter)
    phone.tie()
    assert phone.sign(letter).state == State.SIGNED


def test_the_first_approval_with_the_key_open_ties_it(make, phone):
    phone.sign(make.submitted(), secret=phone.secret)
    assert phone.sign(make.submitted()).state == State.SIGNED


def test_without_prf_it_is_a_second_factor_only(work, make):
    phone = Phone(work, has_prf=False)
    phone.register()
    with pytest.raises(Conflict):
        phone.tie()
    assert phone.sign(make.submitted(), secret=phone.secret).state == State.SIGNED
    with pytest.raises(Locked):
        phone.sign(make.submitted())


def reset(work, person):
    return accounts.accept(work, accounts.invite(work, person), "quite another password", device="", address="")


def test_a_key_survives_a_forgotten_password_and_its_passkey_gives_it_back(work, make, phone, sari):
    phone.tie()
    before = keys.find(work, sari)
    opened = reset(work, sari)
    assert keys.find(work, sari) is before and before.wrapped is None and before.certificate.revoked_at is None
    forget_code(work, sari)
    accounts.confirm(work, opened.login, people.code_of(work, sari))
    phone.opened, phone.login = opened, opened.login
    with pytest.raises(Locked):
        keys.open_key(work, sari, phone.secret)
    with pytest.raises(Conflict, match="Pulihkan"):
        passkeys.remove(phone.work, phone.passkeys[0].id)
    phone.tie()
    assert keys.open_key(work, sari, phone.secret)[0]


def test_an_administrator_who_resets_the_password_gains_nothing(work, make, phone, sari):
    """He reads the mail, sets the password and the second factor, registers his own passkey, and asks for the key."""
    letter = make.submitted()
    phone.tie()
    opened = reset(work, sari)
    forget_code(work, sari)
    accounts.confirm(work, opened.login, people.code_of(work, sari))
    thief = Phone.__new__(Phone)
    thief.opened, thief.login, thief.finger = opened, opened.login, Authenticator()
    thief.work = people.as_person(work, sari)
    thief.register()
    for attempt in (thief.tie, lambda: thief.sign(letter, secret=thief.secret), lambda: thief.sign(letter)):
        with pytest.raises((Conflict, Locked)):
            attempt()
    assert letter.state == State.SUBMITTED
    reset(work, sari)
    left = [p.credential_id for p in phone.passkeys]
    assert len(left) == 1, "what he registered goes at the next reset; hers, which holds the key, stays"


def test_a_passkey_that_holds_no_key_does_not_survive_a_reset(work, phone, sari):
    reset(work, sari)
    assert phone.passkeys == [] and keys.find(work, sari) is None


def test_a_revoked_certificate_takes_the_wrapping_with_it(work, make, phone, sari):
    phone.tie()
    keys.revoke(phone.work, keys.find(work, sari).certificate, "keyCompromise")
    assert work.session.query(PasskeyWrapping).count() == 0
    with pytest.raises(Forbidden):
        phone.sign(make.submitted(), secret=phone.secret)


def test_a_removed_passkey_is_worth_nothing(work, make, phone):
    phone.tie()
    letter = make.submitted()
    presented = phone.finger.get(phone.ask(letter))
    passkeys.remove(phone.work, phone.passkeys[0].id)
    assert work.session.query(Passkey).count() == work.session.query(PasskeyWrapping).count() == 0
    with pytest.raises(WrongCode):
        phone.consent(letter, presented, secret=phone.secret)
