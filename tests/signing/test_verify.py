import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from signing import __main__ as commands
from signing import authority
from signing.keys import LocalKey
from signing.places import Placement, find_tags
from signing.prepare import Prepared
from signing.sign import sign
from signing.trust import Trust
from signing.verdicts import ProblemCode
from signing.verify import verify
from tests.signing.office import NOW, STAMP, letter, office, official, prepared, signed

LEFT = Placement(1, 60, 545, *STAMP.size)


def codes(pdf: bytes, trust: Trust | None = None) -> set[ProblemCode]:
    verdict = verify(pdf, trust or office().trust())
    assert verdict.is_valid == (not verdict.problems)
    return {problem.code for problem in verdict.problems}


def appended(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


# The good cases


def test_a_signed_letter_is_valid_and_says_who_when_and_what() -> None:
    verdict = verify(signed(), office().trust())
    assert verdict.is_valid and not verdict.problems
    (facts,) = verdict.signatures
    assert (facts.common_name, facts.title) == ("Sari Wulandari, S.H., M.Si.", "Sekretaris Daerah")
    assert (facts.organization, facts.kind, facts.field) == ("Pemerintah Kabupaten Contoh", "signature", "TTE")
    assert facts.claimed_at == NOW and facts.covers_whole_file and facts.is_valid
    assert facts.serial == authority.serial_of(office().key.certificate_der)


def test_a_verdict_is_no_boolean() -> None:
    verdict = verify(signed(), office().trust())
    for value in (verdict, verdict.signatures[0]):
        with pytest.raises(TypeError, match="is_valid"):
            bool(value)


@pytest.mark.parametrize("certify", [True, False])
def test_a_second_official_may_sign(certify: bool) -> None:
    made = office()
    second = official(made.issuing_key, made.issuing, "Dewi")
    pdf = signed(signed(certify=certify), field="TTE2", place=LEFT, key=second)
    verdict = verify(pdf, made.trust())
    assert verdict.is_valid, verdict.problems
    assert [facts.covers_whole_file for facts in verdict.signatures] == [False, True]
    assert [facts.common_name for facts in verdict.signatures] == ["Sari Wulandari, S.H., M.Si.", "Dewi"]


@pytest.mark.parametrize("object_streams", [False, True])
def test_pyhanko_with_its_own_rules_agrees(object_streams: bool) -> None:
    pdf = signed(letter(object_streams=object_streams))
    twice = signed(signed(letter(object_streams=object_streams), certify=False), field="TTE2", place=LEFT)
    for file, count in ((pdf, 1), (twice, 2)):
        signatures = PdfFileReader(io.BytesIO(file)).embedded_signatures
        context = ValidationContext(trust_roots=[x509.Certificate.load(office().root)], moment=NOW)
        assert [validate_pdf_signature(entry, context).bottom_line for entry in signatures] == [True] * count


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_awkward_pages_verify_too(rotate: int) -> None:
    assert codes(signed(letter(rotate=rotate, crop=(5, 5, 590, 830)), place=Placement(1, 40, 40, *STAMP.size))) == set()


# Changes


def test_no_changed_byte_goes_unnoticed() -> None:
    pdf = signed()
    _, end, start, _ = verify(pdf, office().trust()).signatures[0].byte_range
    for place in [*range(0, end + 1, 97), end, *range(start - 1, len(pdf), 7)]:
        altered = pdf[:place] + bytes([pdf[place] ^ 0x01]) + pdf[place + 1 :]
        assert codes(altered), place


def test_bytes_after_the_signature_are_noticed() -> None:
    for tail in (b"\n", b"x", b"\n%%EOF\n", b"7 0 obj\n<<>>\nendobj\n"):
        assert codes(signed() + tail) & {ProblemCode.NOT_WHOLE_FILE, ProblemCode.UNREADABLE, ProblemCode.MODIFIED}


def _repaint(writer: IncrementalPdfFileWriter) -> None:
    page = writer.find_page_for_modification(0)[0].get_object()
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"1 0 0 rg 0 0 99 99 re f"))
    writer.update_container(page)


