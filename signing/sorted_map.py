"""A map whose root proves both what is in it and what is not: a sparse Merkle tree with lone leaves drawn up.

Keys are 32 bytes (SHA-256 of a letter's number), values 16: the first and the newest leaf of the log with it. The
hash of a subtree is 32 zero bytes when it is empty, the leaf's hash when one key is in it, else that of its halves. The
bits of the key, highest first, say left (0) or right (1). Pages of four bits are named by the hex digits before them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from typing import NamedTuple

EMPTY = bytes(32)
KEY, VALUE, BRANCHES = 32, 16, 16
Pages = MutableMapping[str, bytes]


class Node(NamedTuple):
    """The root of a subtree; `key` and `value` when exactly one key is in it."""

    hash: bytes = EMPTY
    key: bytes = b""
    value: bytes = b""

    @property
    def is_branch(self) -> bool:
        return self.hash != EMPTY and not self.key


NOTHING = Node()


@dataclass(frozen=True)
class Proof:
    """The way from the root down to the place of a key, siblings from the top, and what stands there (or "")."""

    siblings: tuple[bytes, ...]
    key: bytes = b""
    value: bytes = b""


def value(first: int, newest: int) -> bytes:
    return first.to_bytes(8) + newest.to_bytes(8)


def places(found: bytes) -> tuple[int, int]:
    """The first and the newest leaf that a value names."""
    return int.from_bytes(found[:8]), int.from_bytes(found[8:])


def page_names(key: bytes) -> list[str]:
    """Of all pages that the way to a key can pass through, from the root page."""
    return [key.hex()[:digits] for digits in range(2 * KEY)]


def put(pages: Pages, key: bytes, new: bytes) -> bytes:
    """Set a key; returns the new root. Reads and writes only pages on its way, log16(size) of them."""
    return _put(pages, "", _leaf(key, new)).hash


def count_in(pages: Pages, key: bytes, index: int) -> bytes:
    """Note that a leaf of the log has this key: it is its newest now. Returns the new root."""
    old = _find(pages, key)
    first = places(old.value)[0] if old.key == key else index
    return put(pages, key, value(first, index))


def prove(pages: Pages, key: bytes) -> Proof:
    """That a key has its value, or that there is none."""
    siblings: list[bytes] = []
    name = ""
    while True:
        nodes = _read(pages, name)
        for bit in range(4):
            node = _fold(nodes)
            if not node.is_branch:
                return Proof(tuple(siblings), node.key, node.value)
            half = len(nodes) // 2
            left, right = nodes[:half], nodes[half:]
            is_right = _bit(key, 4 * len(name) + bit)
            nodes, other = (right, left) if is_right else (left, right)
            siblings.append(_fold(other).hash)
        if not nodes[0].is_branch:
            return Proof(tuple(siblings), nodes[0].key, nodes[0].value)
        name = key.hex()[: len(name) + 1]


def verify(root: bytes, key: bytes, proof: Proof) -> bytes | None:
    """The value of the key, or b"" when it is proven to have none. None when the proof does not hold."""
    depth = len(proof.siblings)
    if len(key) != KEY or depth > 8 * KEY or any(len(s) != 32 for s in proof.siblings):
        return None
    if proof.key:
        is_on_the_way = len(proof.key) == KEY and len(proof.value) == VALUE
        if not is_on_the_way or any(_bit(proof.key, i) != _bit(key, i) for i in range(depth)):
            return None
        found = _leaf(proof.key, proof.value).hash
    else:
        found = EMPTY
    for place in reversed(range(depth)):
        sibling = proof.siblings[place]
        found = _pair(sibling, found) if _bit(key, place) else _pair(found, sibling)
    if found != root:
        return None
    return proof.value if proof.key == key else b""


def root(pages: Pages) -> bytes:
    return _fold(_read(pages, "")).hash


def _find(pages: Pages, key: bytes) -> Node:
    """What stands at the end of a key's way."""
    name, digits = "", key.hex()
    while (node := _read(pages, name)[int(digits[len(name)], 16)]).is_branch:
        name = digits[: len(name) + 1]
    return node


def _put(pages: Pages, name: str, new: Node) -> Node:
    nodes, digit = _read(pages, name), int(new.key.hex()[len(name)], 16)
    old = nodes[digit]
    below = new.key.hex()[: len(name) + 1]
    if old.is_branch:
        nodes[digit] = _put(pages, below, new)
    elif old.key and old.key != new.key:
        _put(pages, below, old)
        nodes[digit] = _put(pages, below, new)
    else:
        nodes[digit] = new
    pages[name] = b"".join(_packed(nodes))
    return _fold(nodes)


def _fold(nodes: list[Node]) -> Node:
    """The root above a row of 1, 2, 4, 8 or 16 nodes."""
    while len(nodes) > 1:
        nodes = [_above(nodes[i], nodes[i + 1]) for i in range(0, len(nodes), 2)]
    return nodes[0]


def _above(left: Node, right: Node) -> Node:
    if left.hash == EMPTY and not right.is_branch:
        return right
    if right.hash == EMPTY and not left.is_branch:
        return left
    return Node(_pair(left.hash, right.hash))


def _leaf(key: bytes, new: bytes) -> Node:
    return Node(hashlib.sha256(b"\x02" + key + new).digest(), key, new)


def _pair(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x03" + left + right).digest()


def _bit(key: bytes, place: int) -> int:
    return key[place >> 3] >> (7 - (place & 7)) & 1


def _packed(nodes: list[Node]) -> Iterable[bytes]:
    for node in nodes:
        yield b"\x02" + node.key + node.value if node.key else b"\x01" + node.hash if node.is_branch else b"\x00"


def _read(pages: Pages, name: str) -> list[Node]:
    data, place, nodes = pages.get(name, bytes(BRANCHES)), 0, []
    while place < len(data):
        kind, start = data[place], place + 1
        place += (1, 33, 49)[kind]
        if kind == 2:
            nodes.append(_leaf(data[start : start + KEY], data[start + KEY : place]))
        else:
            nodes.append(Node(data[start:place]) if kind else NOTHING)
    return nodes
