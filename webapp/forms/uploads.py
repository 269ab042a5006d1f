"""The one kind of field by which somebody who is logged in hands over a file: whole, or in pieces ahead of the form."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms.validators import StopValidation

from webapp.forms.base import Form


class UploadField(FileField):
    """A file that came with the form (`data`) or before it in pieces (`transfer`, its digest), and its name.

    `most`: bytes that it may have; None: as many as a letter (MAX_UPLOAD_MB). What it is, is judged where it is used.
    Both at once: the one with the form was chosen last.
    """

    def __init__(self, *given: Any, most: int | None = None, **more: Any) -> None:
        super().__init__(*given, **more)
        self.most, self.transfer, self.filename = most, "", ""

    def process(self, formdata: Any, *given: Any, **more: Any) -> None:
        super().process(formdata, *given, **more)
        if self.data:
            self.filename = self.data.filename
        elif formdata is not None:
            self.transfer = self._beside(formdata, "transfer")
            self.filename = self._beside(formdata, "filename")

    @property
    def is_chosen(self) -> bool:
        return bool(self.data or self.transfer)

    def refuse(self, message: str) -> None:
        """Nothing of it is left to be sent again."""
        self.errors = [*self.errors, message]
        self.transfer = ""

    def _beside(self, formdata: Any, part: str) -> str:
        """Each field has names of its own: a form may ask for several files."""
        return next(iter(formdata.getlist(f"{self.name}_{part}")), "")


class Chosen:
    """Validator: a file must have been chosen, in whichever way it came."""

    field_flags = {"required": True}  # as WTForms has it

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, _form: Form, field: UploadField) -> None:
        if not field.is_chosen:
            raise StopValidation(self.message)
