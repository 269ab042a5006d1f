"""Logging in, invitations, devices."""

from datetime import timedelta

import pytest
from argon2 import Type, extract_parameters

from tests import people
from tests.factories import later
from webapp.domain import accounts, second_factor
from webapp.domain.errors import Conflict, Invalid, NotFound, WrongCode

HASHER, NOBODY = accounts.HASHER, accounts.NOBODY  # as the product has them, before tests make them cheap


def check(work, email="sari@solok.example", password=people.PASSWORD):
    return accounts.check_password(work, email, password, device="phone", address="10.0.0.1")


def test_a_password_alone_does_not_log_in(work):
    opened = check(work)
    assert accounts.find_login(work, opened.token) is None
    accounts.confirm(work, opened.login, people.code_of(work, opened.login.person))
    assert accounts.find_login(work, opened.token) is opened.login


def test_a_password_and_its_absence_cost_what_owasp_asks_at_least():
    for kept in (HASHER.hash(people.PASSWORD), NOBODY):
        cost = extract_parameters(kept)
        assert cost.type == Type.ID and cost.memory_cost >= 19 * 1024 and cost.time_cost >= 2, kept


def test_the_e_mail_address_may_be_typed_in_any_case(work):
    assert check(work, " SARI@Solok.Example ")


@pytest.mark.parametrize(
    ("email", "password"),
    [("sari@solok.example", "wrong"), ("nobody@solok.example", people.PASSWORD), ("joko@solok.example", ""), ("", "")],
)
def test_unknown_address_and_wrong_password_look_alike(work, email, password):
    with pytest.raises(Invalid, match="surel atau kata sandi"):
        check(work, email, password)


def test_a_disabled_person_cannot_log_in_and_is_out_at_once(work, sari):
    opened = people.log_in(work, "sari")
    sari.disabled_at = work.now
    assert accounts.find_login(work, opened.token) is None
    with pytest.raises(Invalid):
        check(work)


def test_the_code_must_come_soon_after_the_password(work, sari):
    opened = check(work)
    late = later(work, 601)
    with pytest.raises(Conflict):
        accounts.confirm(late, opened.login, people.code_of(late, sari))


def test_sessions_end_when_idle_and_when_old(work):
    opened = people.log_in(work, "sari")
    idle, old = work.config.session_idle_days * 86_400, work.config.session_days * 86_400
    assert accounts.find_login(later(work, idle - 60), opened.token)
    assert accounts.find_login(later(work, idle + 60), opened.token) is None
    opened.login.seen_at = work.now + timedelta(days=work.config.session_days)
    assert accounts.find_login(later(work, old + 60), opened.token) is None


def test_a_device_is_cut_off_by_its_owner_only(work, sari, budi):
    opened = people.log_in(work, "sari")
    with pytest.raises(NotFound):
        accounts.revoke(people.as_person(work, budi), opened.login.id)
    accounts.revoke(people.as_person(work, sari), opened.login.id)
    assert accounts.find_login(work, opened.token) is None


def test_an_invitation_works_once(work):
    joko = people.find(work, "joko")
    invitation = accounts.invite(work, joko)
    token = accounts.invitation_token(work, invitation)
    assert accounts.find_invitation(work, token) is invitation
    accounts.accept(work, invitation, "a password of ten", device="", address="")
    with pytest.raises(NotFound):
        accounts.find_invitation(work, token)
    with pytest.raises(Conflict):
        accounts.accept(work, invitation, "another password", device="", address="")


def test_an_invitation_ends_and_a_new_one_ends_the_old(work):
    joko = people.find(work, "joko")
    first = accounts.invitation_token(work, accounts.invite(work, joko))
    second = accounts.invitation_token(work, accounts.invite(work, joko))
    with pytest.raises(NotFound):
        accounts.find_invitation(work, first)
    assert accounts.find_invitation(work, second)
    with pytest.raises(NotFound):
        accounts.find_invitation(later(work, 8 * 86_400), second)


@pytest.mark.parametrize("token", ["", "1", "1-", "x-y", "999999-" + "0" * 32, "1-" + "0" * 32, "٣-" + "0" * 32])
def test_forged_invitations_are_not_found(work, token):
    accounts.invite(work, people.find(work, "joko"))
    with pytest.raises(NotFound):
        accounts.find_invitation(work, token)


def test_a_short_password_is_refused(work):
    with pytest.raises(Invalid) as refused:
        accounts.accept(work, accounts.invite(work, people.find(work, "joko")), "short", device="", address="")
    assert refused.value.field == "password"


def test_a_recovery_code_logs_in_once_and_asks_for_a_new_second_factor(work, sari):
    first, *_ = second_factor.renew_recovery_codes(work, sari)
    opened = check(work)
    accounts.confirm(work, opened.login, first.upper())
    assert accounts.find_login(work, opened.token) and not sari.has_second_factor
    with pytest.raises(WrongCode):
        second_factor.use_recovery_code(work, sari, first)


def test_enrolment_confirms_with_the_first_code_and_shows_recovery_codes(work):
    import pyotp

    joko = people.find(work, "joko")
    address = second_factor.begin(work, joko)
    assert address == second_factor.pending_address(work, joko), "reloading the page shows the same secret"
    with pytest.raises(WrongCode):
        second_factor.confirm(work, joko, "000000")
    assert not joko.has_second_factor
    codes = second_factor.confirm(work, joko, pyotp.parse_uri(address).at(work.now))
    assert joko.has_second_factor and len(set(codes)) == second_factor.RECOVERY_CODES
    with pytest.raises(Conflict):
        second_factor.begin(work, joko)
