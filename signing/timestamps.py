"""The time-stamp authority (RFC 3161): a signed statement that a hash existed at a time. No clock, no network here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from hashlib import sha256

from asn1crypto import cms, core, tsp, x509

from signing.authority import POLICY
from signing.keys import LocalKey

Timestamper = Callable[[bytes], bytes]  # request DER -> response DER; raises TimestampUnavailable

MAX_REQUEST = 4096  # bytes
ACCURACY = 1  # second: what a server kept by NTP can promise
_LENGTHS = {"sha256": 32, "sha384": 48, "sha512": 64}  # nothing weaker is stamped (ETSI TS 119 312)


class _Refusal(core.Sequence):
    """TimeStampResp without a token, which RFC 3161 allows and asn1crypto's own class does not."""

    _fields = [("status", tsp.PKIStatusInfo)]


def answer(request_der: bytes, key: LocalKey, at: dt.datetime, serial: int) -> bytes:
    """The TimeStampResp (DER). `serial` must never have been used by this authority before.

    A request that cannot be granted gets a rejection with its reason (RFC 3161, 2.4.2): badDataFormat, badAlg,
    unacceptedPolicy, unacceptedExtension. It does not raise on hostile input.
    """
    try:
        request = tsp.TimeStampReq.load(request_der[: MAX_REQUEST + 1], strict=True)
        refused = _refusal(request)
    except (ValueError, TypeError, KeyError):
        refused = "bad_data_format"
    if refused is not None:
        return _response("rejection", failure=refused)
    info = _info(request, at, serial)
    token = _token(info.dump(), key, bool(request["cert_req"].native))
    return _response("granted", token=token)


def rejection(reason: str = "time_not_available") -> bytes:
    """A response without a time-stamp, with an RFC 3161 failure name."""
    return _response("rejection", failure=reason)


def imprint_of(request_der: bytes) -> str | None:
    """The hash that a well-formed request asks to stamp, hex; None when it would be refused."""
    try:
        request = tsp.TimeStampReq.load(request_der[: MAX_REQUEST + 1], strict=True)
        return None if _refusal(request) else request["message_imprint"]["hashed_message"].native.hex()
    except (ValueError, TypeError, KeyError):
        return None


def _refusal(request: tsp.TimeStampReq) -> str | None:
    imprint = request["message_imprint"]
    algorithm = imprint["hash_algorithm"]["algorithm"].native
    request.native  # noqa: B018  parses everything now, so that nothing hostile is left for later
    if request["version"].native != "v1":
        return "bad_data_format"
    if algorithm not in _LENGTHS:
        return "bad_alg"
    if len(imprint["hashed_message"].native) != _LENGTHS[algorithm]:
        return "bad_data_format"
    if request["req_policy"].native is not None and request["req_policy"].dotted != POLICY.dotted_string:
        return "unaccepted_policy"
    return "unaccepted_extensions" if request["extensions"].native else None


def _info(request: tsp.TimeStampReq, at: dt.datetime, serial: int) -> tsp.TSTInfo:
    values = {
        "version": "v1", "policy": POLICY.dotted_string, "message_imprint": request["message_imprint"],
        "serial_number": serial, "gen_time": at.astimezone(dt.UTC).replace(microsecond=0),
        "accuracy": {"seconds": ACCURACY}, "ordering": False,
    }  # fmt: skip
    if request["nonce"].native is not None:
        values["nonce"] = request["nonce"].native
    return tsp.TSTInfo(values)


def _token(info: bytes, key: LocalKey, with_certificates: bool) -> cms.ContentInfo:
    certificate = x509.Certificate.load(key.certificate_der)
    attributes = _attributes(info, certificate)
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": {
                "issuer_and_serial_number": {
                    "issuer": certificate.issuer, "serial_number": certificate.serial_number,
                }
            },
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": key.sign(attributes.dump()),
        }
    )  # fmt: skip
    values = {
        "version": "v3",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(info)},
        "signer_infos": [signer],
    }
    if with_certificates:
        values["certificates"] = [x509.Certificate.load(der) for der in (key.certificate_der, *key.chain_der)]
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(values)})


def _attributes(info: bytes, certificate: x509.Certificate) -> cms.CMSAttributes:
    named = tsp.ESSCertIDv2({"cert_hash": sha256(certificate.dump()).digest()})  # RFC 5816; SHA-256 is its default
    return cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [sha256(info).digest()]}),
            cms.CMSAttribute(
                {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [named]})]}
            ),
        ]
    )


def _response(status: str, *, token: cms.ContentInfo | None = None, failure: str = "") -> bytes:
    said: dict = {"status": status}
    if failure:
        said["fail_info"] = {failure}
    if token is None:
        return _Refusal({"status": said}).dump()
    return tsp.TimeStampResp({"status": said, "time_stamp_token": token}).dump()
