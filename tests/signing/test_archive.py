"""A signature after one year, after five and after fifteen: only what time-stamps prove is believed."""

import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing import archive, authority, timestamps
from signing.errors import BadDocument, TimestampUnavailable
from signing.keys import LocalKey
from signing.places import Placement
from signing.sign import sign
from signing.trust import Trust
from signing.verdicts import ProblemCode
from signing.verify import verify
from tests.signing.office import NOW, STAMP, catalog, letter, prepared, program

YEAR = timedelta(days=365)


class World:
    """A root for thirty years; issuing authorities and time-stamp keys of several generations below it."""

    def __init__(self) -> None:
        self.root_key, self.root = authority.create_root("Akar Contoh (tidak tersertifikasi)", NOW - YEAR, 30)
        self.generation(NOW - YEAR)
        self.serial = 0

    def generation(self, at: datetime) -> None:
        self.issuing_key, self.issuing = authority.create_issuing(self.root_key, self.root, f"Penerbit {at:%Y}", at, 10)

    def official(self, at: datetime) -> LocalKey:
        key, spki = fresh()
        subject = authority.Subject("Sari Contoh", organization="Pemerintah Kabupaten Contoh")
        der = authority.issue(self.issuing_key, self.issuing, spki, subject, at, at + 2 * YEAR, crl_url="")
        return LocalKey(key, der, (self.issuing,))

    def stamp_key(self, at: datetime, years: int = 5) -> LocalKey:
        key, spki = fresh()
        span = (at, at + years * YEAR)
        access = authority.Access("http://ocsp.invalid", "http://issuing.invalid")
        der = authority.issue_service(
            self.issuing_key, self.issuing, spki, authority.Subject("Stempel Waktu"), span, purpose="timestamp",
            crl_url="http://crl.invalid", access=access,
        )  # fmt: skip
        return LocalKey(key, der, (self.issuing,))

    def stamper(self, key: LocalKey, at: datetime) -> timestamps.Timestamper:
        def call(request: bytes) -> bytes:
            self.serial += 1
            return timestamps.answer(request, key, at, self.serial)

        return call

    def evidence(self, at: datetime, *revoked: authority.Revoked) -> archive.Evidence:
        crl = authority.crl(self.issuing_key, self.issuing, revoked, at, at + timedelta(days=30))
        return archive.Evidence((self.issuing, self.root), (crl,))

    def trust(self, at: datetime) -> Trust:
        return Trust(roots_der=(self.root,), at=at)


