"""What all forms share: the library's sentences in Bahasa Indonesia, tidy text, the domain's refusals by the field."""

from __future__ import annotations

import re

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DecimalField
from wtforms.widgets import TextInput

from webapp import errors
from webapp.domain.errors import Invalid

BUILT_IN = {
    "This field is required.": lazy_gettext("Isian ini wajib."),
    "Not a valid choice.": lazy_gettext("Pilih salah satu yang tersedia."),
    "Invalid Choice: could not coerce.": lazy_gettext("Pilih salah satu yang tersedia."),
    "Not a valid date value.": lazy_gettext("Tanggal ini belum benar."),
    "Not a valid time value.": lazy_gettext("Jam ini belum benar."),
    "Not a valid integer value.": lazy_gettext("Isi dengan bilangan bulat."),
    "Not a valid decimal value.": lazy_gettext("Isi dengan angka."),
    "Not a valid float value.": lazy_gettext("Isi dengan angka."),
}
UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")


class Sentences:
    """WTForms' messages are English; these stand in their place."""

    def gettext(self, text: str) -> str:
        return str(BUILT_IN[text]) if text in BUILT_IN else gettext(text)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return self.gettext(singular if n == 1 else plural)


class Form(FlaskForm):
    class Meta(FlaskForm.Meta):
        csrf = False  # the guard has checked it (guards/csrf.py); pages write the field themselves

        def get_translations(self, form: FlaskForm) -> Sentences:
            return Sentences()

    def refuse(self, error: Exception) -> None:
        """Show what the domain refused, by the field that it names, else above the form."""
        name = error.field if isinstance(error, Invalid) else None
        if name in self._fields:
            self.add_error(name, errors.sentence(error))
        else:
            self.form_errors.append(errors.sentence(error))

    def refuse_code(self, error: Exception, attempts_left: int) -> None:
        """The same for a wrong code, with how often it may still be tried."""
        self.refuse(error)
        name = error.field if isinstance(error, Invalid) else None
        self.add_error(name or "code", remaining(attempts_left))

    def add_error(self, name: str, message: str) -> None:
        self._fields[name].errors = [*self._fields[name].errors, message]


def remaining(attempts_left: int) -> str:
    """The sentence under a refused code. Five minutes are the rule's own period (webapp.domain.throttle.CODE)."""
    if not attempts_left:
        return gettext("Percobaan habis. Tunggu lima menit, lalu coba lagi.")
    return gettext("Sisa percobaan: %(left)s.", left=attempts_left)


class CommaField(DecimalField):
    """A number as it is written here: 12,5. A full stop does as well."""

    widget = TextInput()  # a number field shows 12.5, or nothing, depending on the browser's own language

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([text.strip().replace(",", ".") for text in valuelist])
        if self.data is not None and not self.data.is_finite():
            self.data = None
            raise ValueError(self.gettext("Not a valid decimal value."))

    def _value(self) -> str:
        return super()._value().replace(".", ",")


def one_line(text: str | None) -> str:
    """Single spaces, and no signs that cannot be seen (some reorder text, some no database takes)."""
    return " ".join(UNSEEN.sub(" ", text or "").split())


def paragraphs(text: str | None) -> str:
    lines = (one_line(line) for line in (text or "").splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
