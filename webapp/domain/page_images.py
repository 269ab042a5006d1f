"""Page images of letters' files, rendered once and kept: a cache that may be emptied at any time."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import signing
from signing.errors import BadDocument
from webapp.config import Config
from webapp.domain import documents
from webapp.domain.errors import NotFound
from webapp.models import Letter, Version

WIDTHS = (720, 1080, 1620)  # pixels: a preview; a phone; a large or very sharp screen
WIDTH = 1080
BLOCK = 4  # pages a child renders: its start costs as much as one page
CHILDREN = threading.BoundedSemaphore(2)  # of one process: a long letter must not take the whole machine


def get(config: Config, sha256: str, number: int, *, total: int, width: int = WIDTH) -> bytes:
    """The WebP image of one page of a stored file: the first is made alone, to be seen soon; the others by fours.

    Raises NotFound for a page that the file has not (it has `total`) or a width that is not offered; BadDocument for a
    page that cannot be drawn. Takes up to seconds: no transaction should be open.
    """
    if width not in WIDTHS or not 1 <= number <= total:
        raise NotFound
    folder = config.data_dir / "pages" / sha256 / str(width)
    found = _read(folder, number)
    if found is not None:
        return found
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        return _read(folder, number) or _render(config, sha256, number, total, folder)


def forget(config: Config, sha256: str) -> None:
    """Remove what was kept of a file: its pages' pictures, and how it differed from others (domain/changes.py)."""
    shutil.rmtree(config.data_dir / "pages" / sha256, ignore_errors=True)
    for path in (config.data_dir / "changes").glob(f"*{sha256}*"):
        path.unlink(missing_ok=True)


def size(version: Version, number: int, width: int = WIDTH) -> tuple[int, int]:
    """Width and height in pixels that the image of a page will have."""
    across, down = version.page_sizes[number - 1]
    return width, round(width * down / across)


def files_of(letter: Letter) -> dict[str, Version]:
    """All files of a letter by their SHA-256: the uploads, the prepared ones and the signed one."""
    found = {sha256: v for v in letter.versions for sha256 in (v.sha256, v.prepared_sha256) if sha256}
    signature = letter.signature
    if signature is not None:
        found[signature.sha256] = next(v for v in letter.versions if v.id == signature.version_id)
    return found


def _render(config: Config, sha256: str, number: int, total: int, folder: Path) -> bytes:
    pdf = documents.get(config, sha256)
    with CHILDREN:
        wanted = [n for n in _block(number, total) if n == number or not (folder / f"{n}.webp").exists()]
        try:
            images = signing.render(pdf, wanted, int(folder.name))
        except BadDocument:
            wanted = [number]  # another page of the block may be the one that cannot be drawn
            images = signing.render(pdf, wanted, int(folder.name))
    for n, image in zip(wanted, images, strict=True):
        _write(folder, n, image)
    return images[wanted.index(number)]


def _block(number: int, total: int) -> range:
    """1, then 2-5, 6-9 and so on, to the last page."""
    if number == 1:
        return range(1, 2)
    start = number - (number - 2) % BLOCK
    return range(start, min(start + BLOCK, total + 1))


def _read(folder: Path, number: int) -> bytes | None:
    """A kept image; one that a power cut left empty counts as none."""
    try:
        image = (folder / f"{number}.webp").read_bytes()
    except FileNotFoundError:
        return None
    return image if image[:4] == b"RIFF" and int.from_bytes(image[4:8], "little") == len(image) - 8 else None


def _write(folder: Path, number: int, image: bytes) -> None:
    temporary = folder / f"{number}.{secrets.token_hex(4)}.tmp"
    temporary.write_bytes(image)
    temporary.rename(folder / f"{number}.webp")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One renderer for one file and width: a browser asks for many pages at once, also of several processes."""
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
