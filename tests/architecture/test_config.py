"""Weak or missing values are refused at the start, by name."""

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from webapp.config import Config, ConfigError

GOOD = {
    "SECRET_KEY": "a" * 43, "SERVER_KEY": "b" * 43, "PUBLIC_URL": "https://teken.example/", "MAIL_URL": "smtp://mail",
}  # fmt: skip


def test_a_production_configuration():
    config = Config.from_env(GOOD | {"DATABASE_URL": "postgresql://db/teken", "MAX_UPLOAD_MB": "5"})
    assert not config.development and config.public_url == "https://teken.example" and config.host == "teken.example"
    assert config.database_url == "postgresql+psycopg://db/teken" and config.max_upload_bytes == 5_000_000


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"), ({"SERVER_KEY": "short"}, "SERVER_KEY"),
        ({"SERVER_KEY": "a" * 43}, "differ"), ({"PUBLIC_URL": "http://teken.example"}, "https"),
        ({"BSRE_URL": "https://esign.example"}, "BSRE_USERNAME"),
        ({"BSRE_URL": "http://10.0.0.9", "BSRE_USERNAME": "u", "BSRE_PASSWORD": "p", "BSRE_ROOTS": "/r"}, "https"),
        ({"TSA_URL": "https://tsa.example"}, "TSA_ROOTS"),
        ({"TSA_URL": "http://tsa.example", "TSA_ROOTS": "/r"}, "https"),
        ({"TSA_URL": "https://u:p@tsa.example", "TSA_ROOTS": "/r"}, "password"),
        ({"TSA_URL": "ftp://tsa.example", "TSA_ROOTS": "/r"}, "TSA_URL"),
        ({"TSA_URL": "https://tsa.example", "TSA_ROOTS": "/r"}, "no such file"),
        ({"TSA_POLICY": "1.2.x"}, "TSA_POLICY"),
        ({"ORGANIZATION_IDENTIFIER": "12345"}, "ORGANIZATION_IDENTIFIER"),
        ({"IDENTITY_DAYS": "0"}, "IDENTITY_DAYS"),
        ({"OFFICE_HOURS": "Senin 7-16"}, "OFFICE_HOURS"), ({"OFFICE_NETWORKS": "10.0.0.1/8"}, "OFFICE_NETWORKS"),
        ({"MAIL_URL": "file:mail"}, "smtp"), ({"MAIL_URL": ""}, "MAIL_URL"),
    ],
)  # fmt: skip
def test_what_is_refused(change, named):
    with pytest.raises(ConfigError, match=named):
        Config.from_env(GOOD | change)


SPAN = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2046, 1, 1, tzinfo=UTC))


def pem_of(tmp_path, *, bits=2048, is_authority=True):
    key, name = rsa.generate_private_key(65_537, bits), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Akar")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, *SPAN)
    builder = builder.add_extension(x509.BasicConstraints(is_authority, None), critical=True)
    (tmp_path / "roots.pem").write_bytes(builder.sign(key, SHA256()).public_bytes(Encoding.PEM))
    return {"TSA_URL": "https://tsa.example", "TSA_ROOTS": str(tmp_path / "roots.pem")}


def test_roots_are_authorities_with_strong_keys(tmp_path):
    assert len(Config.from_env(GOOD | pem_of(tmp_path)).tsa_roots) == 1
    kept = {"TSA_ROOTS": pem_of(tmp_path)["TSA_ROOTS"]}
    assert len(Config.from_env(GOOD | kept).tsa_roots) == 1, "for old letters, when our own stamps again"
    for change, named in (({"bits": 1024}, "too weak"), ({"is_authority": False}, "no authority")):
        with pytest.raises(ConfigError, match=named):
            Config.from_env(GOOD | pem_of(tmp_path, **change))
    (tmp_path / "roots.pem").write_bytes(b"no certificates")
    with pytest.raises(ConfigError, match="PEM"):
        Config.from_env(GOOD | kept)


@pytest.mark.parametrize("text", ["", "NTRID-0123456789", "VATID-000000000000001", "GO:ID-PEMKAB.SOLOK"])
def test_an_office_is_named_as_etsi_does(text):
    assert Config.from_env(GOOD | {"ORGANIZATION_IDENTIFIER": text}).organization_identifier == text


def test_nothing_else_reads_the_environment():
    from tests.architecture.test_budgets import name_of, sources

    readers = {name_of(p) for p in sources("*.py", "webapp", "signing") if "os.environ" in p.read_text()}
    assert readers <= {"webapp/config.py"}
