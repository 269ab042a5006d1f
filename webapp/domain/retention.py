"""How long letters are kept: the schedule (jadwal retensi arsip), holds, and which letters are due.

A line is of an office and those below it, for a classification code and those below it, and for one letter type or all.
Of each office's lines the most specific speak: none whose code and type another fitting line narrows. Of these (one is
narrower by code, another by type; and those of other offices) the strictest counts: permanent, else the longest time.
So no office can let go what one above keeps, and no two lines that contradict each other do harm. Without any line
nothing is ever due.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import and_, delete, exists, select, tuple_

from webapp.domain import audit, permissions
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, Invalid, NotFound
from webapp.domain.letter_types import TYPES
from webapp.domain.work import Work
from webapp.models import DisposalItem, Fate, Hold, Letter, Office, RemoteSignature, RetentionRule, Role, State

FINAL = (State.SIGNED, State.REVOKED, State.REPLACED)  # whatever else is in progress, or never was a letter
MOST_YEARS = 100
CODE = re.compile(r"[0-9A-Za-z]+([./-][0-9A-Za-z]+)*|")


@dataclass(frozen=True)
class Line:
    """A line of the schedule as somebody wrote it."""

    classification: str
    active_years: int
    inactive_years: int
    fate: Fate
    basis: str
    kind: str = ""  # a letter type; empty: all


def rules(work: Work, offices: Iterable[Office]) -> list[RetentionRule]:
    """The lines of these offices themselves, by office, code and type."""
    query = select(RetentionRule).join(Office).where(RetentionRule.office_id.in_([one.id for one in offices]))
    return list(work.session.scalars(query.order_by(Office.path, RetentionRule.classification, RetentionRule.kind)))


def set_rule(work: Work, office: Office, line: Line) -> RetentionRule:
    """Write a line of an office's schedule, in place of that for the same code and type. Counts from the next night."""
    permissions.require_role(work, Role.ADMINISTRATOR, office)
    if not CODE.fullmatch(line.classification):
        raise Invalid(N_("Kode klasifikasi ini belum benar."), field="classification")
    if line.kind and line.kind not in TYPES:
        raise Invalid(field="kind")
    spans = (line.active_years, line.inactive_years)
    if min(spans) < 0 or not 1 <= sum(spans) <= MOST_YEARS:
        raise Invalid(N_("Jumlah tahun aktif dan inaktif harus antara 1 dan 100."), field="inactive_years")
    same = {"office_id": office.id, "classification": line.classification, "kind": line.kind}
    rule = work.session.scalars(select(RetentionRule).filter_by(**same)).first()
    if rule is None:
        rule = RetentionRule(**same)
        work.session.add(rule)
    rule.active_years, rule.inactive_years, rule.fate, rule.basis = *spans, line.fate, line.basis
    work.session.flush()
    audit.record(
        work, Event.RETENTION_SET, **same, rule_id=rule.id,
        active_years=rule.active_years, inactive_years=rule.inactive_years, fate=rule.fate, basis=rule.basis,
    )  # fmt: skip
    return rule


def get_rule(work: Work, rule_id: int) -> RetentionRule:
    """A line of an office that the actor administers. Raises NotFound."""
    rule = work.session.get(RetentionRule, rule_id)
    if rule is None or not permissions.holds(work.person, Role.ADMINISTRATOR, rule.office, inherited=True):
        raise NotFound
    return rule


def remove_rule(work: Work, rule: RetentionRule) -> None:
    """Nothing is due by it any more, unless a line for a shorter code or of an office above takes its place."""
    permissions.require_role(work, Role.ADMINISTRATOR, rule.office)
    work.session.delete(rule)
    told = {"office_id": rule.office_id, "classification": rule.classification, "kind": rule.kind}
    audit.record(work, Event.RETENTION_REMOVED, **told)


def hold(work: Work, office: Office, number: str, reason: str) -> Hold:
    """Keep a letter of this office, found by its number, until the hold is lifted; it leaves the list it is on.

    Raises Invalid, and Conflict for one whose record alone is left.
    """
    permissions.require_role(work, Role.ADMINISTRATOR, office)
    numbered = (Letter.office_id == office.id, Letter.number == number, Letter.trainee_id.is_(None))
    query = select(Letter).where(*numbered, Letter.state.in_(FINAL))
    letter = work.session.scalars(query.order_by(Letter.id.desc()).with_for_update(of=Letter)).first()
    if letter is None:
        raise Invalid(N_("Tidak ada surat bertanda tangan bernomor itu di perangkat daerah ini."), field="number")
    if letter.disposed_at is not None:
        raise Conflict(N_("Surat ini sudah dimusnahkan."))
    placed = Hold(letter_id=letter.id, reason=reason, placed_by_id=work.person.id, placed_at=work.now)
    work.session.add(placed)
    listed = (DisposalItem.letter_id == letter.id, DisposalItem.disposed_at.is_(None))
    work.session.execute(delete(DisposalItem).where(*listed))
    audit.record(work, Event.HOLD_PLACED, letter, reason=reason)
    return placed


def get_hold(work: Work, hold_id: int) -> Hold:
    found = work.session.get(Hold, hold_id)
    if found is None or not permissions.holds(work.person, Role.ADMINISTRATOR, found.letter.office, inherited=True):
        raise NotFound
    return found


