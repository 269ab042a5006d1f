"""Damaged signed files thought up by hypothesis: the verifier answers each, in time, and believes none of them.

FUZZ_EXAMPLES sets how many (a long night: 100000); the default is for every run of the suite.
"""

import os
import time
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signing.verdicts import Verdict, Verification
from signing.verify import verify
from tests.signing.office import office, signed
from tests.signing.test_attacks import _evidence, _stamped

BOUNDED = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "120")),
    deadline=timedelta(seconds=20),
    database=None,
    suppress_health_check=list(HealthCheck),
    derandomize="FUZZ_EXAMPLES" not in os.environ,
)
WORDS = [
    b"/ByteRange", b"/Contents", b"/Kids", b"/Parent", b"/Prev", b"/Size", b"/Root", b"/V", b"/Fields", b"/Filter",
    b"/SubFilter", b"/Type", b"/Annots", b"/DSS", b"/Length", b"obj", b"endobj", b"xref", b"trailer", b"startxref",
]  # fmt: skip
SMALL = st.one_of(st.binary(max_size=40), st.sampled_from([*WORDS, b"[ ]", b"<< >>", b"null", b"-1", b"999999999999"]))


def seeds() -> list[bytes]:
    return [signed(), signed(certify=False), _stamped(signed(), _evidence())]


SEEDS = seeds()
EDIT = st.tuples(st.floats(0, 1), st.integers(0, 60), SMALL)


def judged(pdf: bytes) -> Verification:
    began = time.monotonic()
    verdict = verify(pdf, office().trust())
    assert time.monotonic() - began < 15
    assert isinstance(verdict.verdict, Verdict) and verdict.is_valid == (verdict.verdict == Verdict.VALID)
    return verdict


@BOUNDED
@given(st.sampled_from(range(len(SEEDS))), st.lists(EDIT, min_size=1, max_size=6))
def test_no_edit_inside_a_signed_file_is_believed(seed: int, edits: list[tuple[float, int, bytes]]) -> None:
    """Random replacements: unless the bytes are what they were, nothing is valid."""
    original = pdf = SEEDS[seed]
    for share, length, new in edits:
        place = int(share * len(pdf))
        pdf = pdf[:place] + new + pdf[place + length :]
    verdict = judged(pdf)
    assert not verdict.is_valid or pdf == original


@BOUNDED
@given(st.sampled_from(range(len(SEEDS))), st.floats(0, 1), SMALL)
def test_a_torn_file_and_whatever_follows_is_not_believed(seed: int, share: float, tail: bytes) -> None:
    original = SEEDS[seed]
    pdf = original[: int(share * len(original))] + tail
    signed_parts = {SEEDS[0], SEEDS[1]} | {SEEDS[2][: len(part)] for part in SEEDS[:1]}
    assert not judged(pdf).is_valid or any(pdf.rstrip() == part.rstrip() for part in (*SEEDS, *signed_parts))


@BOUNDED
@given(st.sampled_from(WORDS), SMALL, st.integers(0, 5))
def test_a_word_of_the_file_swapped_for_another(word: bytes, new: bytes, nth: int) -> None:
    pdf = SEEDS[2]
    places = [at for at in range(len(pdf)) if pdf.startswith(word, at)]
    at = places[nth % len(places)]
    altered = pdf[:at] + new + pdf[at + len(word) :]
    assert not judged(altered).is_valid or altered == pdf


@BOUNDED
@given(st.binary(max_size=3_000))
def test_any_bytes_at_all(noise: bytes) -> None:
    for pdf in (noise, b"%PDF-1.7\n" + noise, SEEDS[0] + noise):
        verdict = judged(pdf)
        assert not verdict.is_valid or not noise
