"""A post that nobody with an account ever held: recorded with the decree that gives it to a deputy, and signed for."""

import subprocess
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from tests import people as world
from webapp.domain import delegations, documents, grants, letters, people
from webapp.domain.errors import Conflict, Forbidden, Invalid, WrongCode
from webapp.models import MandateKind, Person

POST = "Kepala Bagian Perekonomian (contoh)"


def count(work):
    return work.session.scalar(select(func.count(Person.id)))


def vacant(make, **terms):
    known = {"kind": MandateKind.PLT, "by": "admin", "principal_id": None, "post": POST}
    return make.mandate("hadi", **known | terms)


def test_the_block_says_plt_of_the_post_and_no_name(work, make, tmp_path):
    mandate = vacant(make)
    post = mandate.principal
    assert (mandate.prefix, mandate.position, post.is_post) == ("Plt.", POST, True)
    office = mandate.office
    assert post in people.signers_for(work, office), "the drafter addresses the letter to the post"
    letter = make.draft()
    letter.signer = post
    letter.steps[0].person = post
    make.place(letter)
    letters.submit(make.person("budi"), letter)
    make.sign(make.take_over(letter))
    assert letter.signature.signer_position == f"Plt. {POST}"
    assert letter.signature.authority["principal"] == people.VACANT
    (tmp_path / "s.pdf").write_bytes(documents.get(work.config, letter.signature.sha256))
    text = ["pdftotext", "-layout", tmp_path / "s.pdf", "-"]
    shown = " ".join(subprocess.run(text, capture_output=True, check=True, text=True).stdout.split())
    assert "Plt. Kepala Bagian Perekonomian" in shown and "Hadi Contoh" in shown and people.VACANT not in shown


def test_the_same_post_is_recorded_once_and_has_one_deputy_at_a_time(work, make):
    first = vacant(make)
    with pytest.raises(Invalid, match="Mandat lain"):
        vacant(make)
    later = vacant(make, starts=30)
    assert later.principal is first.principal


@pytest.mark.parametrize(
    ("terms", "error"),
    [
        ({"post": " "}, Invalid),
        ({"kind": MandateKind.PLH}, Invalid),  # somebody is away: there is nobody
        ({"kind": MandateKind.AN}, Invalid),
        ({"by": "sari"}, Forbidden),  # not an administrator
        ({"by": "budi"}, Forbidden),
        ({"confidentiality": "rahasia"}, Invalid),
    ],
)
def test_what_may_not_be_granted_records_no_post(work, make, terms, error):
    before = count(work)
    with pytest.raises(error):
        vacant(make, **terms)
    assert count(work) == before


def test_a_wrong_code_records_no_post(work, make, admin):
    before, made = count(work), vacant(make)
    terms = grants.Terms(
        kind=MandateKind.PLT, principal_id=None, post="Kepala Bagian Lain", deputy_id=made.deputy_id,
        office_id=made.office_id, starts_on=made.starts_on, ends_on=made.ends_on, decree="SK 2",
        confidentiality="biasa",
    )  # fmt: skip
    with pytest.raises(WrongCode):
        grants.grant(make.person("admin"), terms, "000000")
    assert count(work) == before + 1


def test_nobody_is_made_of_a_post(work, make):
    """No invitation, no password: an account of a post would be everybody's."""
    post = vacant(make).principal
    for act in (people.enable, people.invite_again):
        with pytest.raises(Conflict):
            act(make.person("admin"), post)
    assert post.password_hash is None and post.disabled_at is not None


def test_after_its_end_the_drafter_is_told_and_the_post_is_offered_no_more(work, make):
    mandate = vacant(make)
    over = replace(work, now=mandate.ends_at)
    delegations.follow(over, mandate.id)
    assert mandate.principal not in people.signers_for(over, mandate.office)
    assert world.find(work, "sari") in people.signers_for(over, mandate.office)
