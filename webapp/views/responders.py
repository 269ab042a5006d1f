"""OCSP and time-stamps over HTTP (RFC 6960 appendix A, RFC 3161 3.4): asked by programs, so no log-in and no token."""

from __future__ import annotations

import base64
import binascii

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from signing import ocsp as protocol
from webapp.domain import responders, throttle
from webapp.guards.access import public, work
from webapp.guards.csrf import exempt
from webapp.guards.throttles import by_address, throttled

bp = Blueprint("responders", __name__)
exempt(bp)  # no cookie is looked at, nothing changes on anybody's behalf


@bp.get("/authority/ocsp/<path:question>")
@public
def ask(question: str) -> ResponseReturnValue:
    try:
        der = base64.b64decode(question, validate=True)
    except (binascii.Error, ValueError):
        der = b""
    return _ocsp(der)


@bp.post("/authority/ocsp")
@public
def ocsp() -> ResponseReturnValue:
    return _ocsp(_body("application/ocsp-request"))


@bp.post("/authority/tsa")
@throttled((throttle.STAMP, by_address))
@public
def timestamp() -> ResponseReturnValue:
    answered = responders.timestamp(work(), _body("application/timestamp-query"))
    return Response(answered, mimetype="application/timestamp-reply", headers={"Cache-Control": "no-store"})


def _ocsp(der: bytes) -> Response:
    """Never cached: a revocation must be known at the next question."""
    answered = responders.certificate_status(work(), der)
    return Response(answered, mimetype="application/ocsp-response", headers={"Cache-Control": "no-store"})


def _body(mimetype: str) -> bytes:
    if request.mimetype != mimetype:
        raise BadRequest
    request.max_content_length = protocol.MAX_REQUEST  # a longer body is not even read: 413
    return request.get_data()
