"""Taking a file from a form, however it came: every upload of a person who is logged in passes `read`. No routes."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import format_decimal, gettext

from webapp import db
from webapp.domain import inscriptions, intake, transfers
from webapp.domain.intake import Intake
from webapp.errors import BadDocument, sentence
from webapp.forms.base import one_line
from webapp.forms.letters import UploadForm
from webapp.forms.uploads import UploadField
from webapp.guards.access import work
from webapp.models import Letter


@dataclass(frozen=True)
class Upload:
    """What came: anything at all, no larger than its field allows."""

    data: bytes
    filename: str  # to be shown, never a path


def read(field: UploadField) -> Upload | None:
    """The file of a field: with the form, or from the person's own transfer that it names.

    None where nothing was chosen, and where it is refused, with the error at the field.
    """
    most = limit(field)
    data = field.data.stream.read(most + 1) if field.data else None
    if field.transfer:
        data = transfers.take(work(), field.transfer)
        if data is None:
            field.refuse(gettext("Berkas ini belum sampai seluruhnya. Pilih lagi berkasnya."))
    if data is not None and len(data) > most:
        field.refuse(too_large(field))
        return None
    return None if data is None else Upload(data, display_name(field.filename))


def limit(field: UploadField) -> int:
    """Bytes."""
    return field.most or work().config.max_upload_bytes


def too_large(field: UploadField) -> str:
    megabytes = format_decimal(round(limit(field) / 1_000_000, 1))
    return gettext("Berkas ini terlalu besar. Batasnya %(megabytes)s MB.", megabytes=megabytes)


def take(form: UploadForm, *, practice: bool = False) -> Intake | None:
    """The examined upload of a form, a new one or one kept from before; else None, with the error at the file field.

    For `practice` it is marked LATIHAN, and a kept one must be.

    Commits first: examining takes seconds, and no lock is held meanwhile.
    """
    if not form.file.is_chosen:
        return _kept(form, practice)
    upload, config = read(form.file), work().config
    form.file.transfer = ""  # named once: a form that comes back holds what became of it
    db.commit()
    try:
        taken = intake.examine(config, intake.as_pdf(upload.data), upload.filename) if upload else None
        if taken is not None:
            return intake.for_practice(config, taken) if practice else taken
    except BadDocument as error:
        form.file.refuse(sentence(error))
    form.kept.data = ""  # never the file of before in its place
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
