"""Chains under a name: who initials and who signs, as far as they still can."""

import pytest
from sqlalchemy import delete

from tests import practice
from webapp.domain import chain_templates, chains, letters, marks, signers
from webapp.domain.chains import Planned
from webapp.domain.errors import Forbidden, Invalid, NotFound
from webapp.models import ChainTemplate, Membership, Part, Role, StepKind


def positions(letter):
    return [(step.person.email.split("@")[0], step.position, step.is_signature) for step in letter.chain]


def lose(work, person, role):
    work.session.execute(delete(Membership).where(Membership.person_id == person.id, Membership.role == role))
    work.session.expire_all()


@pytest.fixture
def kept(make, dewi, lina):
    """Dewi and Lina together, then Sari, then Hadi."""
    letter, by_budi = make.cosigned("sari", "hadi"), make.person("budi")
    planned = [Planned(dewi.id, StepKind.HIERARCHY), Planned(lina.id, StepKind.VERIFICATION, together=True)]
    chains.arrange(by_budi, letter, planned)
    return chain_templates.save(by_budi, letter, "Nota kesepahaman")


def test_reviewers_and_signers_come_in_their_order(make, kept):
    letter = make.placed()
    assert chain_templates.use(make.person("budi"), letter, kept.id) == 0
    assert positions(letter) == [("dewi", 1, False), ("lina", 1, False), ("sari", 2, True), ("hadi", 3, True)]
    assert letter.signer_count == 2 and letter.version.prepared_sha256 is None
    assert len(marks.places(letter)) == 1, "Sari's mark keeps its place"
    make.place_all(letter)
    letters.submit(make.person("budi"), letter)


def test_signers_that_stay_the_same_keep_their_prepared_file(make, kept):
    letter = make.cosigned("sari", "hadi")
    before = letter.version.prepared_sha256
    chain_templates.use(make.person("budi"), letter, kept.id)
    assert letter.version.prepared_sha256 == before


def test_the_drafter_may_still_change_them(make, kept, hadi, sari):
    letter, by_budi = make.placed(), make.person("budi")
    chain_templates.use(by_budi, letter, kept.id)
    signers.change(by_budi, letter, "up", hadi.id)
    assert [one.id for one in letter.signers] == [hadi.id, sari.id]
    assert [one["person_id"] for one in kept.signing] == [sari.id, hadi.id], "what is kept stays"


def test_whoever_initials_now_may_be_a_signer_there(work, make, kept, hadi):
    hadi.memberships.append(Membership(office=make.draft().office, role=Role.REVIEWER))
    work.session.flush()
    letter, by_budi = make.placed(), make.person("budi")
    chains.arrange(by_budi, letter, [Planned(hadi.id, StepKind.HIERARCHY)])
    assert chain_templates.use(by_budi, letter, kept.id) == 0
    assert [name for name, _, is_signature in positions(letter) if is_signature] == ["sari", "hadi"]


def test_who_can_no_more_is_left_out_and_nobody_moves_up_beside_others(work, make, kept, dewi, lina, sari):
    letter, by_budi = make.placed(), make.person("budi")
    kept.steps = [
        {"person_id": lina.id, "kind": "hierarki", "together": False},
        {"person_id": sari.id, "kind": "hierarki", "together": False},
        {"person_id": dewi.id, "kind": "hierarki", "together": True},
        *kept.signing,
    ]
    assert chain_templates.use(by_budi, letter, kept.id) == 1, "Sari is no reviewer"
    assert positions(letter)[:2] == [("lina", 1, False), ("dewi", 2, False)]
    lose(work, sari, Role.SIGNER)
    assert chain_templates.use(by_budi, letter, kept.id) == 2
    assert [name for name, _, is_signature in positions(letter) if is_signature] == ["hadi"]


def test_taking_out_the_first_of_two_together_leaves_the_other_a_step_of_its_own(make, dewi, lina, sari):
    three = [Planned(sari.id, StepKind.HIERARCHY), Planned(dewi.id, StepKind.HIERARCHY)]
    three.append(Planned(lina.id, StepKind.HIERARCHY, together=True))
    assert [one.together for one in chains.changed(three, "remove", dewi.id)] == [False, False]


def test_a_chain_from_before_leaves_the_letter_its_signers(make, kept, dewi, sari):
    kept.steps = [{"person_id": dewi.id, "kind": "hierarki", "together": False}]
    letter = make.placed()
    before = letter.version.prepared_sha256
    assert chain_templates.use(make.person("budi"), letter, kept.id) == 0
    assert letter.signers == [sari] and letter.version.prepared_sha256 == before


def test_nobody_else_is_drawn_into_practice(make, kept, hadi):
    by_budi = make.person("budi")
    letter = practice.letter(by_budi, Part.DRAFTER)
    with pytest.raises(Forbidden):
        signers.add(by_budi, letter, hadi.id)
    with pytest.raises(Forbidden):
        chain_templates.use(by_budi, letter, kept.id)
    assert [step.person.email for step in letter.chain] == [by_budi.person.email]


def test_one_signer_alone_is_no_chain_to_keep(make):
    with pytest.raises(Invalid):
        chain_templates.save(make.person("budi"), make.placed(), "Kosong")


def test_another_offices_chain_is_none_and_a_submitted_letter_takes_none(work, make, kept):
    elsewhere = make.draft(drafter="rudi", signer="hadi")
    with pytest.raises(NotFound):
        chain_templates.use(make.person("rudi"), elsewhere, kept.id)
    with pytest.raises(Forbidden):
        chain_templates.use(make.person("dewi"), make.in_review("dewi"), kept.id)
    assert work.session.query(ChainTemplate).count() == 1


def test_one_for_a_type_is_offered_to_letters_of_it_alone(make):
    letter, by_budi = make.cosigned("sari", "hadi"), make.person("budi")
    letter.kind = "tugas"
    kept = chain_templates.save(by_budi, letter, "Surat tugas", of_type=True)
    everywhere = chain_templates.save(by_budi, letter, "Apa pun")
    other = make.placed()
    assert chain_templates.of(by_budi, letter) == [kept, everywhere]
    assert chain_templates.of(by_budi, other) == [everywhere]
    chain_templates.save(by_budi, letter, "Surat tugas")
    assert kept in chain_templates.of(by_budi, other), "saved again, for all"
