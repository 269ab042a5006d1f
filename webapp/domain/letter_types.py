"""The types of letters that can be written here, and what is typed for each. How they look is signing's."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.domain.errors import N_, Invalid

LINE, TEXT = 300, 12_000  # characters


@dataclass(frozen=True)
class Field:
    """`name` as the page's template has it; `is_text`: several lines."""

    name: str
    label: str
    hint: str = ""
    is_text: bool = False
    is_needed: bool = True
    default: str = ""

    @property
    def most(self) -> int:
        return TEXT if self.is_text else LINE


@dataclass(frozen=True)
class LetterType:
    name: str
    label: str
    about: str
    fields: tuple[Field, ...]


def known(name: str) -> str:
    """The name itself, or nothing where the type is left open. Raises Invalid."""
    if name and name not in TYPES:
        raise Invalid(field="letter_type")
    return name


_ITEMS = N_("Baris kosong memisahkan alinea. Awali baris dengan 1. atau a. untuk butir.")
_NAMED = N_("Satu baris satu keterangan, misalnya: Nama: Budi Contoh")
_ENCLOSURE = Field("enclosure", N_("Lampiran"), N_("Misalnya: 1 (satu) berkas."), is_needed=False)
_AT = Field("at", N_("Di (tempat tujuan)"), N_("Misalnya: Tempat, atau Arosuka."), is_needed=False)
_COPIES = Field("copies", N_("Tembusan"), N_("Satu baris satu penerima."), is_text=True, is_needed=False)


def _body(label: str = N_("Isi surat"), *, is_needed: bool = True) -> Field:
    return Field("text", label, _ITEMS, is_text=True, is_needed=is_needed)


def _closing(default: str) -> Field:
    return Field("closing", N_("Penutup"), is_text=True, is_needed=False, default=default)


_THANKS = "Demikian disampaikan, atas perhatian Saudara diucapkan terima kasih."
_BY_CERTIFICATE = "Demikian surat keterangan ini dibuat untuk dipergunakan sebagaimana mestinya."

TYPES = {
    one.name: one
    for one in (
        LetterType(
            "undangan", N_("Undangan"), N_("Surat undangan rapat atau acara."),
            (
                _AT, _ENCLOSURE, _body(N_("Kalimat pembuka")),
                Field("day", N_("Hari dan tanggal acara"), N_("Misalnya: Selasa, 1 Desember 2026.")),
                Field("time", N_("Waktu"), N_("Misalnya: 09.00 WIB s.d. selesai.")),
                Field("venue", N_("Tempat")), Field("event", N_("Acara")),
                _closing("Demikian disampaikan, atas kehadiran Saudara diucapkan terima kasih."), _COPIES,
            ),
        ),
        LetterType(
            "surat", N_("Surat dinas"), N_("Surat kepada penerima di dalam atau di luar pemerintah daerah."),
            (_AT, _ENCLOSURE, _body(), _closing(_THANKS), _COPIES),
        ),
        LetterType(
            "nota_dinas", N_("Nota dinas"), N_("Surat di dalam perangkat daerah."),
            (_ENCLOSURE, _body(), _closing("Demikian disampaikan, untuk menjadi periksa."), _COPIES),
        ),
        LetterType(
            "tugas", N_("Surat tugas"), N_("Menugaskan satu orang atau lebih."),
            (
                Field("basis", N_("Dasar"), _ITEMS, is_text=True), Field("people", N_("Kepada"), _NAMED, is_text=True),
                _body(N_("Untuk")), _closing("Demikian surat tugas ini untuk dilaksanakan."), _COPIES,
            ),
        ),
        LetterType(
            "edaran", N_("Surat edaran"), N_("Pemberitahuan tentang hal yang penting dan mendesak."),
            (
                Field("background", N_("Latar belakang"), _ITEMS, is_text=True),
                Field("purpose", N_("Maksud dan tujuan"), _ITEMS, is_text=True),
                Field("basis", N_("Dasar hukum"), _ITEMS, is_text=True, is_needed=False), _body(N_("Isi edaran")),
                _closing("Demikian surat edaran ini untuk dilaksanakan."), _COPIES,
            ),
        ),
        LetterType(
            "keterangan", N_("Surat keterangan"), N_("Menerangkan sesuatu tentang seseorang."),
            (
                Field("people", N_("Yang diterangkan"), _NAMED, is_text=True), _body(N_("Keterangannya")),
                _closing(_BY_CERTIFICATE), _COPIES,
            ),
        ),
        LetterType(
            "sertifikat", N_("Sertifikat"), N_("Satu halaman mendatar untuk peserta kegiatan."),
            (
                Field("title", N_("Judul"), default="Sertifikat"), Field("recipient", N_("Nama penerima")),
                Field("institution", N_("Instansi"), is_needed=False),
                Field("capacity", N_("Sebagai"), N_("Misalnya: Peserta."), is_needed=False),
                Field("text", N_("Kegiatan"), N_("Nama dan waktu kegiatannya."), is_text=True),
            ),
        ),
    )
}  # fmt: skip
