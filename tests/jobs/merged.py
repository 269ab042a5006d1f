"""Letters of one table, as the worker hands them in, without the minutes that making their pages takes."""

from __future__ import annotations

from tests import people
from webapp.domain import gatherings, merge_runs, merges
from webapp.domain.gatherings import Key
from webapp.models import Merge, MergeRow


def merged(work, letters) -> Merge:
    """A table of Budi's of which these drafts were made."""
    budi, first = people.find(work, "budi"), letters[0]
    made = Merge(
        person_id=budi.id, office_id=first.office_id, signer_id=first.signer_id, kind="sertifikat", filename="a.csv",
        facts={"subject": "Sertifikat bimtek", "dated_on": "2026-11-24"}, fields={}, columns=[], created_at=work.now,
        started_at=work.now, made_at=work.now,
    )  # fmt: skip
    work.session.add(made)
    work.session.flush()
    for line, letter in enumerate(letters, 2):
        work.session.add(MergeRow(merge_id=made.id, line=line, values={}, letter_id=letter.id, cause=""))
    work.session.flush()
    merges.hand_in(people.as_person(work, budi), made)
    return made


def handed_in(work, letters) -> Merge:
    """All of it handed in now, and whom they wait for are about to be told."""
    made = merged(work, letters)
    for row in merges.rows(work, made):
        merge_runs.hand_in(work, made, row)
    merges.told(work, made)
    return made


def tell(work, merge, login="sari", mandate=None) -> None:
    """What the job `gathering` does, at the time of `work`."""
    key = Key(people.find(work, login).id, f"merge-{merge.id}", mandate.id if mandate else None)
    gatherings.tell(work, key)


def told(work, letters) -> Merge:
    """Handed in, and Sari told of them, at the time of `work`."""
    made = handed_in(work, letters)
    tell(work, made)
    return made
