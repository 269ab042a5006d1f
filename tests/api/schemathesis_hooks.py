"""Loaded by the schemathesis program: half of what it thinks up is aimed at letters that there are, and a few of the
letters it hands in have a real PDF and a real signer. Otherwise nearly every answer would be a refusal.
"""

from __future__ import annotations

import itertools
import os

import schemathesis
from schemathesis import GenerationMode

from tests.api.conftest import PDF

IDS = [int(number) for number in os.environ["LETTER_IDS"].split()]
TURN, SOUND = itertools.count(), itertools.count()
REAL_ONES = range(0, 20, 5)  # which of the sound bodies become real letters: each takes seconds to judge
REAL = {
    "file": PDF, "signer": "sari@solok.example", "dated_on": "2026-11-26", "placement": None, "pattern_id": None,
    "subject": "Uji", "addressee": "Uji",
}  # fmt: skip


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    turn = next(TURN)
    if turn % 2 and path_parameters and isinstance(path_parameters.get("letter_id"), int):
        path_parameters["letter_id"] = IDS[turn % len(IDS)]
    return path_parameters


@schemathesis.hook
def before_call(context, case, kwargs):
    is_sound = case.meta is not None and case.meta.generation.mode == GenerationMode.POSITIVE
    if not (is_sound and isinstance(case.body, dict) and "file" in case.body):
        return
    if (turn := next(SOUND)) in REAL_ONES:
        case.body = case.body | REAL | {"number": f"S/{turn}/2026"}
        case.headers["Idempotency-Key"] = f"schemathesis-{turn}"
