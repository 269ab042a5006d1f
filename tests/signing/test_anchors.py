"""Who may be a root: one reading of basicConstraints, by the operator's file and by the administrator's page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signing import anchors, authority, trust
from signing.errors import NotTrusted


@pytest.fixture(scope="module")
def root():
    return authority.create_root("UJI COBA", datetime(2026, 1, 1, tzinfo=UTC), 1)[1]


def _twice(der: bytes) -> bytes:
    """The same certificate that says of itself twice whether it is an authority (RFC 5280, 4.2 forbids that)."""
    found = asn1.Certificate.load(der)
    extensions = found["tbs_certificate"]["extensions"]
    extensions.append(next(entry for entry in extensions if entry["extn_id"].native == "basic_constraints").copy())
    return found.dump(force=True)


def _pem(der: bytes) -> bytes:
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)


def test_a_root_is_an_authority(root):
    assert anchors.load(_pem(root)) == (root,) and trust.described(root).is_authority


def test_a_certificate_that_says_it_twice_is_none(root):
    twice = _twice(root)
    assert not trust.described(twice).is_authority
    with pytest.raises(NotTrusted, match="no authority"):
        anchors.load(_pem(twice))
