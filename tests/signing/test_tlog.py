"""The tree is that of RFC 6962: against published vectors, an independent implementation, and every forgery tried."""

import random

import pytest

from signing import tiles, tlog

# certificate-transparency-go (and transparency-dev/merkle, testonly): eight leaves and the roots of their first n.
LEAVES = [bytes.fromhex(h) for h in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


class Tree:
    """A log in memory, kept as the web application keeps it: hashes of whole tiles, and a frontier."""

    def __init__(self, entries=()):
        self.size, self.frontier, self.levels, self.roots = 0, (), {}, [tlog.EMPTY_ROOT]
        for entry in entries:
            self.add(entry)

    def add(self, entry):
        self.frontier, completed = tlog.grow(self.frontier, self.size, tlog.leaf_hash(entry))
        for level in range(0, len(completed), tiles.HEIGHT):
            self.levels.setdefault(level // tiles.HEIGHT, []).append(completed[level])
        self.size += 1
        self.roots.append(tlog.root(self.frontier))

    def fetch(self, tile):
        return b"".join(self.levels[tile.level][tile.start : tile.start + tile.width])

    def reader(self, size=None):
        return tiles.Reader(self.fetch, self.size if size is None else size)


@pytest.fixture(scope="module")
def large():
    return Tree(b"%d" % number for number in range(65537 + 300))


def test_the_published_roots():
    assert [root.hex() for root in Tree(LEAVES).roots] == ROOTS


def test_a_leaf_is_never_a_node():
    left, right = tlog.leaf_hash(b"a"), tlog.leaf_hash(b"b")
    assert tlog.leaf_hash(left + right) != tlog.node_hash(left, right)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 255, 256, 257, 511, 513])
def test_an_independent_implementation_agrees(size):
    pymerkle = pytest.importorskip("pymerkle")
    theirs, ours = pymerkle.InmemoryTree(algorithm="sha256"), Tree(b"%d" % n for n in range(size))
    for number in range(size):
        theirs.append_entry(b"%d" % number)
    assert theirs.get_root() == ours.roots[size]
    for index in {0, size // 2, size - 1}:
        proof = tlog.inclusion_proof(ours.reader(), index, size)
        path = theirs.prove_inclusion(index + 1, size).path  # theirs begins with the leaf itself
        assert path[1:] == proof, index
    for old in {1, size // 2, size - 1} - {0}:
        proof = tlog.consistency_proof(ours.reader(), old, size)
        assert tlog.verify_consistency(old, size, proof, theirs.get_root(old), theirs.get_root(size))


@pytest.mark.parametrize("size", [1, 255, 256, 257, 65535, 65536, 65537, 65837])
def test_every_proof_of_a_large_tree_holds(large, size):
    read, dice = large.reader(size), random.Random(size)
    for index in {0, size - 1, *(dice.randrange(size) for _ in range(20))}:
        proof = tlog.inclusion_proof(read, index, size)
        leaf = tlog.leaf_hash(b"%d" % index)
        assert tlog.verify_inclusion(leaf, index, size, proof, large.roots[size])
        assert len(proof) <= 17
    for old in {1, size, *(dice.randint(1, size) for _ in range(20))}:
        proof = tlog.consistency_proof(read, old, size)
        assert tlog.verify_consistency(old, size, proof, large.roots[old], large.roots[size])


def test_growing_costs_no_more_than_the_logarithm(large, monkeypatch):
    count = [0]
    real = tlog.node_hash
    monkeypatch.setattr(tlog, "node_hash", lambda a, b: count.__setitem__(0, count[0] + 1) or real(a, b))
    tlog.grow(large.frontier, large.size, bytes(32))
    tlog.root(large.frontier)
    assert count[0] <= 17


@pytest.mark.parametrize("size", [2, 5, 8, 257])
def test_no_forged_inclusion_is_believed(large, size):
    index, root = size // 2, large.roots[size]
    proof = tlog.inclusion_proof(large.reader(size), index, size)
    leaf = tlog.leaf_hash(b"%d" % index)
    forged = [
        (tlog.leaf_hash(b"x"), index, size, proof, root), (leaf, index - 1, size, proof, root),
        (leaf, index, size, proof[:-1], root), (leaf, index, size, [*proof, bytes(32)], root),
        (leaf, index, size, proof[::-1] if len(proof) > 1 else [bytes(32)], root), (leaf, size, size, proof, root),
        (leaf, -1, size, proof, root), (leaf, index, size, proof, bytes(32)), (leaf, index, 0, proof, root),
        *((leaf, index, size, [*proof[:i], bytes(32), *proof[i + 1 :]], root) for i in range(len(proof))),
    ]  # fmt: skip
    assert [tlog.verify_inclusion(*case) for case in forged] == [False] * len(forged)


@pytest.mark.parametrize(("old", "new"), [(1, 2), (3, 7), (4, 8), (256, 257), (255, 65536)])
def test_no_forged_consistency_is_believed(large, old, new):
    proof = tlog.consistency_proof(large.reader(new), old, new)
    before, after = large.roots[old], large.roots[new]
    forged = [
        (old, new, proof[:-1], before, after), (old, new, [*proof, bytes(32)], before, after),
        (old, new, proof, bytes(32), after), (old, new, proof, before, bytes(32)), (new, old, proof, after, before),
        (0, new, [], tlog.EMPTY_ROOT, after), (old, old, [], before, after), (old, new, [], before, after),
        *((old, new, [*proof[:i], bytes(32), *proof[i + 1 :]], before, after) for i in range(len(proof))),
    ]  # fmt: skip
    assert [tlog.verify_consistency(*case) for case in forged] == [False] * len(forged)


def test_a_tampered_tile_proves_nothing(large):
    def tampered(tile):
        return bytes([large.fetch(tile)[0] ^ 1]) + large.fetch(tile)[1:]

    proof = tlog.inclusion_proof(tiles.Reader(tampered, 513), 300, 513)
    assert not tlog.verify_inclusion(tlog.leaf_hash(b"300"), 300, 513, proof, large.roots[513])


def test_impossible_proofs_are_refused(large):
    for index, size in ((0, 0), (5, 5), (-1, 5)):
        with pytest.raises(ValueError, match="no such leaf"):
            tlog.inclusion_proof(large.reader(), index, size)
    with pytest.raises(ValueError, match="frontier"):
        tlog.grow((), 1, bytes(32))
