"""What a practice letter's signature, file, code and seal are to others: never a letter of this office."""

import json
from base64 import urlsafe_b64decode
from dataclasses import replace

import pytest
from sqlalchemy import select, update

import signing
from signing import seal
from tests import people
from tests import practice as rehearsal
from tests.factories import forget_code
from tests.signing.judges import pdfsig
from webapp.domain import approvals, checks, documents, marks, practice_keys, seals, verification
from webapp.domain.verification import Standing
from webapp.models import Authority, Part, SigningKey, State


@pytest.fixture
def me(make):
    return make.person("sari")


@pytest.fixture
def signed(work, me, sari):
    forget_code(work, sari)
    return rehearsal.sign(me, rehearsal.letter(me, Part.SIGNER), people.code_of(work, sari))


def file_of(work, letter):
    return documents.get(work.config, letter.signature.sha256)


def test_it_is_untrusted_under_the_production_root_and_whole_under_its_own(work, signed):
    pdf = file_of(work, signed)
    at = signed.signature.signed_at
    production = verification.trust(work)
    assert signing.verify(pdf, production).verdict == signing.Verdict.NOT_TRUSTED
    own = replace(production, roots_der=tuple(practice_keys.roots(work)), others_der=(), crls_der=(), at=at)
    assert signing.verify(pdf, own).is_valid
    assert not set(practice_keys.roots(work)) & set(production.roots_der)


@pytest.mark.parametrize("whose", ["production", "practice"])
def test_pdfsig_trusts_it_under_the_practice_root_alone(work, signed, tmp_path, whose):
    production = work.session.scalars(select(Authority.root_der)).one()
    root = production if whose == "production" else practice_keys.roots(work)[0]
    shown = pdfsig(file_of(work, signed), [root], tmp_path)
    assert "Signature is Valid" in shown and "LATIHAN" in shown
    assert ("Certificate is Trusted" in shown) == (whose == "practice"), shown


def test_the_officials_own_key_is_neither_opened_nor_used(work, me, sari, monkeypatch):
    def opened(*_args, **_kwargs):
        raise AssertionError("the official's key was opened")

    monkeypatch.setattr(approvals.keys, "open_key", opened)
    work.session.execute(update(SigningKey).values(wrapped=None))  # there is none to open either
    forget_code(work, sari)
    letter = rehearsal.sign(me, rehearsal.letter(me, Part.SIGNER), people.code_of(work, sari))
    assert letter.signature.certificate is None and letter.state == State.SIGNED
    spkis = set(work.session.scalars(select(SigningKey.spki)))
    assert spkis and not any(spki in file_of(work, letter) for spki in spkis)


def test_a_wrong_code_signs_no_practice_letter_and_a_spent_one_no_second(work, me, sari):
    forget_code(work, sari)
    first, second = rehearsal.letter(me, Part.SIGNER), rehearsal.letter(me, Part.SIGNER)
    with pytest.raises(approvals.second_factor.WrongCode):
        rehearsal.sign(me, first, "000000" if people.code_of(work, sari) != "000000" else "111111")
    rehearsal.sign(me, first, people.code_of(work, sari))
    with pytest.raises(approvals.second_factor.WrongCode):
        rehearsal.sign(me, second, people.code_of(work, sari))


def test_a_real_letter_is_never_signed_with_practice_keys(work, make):
    real = make.submitted()
    with pytest.raises(ValueError, match="official's key"):
        approvals.for_practice(make.person("sari"), real)


# What others are told


def test_the_public_page_calls_it_practice_and_shows_nothing_of_it(work, me, signed):
    finding = verification.look_up(work, signed.code, "192.0.2.1")
    assert finding.standing == Standing.PRACTICE and finding.letter is None and not verification.is_shown(finding)
    assert verification.public_file(work, finding) is None
    draft = rehearsal.letter(me, Part.SIGNER)
    assert verification.look_up(work, draft.code, "192.0.2.1").standing == Standing.PRACTICE
    assert not verification.is_intact(work, signed.signature, work.now)
    assert verification.standing_of(signed) == Standing.PRACTICE


def test_its_file_is_refused_by_name_also_when_it_was_changed(work, signed):
    pdf = file_of(work, signed)
    for file in (pdf, pdf + b"% more\n"):
        found = checks.look_up(work, checks.judge(checks.question(work), file))
        assert found.standing == Standing.PRACTICE and found.letter is None


def test_a_practice_signature_of_an_unknown_file_is_refused_by_name(work, me):
    """Made by a key of the practice authority outside any letter: named for what it is."""
    practice_keys.ensure(work)
    page = signing.watermark(rehearsal.upload(me).pdf)
    stamp = signing.Stamp(address="HTTP://LOCALHOST/V/000000000000", lines=("x",), footer="")
    prepared = signing.prepare(
        page, stamp, signing.Placement(1, 60, 600, 200, 90), field="x", name="x", reason="x", location="x"
    )
    pdf = signing.sign(prepared, practice_keys.signing_key(work, me.person), work.now).pdf
    assert checks.look_up(work, checks.judge(checks.question(work), pdf)).standing == Standing.PRACTICE


def test_a_real_letter_stays_real(work, make, signed):
    real = make.signed()
    assert verification.look_up(work, real.code, "192.0.2.1").standing == Standing.GENUINE
    found = checks.look_up(work, checks.judge(checks.question(work), file_of(work, real)))
    assert found.standing == Standing.GENUINE and found.letter is real


def test_the_seal_names_practice_and_its_key_is_listed_for_refusal_alone(work, signed):
    ids = practice_keys.seal_key_ids(work)
    payload = json.loads(seals.directory(work))["payload"]
    listed = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert listed["practice"] == ids and not set(ids) & {key["id"] for key in listed["keys"]}
    assert marks.claim(signed).office == marks.PRACTICE


def test_the_practice_seal_does_not_pass_for_another_letters(work, me, signed):
    made = practice_keys.seal_key(work)
    address = marks.address(work.config, signed)
    digits = seal.make(marks.claim(signed), address, seal.version_for(address), made, work.now)
    found = seal.read(f"{address}#{digits}")
    assert found.key_id.hex() in practice_keys.seal_key_ids(work)
    assert seal.verify(found, made.certificate_der)
    assert found.code == signed.code
