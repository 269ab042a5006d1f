"""Mail-merge: a template and a table looked at line by line, then made into letters by the worker, then handed in.

Each line is made once: its letter and the note of it are one transaction, so a worker may be killed at any moment and
goes on where it was. What a line lacks is told before; what still fails stops that line alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select, update

from signing import merging
from signing.leaves import normalise_number
from webapp.domain import audit, documents, gatherings, merge_tables, number_patterns, outbox, permissions
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, Forbidden, Invalid, NotFound
from webapp.domain.letter_types import TYPES
from webapp.domain.merge_tables import PDF, Column, Table
from webapp.domain.work import Work
from webapp.models import Letter, LetterNumber, Merge, MergeRow, NumberState, Office, Person, Role, State

MOST_BYTES = 400_000_000  # of all letters of one merge: a template of a megabyte is no certificate for a thousand
_MOMENTS = ("told_at", "submitted_at", "made_at", "started_at", "created_at")  # the newest of a merge first
KEPT_FOR = timedelta(days=30)  # after it, names of people stay in the letters made of them, and in no table beside them


@dataclass(frozen=True)
class Order:
    """What was typed and chosen beside the table. facts: as letters.create takes them, without the number."""

    kind: str
    facts: dict
    fields: dict[str, str]
    pattern_id: int | None
    filename: str
    template: bytes = b""


def make(work: Work, office: Office, signer: Person, order: Order, table: Table) -> Merge:
    """Keep what was read, to be looked at. Nothing is made of it yet."""
    if not permissions.holds(work.person, Role.DRAFTER, office):
        raise Forbidden
    if len(order.template) * len(table.rows) > MOST_BYTES:
        raise Invalid(N_("Templat ini terlalu besar untuk surat sebanyak itu. Kecilkan gambarnya."), field="template")
    facts = order.facts | {"dated_on": order.facts["dated_on"].isoformat()}
    made = Merge(
        person_id=work.person.id, office_id=office.id, signer_id=signer.id, kind=order.kind,
        filename=order.filename[-200:],
        template_sha256=documents.put(work.config, order.template) if order.template else None, facts=facts,
        fields=order.fields, pattern_id=order.pattern_id, columns=table.keys, created_at=work.now,
    )  # fmt: skip
    work.session.add(made)
    work.session.flush()
    rows = [MergeRow(merge_id=made.id, line=line, values=values, cause="") for line, values in table.rows]
    work.session.add_all(rows)
    work.session.flush()
    return made


def get(work: Work, merge_id: int) -> Merge:
    """One of the actor's own. Raises NotFound."""
    found = work.session.get(Merge, merge_id)
    if found is None or work.actor is None or found.person_id != work.actor.id:
        raise NotFound
    return found


def of(work: Work) -> list[Merge]:
    """The actor's newest."""
    query = select(Merge).where(Merge.person_id == work.person.id).order_by(Merge.id.desc())
    return list(work.session.scalars(query.limit(20)))


def rows(work: Work, merge: Merge) -> list[MergeRow]:
    return list(work.session.scalars(select(MergeRow).where(MergeRow.merge_id == merge.id).order_by(MergeRow.line)))


def columns(work: Work, merge: Merge) -> list[Column]:
    if merge.kind != PDF:
        return merge_tables.columns(merge.kind)
    return merge_tables.columns(PDF, template_fields(work, merge))


def template_fields(work: Work, merge: Merge) -> Sequence[merging.FormField]:
    return merging.fields(documents.get(work.config, merge.template_sha256 or ""))


def faults(work: Work, merge: Merge, some: Sequence[MergeRow]) -> dict[int, list[Invalid]]:
    """What is wrong, by row: the dry run. Only rows with a fault are in it."""
    known, common = columns(work, merge), _common(merge)
    taken = set() if merge.pattern_id else _taken(work, merge)
    seen: set[str] = set()
    found: dict[int, list[Invalid]] = {}
    for row in some:
        wrong = merge_tables.faults(row.values, common, known, numbered=not merge.pattern_id)
        key = normalise_number(row.values.get("fact:number", ""))
        if key and not merge.pattern_id and row.letter_id is None and key in seen | taken:
            wrong.append(Invalid(N_("Nomor %(number)s sudah dipakai."), number=row.values["fact:number"]))
        seen.add(key)
        if wrong:
            found[row.id] = wrong
    return found


def start(work: Work, merge: Merge) -> None:
    """Have the letters made. A second tap does nothing. Raises Conflict where a line is wrong."""
    if faults(work, merge, rows(work, merge)):
        raise Conflict(N_("Masih ada baris yang keliru. Perbaiki tabelnya, lalu unggah lagi."))
    if _once(work, merge, Merge.started_at):
        outbox.add(work, "merge", merge_id=merge.id)
        count = work.session.scalar(select(func.count(MergeRow.id)).where(MergeRow.merge_id == merge.id))
        audit.record(work, Event.MERGE_STARTED, merge_id=merge.id, letters=count)


def hand_in(work: Work, merge: Merge) -> None:
    """Have all letters that were made handed to the signer, as one group. A second tap does nothing."""
    if merge.made_at is None:
        raise Conflict(N_("Surat-suratnya masih disusun. Tunggu sampai selesai."))
    if not any(row.letter_id for row in rows(work, merge)):
        raise Conflict(N_("Tidak ada surat yang dapat diajukan."))
    if _once(work, merge, Merge.submitted_at):
        outbox.add(work, "merge", merge_id=merge.id)
        audit.record(work, Event.MERGE_SUBMITTED, merge_id=merge.id)


