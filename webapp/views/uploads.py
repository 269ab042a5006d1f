"""Taking an uploaded PDF from a form: shared by new letters and new versions. It has no routes."""

from __future__ import annotations

from flask_babel import gettext

from webapp import db
from webapp.domain import inscriptions, intake, transfers
from webapp.domain.intake import Intake
from webapp.errors import BadDocument, sentence
from webapp.forms.base import one_line
from webapp.forms.letters import UploadForm
from webapp.guards.access import work
from webapp.models import Letter


def take(form: UploadForm, *, practice: bool = False) -> Intake | None:
    """The examined upload of a form, a new one or one kept from before; else None, with the error at the file field.

    For `practice` it is marked LATIHAN, and a kept one must be.

    Commits first: examining takes seconds, and no lock is held meanwhile.
    """
    in_pieces = form.transfer.data
    came = _whole(form) if in_pieces else _chosen(form)
    if came is None:
        return _kept(form, practice) if not in_pieces else None
    config, (upload, filename) = work().config, came
    db.commit()
    try:
        taken = intake.examine(config, intake.as_pdf(upload), display_name(filename))
        return intake.for_practice(config, taken) if practice else taken
    except BadDocument as error:
        form.kept.data = ""
        form.add_error("file", sentence(error))
        return None


def fill(form: UploadForm, taken: Intake | None, letter: Letter) -> Intake | None:
    """With the letter's number and date at its tags; else None, with the error at the file field. No lock is held."""
    if taken is None or not taken.blanks:
        return taken
    try:
        return inscriptions.fill(work().config, taken, inscriptions.texts(letter.number, letter.dated_on))
    except BadDocument as error:
        form.add_error("file", sentence(error))
        return None


def _chosen(form: UploadForm) -> tuple[bytes, str] | None:
    file = form.file.data
    return (file.stream.read(work().config.max_upload_bytes + 1), file.filename) if file and file.filename else None


def _whole(form: UploadForm) -> tuple[bytes, str] | None:
    """What came in pieces before the form. It is named once: a form that comes back holds what became of it."""
    sha256, form.transfer.data = form.transfer.data or "", ""
    upload = transfers.take(work(), sha256)
    if upload is None:  # never the file of before in its place
        form.kept.data = ""
        form.add_error("file", gettext("Berkas ini belum sampai seluruhnya. Pilih lagi berkasnya."))
        return None
    return upload, form.filename.data or ""


def _kept(form: UploadForm, practice: bool) -> Intake | None:
    found = intake.kept(work(), form.kept.data or "")
    if found is None or found.is_practice != practice:
        form.add_error("file", gettext("Pilih berkas PDF suratnya."))
        return None
    return found


def keep(form: UploadForm, taken: Intake | None) -> None:
    """Before a form is shown again: what was examined need not be chosen again."""
    form.kept.data = intake.keep(work(), taken) if taken else ""


def display_name(filename: str) -> str:
    """The file's own name without folders and invisible signs. It is only ever shown, never a path."""
    return one_line(filename.replace("\\", "/").rpartition("/")[2]) or "surat.pdf"
