"""The files of letters, named by their SHA-256. Durable before any row names them; never changed."""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import datetime
from pathlib import Path

from webapp.config import Config
from webapp.domain.errors import NotFound

_durable: set[Path] = set()


def path(config: Config, sha256: str) -> Path:
    return config.data_dir / "documents" / sha256[:2] / sha256


def put(config: Config, *parts: bytes | memoryview, sha256: str = "") -> str:
    """Keep the bytes and return their SHA-256 in hex (`sha256`, where it was just computed from these very bytes).

    On return they survive a power cut: file and folder are synced.
    """
    sha256 = sha256 or hashlib.sha256(b"".join(parts)).hexdigest()
    target = path(config, sha256)
    try:
        os.utime(target)  # there already, and in use again: see `remove`
        return sha256
    except FileNotFoundError:
        pass
    _make(target.parent)
    temporary = target.with_name(f"{sha256}.{secrets.token_hex(4)}.tmp")
    with temporary.open("xb") as file:
        file.writelines(parts)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(target)
    _sync_folder(target.parent)
    return sha256


def make_folders(config: Config) -> None:
    """All of them at once, before the first letter comes: else many an official waits for his letter's."""
    _make(*(path(config, f"{first:02x}").parent for first in range(256)))


def remove(config: Config, sha256: str, *, untouched_since: datetime) -> bool:
    """Remove a file for good. -> whether it is gone; twice is as once.

    `put` of the same bytes touches it, or writes it anew. So one that was touched lately stays, and one that is touched
    while it is being removed comes back: no letter that is on its way loses its file.
    """
    target = path(config, sha256)
    aside = target.with_name(f"{sha256}.removed")
    try:
        target.rename(aside)
    except FileNotFoundError:
        if not aside.exists():  # else a run was cut off between the two
            return True
    if aside.stat().st_mtime > untouched_since.timestamp():
        aside.rename(target)
        return False
    aside.unlink()
    _sync_folder(target.parent)
    return True


def get(config: Config, sha256: str) -> bytes:
    """The bytes, checked against their name: a damaged disk is noticed here and not by a citizen. Raises NotFound."""
    pdf = read(config, sha256)
    if hashlib.sha256(pdf).hexdigest() != sha256:
        raise OSError(f"document {sha256} is damaged on disk")
    return pdf


def read(config: Config, sha256: str) -> bytes:
    """The bytes as they lie there, for who checks them against the name himself: a long letter is hashed once less."""
    try:
        return path(config, sha256).read_bytes()
    except FileNotFoundError:
        raise NotFound from None


def _make(*folders: Path) -> None:
    """Durably; once in each process, because another that made it may not have synced it yet."""
    if _durable.issuperset(folders):
        return
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    _sync_folder(folders[0].parent)
    _sync_folder(folders[0].parent.parent)
    _durable.update(folders)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