def _note(writer: IncrementalPdfFileWriter) -> None:
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (50, 700, 300, 760))),
            pdf_name("/Contents"): generic.pdf_string("DIBATALKAN"),
            pdf_name("/DA"): generic.pdf_string("/Helv 12 Tf"),
        }
    )
    writer.register_annotation(writer.find_page_for_modification(0)[0], writer.add_object(note))


@pytest.mark.parametrize("change", [_repaint, _note])
@pytest.mark.parametrize("certify", [True, False])
def test_changes_by_a_later_revision_are_noticed(
    change: Callable[[IncrementalPdfFileWriter], None], certify: bool
) -> None:
    found = codes(appended(signed(certify=certify), change))
    assert ProblemCode.MODIFIED in found and ProblemCode.NOT_WHOLE_FILE in found


def test_a_change_between_two_signatures_is_noticed() -> None:
    assert ProblemCode.MODIFIED in codes(signed(appended(signed(), _repaint), field="TTE2", place=LEFT))


def test_a_mark_over_signed_text_is_noticed_even_from_a_trusted_signer() -> None:
    over = Placement(1, 60, 70, *STAMP.size)
    assert codes(signed(signed(), field="TTE2", place=over)) == {ProblemCode.COVERED}


def test_a_mark_on_its_own_tag_is_fine() -> None:
    tagged = letter(more="BT /F1 11 Tf 100 230 Td (${ttd_2}) Tj ET")
    (place,) = find_tags(tagged, ["${ttd_2}"])
    assert LEFT.y < place.y < LEFT.y + LEFT.height
    assert codes(signed(signed(tagged), field="TTE2", place=LEFT)) == set()


def test_only_prepared_is_not_signed() -> None:
    assert codes(prepared().pdf) == {ProblemCode.UNSUPPORTED}
    assert codes(letter()) == {ProblemCode.NO_SIGNATURE}


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7", b"\x00" * 5000, b"%PDF-1.4\n" + b"<<" * 50_000])
def test_nonsense_is_a_problem_and_no_traceback(pdf: bytes) -> None:
    assert codes(pdf) == {ProblemCode.UNREADABLE}


# Trust


def test_another_root_or_none_is_not_trusted() -> None:
    assert codes(signed(), office("Lain").trust()) == {ProblemCode.NOT_TRUSTED}
    assert codes(signed(), Trust((), NOW)) == {ProblemCode.NOT_TRUSTED}


def test_a_self_made_certificate_of_the_same_name_is_not_trusted() -> None:
    start = NOW - timedelta(days=2)
    root_key, root = authority.create_root("Otoritas Internal Kabupaten Contoh (tidak tersertifikasi)", start, 10)
    key, issuing = authority.create_issuing(
        root_key, root, "Penerbit Kabupaten Contoh (tidak tersertifikasi)", start, 5
    )
    forged = official(key, issuing, "Sari Wulandari, S.H., M.Si.")
    forged = LocalKey(forged.private_key, forged.certificate_der, (issuing, root))
    assert codes(signed(key=forged)) == {ProblemCode.NOT_TRUSTED}


def test_a_key_that_is_not_the_certificates_gives_no_valid_signature() -> None:
    stranger = replace(office().key, private_key=ec.generate_private_key(ec.SECP256R1()))
    assert codes(signed(key=stranger)) == {ProblemCode.NOT_INTACT}


def test_the_moment_matters() -> None:
    for at in (NOW + timedelta(days=900), NOW - timedelta(days=10)):
        assert codes(signed(), office().trust(at=at)) == {ProblemCode.EXPIRED}


