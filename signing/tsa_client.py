"""Somebody else's time-stamp authority (RFC 3161, 2.2): its answer counts when everything in it was checked here.

1. the answer is about this request: imprint, nonce, policy, and a time near the present
2. its signer's chain ends at a configured root, and its only, critical purpose is time-stamping (2.3)
3. its signature holds (pyHanko, under the given roots alone)
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import cms, core, tsp, x509
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from signing.errors import TimestampUnavailable, foreign
from signing.timestamps import Timestamper

TOLERANCE = timedelta(minutes=5)  # between its clock and ours; ours is kept by NTP


@dataclass(frozen=True)
class Terms:
    """Whom to believe (roots, DER), and the policy to insist on (dotted; empty: the authority's own choice)."""

    roots_der: tuple[bytes, ...]
    policy: str = ""


def checked(ask: Timestamper, terms: Terms, clock: Callable[[], datetime]) -> Timestamper:
    """`ask`, with each answer judged before it is passed on.

    The function raises TimestampUnavailable: what `ask` raises; refused, bad_answer, wrong_imprint, wrong_nonce,
    wrong_policy, wrong_time, not_trusted.
    """

    def call(request_der: bytes) -> bytes:
        request = tsp.TimeStampReq.load(request_der)
        if terms.policy:
            request["req_policy"] = terms.policy
        answer = ask(request.dump(force=True))
        with foreign(TimestampUnavailable, "bad_answer"):
            signed_data = _token(answer)
            _require_fit(request, signed_data["encap_content_info"]["content"].parsed, terms, clock())
            _require_trusted(request, signed_data, terms, clock())
        return answer

    return call


class _Response(core.Sequence):
    """TimeStampResp, whose token a refusal leaves out (RFC 3161, 2.4.2); asn1crypto's own class insists on it."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


def _token(answer: bytes) -> cms.SignedData:
    response = _Response.load(answer, strict=True)
    status = response["status"]["status"].native
    if status not in ("granted", "granted_with_mods"):
        raise TimestampUnavailable("refused", f"{status} {response['status']['fail_info'].native or ''}".strip())
    signed_data = response["time_stamp_token"]["content"]
    if signed_data["encap_content_info"]["content_type"].native != "tst_info" or len(signed_data["signer_infos"]) != 1:
        raise TimestampUnavailable("bad_answer", "not one signature over a TSTInfo")
    return signed_data


def _require_fit(request: tsp.TimeStampReq, info: tsp.TSTInfo, terms: Terms, now: datetime) -> None:
    if info["message_imprint"].native != request["message_imprint"].native:
        raise TimestampUnavailable("wrong_imprint", "it stamped something else")
    if info["nonce"].native != request["nonce"].native:
        raise TimestampUnavailable("wrong_nonce", "an answer to another request")
    if terms.policy and info["policy"].dotted != terms.policy:
        raise TimestampUnavailable("wrong_policy", info["policy"].dotted)
    if abs(info["gen_time"].native - now) > TOLERANCE:
        raise TimestampUnavailable("wrong_time", info["gen_time"].native.isoformat())


def _require_trusted(request: tsp.TimeStampReq, signed_data: cms.SignedData, terms: Terms, now: datetime) -> None:
    imprint = request["message_imprint"]["hashed_message"].native
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in terms.roots_der], moment=now, allow_fetching=False
    )
    told: dict[str, Any] = _run(validate_tst_signed_data(signed_data, context, lambda _algorithm: imprint))
    status = TimestampSignatureStatus(**told)
    signer = status.signing_cert
    if signer.extended_key_usage_value is None or signer.extended_key_usage_value.native != ["time_stamping"]:
        raise TimestampUnavailable("not_trusted", "a key that has other purposes too")
    if "extended_key_usage" not in signer.critical_extensions or not (status.valid and status.intact):
        raise TimestampUnavailable("not_trusted", "the signature or its certificate does not hold")
    if not status.trusted:
        raise TimestampUnavailable("not_trusted", "no chain to a configured root")


def _run(judging: Any) -> Any:
    """In a thread of its own: pyHanko asks for the time-stamp from inside an event loop, which cannot be nested."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, judging).result()