def go_on(work: Work, merge: Merge) -> None:
    """More is left than one stretch of the worker may take."""
    outbox.add(work, "merge", merge_id=merge.id)


def is_unmade(row: MergeRow) -> bool:
    return row.letter_id is None and not row.cause


def letter_facts(merge: Merge, row: MergeRow) -> dict:
    """What letters.create takes; the number is empty where it is taken from the book."""
    given = {name: row.values.get(f"fact:{name}", "") for name in merge_tables.FACTS}
    number = "" if merge.pattern_id else given.pop("number")
    own = {name: text for name, text in given.items() if text}
    return merge.facts | own | {"number": number, "dated_on": date.fromisoformat(merge.facts["dated_on"])}


def letter_fields(merge: Merge, row: MergeRow) -> dict[str, str]:
    own = {key.removeprefix("field:"): text for key, text in row.values.items() if key.startswith("field:") and text}
    return merge.fields | own


def foresee(work: Work, merge: Merge, count: int) -> list[str]:
    """The numbers that the book will most likely give next; empty texts where the table brings them."""
    pattern = number_patterns.find(work, merge.office, merge.pattern_id or 0)
    if pattern is None:
        return [""] * count
    facts = merge.facts | {"dated_on": date.fromisoformat(merge.facts["dated_on"])}
    known = {"code": merge.office.code, "classification": facts["classification"], "dated_on": facts["dated_on"]}
    last = work.session.scalar(
        select(func.max(LetterNumber.sequence)).where(_of_year(merge, LetterNumber.office_id, LetterNumber.year))
    )
    return [number_patterns.render(pattern.pattern, (last or 0) + 1 + step, **known) for step in range(count)]


def note(work: Work, row: MergeRow, letter: Letter) -> None:
    """In the transaction that makes the letter. Raises Conflict where another worker was first."""
    mine = update(MergeRow).where(MergeRow.id == row.id, MergeRow.letter_id.is_(None)).values(letter_id=letter.id)
    if work.session.execute(mine).rowcount != 1:
        raise Conflict


def give_up(work: Work, row: MergeRow, cause: str) -> None:
    work.session.execute(update(MergeRow).where(MergeRow.id == row.id).values(cause=cause[:300]))


def made(work: Work, merge: Merge) -> None:
    _once(work, merge, Merge.made_at)


def told(work: Work, merge: Merge) -> None:
    """All are handed in: whom they wait for are told, each of all of them, once."""
    if _once(work, merge, Merge.told_at):
        gatherings.complete(work, gatherings.of_merge(merge.id))


def groups(work: Work, signer: Person) -> dict[int, int]:
    """{letter: merge} of the letters that wait for this signer and were made from a table."""
    query = select(MergeRow.letter_id, MergeRow.merge_id).join(Letter, Letter.id == MergeRow.letter_id)
    waiting = query.where(Letter.signer_id == signer.id, Letter.state == State.SUBMITTED)
    return {letter_id: merge_id for letter_id, merge_id in work.session.execute(waiting) if letter_id}


def kept_until(merge: Merge) -> datetime:
    """When the table is erased, unless something happens to it before."""
    return next(at for name in _MOMENTS if (at := getattr(merge, name))) + KEPT_FOR


def forget_old(work: Work) -> set[str]:
    """Erase tables that were handed in, or left lying, KEPT_FOR ago; letters made of them stay.

    -> digests of the templates that lay beside them.
    """
    moved_at = func.coalesce(*(getattr(Merge, name) for name in _MOMENTS))
    old = select(Merge).where(moved_at < work.now - KEPT_FOR).order_by(Merge.id)
    found = list(work.session.scalars(old.with_for_update()))  # one that is started in this moment is not old
    for merge in found:
        work.session.execute(delete(MergeRow).where(MergeRow.merge_id == merge.id))
        work.session.delete(merge)
        audit.record(work, Event.MERGE_DROPPED, merge_id=merge.id)
    return {merge.template_sha256 for merge in found if merge.template_sha256}


def as_author(work: Work, merge: Merge) -> Work:
    """The worker acts as who asked for it: what he may no longer do, it may not do for him."""
    return replace(work, actor=merge.person)


def label(merge: Merge) -> str:
    """The kind in the source language."""
    return TYPES[merge.kind].label if merge.kind in TYPES else N_("Templat PDF")


def _common(merge: Merge) -> dict[str, str]:
    facts = {f"fact:{name}": merge.facts.get(name, "") for name in ("addressee", "subject")}
    return facts | {f"field:{name}": text for name, text in merge.fields.items()}


def _taken(work: Work, merge: Merge) -> set[str]:
    """Numbers of the office's year that are nobody's to take."""
    query = select(LetterNumber.key).where(
        _of_year(merge, LetterNumber.office_id, LetterNumber.year), LetterNumber.state != NumberState.FREE
    )
    return set(work.session.scalars(query))


def _of_year(merge: Merge, office, year):  # noqa: ANN001, ANN202
    return (office == merge.office_id) & (year == date.fromisoformat(merge.facts["dated_on"]).year)


def _once(work: Work, merge: Merge, column) -> bool:  # noqa: ANN001
    """Whether this was the first to say so."""
    said = update(Merge).where(Merge.id == merge.id, column.is_(None)).values({column.key: work.now})
    is_first = work.session.execute(said).rowcount == 1
    work.session.refresh(merge)
    return is_first
