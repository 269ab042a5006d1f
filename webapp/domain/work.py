"""The first argument of every command: who does it, when, and in which transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, Executable
from sqlalchemy.orm import Session

from webapp.config import Config
from webapp.models import Person


@dataclass(frozen=True)
class Work:
    session: Session
    actor: Person | None  # None: the system itself, or a stranger on a public page
    now: datetime  # aware UTC
    config: Config

    @property
    def person(self) -> Person:
        """The actor, where there must be one."""
        if self.actor is None:
            raise PermissionError("this needs a person")
        return self.actor

    def execute(
        self, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run a statement on plain tables in this transaction. Nothing is flushed before, no entity is made of a row:
        what every tap does is done by such statements, each made once, at half the session's cost."""
        return self.session.connection().execute(statement, values)
