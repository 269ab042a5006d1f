"""A form's file in pieces, after the draft "Resumable Uploads for HTTP".

POST begins, HEAD says how far it came, PATCH goes on from there, DELETE gives up; headers tell the state. The file
itself is judged when a form names it (uploads.py).
"""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from webapp import db
from webapp.domain import transfers
from webapp.domain.errors import Conflict
from webapp.domain.throttle import TRANSFER
from webapp.domain.transfers import Transfer
from webapp.guards.access import roles, work
from webapp.guards.throttles import by_person, throttled
from webapp.models import Role

bp = Blueprint("transfers", __name__)
# Who has a form that asks for a file. Nobody else could do anything with one but fill the disk.
SENDERS = (Role.DRAFTER, Role.SIGNER, Role.ADMINISTRATOR)


@bp.post("/transfers")
@throttled((TRANSFER, by_person))
@roles(*SENDERS)
@db.reads
def create() -> Response:
    """Form: sha256 and size. The same file again is the same transfer."""
    return _state(transfers.begin(work(), request.form.get("sha256", ""), request.form.get("size", 0, type=int)), 201)


@bp.get("/transfers/<sha256>")
@roles(*SENDERS)
def show(sha256: str) -> Response:
    return _state(transfers.find(work(), sha256))


@bp.patch("/transfers/<sha256>")
@roles(*SENDERS)
@db.reads
def update(sha256: str) -> Response:
    """Body: the bytes that follow on those that Upload-Offset counts."""
    found = transfers.find(work(), sha256)
    db.commit()  # a slow line holds no transaction open
    piece = request.stream.read(transfers.PIECE + 1)  # of a piece that was cut what came of it
    try:
        transfers.append(found, request.headers.get("Upload-Offset", -1, type=int), piece)
    except Conflict:
        return _state(transfers.find(work(), sha256), 409)
    return _state(found)


@bp.delete("/transfers/<sha256>")
@roles(*SENDERS)
@db.reads
def destroy(sha256: str) -> Response:
    transfers.forget(transfers.find(work(), sha256))
    return Response(status=204)


def _state(transfer: Transfer, status: int = 204) -> Response:
    return Response(
        status=status,
        headers={
            "Location": url_for("transfers.show", sha256=transfer.sha256),
            "Upload-Offset": str(transfer.offset),
            "Upload-Length": str(transfer.size),
            "Upload-Complete": "?1" if transfer.is_complete else "?0",
        },
    )
