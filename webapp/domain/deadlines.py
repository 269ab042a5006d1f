"""The day by which a letter is to be signed: reminders before it, and afterwards back to the drafter by itself.

The day counts to its end in the office's own zone. Whoever comes too late is refused at the act itself, so nothing
hangs on the hour at which the daily job runs.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from webapp.domain import audit, handovers, notifications, steps, turns, webhooks, workflow
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict
from webapp.domain.notifications import Message
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Letter, StepState
from webapp.models.mandate import Outcome

DAYS = (0, 1, 3)  # before the day, at which it is told
MORNING = 0  # o'clock UTC: seven in Solok
CHUNK = 200  # letters of one run
REASON = N_("Batas waktu penandatanganannya sudah lewat.")
PAST = N_("Batas waktu surat ini sudah lewat. Pengonsep memperpanjangnya di data surat, lalu mengajukannya lagi.")


def days_left(letter: Letter, now: datetime) -> int | None:
    """0 on the day itself, negative after it; None where no day is set."""
    if letter.due_on is None:
        return None
    return (letter.due_on - now.astimezone(ZoneInfo(letter.office.zone)).date()).days


def require_open(work: Work, letter: Letter) -> None:
    """Raise Conflict after the day. Costs a letter without one nothing."""
    if letter.due_on is not None and (days_left(letter, work.now) or 0) < 0:
        raise Conflict(PAST)


def next_morning(work: Work) -> datetime:
    today = work.now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1)


def watch(work: Work) -> int:
    """Remind of letters whose day comes near, return those whose day is past. Returns how many were looked at."""
    horizon = work.now.date() + timedelta(days=max(DAYS) + 1)
    waiting = Letter.state.in_(sorted(workflow.WAITING))
    query = select(Letter.id).where(waiting, Letter.trainee_id.is_(None), Letter.due_on <= horizon)
    nearest = query.where(
        Letter.reminded_days.is_(None) | (Letter.reminded_days > 0) | (Letter.due_on < work.now.date())
    )
    ids = list(work.session.scalars(nearest.order_by(Letter.due_on, Letter.id).limit(CHUNK)))
    for letter_id in ids:
        letter = work.session.get_one(Letter, letter_id)
        steps.lock(work, letter)
        left = days_left(letter, work.now)
        if letter.state in workflow.WAITING and left is not None:
            _lapse(work, letter) if left < 0 else _remind(work, letter, left)
    return len(ids)


def _remind(work: Work, letter: Letter, left: int) -> None:
    """Each of DAYS once, and of several that passed while nobody ran this only the nearest."""
    due = next((days for days in DAYS if left <= days), None)
    if due is None or (letter.reminded_days is not None and letter.reminded_days <= due):
        return
    letter.reminded_days = due
    holders = [step.person for step in letter.chain if step.state == StepState.OPEN]
    for person in {one.id: one for one in (*holders, letter.drafter)}.values():
        notifications.tell(work, person, Message.LETTER_DUE, letter, days=left)


def _lapse(work: Work, letter: Letter) -> None:
    told = {one.id: one for one in (*steps.concerned(letter), letter.drafter)}
    letter.state, letter.reason = workflow.next_state(letter.state, Action.RETURN), REASON
    steps.end_round(work, letter)
    handovers.give_back(work, letter, Outcome.RETURNED)
    turns.begin_anew(work, letter)
    audit.record(work, Event.LETTER_LAPSED, letter, due_on=str(letter.due_on))
    webhooks.announce(work, letter, Event.LETTER_RETURNED)
    for person in told.values():
        notifications.tell(work, person, Message.LETTER_LAPSED, letter)
