import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from signing import authority
from signing.errors import NotTrusted
from tests.signing.office import NOW, office, official, program


def _load(der: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(der)


def _pem(path: Path, *certificates: bytes) -> str:
    path.write_bytes(b"".join(_load(der).public_bytes(Encoding.PEM) for der in certificates))
    return str(path)


def _issue(**change: object) -> bytes:
    made = office()
    spki = (
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )
    given = {
        "issuing_key": made.issuing_key,
        "issuing_der": made.issuing,
        "spki": spki,
        "subject": authority.Subject("Sari"),
        "not_before": NOW,
        "not_after": NOW + timedelta(days=1),
        "crl_url": "",
    }
    return authority.issue(**given | change)


def test_openssl_accepts_the_chain_for_signing(tmp_path: Path) -> None:
    made = office()
    root, issuing = _pem(tmp_path / "root.pem", made.root), _pem(tmp_path / "issuing.pem", made.issuing)
    leaf = _pem(tmp_path / "leaf.pem", made.key.certificate_der)
    done = subprocess.run(
        [
            program("openssl"),
            "verify",
            "-x509_strict",
            "-attime",
            str(int(NOW.timestamp())),
            "-CAfile",
            root,
            "-untrusted",
            issuing,
            leaf,
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and done.stdout.strip().endswith("OK"), done.stderr


def test_openssl_refuses_a_revoked_certificate(tmp_path: Path) -> None:
    made = office()
    serial = authority.serial_of(made.key.certificate_der)
    lists = [
        authority.crl(
            made.issuing_key,
            made.issuing,
            [authority.Revoked(serial, NOW, "keyCompromise")],
            NOW,
            NOW + timedelta(days=7),
        ),
        authority.crl(made.root_key, made.root, [], NOW, NOW + timedelta(days=7)),
    ]
    bundle = b"".join(x509.load_der_x509_crl(der).public_bytes(Encoding.PEM) for der in lists)
    (tmp_path / "lists.pem").write_bytes(bundle)
    done = subprocess.run(
        [
            program("openssl"),
            "verify",
            "-x509_strict",
            "-crl_check_all",
            "-attime",
            str(int(NOW.timestamp()) + 60),
            "-CRLfile",
            str(tmp_path / "lists.pem"),
            "-CAfile",
            _pem(tmp_path / "root.pem", made.root),
            "-untrusted",
            _pem(tmp_path / "issuing.pem", made.issuing),
            _pem(tmp_path / "leaf.pem", made.key.certificate_der),
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0 and "certificate revoked" in done.stderr


def test_an_official_may_sign_and_nothing_else() -> None:
    extensions = _load(office().key.certificate_der).extensions
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical and usage.value.content_commitment
    assert not (usage.value.digital_signature or usage.value.key_cert_sign or usage.value.crl_sign)
    constraints = extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical and not constraints.value.ca
    points = extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert points[0].full_name[0].value == "http://crl.invalid/issuing"
    assert extensions.get_extension_for_class(x509.CertificatePolicies).value[0].policy_identifier == authority.POLICY


def test_the_issuing_authority_makes_no_authorities() -> None:
    issuing, root = _load(office().issuing), _load(office().root)
    value = issuing.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert value.ca and value.path_length == 0
    assert issuing.not_valid_after_utc <= root.not_valid_after_utc
    assert "tidak tersertifikasi" in issuing.subject.rfc4514_string()


def test_the_names_are_complete_and_within_bounds() -> None:
    subject = _load(office().key.certificate_der).subject
    assert subject.get_attributes_for_oid(NameOID.TITLE)[0].value == "Sekretaris Daerah"
    cut = authority.Subject("N" * 200, title="  ").name()
    assert len(cut.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value) == 64
    assert not cut.get_attributes_for_oid(NameOID.TITLE)


def test_serial_numbers_are_random() -> None:
    serials = {authority.serial_of(_issue()) for _ in range(20)}
    assert len(serials) == 20 and all(serial.bit_length() > 100 for serial in serials)


def _weak_rsa() -> bytes:
    key = rsa.generate_private_key(65537, 1024)
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"not_after": NOW + timedelta(days=36_000)}, "bad_dates"),
        ({"not_after": NOW - timedelta(days=1)}, "bad_dates"),
        ({"issuing_key": ec.generate_private_key(ec.SECP256R1())}, "key_mismatch"),
        ({"issuing_key": office().key.private_key, "issuing_der": office().key.certificate_der}, "not_an_authority"),
        ({"spki": b"nonsense"}, "bad_key"),
        ({"spki": _weak_rsa()}, "bad_key"),
    ],
)
def test_what_is_not_certified(change: dict[str, object], code: str) -> None:
    with pytest.raises(NotTrusted) as error:
        _issue(**change)
    assert error.value.code == code


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        _issue(not_before=NOW.replace(tzinfo=None))


def test_a_revocation_list_says_why() -> None:
    made = office()
    revoked = [authority.Revoked(7, NOW, "cessationOfOperation"), authority.Revoked(8, NOW)]
    listed = x509.load_der_x509_crl(
        authority.crl(made.issuing_key, made.issuing, revoked, NOW, NOW + timedelta(days=7), number=3)
    )
    assert listed.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 3
    reason = listed.get_revoked_certificate_by_serial_number(7).extensions.get_extension_for_class(x509.CRLReason)
    assert reason.value.reason is x509.ReasonFlags.cessation_of_operation
    assert not len(listed.get_revoked_certificate_by_serial_number(8).extensions)


def test_the_control_code_of_a_key_tells_keys_apart() -> None:
    made = office()
    keys = [official(made.issuing_key, made.issuing, "X").private_key.public_key() for _ in range(8)]
    codes = {
        authority.key_control_code(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)) for key in keys
    }
    assert len(codes) == 8 and all(len(code) == 4 for code in codes)
