"""Attempts whose end nobody saw: looked for on disk, then at BSrE. Never asks for another signature."""

from __future__ import annotations

from signing.keys import bsre as ecs
from signing.keys.bsre import Refused, Transport, Unclear
from webapp.config import Config
from webapp.domain import answers, remote_signatures
from webapp.domain.remote_signatures import OPEN, Asked, Ending
from webapp.domain.work import Work
from webapp.models import BsreAccount, Person, RemoteSignature
from webapp.models.remote import Attempt


def look_again(work: Work, attempt_id: int) -> Asked | None:
    """What is needed to look for the end of an attempt; None when it has ended or its caller may still be waiting."""
    attempt = work.session.get(RemoteSignature, attempt_id)
    if attempt is None or attempt.state not in OPEN:
        return None
    account = work.session.get(BsreAccount, attempt.person_id)
    if account is None or remote_signatures.state_of(work, attempt) == Attempt.SENDING:
        return None
    return remote_signatures.asked(work, attempt, account)


def recover(config: Config, asked: Asked, transport: Transport | None) -> Ending:
    """Look on disk, then (V1) at the service, which gives a file out once. Never signs. No transaction is open."""
    if not asked.sent_sha256:  # its process died before it had anything to send: no doubt, nothing was signed
        return Ending(Attempt.REFUSED, "not_sent")
    found = answers.kept(config, asked.id)
    if found is None and asked.document_id and transport is not None:
        try:
            answer = transport(ecs.download(asked.document_id), lambda _headers: None)
            found = ecs.read_signed(1, answer).pdf
        except (Refused, Unclear) as error:
            return Ending(Attempt.UNCLEAR, error.code)
        answers.keep(config, asked.id, found)
    if found is None:
        return Ending(Attempt.UNCLEAR, "no_answer")
    return remote_signatures.judge(config, asked, found)


def note(work: Work, attempt_id: int, ending: Ending) -> RemoteSignature:
    """Like settle, in the name of the official who approved; an end that stays open is not looked for without end."""
    attempt = work.session.get_one(RemoteSignature, attempt_id)
    own = Work(work.session, work.session.get_one(Person, attempt.person_id), work.now, work.config)
    if ending.state == Attempt.UNCLEAR:
        if attempt.state in OPEN:
            attempt.state, attempt.error = Attempt.UNCLEAR, ending.error
        return attempt
    return remote_signatures.settle(own, attempt_id, ending)
