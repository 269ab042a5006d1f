"""One module per job: its arguments (ids only), then one domain call or one call to the outside.

Each may run twice (a worker can die after the call and before the note of it), so each first looks whether there is
still something to do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from importlib import import_module

from flask import Flask

from webapp import db
from webapp.domain.work import Work

KINDS = (
    "mail", "push", "pages", "bsre_status", "bsre_recovery", "bsre_archive", "archive", "nightly", "index",
    "deadlines", "webhook", "merge", "adoption", "dispose", "delivery", "mandate", "ladder",
    "gathering",
)  # fmt: skip

_since: ContextVar[datetime | None] = ContextVar("since", default=None)


class Later(Exception):
    """Nothing was tried yet: run the job again at this time, which is no failure of it."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"not before {at}")
        self.at = at


def run(app: Flask, kind: str, args: dict, since: datetime | None = None) -> None:
    """Run one job, which has been in the table since then. Raises whatever went wrong; the worker tries again later."""
    if kind not in KINDS:
        raise LookupError(f"no job of the kind {kind}")
    token = _since.set(since)
    try:
        import_module(f"webapp.jobs.{kind}").run(app, **args)
    finally:
        _since.reset(token)


def since(work: Work) -> datetime:
    """Since when the job that runs has been in the table; now where none does."""
    return _since.get() or work.now


@contextmanager
def unit(app: Flask, *, writes: bool = True) -> Iterator[Work]:
    """One transaction, as the system's own Work."""
    with db.unit(app.extensions["engine"], writes=writes) as session:
        yield Work(session, None, datetime.now(UTC), app.config["TEKEN"])
