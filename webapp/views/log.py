"""The public log: its files for monitors (C2SP tlog-tiles), and a page that explains it and answers for a number."""

from __future__ import annotations

import base64

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from signing import tiles
from webapp.domain import log
from webapp.domain.errors import NotFound
from webapp.guards.access import public, work

bp = Blueprint("log", __name__)

FOR_EVER = "public, max-age=31536000, immutable"
TEXT = "text/plain; charset=utf-8"
LONGEST = 80  # of a letter number, as the table has it


@bp.get("/log")
@public
def show() -> ResponseReturnValue:
    number = request.args.get("number", "").strip()[:LONGEST]
    config = work().config
    return render_template(
        "log/show.html", number=number, answer=log.look_up(work(), number) if number else None,
        checkpoint=log.checkpoint(work()), vkey=log.verifier(config).vkey, address=f"{config.public_url}/log",
        host=config.host,
    )  # fmt: skip


@bp.get("/log/checkpoint")
@public
def checkpoint() -> ResponseReturnValue:
    return Response(log.checkpoint(work()), content_type=TEXT)


@bp.get("/log/vkey")
@public
def vkey() -> ResponseReturnValue:
    return Response(log.verifier(work().config).vkey + "\n", content_type=TEXT)


@bp.get("/log/tile/<path:path>")
@public
def tile(path: str) -> ResponseReturnValue:
    """A tile never changes, not even a partial one: its width is in its address."""
    wanted = tiles.parse(path)
    if wanted is None:
        raise NotFound
    response = Response(log.tile(work(), wanted), mimetype="application/octet-stream")
    response.headers["Cache-Control"] = FOR_EVER
    return response


@bp.get("/log/leaves/<int:index>")
@public
def leaf(index: int) -> ResponseReturnValue:
    """One leaf with its proof, for a browser that checks a letter by itself."""
    return jsonify(_entry(log.entry(work(), index)))


@bp.get("/log/number")
@public
def number() -> ResponseReturnValue:
    """Whether a number was ever signed here, with all that is needed to check the answer."""
    answer = log.look_up(work(), request.args.get("number", "").strip()[:LONGEST])
    if answer is None:
        raise NotFound
    proof = answer.proof
    return jsonify(
        newest=_entry(answer.newest), siblings=[_base64(s) for s in proof.siblings], key=_base64(proof.key),
        value=_base64(proof.value), first=answer.places and answer.places[0],
        last=answer.places and answer.places[1],
    )  # fmt: skip


def _entry(entry: log.Entry) -> dict[str, object]:
    return {
        "index": entry.index, "leaf": entry.data.decode(), "proof": [_base64(h) for h in entry.proof],
        "checkpoint": entry.checkpoint,
    }  # fmt: skip


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
