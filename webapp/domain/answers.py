"""Signed files as they came back from outside, findable by the attempt's number before any row names them.

V2 of BSrE's service has no way to ask for a file again: what is lost between its answer and our commit is lost.
"""

from __future__ import annotations

import os
from pathlib import Path

from webapp.config import Config
from webapp.domain import documents
from webapp.domain.errors import NotFound


def keep(config: Config, attempt_id: int, pdf: bytes) -> None:
    """On return a power cut leaves file and name in place."""
    target = _place(config, attempt_id)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f"{attempt_id}.tmp")
    sha256 = documents.put(config, pdf)
    with temporary.open("w") as file:
        file.write(sha256)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def kept(config: Config, attempt_id: int) -> bytes | None:
    try:
        return documents.get(config, _place(config, attempt_id).read_text())
    except (FileNotFoundError, NotFound):
        return None


def _place(config: Config, attempt_id: int) -> Path:
    return config.data_dir / "received" / str(attempt_id)
