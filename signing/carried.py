"""The evidence that a file brings along: certificates, revocation lists and OCSP answers. Nobody vouches for it here.

Whoever uses a list or an answer checks who signed it; what cannot be read is left out, as if it were not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from cryptography import x509
from cryptography.x509 import ocsp
from pyhanko.sign.general import find_cms_attribute_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.archive import Evidence
from signing.errors import BadDocument, foreign

_MOST = 300  # of each kind: a file may carry thousands, and each costs a signature check


def in_catalog(root: Any) -> Evidence:
    """The document security store (ISO 32000-2, 12.8.4.3) of a catalogue, of the newest or of an earlier revision."""
    if "/DSS" not in root:
        return Evidence()
    store = root["/DSS"]  # not get(): that leaves references as they are
    return Evidence(
        tuple(_streams(store, "/Certs", x509.load_der_x509_certificate)),
        tuple(_streams(store, "/CRLs", x509.load_der_x509_crl)),
        tuple(_streams(store, "/OCSPs", ocsp.load_der_ocsp_response)),
    )


def in_signature(signature: EmbeddedPdfSignature) -> Evidence:
    """Adobe's archival attribute (ISO 32000-2, 12.8.3.3.2), which the signer himself signed."""
    crls: list[bytes] = []
    ocsps: list[bytes] = []
    for value in find_cms_attribute_iter(signature.signer_info["signed_attrs"], "adobe_revocation_info_archival"):
        crls += [entry.dump() for entry in value["crl"] or ()]
        ocsps += [entry.dump() for entry in value["ocsp"] or ()]
    return Evidence(
        (), tuple(_readable(crls, x509.load_der_x509_crl)), tuple(_readable(ocsps, ocsp.load_der_ocsp_response))
    )


def _streams(store: Any, key: str, load: Callable[[bytes], object]) -> Iterator[bytes]:
    try:
        with foreign(BadDocument, "broken"):
            raw = [entry.get_object().data for entry in list(store[key])[:_MOST]] if key in store else []
    except BadDocument:
        return
    yield from _readable(raw, load)


def _readable(raw: list[bytes], load: Callable[[bytes], object]) -> Iterator[bytes]:
    for der in raw[:_MOST]:
        try:
            with foreign(BadDocument, "broken"):
                load(der)
        except BadDocument:
            continue
        yield der
