"""The map proves what is in it and what is not, and no forged proof is believed."""

import hashlib
import math
from dataclasses import replace

import pytest

from signing import sorted_map
from signing.sorted_map import EMPTY, Proof


def key(number):
    return hashlib.sha256(b"%d" % number).digest()


def built(count):
    pages, root = {}, EMPTY
    for number in range(count):
        root = sorted_map.count_in(pages, key(number), number)
    return pages, root


def plain(values, depth=0):
    """The same root by the definition alone, without pages."""
    if len(values) < 2:
        return next((hashlib.sha256(b"\x02" + k + v).digest() for k, v in values.items()), EMPTY)
    halves = [{k: v for k, v in values.items() if k[depth // 8] >> (7 - depth % 8) & 1 == bit} for bit in (0, 1)]
    return hashlib.sha256(b"\x03" + b"".join(plain(half, depth + 1) for half in halves)).digest()


@pytest.mark.parametrize("count", [0, 1, 2, 3, 16, 17, 257, 1500])
def test_the_root_is_the_defined_one_in_whatever_order(count):
    pages, root = built(count)
    values = {key(n): sorted_map.value(n, n) for n in range(count)}
    again = {}
    for k in sorted(values):
        sorted_map.put(again, k, values[k])
    assert sorted_map.root(pages) == sorted_map.root(again) == root == plain(values)


@pytest.mark.parametrize("count", [1, 2, 1500])
def test_presence_and_absence_are_proven(count):
    pages, root = built(count)
    for number in {0, count // 2, count - 1}:
        found = sorted_map.verify(root, key(number), sorted_map.prove(pages, key(number)))
        assert sorted_map.places(found) == (number, number)
    for number in range(count, count + 50):
        proof = sorted_map.prove(pages, key(number))
        assert sorted_map.verify(root, key(number), proof) == b""
        assert len(proof.siblings) <= 2 * math.log2(count + 1) + 12


def test_the_empty_map_holds_nothing():
    assert sorted_map.verify(EMPTY, key(1), sorted_map.prove({}, key(1))) == b""


def test_a_second_leaf_of_a_number_keeps_the_first():
    pages, _ = built(20)
    root = sorted_map.count_in(pages, key(3), 99)
    assert sorted_map.places(sorted_map.verify(root, key(3), sorted_map.prove(pages, key(3)))) == (3, 99)


def test_numbers_that_share_many_bits_are_told_apart():
    pages, near = {}, [key(0)[:31] + bytes([n]) for n in range(3)]
    for number, k in enumerate(near):
        root = sorted_map.count_in(pages, k, number)
    assert root == plain({k: sorted_map.value(n, n) for n, k in enumerate(near)})
    assert [sorted_map.verify(root, k, sorted_map.prove(pages, k))[7] for k in near] == [0, 1, 2]
    assert set(pages) <= {name for k in near for name in sorted_map.page_names(k)}


def test_no_absence_of_what_is_there_can_be_forged():
    pages, root = built(300)
    there, gone = key(7), key(1000)
    true = sorted_map.prove(pages, there)
    absent = sorted_map.prove(pages, gone)
    forged = [
        replace(true, key=b"", value=b""), replace(true, key=gone), replace(true, value=bytes(16)), absent,
        Proof(true.siblings[:-1], true.key, true.value), Proof((*true.siblings, EMPTY), true.key, true.value),
        Proof((*true.siblings, EMPTY)), Proof(true.siblings[:-1]), Proof(()), Proof((), true.key, true.value),
        Proof((root,)), Proof((EMPTY,) * 257, true.key, true.value), Proof(true.siblings, key(8), true.value),
        Proof((b"",), true.key, true.value), Proof(true.siblings, true.key[:31], true.value),
        *(Proof(true.siblings[:n]) for n in range(len(true.siblings))),
    ]  # fmt: skip
    assert [sorted_map.verify(root, there, proof) for proof in forged] == [None] * len(forged)


def test_no_presence_of_what_is_not_there_can_be_forged():
    pages, root = built(300)
    gone = key(1000)
    absent, other = sorted_map.prove(pages, gone), sorted_map.prove(pages, key(7))
    for proof in (replace(absent, key=gone, value=bytes(16)), replace(other, key=gone)):
        assert sorted_map.verify(root, gone, proof) is None


def test_the_cost_is_that_of_the_depth():
    pages, _ = built(1500)
    before = dict(pages)
    sorted_map.count_in(pages, key(5000), 5000)
    assert len([name for name in pages if before.get(name) != pages[name]]) <= 5


def test_the_vector_of_the_readme():
    """signing/README.md: one number alone, at leaf 0; by hand it is one hash."""
    number = bytes.fromhex("26446af0cfa9b76a3bbf789604a74a87c9973ce4880b81ae3cb79d2453eb77e5")
    root = sorted_map.count_in({}, number, 0)
    assert root == hashlib.sha256(b"\x02" + number + bytes(16)).digest()
    assert root.hex() == "1ef891207ca022f4e567f670d6326aec662ee99b472012e115aff74ceb2ea849"