def lift(work: Work, placed: Hold) -> None:
    permissions.require_role(work, Role.ADMINISTRATOR, placed.letter.office)
    if placed.lifted_at is None:
        placed.lifted_at, placed.lifted_by_id = work.now, work.person.id
        audit.record(work, Event.HOLD_LIFTED, placed.letter, hold_id=placed.id)


def holds(work: Work, offices: Iterable[Office]) -> list[Hold]:
    """Those in force for letters of these offices, the newest first."""
    ids = [office.id for office in offices]
    query = select(Hold).join(Letter).where(Hold.lifted_at.is_(None), Letter.office_id.in_(ids))
    return list(work.session.scalars(query.order_by(Hold.id.desc()).limit(500)))


def due(work: Work, office: Office, most: int) -> list[tuple[Letter, RetentionRule]]:
    """Letters of the office whose time is over and that nobody has listed yet, the oldest first, with their rule."""
    lines = _lines(work, office)
    if most < 1 or not any(line.fate == Fate.DESTROY for line in lines):
        return []
    sorts: dict[int, list[tuple[str, str]]] = {}  # of letters, by the line that counts for them
    here = (Letter.office_id == office.id, Letter.trainee_id.is_(None))
    for code, kind in work.session.execute(select(Letter.classification, Letter.kind).where(*here).distinct()):
        rule = _counting(lines, code, kind)
        if rule is not None and rule.fate == Fate.DESTROY:
            sorts.setdefault(rule.id, []).append((code, kind))
    found = [
        (letter, rule) for rule in lines if rule.id in sorts
        for letter in _due_by(work, office, rule, sorts[rule.id], most)
    ]  # fmt: skip
    return sorted(found, key=lambda pair: (pair[0].dated_on, pair[0].id))[:most]


def rule_if_due(work: Work, letter: Letter) -> RetentionRule | None:
    """The rule by which this letter may go now; None where it may not: asked anew before every step."""
    rule = rule_of(work, letter)
    if rule is None or rule.fate != Fate.DESTROY or letter.dated_on > _limit(work, letter.office, rule):
        return None
    held = select(Hold.id).where(Hold.letter_id == letter.id, Hold.lifted_at.is_(None))
    asked = select(RemoteSignature.id).where(RemoteSignature.open_letter_id == letter.id)
    is_open = work.session.scalars(held).first() is not None or work.session.scalars(asked).first() is not None
    return None if is_open or letter.state not in FINAL or letter.disposed_at is not None else rule


def rule_of(work: Work, letter: Letter) -> RetentionRule | None:
    """The line that counts for a letter, whether its time has come or not."""
    return _counting(_lines(work, letter.office), letter.classification, letter.kind)


def told(rule: RetentionRule) -> str:
    """The line in words, as it is kept with what was disposed of by it."""
    spans = f"aktif {rule.active_years} tahun, inaktif {rule.inactive_years} tahun"
    kind = f", {TYPES[rule.kind].label}" if rule.kind in TYPES else ""
    return f"{rule.classification or '*'}{kind}: {spans}, {rule.fate}; {rule.basis}"[:300]


def _lines(work: Work, office: Office) -> list[RetentionRule]:
    """Of the office and all above it."""
    return list(work.session.scalars(select(RetentionRule).where(RetentionRule.office_id.in_(office.ancestor_ids))))


def _counting(lines: Iterable[RetentionRule], classification: str, kind: str) -> RetentionRule | None:
    """Of the most specific lines of each office the strictest."""
    fitting = [one for one in lines if _is_below(classification, one.classification) and one.kind in ("", kind)]
    speaking = [one for one in fitting if not any(_narrows(other, one) for other in fitting)]
    return max(speaking, key=lambda line: (line.fate == Fate.PERMANENT, line.years, line.id), default=None)


def _narrows(one: RetentionRule, other: RetentionRule) -> bool:
    is_within = _is_below(one.classification, other.classification) and other.kind in ("", one.kind)
    return one is not other and one.office_id == other.office_id and is_within


def _due_by(
    work: Work, office: Office, rule: RetentionRule, sorts: list[tuple[str, str]], most: int
) -> Sequence[Letter]:
    query = select(Letter).where(
        Letter.office_id == office.id, Letter.state.in_(FINAL), Letter.disposed_at.is_(None),
        Letter.trainee_id.is_(None),
        Letter.dated_on <= _limit(work, office, rule), tuple_(Letter.classification, Letter.kind).in_(sorts),
        ~exists().where(DisposalItem.letter_id == Letter.id),
        ~exists().where(and_(Hold.letter_id == Letter.id, Hold.lifted_at.is_(None))),
    )  # fmt: skip
    return work.session.scalars(query.order_by(Letter.dated_on, Letter.id).limit(most)).all()


def _limit(work: Work, office: Office, rule: RetentionRule) -> date:
    """Letters of this day or before are due: so many whole years have passed."""
    today = work.now.astimezone(ZoneInfo(office.zone)).date()
    try:
        return today.replace(year=today.year - rule.years)
    except ValueError:  # 29 February
        return today.replace(year=today.year - rule.years, day=28)


def _is_below(classification: str, code: str) -> bool:
    return not code or classification == code or classification.startswith(f"{code}.")
