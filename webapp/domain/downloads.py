"""The files of a letter, handed out and recorded."""

from __future__ import annotations

from webapp.domain import audit, documents, permissions, turns
from webapp.domain.audit import Event
from webapp.domain.errors import NotFound
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Letter


def current(letter: Letter) -> str:
    """SHA-256 of the file that speaks for the letter now: signed, else prepared, else as uploaded."""
    if letter.signature is not None:
        return letter.signature.sha256
    return letter.version.prepared_sha256 or letter.version.sha256


def take(work: Work, letter: Letter, *, version_number: int | None = None) -> bytes:
    """The bytes of the letter's current file, or of an older version's; the download is recorded. Raises NotFound."""
    permissions.require(work, Action.DOWNLOAD, letter)
    sha256 = turns.newest_file(letter) or current(letter)
    if version_number not in (None, letter.version_number):
        old = letter.version_of(version_number)
        if old is None:
            raise NotFound
        sha256 = old.prepared_sha256 or old.sha256
    audit.record(work, Event.LETTER_DOWNLOADED, letter, sha256=sha256)
    return documents.get(work.config, sha256)


def take_original(work: Work, letter: Letter, version_number: int) -> bytes:
    """The upload as it came, where a version was repaired or written on; recorded like any download.

    It may hold the very script that the repair removed, so it is only ever handed out as a file. Raises NotFound.
    """
    permissions.require(work, Action.DOWNLOAD, letter)
    found = letter.version_of(version_number)
    if found is None or found.upload_sha256 is None:
        raise NotFound
    audit.record(work, Event.LETTER_DOWNLOADED, letter, sha256=found.upload_sha256)
    return documents.get(work.config, found.upload_sha256)
