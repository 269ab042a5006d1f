"""What would take too much is refused before it is taken."""

from __future__ import annotations

import zlib
from io import BytesIO

import pikepdf
import pytest

from signing import examinations, repair
from signing.errors import BadDocument
from tests.signing import awkward

MOST = 8_000_000


def _bomb_that_needs_repair() -> bytes:
    packed = zlib.compress(zlib.compress(bytes(4 * MOST), 9), 9)
    with pikepdf.open(BytesIO(awkward.script("1+1"))) as pdf:
        layers = pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
        pdf.Root.Filler = pdf.make_indirect(pikepdf.Stream(pdf, packed, Filter=layers))
        output = BytesIO()
        pdf.save(output, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
        return output.getvalue()


def test_a_bomb_in_a_file_that_needs_repair_is_found_before_the_repair_unpacks_it(monkeypatch):
    monkeypatch.setattr(repair, "_saved", lambda _: pytest.fail("it was unpacked"))
    limits = {"max_pages": 9, "max_decoded": MOST, "min_side": 1, "max_side": 9_000, "tags": [], "size": None}
    with pytest.raises(BadDocument) as refused:
        examinations.examine(_bomb_that_needs_repair(), limits)
    assert refused.value.code == "too_complex"
