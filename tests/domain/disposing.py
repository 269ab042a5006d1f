"""A letter on its way to be disposed of, and the two who decide it with their codes."""

from datetime import UTC, date, datetime

from tests import people
from webapp.domain import disposals

LATER = datetime(2040, 1, 15, tzinfo=UTC)
DECREE = {"decree": "000.5.6.2/7/BA/2040", "decree_on": date(2040, 1, 10)}


def approve(work, disposal, *, code=None, **changed):
    """By who is asked, with the code of this moment, as the page shows the list."""
    told = DECREE | {"shown": disposals.digest(disposal)} | changed
    disposals.approve(work, disposal, code=code or people.code_of(work, work.person), **told)


def confirm(work, disposal, *, shown=None, code=None):
    shown = shown or disposals.digest(disposal)
    disposals.confirm(work, disposal, shown=shown, code=code or people.code_of(work, work.person))


def confirmed(disposal, first, second):
    approve(first, disposal)
    confirm(second, disposal)
    return disposal
