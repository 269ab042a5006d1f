"""What a device is told: that letters wait, or that one was signed in the person's name. No number, subject or name.

The lock screen is public, and the message passes through foreign providers (UU 27/2022 art. 56).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask_babel import force_locale, gettext

from webapp.domain import freezes, mandates, marks, preferences, reminders, workflow
from webapp.domain.work import Work
from webapp.jobs.groups import Group
from webapp.models import Letter, Person, Rung, Step, Urgency


@dataclass(frozen=True)
class Notice:
    """`actions` are (name, label, path): a path is opened, or, of the action `remind`, sent for."""

    title: str
    body: str
    path: str
    tag: str
    is_urgent: bool = True
    is_loud: bool = True  # also in the quiet hours of its person
    actions: tuple[tuple[str, str, str], ...] = ()


def trial() -> Notice:
    body = gettext("Ini percobaan. Surat yang menunggu akan diberitahukan dengan cara yang sama.")
    return Notice(gettext("Pemberitahuan Teken berfungsi"), body, "/settings", "trial")


def signed(work: Work, person: Person, letter: Letter | None, count: int) -> Notice:
    """One letter, or `count` approved at once. It comes to all of the person's devices, also to who did not sign."""
    title = gettext("Surat ditandatangani atas nama Anda")
    body = gettext("%(count)s surat sekaligus.", count=count) if letter is None else gettext("Satu surat.")
    path, tag = (f"/letters/{letter.id}", f"signed-{letter.id}") if letter is not None else ("/letters", "signed-batch")
    freeze = ("freeze", gettext("Bukan saya: bekukan"), f"/freezes/{freezes.token(work, person)}")
    return Notice(title, body, path, tag, actions=(freeze,))


def waiting(work: Work, person: Person, letter: Letter, control_code: str) -> Notice | None:
    """What is asked of him; None where the letter waits for this person no more."""
    step = workflow.open_step(letter, person)
    if step is None and mandates.offering(person, letter, work.now) is None:
        return None
    urgency = _urgency(letter)
    code = gettext("Kode kendali %(code)s", code=control_code) if control_code else ""
    body = " ".join(part for part in (urgency, _asked(step), code) if part)
    path = f"/letters/{letter.id}"
    later = ("remind", gettext("Ingatkan 1 jam lagi"), f"/reminders/{reminders.token(work, person, letter)}")
    actions = (("open", gettext("Buka"), path), later)
    is_loud = letter.urgency == Urgency.IMMEDIATE
    return Notice(gettext("Ada surat menunggu"), body, path, f"letter-{letter.id}", bool(urgency), is_loud, actions)


def _urgency(letter: Letter) -> str:
    return {Urgency.PROMPT: gettext("Segera."), Urgency.IMMEDIATE: gettext("Sangat segera.")}.get(letter.urgency, "")


def together(work: Work, person: Person, group: Group) -> Notice | None:
    """Of several letters their number; of the one that is left the same as of any letter."""
    tag, is_loud = f"letters-{group.gathering.source}", group.urgency == Urgency.IMMEDIATE
    if group.rung == Rung.UNOPENED:
        title = gettext("%(count)s surat belum dibuka", count=group.count)
        body = gettext("Sebagai pejabat pengganti.") if group.mandate_id else gettext("Oleh yang dituju.")
        return Notice(title, body, group.path, f"unopened-{tag}", is_loud, is_loud)
    if group.count == 1:
        code = marks.control_code(group.lead) if group.lead.signer_id == person.id or group.asked == "initial" else ""
        return waiting(work, person, group.lead, code)
    later = f"/reminders/{reminders.group_token(work, group.gathering)}"
    actions = (("open", gettext("Buka"), group.path), ("remind", gettext("Ingatkan 1 jam lagi"), later))
    urgency, title = _urgency(group.lead), gettext("Ada %(count)s surat menunggu", count=group.count)
    return Notice(title, f"{urgency} {_asked_of(group)}".strip(), group.path, tag, bool(urgency), is_loud, actions)


def _asked_of(group: Group) -> str:
    if group.rung == Rung.OFFERED:
        return gettext("Sebagai pejabat pengganti.")
    if group.asked == "both":
        return gettext("Untuk diparaf dan ditandatangani.")
    return gettext("Untuk ditandatangani.") if group.asked == "sign" else gettext("Untuk diparaf.")


def _asked(step: Step | None) -> str:
    if step is None:
        return gettext("Sebagai pejabat pengganti.")
    return gettext("Untuk ditandatangani.") if step.is_signature else gettext("Untuk diparaf.")


def unopened(work: Work, person: Person, letter: Letter, path: str) -> Notice:
    """For the deputy, the drafter or an administrator: what waits for somebody else lies unopened."""
    is_deputy = mandates.offering(person, letter, work.now) is not None
    body = gettext("Sebagai pejabat pengganti.") if is_deputy else gettext("Oleh yang dituju.")
    is_loud = letter.urgency == Urgency.IMMEDIATE
    return Notice(gettext("Surat belum dibuka"), body, path, f"unopened-{letter.id}", is_loud, is_loud)


@dataclass(frozen=True)
class About:
    """What is told of. Without letter and count, a trial that the person asked for."""

    letter: Letter | None = None
    control_code: str = ""
    signed: int = 0  # letters in the person's name
    unopened: str = ""  # by somebody else: where it is looked after
    group: Group | None = None  # of several at once


def told(work: Work, person: Person, about: About) -> Notice | None:
    """The notice in the person's language; None where there is nothing to tell any more."""
    with force_locale(person.language):
        if about.signed:
            return signed(work, person, about.letter, about.signed)
        if about.group is not None:
            return together(work, person, about.group)
        if about.letter is None:
            return trial()
        if about.unopened:
            return unopened(work, person, about.letter, about.unopened)
        return waiting(work, person, about.letter, about.control_code)


def is_silent(work: Work, person: Person, notice: Notice) -> bool:
    """Whether it comes without a sound, because the person wants quiet at this hour."""
    return not notice.is_loud and preferences.of(work, person).is_quiet(work.now)


def message(work: Work, person: Person, notice: Notice, *, waiting: int, is_silent: bool) -> str:
    """Declarative Web Push: Safari shows it by itself, our service worker reads the same JSON elsewhere."""
    base = work.config.public_url
    actions = [{"action": name, "title": label, "navigate": base + path} for name, label, path in notice.actions]
    notification = {
        "title": notice.title, "body": notice.body, "navigate": base + notice.path, "tag": notice.tag,
        "lang": person.language, "silent": is_silent, "actions": actions,
    }  # fmt: skip
    made = {"web_push": 8030, "notification": notification, "app_badge": str(waiting)}
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"))
