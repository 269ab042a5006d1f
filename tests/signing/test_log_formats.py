"""Tiles, checkpoints and leaves are written as their specifications say, in one way only."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing import leaves, notes, tiles
from signing.tiles import ENTRIES, Tile

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
POINT = notes.Checkpoint("teken.example/log", 7, bytes(32))
# golang.org/x/mod/sumdb/note, package documentation.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PROVERB = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
NUMBER = "26446af0cfa9b76a3bbf789604a74a87c9973ce4880b81ae3cb79d2453eb77e5"
CODE = "6d130d7978485c5a6b35dd35afa34b4c201b7c581113cf244054185a7be18bf6"
# As anybody computes them: printf 'teken-number/v1\n000.1.5/12/UM-2026' | sha256sum;
# printf 'teken-code/v1\n8F3K2M9Q7XTD' | sha256sum
LEAF = leaves.Leaf(
    kind="signature", time="2026-11-25T09:00:00.000000Z", file="a" * 64,
    number=leaves.number_digest("000.1.5/12/UM-2026"), certificate="b" * 64,
    code=leaves.code_digest("8F3K2M9Q7XTD"), successor="-", map="c" * 64,
)  # fmt: skip


@pytest.mark.parametrize(
    ("tile", "path"),
    [  # the examples of C2SP tlog-tiles
        (Tile(0, 1234067), "0/x001/x234/067"), (Tile(ENTRIES, 5, 3), "entries/005.p/3"), (Tile(1, 0), "1/000"),
        (Tile(0, 273, 208), "0/273.p/208"), (Tile(2, 999), "2/999"), (Tile(0, 1000, 1), "0/x001/000.p/1"),
    ],
)  # fmt: skip
def test_a_tile_has_one_path(tile, path):
    assert tile.path == path and tiles.parse(path) == tile


@pytest.mark.parametrize("path", [
    "0/1", "0/0001", "0/x000/001", "0/001.p/0", "0/001.p/256", "0/001.p/03", "6/000", "-1/000", "00/000", "0/x001",
    "0/../000", "0/000/", "0/\u0661\u0662\u0663", "", "entries", "0/x001x/234", "0/" + "x999/" * 40 + "000",
])  # fmt: skip
def test_no_other_path_is_read(path):
    assert tiles.parse(path) is None


def test_the_tiles_of_a_tree_of_70000():
    """As in C2SP tlog-tiles: 273 full tiles and one of 112 at level 0, one full and one of 17 at 1, one of 1 at 2."""
    assert [tiles.at(*place, 70000).width for place in ((0, 272), (0, 273), (1, 0), (1, 1), (2, 0))] == [
        256, 112, 256, 17, 1,
    ]  # fmt: skip
    with pytest.raises(ValueError, match="reach"):
        tiles.at(0, 274, 70000)


def test_bundles():
    assert tiles.pack([b"ab", b""]) == b"\x00\x02ab\x00\x00"
    assert tiles.unpack(b"\x00\x02ab\x00\x00") == [b"ab", b""]
    for cut in (b"\x00", b"\x00\x02a", b"\x00\x01a\x00"):
        with pytest.raises(ValueError, match="cut"):
            tiles.unpack(cut)


def test_a_published_note_verifies():
    signer = notes.Verifier.parse(PETER)
    assert signer.vkey == PETER
    text, _, line = PROVERB.rpartition("\n\n")
    assert notes._is_signed(f"{text}\n", line.strip(), signer)
    with pytest.raises(notes.BadNote, match="wrong"):
        notes._is_signed(f"{text}!\n", line.strip(), signer)


def test_a_checkpoint_is_read_back_and_witnesses_are_passed_over():
    signer, note = notes.verifier(KEY, POINT.origin), notes.sign(POINT, KEY)
    assert notes.open_checkpoint(note, signer) == POINT
    witness = base64.b64encode(bytes(76)).decode()
    assert notes.open_checkpoint(f"{note}\u2014 witness.example {witness}\n", signer) == POINT


@pytest.mark.parametrize(("old", "new"), [
    ("\n7\n", "\n8\n"), ("\n7\n", "\n07\n"), ("teken.example/log\n7", "other.example/log\n7"), ("\n\n", "\n"),
    ("\u2014", "-"), ("AAAA", "AAAB"), ("=\n\n", "=\nextra\n\n"),
])  # fmt: skip
def test_a_changed_checkpoint_is_refused(old, new):
    with pytest.raises(notes.BadNote):
        notes.open_checkpoint(notes.sign(POINT, KEY).replace(old, new, 1), notes.verifier(KEY, POINT.origin))


@pytest.mark.parametrize("vkey", ["", "a+b+c", PETER.replace("c74f20a3", "c74f20a4"), PETER[:-4], PETER + "\nx"])
def test_a_damaged_key_is_refused(vkey):
    with pytest.raises(notes.BadNote):
        notes.Verifier.parse(vkey)


def test_another_key_of_the_same_name_is_not_believed():
    other = Ed25519PrivateKey.generate()
    with pytest.raises(notes.BadNote, match="log's key"):
        notes.open_checkpoint(notes.sign(POINT, other), notes.verifier(KEY, POINT.origin))


def test_the_vector_of_a_leaf():
    """The same as in signing/README.md."""
    assert LEAF.data.decode() == (
        "teken-leaf/v1\nkind signature\ntime 2026-11-25T09:00:00.000000Z\n"
        f"file {'a' * 64}\nnumber {NUMBER}\ncertificate {'b' * 64}\ncode {CODE}\nsuccessor -\nmap {'c' * 64}\n"
    )
    assert leaves.parse(LEAF.data) == LEAF


@pytest.mark.parametrize(("old", "new"), [
    ("signature", "Signature"), ("a" * 64, "A" * 64), ("a" * 64, "a" * 63), ("successor -", "successor"),
    ("v1", "v2"), ("09:00:00.000000Z", "09:00:00Z"), ("map", "Map"), ("time ", "time  "), ("\nkind", "\n\nkind"),
])  # fmt: skip
def test_a_leaf_has_one_writing(old, new):
    with pytest.raises(ValueError, match=r"."):
        leaves.parse(LEAF.data.decode().replace(old, new, 1).encode())


@pytest.mark.parametrize("written", [
    "000.1.5/12/UM-2026", " 000.1.5 / 12 / um-2026 ",
    "000.1.5/12/UM\u20132026", "\uff10\uff10\uff10.1.5\u2215\uff11\uff12/um-2026",
    "000.1.5/12/UM\u00a0-\t2026",
])  # fmt: skip
def test_a_number_is_the_same_however_it_is_written(written):
    assert leaves.number_digest(written) == LEAF.number


@pytest.mark.parametrize(
    "other", ["000.1.5/120/UM-2026", "0.1.5/12/UM-2026", "000.1.5/12/UM-2025", "000.15/12/UM-2026"]
)
def test_another_number_is_another(other):
    assert leaves.number_digest(other) != LEAF.number
