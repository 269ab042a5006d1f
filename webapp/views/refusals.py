"""What a form is told when a decision with a code was refused. It has no routes."""

from __future__ import annotations

from webapp import db, errors
from webapp.domain.errors import Invalid, WrongCode
from webapp.forms.base import Form
from webapp.guards.throttles import left


def refuse(form: Form, error: Invalid, *, attempt_is_ours: bool = False) -> None:
    """Undo what the request began, and say by the field why; of a wrong code, how often it may still be tried.

    `attempt_is_ours`: it was spent in this transaction (throttles.spend), so of a wrong code it has to be committed.
    """
    is_code = isinstance(error, WrongCode)
    if is_code and attempt_is_ours:
        db.commit()
    else:
        db.rollback()
    if is_code:
        errors.note_refused_code(error)
        form.refuse_code(error, left())
    else:
        form.refuse(error)
