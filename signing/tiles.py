"""The tree as files that can be cached for ever: hash tiles and entry bundles (C2SP tlog-tiles, tile height 8)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from signing.tlog import node_hash

HEIGHT, WIDTH, HASH = 8, 256, 32
ENTRIES = -1  # the level of a bundle: the entries themselves, below the hashes of level 0
MAX_LEVEL = 5  # 256^6 leaves and a little more fit; the format allows six levels
_PATH = re.compile(r"(entries|[0-5])/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True)
class Tile:
    """The first `width` hashes (or entries) of the index-th group of 256 at a level."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Below `tile/`: 1234067 is x001/x234/067, and a partial tile ends in .p/<width>."""
        digits = f"{self.index:d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        number = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
        level = "entries" if self.level == ENTRIES else str(self.level)
        return f"{level}/{number}" + (f".p/{self.width}" if self.width < WIDTH else "")

    @property
    def start(self) -> int:
        """Of the first hash in it, counted at its level."""
        return self.index * WIDTH


def parse(path: str) -> Tile | None:
    """The tile that a path below `tile/` names, or None. Each tile has exactly one path."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    level, number, width = match.groups()
    tile = Tile(ENTRIES if level == "entries" else int(level), int(re.sub(r"[x/]", "", number)), int(width or WIDTH))
    return tile if tile.path == path else None


def at(level: int, index: int, size: int) -> Tile:
    """The tile as a tree of `size` leaves has it: full, or as wide as the tree allows. Raises ValueError when empty."""
    width = min(WIDTH, (size >> HEIGHT * max(level, 0)) - index * WIDTH)
    if width < 1:
        raise ValueError("the tree does not reach that tile")
    return Tile(level, index, width)


class Reader:
    """Reads subtree hashes for signing.tlog out of tiles that `fetch(tile)` gives as bytes, each asked for once."""

    def __init__(self, fetch: Callable[[Tile], bytes], size: int) -> None:
        self._fetch, self._size = fetch, size
        self._kept: dict[tuple[int, int], bytes] = {}

    def __call__(self, level: int, index: int) -> bytes:
        tile_level, row = divmod(level, HEIGHT)
        first = index << row
        number, offset = divmod(first, WIDTH)
        content = self._tile(tile_level, number)
        nodes = [content[i * HASH : (i + 1) * HASH] for i in range(offset, offset + (1 << row))]
        while len(nodes) > 1:
            nodes = [node_hash(nodes[i], nodes[i + 1]) for i in range(0, len(nodes), 2)]
        return nodes[0]

    def _tile(self, level: int, index: int) -> bytes:
        if (level, index) not in self._kept:
            tile = at(level, index, self._size)
            content = self._fetch(tile)
            if len(content) != tile.width * HASH:
                raise ValueError("a tile without its length")
            self._kept[level, index] = content
        return self._kept[level, index]


def pack(entries: Sequence[bytes]) -> bytes:
    """An entry bundle: each entry after its length in two bytes, big-endian."""
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)


def unpack(bundle: bytes) -> list[bytes]:
    """The entries of a bundle. Raises ValueError when it is cut."""
    found, place = [], 0
    while place < len(bundle):
        length = int.from_bytes(bundle[place : place + 2])
        entry = bundle[place + 2 : place + 2 + length]
        if len(entry) != length or place + 2 > len(bundle):
            raise ValueError("a bundle that is cut")
        found.append(entry)
        place += 2 + length
    return found
