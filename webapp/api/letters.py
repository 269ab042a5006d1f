"""Letters of the token's office: handing one in, listing, following."""

from __future__ import annotations

import hashlib
import json
from datetime import date

from flask import Blueprint, Response, request

import signing
from webapp import db
from webapp.api import shapes
from webapp.api.contract import ID, JSON, Contract, encode, route
from webapp.domain import arrivals, audit, bundles, idempotency, letters, marks, permissions, searches
from webapp.domain.errors import N_, Conflict, Invalid, Unreadable
from webapp.domain.searches import Filters, Mark, Slice
from webapp.domain.throttle import HAND_IN
from webapp.domain.tokens import Scope
from webapp.domain.workflow import Action
from webapp.forms.base import one_line
from webapp.guards import throttles
from webapp.guards.access import work
from webapp.guards.tokens import token
from webapp.models import IdempotencyKey, Letter

ONE = f"/letters/<{ID}:letter_id>"


def add_to(bp: Blueprint) -> None:
    listed = Contract(N_("Daftar surat"), Scope.READ, shapes.LetterPage, query=shapes.LettersQuery, refusals=(422,))
    made = Contract(
        N_("Ajukan surat"), Scope.SUBMIT, shapes.Letter, body=shapes.NewLetter, status=201,
        refusals=(400, 409, 413, 415, 422), needs_key=True,
    )  # fmt: skip
    route(bp, "get", "/letters", listed)(index)
    route(bp, "post", "/letters", made)(db.reads(create))
    route(bp, "get", ONE, Contract(N_("Satu surat"), Scope.READ, shapes.Letter, refusals=(404,)))(show)
    past = Contract(N_("Riwayat surat"), Scope.READ, shapes.History, refusals=(404,))
    route(bp, "get", f"{ONE}/history", past)(history)


def index(query: shapes.LettersQuery) -> shapes.LetterPage:
    after = Mark.of(query.cursor)
    if query.cursor and after is None:
        raise Invalid(N_("Cursor ini bukan dari daftar surat."), field="cursor")
    states = (query.state,) if query.state else ()
    since, until = query.since or None, query.until or None
    filters = Filters(text=query.q, number=query.number, since=since, until=until, states=states)
    page = searches.find(work(), filters, Slice(query.limit, after, query.oldest_first))
    return shapes.LetterPage([_told(letter) for letter in page.letters], str(page.after) if page.after else None)


def show(letter_id: int) -> shapes.Letter:
    return _told(letters.get(work(), letter_id))


def history(letter_id: int) -> shapes.History:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.VIEW_TRAIL, letter)
    entries = [entry for entry in audit.of_letter(work(), letter) if entry.event not in bundles.LEFT_OUT]
    return shapes.History([
        shapes.Step(e.number, e.at, str(e.event), e.actor.full_name if e.actor else None,
                    str(json.loads(e.facts).get("sha256") or ""))
        for e in entries
    ])  # fmt: skip


def create(body: shapes.NewLetter) -> Response:
    """Answered before? Then the same again. Judged while nothing is locked; written, with the key, in one commit."""
    key, sha256 = _key(), _digest()
    if (before := idempotency.find(work(), key, sha256)) is not None:
        return _replayed(before)
    throttles.count(HAND_IN, str(token().id))
    facts, asked = _facts(body), body.placement
    place = signing.Placement(asked.page, asked.x, asked.y, asked.width, asked.height) if asked else None
    signer = arrivals.signer_of(work(), token(), body.signer)  # before seconds of work are spent on the file
    pattern = arrivals.pattern_of(work(), token(), body.pattern_id)
    db.commit()
    name = one_line(body.filename) or "surat.pdf"
    number = "" if pattern else facts["number"]
    taken = arrivals.take(work(), body.file, name, number=number, dated_on=facts["dated_on"])
    arrival = arrivals.settle(work(), taken, place, may_cover=body.may_cover)
    db.write()
    if not idempotency.claim(work(), key, sha256):
        found = idempotency.find(work(), key, sha256)
        if found is None:
            raise Conflict
        return _replayed(found)
    letter = arrivals.hand_in(work(), token(), signer, arrival, facts=facts, pattern=pattern)
    text, where = encode(_told(letter)).decode(), f"/api/v1/letters/{letter.id}"
    idempotency.keep(work(), key, status=201, answer=text, location=where)
    return _created(text, where)


def _key() -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise Unreadable(N_("Sertakan header Idempotency-Key: 1 sampai 255 huruf ASCII, baru untuk setiap surat."))
    return key


def _digest() -> str:
    """Of the whole request: another body under the same key is another request."""
    head = f"{request.method} {request.path}\n".encode()
    return hashlib.sha256(head + request.get_data(cache=True)).hexdigest()


def _replayed(before: IdempotencyKey) -> Response:
    response = _created(before.answer, before.location)
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _created(text: str, where: str) -> Response:
    return Response(text, 201, {"Location": where}, mimetype=JSON)


def _facts(body: shapes.NewLetter) -> dict:
    """What letters.create takes, tidied as the form tidies it. Raises Invalid by the field."""
    texts = {name: one_line(getattr(body, name)) for name in ("number", "subject", "classification", "addressee")}
    for name in ("subject", "addressee"):
        if not texts[name]:
            raise Invalid(N_("Isian ini wajib."), field=name)
    if not (texts["number"] or body.pattern_id):
        raise Invalid(N_("Isi nomor suratnya."), field="number")
    if not date(2000, 1, 1) <= body.dated_on <= date(2099, 12, 31):
        raise Invalid(N_("Tanggal ini belum benar."), field="dated_on")
    names = ("kind", "urgency", "confidentiality", "dated_on")
    return texts | {name: getattr(body, name) for name in names}


def _told(letter: Letter) -> shapes.Letter:
    signature, signer = letter.signature, letter.signer
    signed = signature and shapes.Signed(
        signature.signed_at, signature.signer_name, signature.signer_position, signature.level, signature.file_sha256,
        marks.address_to_show(work().config, letter),
    )  # fmt: skip
    return shapes.Letter(
        id=letter.id, state=letter.state, number=letter.number, subject=letter.subject, addressee=letter.addressee,
        dated_on=letter.dated_on, classification=letter.classification, kind=letter.kind, urgency=letter.urgency,
        confidentiality=letter.confidentiality, office=letter.office.code, drafter=letter.drafter.full_name,
        signer=shapes.Person(signer.id, signer.full_name, signer.position), version=letter.version_number,
        pages=letter.version.pages, reason=letter.reason, created_at=letter.created_at, updated_at=letter.updated_at,
        submitted_at=letter.submitted_at, signature=signed, replaced_by=letter.replaced_by_id,
    )  # fmt: skip
