"""A photograph of the paper: shape only, its content is judged in a confined child."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired

from webapp.forms.base import Form


class PhotographForm(Form):
    photo = FileField(
        lazy_gettext("Foto surat tercetak"), [FileRequired(lazy_gettext("Ambil atau pilih foto surat tercetaknya."))]
    )
