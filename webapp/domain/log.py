"""The public log: every signature, revocation and replacement, where nobody can take one away unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from signing import leaves, notes, sorted_map, tiles, tlog
from signing.leaves import Leaf
from webapp.config import Config
from webapp.domain.errors import NotFound
from webapp.domain.work import Work
from webapp.models import Letter, LogHead, LogLeaf, LogNode, LogPage, Signature

SIGNATURE, REVOCATION, REPLACEMENT = "signature", "revocation", "replacement"
TRIES = 5
PAGES_AT_ONCE = 16  # deeper pages exist only where two numbers share 64 bits of their digest
PAGES = LogPage.__table__


def _upsert(insert: Callable[..., Any]) -> Any:
    statement = insert(PAGES)
    return statement.on_conflict_do_update(index_elements=["name"], set_={"data": statement.excluded.data})


# On plain tables, and made once: an append is on the way of every signature.
_LOCK, _MOVE, _ADD = select(LogHead.__table__).with_for_update(), update(LogHead.__table__), insert(LogLeaf.__table__)
_NAMES = [f"name_{place}" for place in range(PAGES_AT_ONCE)]
_PAGES = select(PAGES.c.name, PAGES.c.data).where(PAGES.c.name.in_([bindparam(name) for name in _NAMES]))
_UPSERT = {"postgresql": _upsert(postgresql.insert), "sqlite": _upsert(sqlite.insert)}


@dataclass(frozen=True)
class Entry:
    """A leaf with what proves that it is in the log at that checkpoint."""

    index: int
    data: bytes
    proof: list[bytes]
    checkpoint: str

    @property
    def leaf(self) -> Leaf:
        return leaves.parse(self.data)


@dataclass(frozen=True)
class Answer:
    """What the log says of a letter number. `newest` carries the map's root; `places` its first and newest leaf."""

    number: str
    newest: Entry
    proof: sorted_map.Proof
    places: tuple[int, int] | None


def append_signatures(work: Work, letter: Letter) -> None:
    """A leaf for each signer, when the last has signed: only then is there a letter that can be checked or revoked, and
    each official finds his own certificate. All name the complete file; the first leaf is the completing signature's.
    """
    append(work, SIGNATURE, letter)
    for made in letter.signatures[:-1]:
        append(work, SIGNATURE, letter, made)