@pytest.mark.parametrize(
    ("revoked_after", "asked_after", "valid"), [(0, 60, False), (3600, 60, True), (60, 3600, False), (0, 0, False)]
)
@pytest.mark.parametrize("stale", [False, True])
def test_revocation_counts_from_its_own_time(revoked_after: int, asked_after: int, valid: bool, stale: bool) -> None:
    made = office()
    revoked = authority.Revoked(
        authority.serial_of(made.key.certificate_der), NOW + timedelta(seconds=revoked_after), "keyCompromise"
    )
    issued = NOW + timedelta(seconds=revoked_after)
    listed = authority.crl(
        made.issuing_key, made.issuing, [revoked], issued, issued + timedelta(seconds=1 if stale else 90_000)
    )
    trust = made.trust(crls_der=(listed,), at=NOW + timedelta(seconds=asked_after))
    assert codes(signed(), trust) == (set() if valid else {ProblemCode.REVOKED})


def test_a_stale_list_that_does_not_name_it_condemns_nothing_unless_required() -> None:
    made = office()
    listed = authority.crl(made.issuing_key, made.issuing, [], NOW - timedelta(days=9), NOW - timedelta(days=2))
    assert codes(signed(), made.trust(crls_der=(listed,))) == set()
    assert codes(signed(), made.trust(crls_der=(listed,), require_revocation=True))


def test_a_revoked_issuing_authority_takes_its_officials_with_it() -> None:
    made = office()
    revoked = [authority.Revoked(authority.serial_of(made.issuing), NOW - timedelta(hours=1), "cACompromise")]
    listed = authority.crl(made.root_key, made.root, revoked, NOW - timedelta(hours=1), NOW + timedelta(days=7))
    assert codes(signed(), made.trust(crls_der=(listed,))) == {ProblemCode.REVOKED}


def test_required_revocation_needs_a_list_for_every_certificate() -> None:
    made = office()
    until = NOW + timedelta(days=7)
    lists = tuple(
        authority.crl(key, der, [], NOW - timedelta(hours=1), until)
        for key, der in ((made.issuing_key, made.issuing), (made.root_key, made.root))
    )
    assert codes(signed(), made.trust(crls_der=lists, require_revocation=True)) == set()
    assert codes(signed(), made.trust(crls_der=lists[:1], require_revocation=True))
    assert codes(signed(), made.trust(require_revocation=True))


def test_a_list_signed_by_someone_else_revokes_nothing() -> None:
    made, other = office(), office("Lain")
    revoked = [authority.Revoked(authority.serial_of(made.key.certificate_der), NOW - timedelta(hours=1))]
    listed = authority.crl(other.issuing_key, other.issuing, revoked, NOW, NOW + timedelta(days=1))
    assert codes(signed(), made.trust(crls_der=(listed,))) == set()


# The command line


def test_the_command_line_answers_in_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, data in (("good.pdf", signed()), ("plain.pdf", letter()), ("root.der", office().root), ("x.pdf", b"x")):
        (tmp_path / name).write_bytes(data)
    trust = ["--trust", str(tmp_path / "root.der"), "--json"]
    assert commands.main(["verify", str(tmp_path / "good.pdf"), *trust]) == 0
    assert json.loads(capsys.readouterr().out)["valid"] is True
    assert commands.main(["verify", str(tmp_path / "plain.pdf"), *trust]) == 4
    assert json.loads(capsys.readouterr().out)["problems"][0]["code"] == "no_signature"
    assert commands.main(["inspect", str(tmp_path / "x.pdf"), "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["verdict"] == "refuse"
    made = ["--output", str(tmp_path / "demo.pdf"), "--root", str(tmp_path / "demo.der"), "--json"]
    assert commands.main(["sign", str(tmp_path / "plain.pdf"), "--demo", *made]) == 0
    capsys.readouterr()
    demo = ["--trust", str(tmp_path / "demo.der")]
    assert commands.main(["verify", str(tmp_path / "demo.pdf"), *demo]) == 0
    assert "UJI COBA" in capsys.readouterr().out


def test_a_prepared_file_is_a_value() -> None:
    made = prepared()
    again = Prepared(made.pdf, made.sha256, dict(made.holes))
    assert codes(sign(again, office().key, NOW).pdf) == set()
