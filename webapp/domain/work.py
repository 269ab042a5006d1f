"""The first argument of every command: who does it, when, and in which transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
