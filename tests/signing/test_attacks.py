"""Every public attack gets its verdict, for its own reason; and what honest programs do stays valid."""

import io
from datetime import timedelta

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields

from signing import archive, authority
from signing.trust import Trust
from signing.verdicts import ProblemCode, Verdict
from signing.verify import verify
from tests.signing import attacks_keys, attacks_later, certificates
from tests.signing.attacks import ATTACKS
from tests.signing.office import NOW, Office, letter, office, signed

assert attacks_keys and attacks_later  # they register themselves
PAGES = {"isa_page_repainted": 1, "isa_page_added": 2, "eaa_free_text": 1, "shadow_replace_look_alone": 1}


@pytest.mark.parametrize("name", ATTACKS)
def test_no_attack_is_believed(name: str) -> None:
    build, expected = ATTACKS[name]
    verdict = verify(build(), office().trust())
    assert verdict.verdict == expected, verdict.problems
    assert not verdict.is_valid
    assert ProblemCode.UNREADABLE not in {problem.code for problem in verdict.problems}, "not by its own defect"
    if expected == Verdict.CHANGED:
        assert verdict.changes, "what was changed is named"


@pytest.mark.parametrize(("name", "page"), PAGES.items())
def test_the_page_that_was_changed_is_named(name: str, page: int) -> None:
    changes = verify(ATTACKS[name][0](), office().trust()).changes
    assert page in {page for change in changes if not change.permitted for page in change.pages}


def test_each_signature_has_a_verdict_of_its_own() -> None:
    verdict = verify(ATTACKS["isa_between_two_signatures"][0](), office().trust())
    assert [entry.verdict for entry in verdict.signatures] == [Verdict.CHANGED, Verdict.VALID]


@pytest.mark.parametrize("purposes", [(), ("emailProtection",), ("serverAuth", "emailProtection")])
@pytest.mark.parametrize("key", ["p256", "rsa2048"])
def test_the_control_a_proper_certificate_by_another_signer_is_valid(key: str, purposes: tuple[str, ...]) -> None:
    verdict = verify(certificates.signed_by(letter(), certificates.leaf(key=key, purposes=purposes)), office().trust())
    assert verdict.verdict == Verdict.VALID, verdict.problems
    (entry,) = verdict.signatures
    assert entry.anchor_der == office().root and len(entry.chain) == 3 and entry.level == "PKCS7-B"


def test_an_empty_place_for_a_second_signature_may_be_added_and_filled() -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(signed(certify=False)))
    fields.append_signature_field(writer, fields.SigFieldSpec("Kosong", box=(0, 0, 0, 0)))
    output = io.BytesIO()
    writer.write(output)
    again = certificates.signed_by(output.getvalue(), certificates.leaf(), field="TTE2")
    assert verify(again, office().trust()).verdict == Verdict.VALID


def test_an_answer_of_somebody_else_revokes_nothing() -> None:
    answer = certificates.answering(office().key.certificate_der, by=office("Lain"))
    assert verify(certificates.with_store(signed(), answer=answer), office().trust()).verdict == Verdict.VALID


# Levels


def _stamped(pdf: bytes, evidence: archive.Evidence) -> bytes:
    from tests.signing.test_archive import World

    world = World.__new__(World)
    world.root_key, world.root, world.serial = office().root_key, office().root, 0
    world.issuing_key, world.issuing = office().issuing_key, office().issuing
    return archive.extend(pdf, world.stamper(world.stamp_key(NOW - timedelta(days=1), years=4), NOW), evidence).pdf


def _evidence(of: Office | None = None, *, root_list: bool = True) -> archive.Evidence:
    of, until = of or office(), NOW + timedelta(days=7)
    lists = [authority.crl(of.issuing_key, of.issuing, [], NOW, until)]
    if root_list:
        lists.append(authority.crl(of.root_key, of.root, [], NOW, until))
    return archive.Evidence((office().issuing, office().root), tuple(lists))


@pytest.mark.parametrize(
    ("case", "level"),
    [
        ("complete", "B-LTA"),
        ("the issuing authority names a list that is not there", "B-T"),
        ("lists of another authority of the same kind", "B-T"),
        ("a store without any list", "B-T"),
    ],
)
def test_a_level_is_judged_by_what_the_evidence_proves(case: str, level: str) -> None:
    evidence = {
        "complete": _evidence(),
        "the issuing authority names a list that is not there": _evidence(root_list=False),
        "lists of another authority of the same kind": _evidence(office("Lain")),
        "a store without any list": archive.Evidence((office().issuing,), ()),
    }[case]
    verdict = verify(_stamped(signed(), evidence), office().trust())
    assert verdict.is_valid and verdict.signatures[0].level == level
    assert verdict.signatures[0].chain_state == ("good" if level == "B-LTA" else "unknown")


def test_evidence_after_the_last_time_stamp_makes_b_lt_only() -> None:
    stamped = _stamped(signed(), archive.Evidence((office().issuing,), ()))
    late = archive._with_evidence(stamped, _last(stamped), _evidence())
    verdict = verify(late, office().trust())
    assert verdict.is_valid, verdict.problems
    assert verdict.signatures[0].level == "B-LT"


def test_expired_without_and_with_a_proof_of_time() -> None:
    later = NOW + timedelta(days=800)
    assert verify(signed(), office().trust(at=later)).verdict == Verdict.EXPIRED
    assert verify(_stamped(signed(), _evidence()), Trust((office().root,), later)).verdict == Verdict.VALID


def _last(pdf: bytes):
    from pyhanko.pdf_utils.reader import PdfFileReader

    return PdfFileReader(io.BytesIO(pdf)).embedded_signatures[-1]
