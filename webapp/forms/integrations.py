"""A token of another system, and an address where it is told."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import SelectField, SelectMultipleField, StringField, widgets
from wtforms.validators import InputRequired, Length

from webapp.domain.tokens import Scope
from webapp.domain.webhooks import EVENTS
from webapp.forms.base import Form, one_line
from webapp.forms.identities import no_nik
from webapp.forms.people import OfficeChoice

SCOPES = (
    (Scope.SUBMIT, lazy_gettext("Mengajukan surat")),
    (Scope.READ, lazy_gettext("Membaca keterangan dan riwayat surat kantor, kecuali yang rahasia")),
    (Scope.EVIDENCE, lazy_gettext("Mengambil berkas yang ditandatangani dan bundel arsip")),
)
EVENT_NAMES = {
    "letter.submitted": lazy_gettext("Surat diajukan"),
    "letter.returned": lazy_gettext("Surat dikembalikan"),
    "letter.withdrawn": lazy_gettext("Surat ditarik"),
    "letter.rejected": lazy_gettext("Surat ditolak"),
    "letter.signed": lazy_gettext("Surat ditandatangani"),
    "letter.revoked": lazy_gettext("Surat dicabut"),
    "letter.replaced": lazy_gettext("Surat diganti"),
    "webhook.trial": lazy_gettext("Percobaan"),
}
# What webapp/outbound.py says; anything else is shown as it is.
CAUSES = {
    "not https": lazy_gettext("Alamatnya bukan https"),
    "the host's name leads nowhere": lazy_gettext("Nama host tidak ditemukan"),
    "the host's name leads to an inner address": lazy_gettext("Nama host menuju jaringan dalam"),
    "timed out": lazy_gettext("Tidak menjawab pada waktunya"),
    "ConnectionRefusedError": lazy_gettext("Sambungan ditolak"),
}
LIVES = (
    (30, lazy_gettext("30 hari")), (90, lazy_gettext("90 hari")), (180, lazy_gettext("180 hari")),
    (365, lazy_gettext("1 tahun")),
)  # fmt: skip


def _choices(label: str, choices: list | tuple) -> SelectMultipleField:
    return SelectMultipleField(
        label, choices=choices, option_widget=widgets.CheckboxInput(), widget=widgets.ListWidget(prefix_label=False)
    )


class TokenForm(OfficeChoice, Form):
    office = SelectField(lazy_gettext("Perangkat daerah"), coerce=int)
    name = StringField(
        lazy_gettext("Nama sistem"),
        [
            InputRequired(lazy_gettext("Isi nama sistemnya.")),
            Length(max=80, message=lazy_gettext("Paling panjang 80 huruf.")),
            no_nik,
        ],
        filters=[one_line],
    )
    scopes = _choices(lazy_gettext("Cakupan"), SCOPES)
    days = SelectField(lazy_gettext("Berlaku selama"), coerce=int, choices=LIVES, default=180)


class WebhookForm(OfficeChoice, Form):
    office = SelectField(lazy_gettext("Perangkat daerah"), coerce=int)
    url = StringField(
        lazy_gettext("Alamat (https)"),
        [
            InputRequired(lazy_gettext("Isi alamatnya.")),
            Length(max=500, message=lazy_gettext("Paling panjang 500 huruf.")),
        ],
        filters=[one_line],
    )
    events = _choices(lazy_gettext("Peristiwa"), [(name, EVENT_NAMES[name]) for name in EVENTS])
