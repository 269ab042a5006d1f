"""Mutated PDFs, a few seconds of them: intake gives a verdict on every one, and what it takes can be opened by others.

Run in this process for speed, on the child's own functions; one file in ten goes through a real child.
"""

from __future__ import annotations

from io import BytesIO

import pikepdf
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from signing import confined
from signing.documents import REFUSALS, examine
from signing.errors import BadDocument
from signing.examinations import examine as examine_here
from tests.signing import awkward, papers

SEEDS = (
    papers.letter(), papers.xref_stream(papers.letter()), awkward.form(tagged=True), awkward.layers(hidden=True),
    awkward.script("1+1", "annotation"), awkward.attachment_on_the_page(), awkward.stamp_over_text(), awkward.damaged(),
    papers.change(awkward.form(xfa=True), lambda pdf: None, qdf=True),
)  # fmt: skip
ARGUMENTS = {
    "max_pages": 50, "min_side": 110.0, "max_side": 14_400.0, "max_decoded": 20_000_000, "tags": ["#"],
    "size": [190, 95],
}  # fmt: skip
TOKENS = (
    b"<<", b">>", b"[", b"]", b"/Kids", b"/Annots", b"/OC", b"/AP", b"/N", b"/K", b" 3 0 R", b" 0 0 R", b"null", b"-1",
    b"99999999999", b"/Length", b"endobj", b"stream\n", b"%%EOF", b"(", b")", b"<", b"/Parent", b"true", b"1e9",
    b"/StructParent", b"/Type /Annot",
)  # fmt: skip
MUTATIONS = st.lists(
    st.tuples(st.sampled_from(["write", "insert", "cut", "copy"]), st.floats(0, 1), st.sampled_from(TOKENS)),
    min_size=1,
    max_size=6,
)
BOUNDED = settings(
    max_examples=150,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)


def mutated(pdf: bytes, mutations: list[tuple[str, float, bytes]]) -> bytes:
    for how, share, token in mutations:
        place = int(share * len(pdf))
        after = {"write": place + len(token), "cut": place + 40, "copy": max(0, place - 200)}.get(how, place)
        pdf = pdf[:place] + (b"" if how == "cut" else token) + pdf[after:]
    return pdf


@BOUNDED
@given(st.sampled_from(SEEDS), MUTATIONS)
def test_every_mutation_gets_a_verdict(pdf, mutations):
    head, parts = confined._answer(lambda: examine_here(mutated(pdf, mutations), ARGUMENTS))
    if "error" in head:
        assert head["error"] in REFUSALS, head
        return
    assert bool(parts) == bool(head["values"]["repairs"])
    with pikepdf.open(BytesIO(parts[0] if parts else mutated(pdf, mutations)), attempt_recovery=False) as document:
        assert len(document.pages) == head["values"]["pages"]
        assert "/AcroForm" not in document.Root and "/OCProperties" not in document.Root


@seed(7)
@settings(BOUNDED, max_examples=12)
@given(st.sampled_from(SEEDS), MUTATIONS)
def test_so_it_is_in_a_real_child(pdf, mutations):
    try:
        examine(mutated(pdf, mutations), tags=["#"], size=(190, 95))
    except BadDocument as error:  # anything else fails the test
        assert error.code in REFUSALS


@settings(BOUNDED, max_examples=20)
@given(st.binary(max_size=400))
def test_any_bytes_after_a_header_get_a_verdict(data):
    head, _ = confined._answer(lambda: examine_here(b"%PDF-1.7\n" + data, ARGUMENTS))
    assert head.get("error", "broken") in REFUSALS
