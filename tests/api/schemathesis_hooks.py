"""Loaded by the schemathesis program: half of what it thinks up is aimed at letters that there are, and a sixth of the
letters it hands in is a real PDF for a real signer. Otherwise nearly every answer would be a refusal.
"""

from __future__ import annotations

import itertools
import os

import schemathesis

from tests.api.conftest import PDF

IDS = [int(number) for number in os.environ["LETTER_IDS"].split()]
TURN = itertools.count()


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    turn = next(TURN)
    if turn % 2 and path_parameters and isinstance(path_parameters.get("letter_id"), int):
        path_parameters["letter_id"] = IDS[turn % len(IDS)]
    return path_parameters


@schemathesis.hook
def map_body(context, body):
    if next(TURN) % 6 == 0 and isinstance(body, dict) and "file" in body:
        body |= {"file": PDF, "signer": "sari@solok.example"}
    return body
