"""What goes over the wire, by field. Descriptions are source sentences: the document translates them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from webapp.domain.errors import N_
from webapp.domain.letter_types import TYPES
from webapp.models import Confidentiality, State, Urgency

Kind = Literal[("", *TYPES)]  # type: ignore[valid-type]
Id = Annotated[int, Meta(ge=1, le=2_147_483_647)]


def _text(most: int, told: str, *, least: int = 0) -> Meta:
    return Meta(min_length=least or None, max_length=most, description=told)


class Place(Struct, forbid_unknown_fields=True):
    """Where the mark stands, in points from the page's top left, as the page is displayed."""

    page: Annotated[int, Meta(ge=1, le=10_000)]
    x: Annotated[float, Meta(ge=0, le=15_000)]
    y: Annotated[float, Meta(ge=0, le=15_000)]
    width: Annotated[float, Meta(ge=150, le=320)] = 220.0
    height: Annotated[float, Meta(ge=60, le=240)] = 92.0


class NewLetter(Struct, forbid_unknown_fields=True):
    """A letter to be marked and submitted."""

    file: Annotated[
        bytes,
        Meta(
            description=N_("Berkas PDF, base64. Tag ${nomor_naskah} dan ${tanggal_naskah} di halamannya diisi."),
            examples=["JVBERi0xLjcK"],
        ),
    ]
    subject: Annotated[str, _text(300, N_("Perihal."), least=1)]
    addressee: Annotated[str, _text(300, N_("Kepada siapa."), least=1)]
    dated_on: Annotated[date, Meta(description=N_("Tanggal surat, tahun 2000 sampai 2099."), examples=["2026-11-26"])]
    signer: Annotated[
        Annotated[str, Meta(min_length=1, max_length=200)] | Id,
        Meta(description=N_("Penandatangan: id atau alamat surel, salah satu dari /signers.")),
    ]
    number: Annotated[str, _text(80, N_("Nomor surat; kosong bila diambil menurut pattern_id."))] = ""
    pattern_id: Annotated[Id | None, Meta(description=N_("Pola nomor dari /patterns; nomor berikutnya diambil."))] = (
        None
    )
    classification: Annotated[str, _text(40, N_("Kode klasifikasi."))] = ""
    kind: Annotated[Kind, Meta(description=N_("Jenis naskah; kosong bila tidak ditentukan."))] = ""
    urgency: Urgency = Urgency.NORMAL
    confidentiality: Confidentiality = Confidentiality.NORMAL
    filename: Annotated[str, _text(200, N_("Nama berkas; hanya untuk ditampilkan."))] = "surat.pdf"
    placement: Annotated[
        Place | None, Meta(description=N_("Letak tanda tangan; tanpa ini dipakai tag dalam PDF, lalu tempat kosong."))
    ] = None
    may_cover: Annotated[
        bool, Meta(description=N_("Tanda tangan boleh menutupi isi. Tanpa izin permintaan ditolak."))
    ] = False


class LettersQuery(Struct, forbid_unknown_fields=True):
    # Unset and not None: the word "null" in an address would otherwise mean that nothing was asked for.
    limit: Annotated[int, Meta(ge=1, le=100, description=N_("Paling banyak sekian surat."))] = 30
    cursor: Annotated[str, _text(30, N_("Nilai next dari halaman sebelumnya."))] = ""
    state: Annotated[State | UnsetType, Meta(description=N_("Hanya surat dalam keadaan ini."))] = UNSET
    since: Annotated[date | UnsetType, Meta(description=N_("Bertanggal sejak hari ini, termasuk."))] = UNSET
    until: Annotated[date | UnsetType, Meta(description=N_("Bertanggal sampai hari ini, termasuk."))] = UNSET
    number: Annotated[str, _text(80, N_("Kata dalam nomor surat."))] = ""
    q: Annotated[str, _text(200, N_("Kata dalam nomor, perihal, tujuan, atau isi berkas."))] = ""
    oldest_first: bool = False


class Person(Struct):
    id: int
    name: str
    position: str


class Signer(Person):
    email: str


class Signed(Struct):
    """By whom and when, as it was when signing. `sha256` is of the file that /file gives."""

    at: datetime
    signer: str
    position: str
    level: str
    sha256: str
    verify_url: str


class Letter(Struct):
    id: int
    state: State
    number: str
    subject: str
    addressee: str
    dated_on: date
    classification: str
    kind: Kind
    urgency: Urgency
    confidentiality: Confidentiality
    office: str
    drafter: str
    signer: Person
    version: int
    pages: int
    reason: str
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    signature: Signed | None
    replaced_by: int | None


class LetterPage(Struct):
    """`next` is the cursor of the next page; null on the last."""

    letters: list[Letter]
    next: str | None


class Step(Struct):
    """One entry of the trail. Who merely read or downloaded the letter is left out."""

    number: int
    at: datetime
    event: str
    actor: str | None
    sha256: str


class History(Struct):
    steps: list[Step]


class Signers(Struct):
    signers: list[Signer]


class Pattern(Struct):
    id: int
    name: str
    pattern: str


class Patterns(Struct):
    patterns: list[Pattern]


class Token(Struct):
    """The token of this request."""

    name: str
    office: str
    scopes: list[str]
    expires_at: datetime