def append(work: Work, kind: str, letter: Letter, signature: Signature | None = None) -> None:
    """Write one leaf in the transaction of what it tells of. The head row is locked until the commit.

    `signature`: of several whose certificate the leaf names; else the one that completed the letter.
    Costs log2(size) hashes and a handful of rows, however large the log is.
    """
    head = work.execute(_LOCK).one_or_none()
    if head is None:
        raise LookupError("the log has no head; the database is not migrated")
    if letter.signature is None or letter.is_practice:
        raise LookupError("only signed letters are in the log, and no practice")
    at = max(work.now, head.at or work.now)  # who waited for the lock may be earlier than who had it
    certificate = certificate_sha256(signature or letter.signature)
    leaf = _leaf(kind, letter, leaves.time_of(at), _count_in(work, letter, head.size), certificate)
    hashed = tlog.leaf_hash(leaf.data)
    frontier, completed = tlog.grow(_cut(head.frontier), head.size, hashed)
    for level in range(tiles.HEIGHT, len(completed), tiles.HEIGHT):
        node = LogNode(level=level // tiles.HEIGHT, index=head.size >> level, hash=completed[level])
        work.session.add(node)
    row = {"index": head.size, "kind": kind, "data": leaf.data, "hash": hashed, "letter_id": letter.id}
    work.execute(_ADD, row)
    work.execute(_MOVE, {"size": head.size + 1, "frontier": b"".join(frontier), "at": at})


def verifier(config: Config) -> notes.Verifier:
    """Whose signature stands under the checkpoints; its vkey is what monitors and witnesses need."""
    return notes.verifier(_key(config), f"{config.host}/log")


def checkpoint(work: Work) -> str:
    """The newest signed checkpoint. Only what is committed is ever signed, so a rolled-back letter is in none."""
    return _signed(work, _head(work))


def tile(work: Work, wanted: tiles.Tile) -> bytes:
    """The content of a hash tile or entry bundle. Raises NotFound where the tree does not reach."""
    column, query = _content(wanted)
    end = wanted.start + wanted.width
    rows = work.session.scalars(query.where(column >= wanted.start, column < end).order_by(column)).all()
    if len(rows) != wanted.width:
        raise NotFound
    return tiles.pack(rows) if wanted.level == tiles.ENTRIES else b"".join(rows)


def entry(work: Work, index: int) -> Entry:
    """A leaf with its proof against the newest checkpoint. Raises NotFound."""
    head = _head(work)
    row = work.session.get(LogLeaf, index)
    if row is None or index >= head.size:
        raise NotFound
    read = tiles.Reader(lambda wanted: tile(work, wanted), head.size)
    return Entry(index, row.data, tlog.inclusion_proof(read, index, head.size), _signed(work, head))


def entry_in_its_tree(work: Work, index: int) -> Entry:
    """A leaf with its proof against the tree that ends with it: the same whenever it is asked for. Raises NotFound."""
    row, size = work.session.get(LogLeaf, index), index + 1
    if row is None or size > _head(work).size:
        raise NotFound
    read = tiles.Reader(lambda wanted: tile(work, wanted), size)
    then = notes.Checkpoint(f"{work.config.host}/log", size, tlog.range_hash(read, 0, size))
    return Entry(index, row.data, tlog.inclusion_proof(read, index, size), notes.sign(then, _key(work.config)))


def find_signature(work: Work, letter: Letter) -> int | None:
    """Where the letter's signature is in the log; of several the one that completed it."""
    query = select(LogLeaf.index).where(LogLeaf.letter_id == letter.id, LogLeaf.kind == SIGNATURE)
    return work.session.scalars(query.order_by(LogLeaf.index)).first()


def certificate_sha256(signature: Signature) -> str:
    """How an official is found in the log: by the certificate that signed, BSrE's where it keeps the key."""
    der = signature.certificate.der if signature.certificate else signature.remote.certificate_der
    return hashlib.sha256(der).hexdigest()


def look_up(work: Work, number: str) -> Answer | None:
    """Whether a letter of that number was ever signed here, with the proof. None while the log is empty."""
    key = bytes.fromhex(leaves.number_digest(number))
    for _ in range(TRIES):  # PostgreSQL: a leaf may be committed between the reading of head and map
        size = _head(work).size
        if not size:
            return None
        newest, proof = entry(work, size - 1), sorted_map.prove(_pages(work, key), key)
        found = sorted_map.verify(bytes.fromhex(newest.leaf.map), key, proof)
        if found is not None:
            return Answer(number, newest, proof, sorted_map.places(found) if found else None)
    raise LookupError("the map of the log is damaged")


def _leaf(kind: str, letter: Letter, at: str, map_root: bytes, certificate: str) -> Leaf:
    successor = letter.replaced_by.code if kind == REPLACEMENT and letter.replaced_by else None
    return Leaf(
        kind=kind, time=at, file=letter.signature.sha256, number=leaves.number_digest(letter.number),
        certificate=certificate,
        code=leaves.code_digest(letter.code), successor=leaves.code_digest(successor) if successor else "-",
        map=map_root.hex(),
    )  # fmt: skip


def _count_in(work: Work, letter: Letter, index: int) -> bytes:
    """Note the leaf under the letter's number; the map's new root."""
    key = bytes.fromhex(leaves.number_digest(letter.number))
    pages = _pages(work, key)
    before = dict(pages)
    root = sorted_map.count_in(pages, key, index)
    changed = {name: data for name, data in pages.items() if before.get(name) != data}
    upsert = _UPSERT[work.session.get_bind().dialect.name]
    work.execute(upsert, [{"name": name, "data": data} for name, data in changed.items()])
    return root


def _pages(work: Work, key: bytes) -> dict[str, bytes]:
    """The pages on the way to a key."""
    names = sorted_map.page_names(key)
    found: dict[str, bytes] = {}
    for start in range(0, len(names), PAGES_AT_ONCE):
        part = names[start : start + PAGES_AT_ONCE]
        found |= {row.name: row.data for row in work.execute(_PAGES, dict(zip(_NAMES, part, strict=True)))}
        if part[-1] not in found:
            break
    return found


def _content(wanted: tiles.Tile):  # noqa: ANN202
    if wanted.level == tiles.ENTRIES:
        return LogLeaf.index, select(LogLeaf.data)
    if wanted.level == 0:
        return LogLeaf.index, select(LogLeaf.hash)
    return LogNode.index, select(LogNode.hash).where(LogNode.level == wanted.level)


def _head(work: Work) -> LogHead:
    return work.session.get_one(LogHead, 1, populate_existing=True)


def _signed(work: Work, head: LogHead) -> str:
    origin = f"{work.config.host}/log"
    return notes.sign(notes.Checkpoint(origin, head.size, tlog.root(_cut(head.frontier))), _key(work.config))


def _cut(frontier: bytes) -> list[bytes]:
    return [frontier[i : i + tiles.HASH] for i in range(0, len(frontier), tiles.HASH)]


def _key(config: Config) -> Ed25519PrivateKey:
    """Derived, not stored: it can sign no letter, and the configuration alone restores it."""
    seed = HKDF(hashes.SHA256(), 32, salt=None, info=b"teken/log/ed25519/v1").derive(config.server_key)
    return Ed25519PrivateKey.from_private_bytes(seed)
