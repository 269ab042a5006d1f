"""A file on its way here over a line that breaks: piece after piece, each where the last one ended, until it is whole.

It lies under its sender and its own digest. So nobody else finds it, and who chooses the same file again, after a cut
or a reload, goes on where it was. How far it came is the length of the file itself: no row can say anything else,
whatever was killed when. It is nothing yet: the form that names it judges it, as if it had come with the form.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from webapp.config import Config
from webapp.domain.errors import N_, Conflict, Invalid, NotFound, TooMany
from webapp.domain.work import Work

PIECE = 1_000_000  # bytes at once, at most: a cut costs no more than that
MOST = 3  # files of a person; the one that was left longest gives way to a fourth
EVERYBODY = 100  # files of the largest size that all people together may have on their way
LIFE = timedelta(days=1)  # after the last piece
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Transfer:
    """Sizes in bytes; `offset` is where the next piece begins."""

    path: Path
    sha256: str
    size: int

    @property
    def offset(self) -> int:
        try:
            return self.path.stat().st_size
        except FileNotFoundError:  # given up meanwhile
            return 0

    @property
    def is_complete(self) -> bool:
        return self.offset == self.size


def begin(work: Work, sha256: str, size: int) -> Transfer:
    """A place for a file of this digest and size, or the one it has already. Raises Invalid, TooMany."""
    if not SHA256.fullmatch(sha256) or not 0 < size <= work.config.max_upload_bytes:
        raise Invalid
    folder = _folder(work)
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):  # two at once would both find room
        known = {path.name: Transfer(path, *_named(path)) for path in folder.iterdir()}
        found = Transfer(folder / f"{sha256}.{size}", sha256, size)
        if found.path.name in known:
            return found
        _make_room(work, [*known.values()], sha256)
        found.path.touch(mode=0o600)
    return found


def find(work: Work, sha256: str) -> Transfer:
    """The actor's own. Raises NotFound, of another's too."""
    for path in _folder(work).glob(f"{sha256}.*") if SHA256.fullmatch(sha256) else ():
        return Transfer(path, *_named(path))
    raise NotFound


def append(transfer: Transfer, offset: int, piece: bytes) -> None:
    """Add what follows on `offset` bytes. Raises Invalid where it is too much, and Conflict where the file does not end
    there (two sent the same piece, or an answer was lost), where nothing came, and where the whole is not what was
    announced, which is then forgotten.

    Not synced: whatever a power cut leaves is judged by the digest in the end, and costs a new beginning at most.
    """
    if len(piece) > PIECE or offset + len(piece) > transfer.size:
        raise Invalid
    try:
        with transfer.path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if file.seek(0, os.SEEK_END) != offset or not piece:
                raise Conflict(N_("Berkas ini sudah sampai di bagian lain."))
            file.write(piece)
    except FileNotFoundError:
        raise NotFound from None
    if transfer.is_complete and hashlib.sha256(transfer.path.read_bytes()).hexdigest() != transfer.sha256:
        forget(transfer)
        raise Conflict(N_("Berkas yang sampai tidak sama dengan yang dikirim."))


def take(work: Work, sha256: str) -> bytes | None:
    """The whole file, checked against its name; None where it has not all come. It stays: a form may be sent again."""
    try:
        found = find(work, sha256)
        upload = found.path.read_bytes()
    except (NotFound, FileNotFoundError):
        return None
    return upload if hashlib.sha256(upload).hexdigest() == sha256 else None


def forget(transfer: Transfer) -> None:
    transfer.path.unlink(missing_ok=True)


def forget_old(config: Config, now: datetime) -> None:
    """Erase what nobody has gone on with."""
    for path in _root(config).glob("*/*"):
        if _moved_at(path) < (now - LIFE).timestamp():
            path.unlink(missing_ok=True)


def _make_room(work: Work, own: list[Transfer], sha256: str) -> None:
    stale = [one for one in own if one.sha256 == sha256]  # announced with another size: one of them was a lie
    rest = sorted((one for one in own if one.sha256 != sha256), key=lambda one: _moved_at(one.path))
    for one in [*stale, *rest[: max(0, len(rest) - MOST + 1)]]:
        forget(one)
    announced = sum(_named(path)[1] for path in _root(work.config).glob("*/*"))
    if announced >= EVERYBODY * work.config.max_upload_bytes:
        raise TooMany(600)


def _moved_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _named(path: Path) -> tuple[str, int]:
    sha256, _, size = path.name.partition(".")
    return sha256, int(size)


def _root(config: Config) -> Path:
    return config.data_dir / "transfers"


def _folder(work: Work) -> Path:
    return _root(work.config) / str(work.person.id)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
