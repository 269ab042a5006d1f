"""The public log: append-only leaves, the hashes above them, the map by letter number, and one head."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, UtcDateTime


class LogLeaf(Base):
    __tablename__ = "log_leaves"

    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 0, 1, 2 ... with no gap
    kind: Mapped[str] = mapped_column(String(32))
    data: Mapped[bytes] = mapped_column(LargeBinary)  # what was hashed is what is kept (signing.leaves)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)  # ours alone; not in the data


class LogNode(Base):
    """The hash over 256 nodes of the level below; level 0 are the leaves' own hashes."""

    __tablename__ = "log_nodes"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class LogPage(Base):
    """A page of the map by letter number (signing.sorted_map)."""

    __tablename__ = "log_pages"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)  # hex digits before it; "" is the root
    data: Mapped[bytes] = mapped_column(LargeBinary)


class LogHead(Base):
    """One row: how large the tree is and its right edge. Locking it puts writers in line, so the tree cannot fork."""

    __tablename__ = "log_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(default=0)
    frontier: Mapped[bytes] = mapped_column(LargeBinary, default=b"")  # hashes of 32 bytes (signing.tlog.grow)
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of the newest leaf