def fresh() -> tuple[ec.EllipticCurvePrivateKey, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    return key, key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
def world() -> World:
    return World()


def signed(world: World, at: datetime = NOW, key: LocalKey | None = None) -> bytes:
    return sign(prepared(), key or world.official(at - timedelta(days=1)), at).pdf


def extended(world: World, pdf: bytes, at: datetime, key: LocalKey | None = None) -> bytes:
    key = key or world.stamp_key(at - timedelta(days=1))
    return archive.extend(pdf, world.stamper(key, at), world.evidence(at)).pdf


def test_the_signed_bytes_stay_and_the_level_is_told(world: World) -> None:
    pdf = signed(world)
    made = archive.extend(pdf, world.stamper(world.stamp_key(NOW), NOW), world.evidence(NOW))
    assert made.pdf.startswith(pdf) and made.level == "B-LTA" and made.stamped_at == NOW.replace(microsecond=0)
    verdict = verify(made.pdf, world.trust(NOW))
    assert verdict.is_valid, verdict.problems
    signature, stamp = verdict.signatures
    assert (signature.level, signature.proven_at) == ("B-LTA", made.stamped_at)
    assert (stamp.kind, stamp.level) == ("timestamp", "B-B")
    assert "/DSS" in catalog(made.pdf)


def test_without_a_time_stamp_an_expired_certificate_proves_nothing(world: World) -> None:
    pdf = signed(world)
    verdict = verify(pdf, world.trust(NOW + 3 * YEAR))
    assert [problem.code for problem in verdict.problems] == [ProblemCode.EXPIRED]


def test_with_one_it_still_is_valid_when_the_certificate_has_ended(world: World) -> None:
    pdf = extended(world, signed(world), NOW)
    assert verify(pdf, world.trust(NOW + 3 * YEAR)).is_valid


def test_fifteen_years_of_expired_and_rotated_certificates_end_valid(world: World) -> None:
    at, pdf = NOW, signed(world)
    made = archive.extend(pdf, world.stamper(world.stamp_key(at - timedelta(days=1)), at), world.evidence(at))
    pdf = kept = made.pdf
    while at < NOW + 15 * YEAR:
        at += timedelta(days=90)
        if authority.ends_at(world.issuing) - at < 6 * YEAR:
            world.generation(at - timedelta(days=2))
        if at >= made.renew_at:
            key = world.stamp_key(at - timedelta(days=1))
            made = archive.extend(pdf, world.stamper(key, at), world.evidence(at))
            pdf = made.pdf
            assert pdf.startswith(kept)
        assert verify(pdf, world.trust(at)).is_valid, at
    stamps = [entry for entry in verify(pdf, world.trust(at)).signatures if entry.kind == "timestamp"]
    assert len(stamps) >= 3 and len({entry.certificate_der for entry in stamps}) == len(stamps)
    assert not verify(kept, world.trust(at)).is_valid, "the control: without renewal the first time-stamp has aged"


def test_a_revocation_before_the_signing_counts_and_one_after_the_time_stamp_does_not(world: World) -> None:
    key = world.official(NOW - timedelta(days=2))
    serial = authority.serial_of(key.certificate_der)
    pdf = signed(world, NOW, key)
    stamped = extended(world, pdf, NOW + timedelta(minutes=1))
    later, before = NOW + timedelta(days=30), NOW - timedelta(hours=1)
    for at, expected in ((NOW + timedelta(days=1), True), (before, False)):
        crl = authority.crl(
            world.issuing_key, world.issuing, [authority.Revoked(serial, at, "keyCompromise")], later, later + YEAR
        )
        verdict = verify(stamped, Trust((world.root,), later, crls_der=(crl,)))
        assert verdict.is_valid is expected, verdict.problems
    unstamped = verify(pdf, Trust((world.root,), later, crls_der=(crl,)))
    assert ProblemCode.REVOKED in {problem.code for problem in unstamped.problems}


def test_a_time_stamp_of_a_stranger_proves_nothing(world: World) -> None:
    stranger = World()
    pdf = archive.extend(
        signed(world), stranger.stamper(stranger.stamp_key(NOW), NOW), world.evidence(NOW)
    ).pdf  # fmt: skip
    verdict = verify(pdf, world.trust(NOW))
    assert {problem.code for problem in verdict.problems} == {ProblemCode.BAD_TIMESTAMP}
    assert not verify(pdf, world.trust(NOW + 3 * YEAR)).is_valid


def test_an_officials_own_key_gives_no_time(world: World) -> None:
    """A certificate without the time-stamping usage: else whoever signs could date his letters."""
    pdf = extended(world, signed(world), NOW, world.official(NOW - timedelta(days=1)))
    assert not verify(pdf, world.trust(NOW)).is_valid


def test_a_changed_byte_is_noticed_in_every_revision(world: World) -> None:
    before = signed(world)
    pdf = extended(world, before, NOW)
    for place in (300, len(before) - 40, len(before) + 200, len(pdf) - 300):
        changed = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
        assert not verify(changed, world.trust(NOW)).is_valid, place


def test_a_second_signer_may_follow_the_time_stamp(world: World) -> None:
    first = extended(world, signed(world), NOW)
    made = prepared(first, field="TTE2", place=Placement(1, 60, 545, *STAMP.size))
    pdf = sign(made, world.official(NOW - timedelta(days=1)), NOW).pdf
    assert verify(pdf, world.trust(NOW)).is_valid
    again = extended(world, pdf, NOW)
    verdict = verify(again, world.trust(NOW))
    assert verdict.is_valid and [entry.level for entry in verdict.signatures if entry.kind == "signature"] == [
        "B-LTA", "B-LTA",
    ]  # fmt: skip


@pytest.mark.parametrize("answer", [b"", b"0\x03\x02\x01\x00", timestamps.rejection()])
def test_an_authority_that_answers_nonsense_leaves_the_file_as_it_was(world: World, answer: bytes) -> None:
    with pytest.raises(TimestampUnavailable):
        archive.extend(signed(world), lambda _request: answer, world.evidence(NOW))


def test_a_dead_authority_is_an_error_and_no_lower_level(world: World) -> None:
    def dead(_request: bytes) -> bytes:
        raise TimestampUnavailable("unreachable")

    with pytest.raises(TimestampUnavailable, match="unreachable"):
        archive.extend(signed(world), dead, world.evidence(NOW))


def test_an_unsigned_file_has_nothing_to_prove(world: World) -> None:
    for pdf in (letter(), b"no pdf"):
        with pytest.raises(BadDocument):
            archive.extend(pdf, world.stamper(world.stamp_key(NOW), NOW), world.evidence(NOW))


def test_pdfsig_qpdf_and_openssl_agree(world: World, tmp_path: Path) -> None:
    pdf = extended(world, signed(world), NOW)
    path = tmp_path / "s.pdf"
    path.write_bytes(pdf)
    shown = subprocess.run([program("pdfsig"), path], capture_output=True, text=True).stdout
    assert shown.count("Signature is Valid.") == 1, shown  # this pdfsig does not judge time-stamps: openssl does, below
    assert "Stempel-Waktu-2" in shown and shown.count("Total document signed") == 1
    assert subprocess.run([program("qpdf"), "--check", path], capture_output=True).returncode == 0
    stamp = next(field for field in catalog(pdf).AcroForm.Fields if str(field.V.Type) == "/DocTimeStamp").V
    _, end, start, rest = (int(number) for number in stamp.ByteRange)
    (tmp_path / "content").write_bytes(pdf[:end] + pdf[start : start + rest])
    (tmp_path / "token").write_bytes(cms.ContentInfo.load(bytes(stamp.Contents)).dump())
    for name, der in (("root", world.root), ("issuing", world.issuing)):
        (tmp_path / name).write_bytes(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM))
    command = ["openssl", "ts", "-verify", "-token_in", "-in", "token", "-data", "content", "-CAfile", "root"]
    done = subprocess.run([*command, "-untrusted", "issuing"], cwd=tmp_path, capture_output=True, text=True)
    assert "Verification: OK" in done.stdout, done.stderr
