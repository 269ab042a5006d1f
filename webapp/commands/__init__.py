"""The operator's commands that fill a file of their own, and what all commands need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from flask import current_app

from webapp import db
from webapp.domain.errors import DomainError
from webapp.domain.work import Work


@contextmanager
def unit(*, writes: bool = True) -> Iterator[Work]:
    """One transaction, as the system's own Work; what the domain refuses is told in its own sentence."""
    with db.unit(current_app.extensions["engine"], writes=writes) as session:
        try:
            yield Work(session, None, datetime.now(UTC), current_app.config["TEKEN"])
        except DomainError as error:
            raise click.ClickException(str(error)) from None
