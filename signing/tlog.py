"""Merkle trees of a log that only grows: hashing, growing, proofs and their verification (RFC 6962, RFC 9162).

Hashes are 32 bytes of SHA-256. Positions count from 0. Nothing here stores: `read(level, index)` gives the hash of the
complete subtree of 2^level leaves that is the index-th of its level. Tiles are in signing.tiles, checkpoints in
signing.notes, what a leaf says in signing.leaves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()  # RFC 6962, 2.1: the hash of an empty list
Read = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """RFC 6962, 2.1: a leaf can never be taken for a node, since their first byte differs."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def grow(frontier: Sequence[bytes], size: int, leaf: bytes) -> tuple[tuple[bytes, ...], list[bytes]]:
    """Add one leaf hash to a tree of `size` leaves, with at most log2(size) hashes.

    `frontier` holds the roots of its complete subtrees, largest first: one for each bit that is set in `size`.
    Returns the new frontier and the subtrees that this leaf completed: the n-th has 2^n leaves, index size >> n.
    """
    if len(frontier) != size.bit_count():
        raise ValueError("this frontier is not of that size")
    rest, completed = list(frontier), [leaf]
    while size & 1:
        completed.append(node_hash(rest.pop(), completed[-1]))
        size >>= 1
    return (*rest, completed[-1]), completed


def root(frontier: Sequence[bytes]) -> bytes:
    """The tree's root from its frontier."""
    if not frontier:
        return EMPTY_ROOT
    found = frontier[-1]
    for left in reversed(frontier[:-1]):
        found = node_hash(left, found)
    return found


def range_hash(read: Read, start: int, end: int) -> bytes:
    """MTH(D[start:end]) of RFC 6962, 2.1, for a start that is a multiple of the largest subtree inside."""
    size = end - start
    if size == 0:
        return EMPTY_ROOT
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return read(level, start >> level)
    middle = start + _split(size)
    return node_hash(read(_split(size).bit_length() - 1, start // _split(size)), range_hash(read, middle, end))


def inclusion_proof(read: Read, index: int, size: int) -> list[bytes]:
    """PATH(index, D[size]) of RFC 6962, 2.1.1. Raises ValueError where there is no such leaf."""
    if not 0 <= index < size:
        raise ValueError("no such leaf in a tree of that size")
    start, end, found = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            found.append(range_hash(read, middle, end))
            end = middle
        else:
            found.append(range_hash(read, start, middle))
            start = middle
    return found[::-1]


def consistency_proof(read: Read, old: int, new: int) -> list[bytes]:
    """PROOF(old, D[new]) of RFC 6962, 2.1.2. Raises ValueError unless 0 < old <= new."""
    if not 0 < old <= new:
        raise ValueError("a proof is from a smaller tree, not empty, to a larger one")
    start, end, found = 0, new, []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            found.append(range_hash(read, middle, end))
            end = middle
        else:
            found.append(range_hash(read, start, middle))
            start = middle
    if start:
        found.append(range_hash(read, start, end))
    return found[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> bool:
    """Whether this leaf hash is at that place of the tree with that root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(step, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, step)
        node, last = node >> 1, last >> 1
    return last == 0 and found == expected


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the larger tree begins with exactly the leaves of the smaller (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    if not steps:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, step)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _split(size: int) -> int:
    """The largest power of two smaller than size."""
    return 1 << (size - 1).bit_length() - 1
