"""Number and date of a letter, written into its uploaded page where a tag asks for them.

The page with its tags (the blank, as in blangko) is kept beside: whenever number or date change, it is written on anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from signing.errors import BadDocument
from signing.inscriptions import Inscription, inscribe
from signing.writing import long_date
from webapp.config import Config
from webapp.domain import documents, intake
from webapp.domain.errors import N_, Invalid
from webapp.domain.intake import Intake
from webapp.models import Letter, Version

KEPT = ("blanks", "blank_sha256", "original_sha256", "repairs", "source_sha256")  # of the blank, with the written page


def texts(number: str, dated_on: date) -> dict[str, str]:
    """What each kind of tag stands for; a letter that has no number yet has no text for it."""
    return {"number": number, "date": long_date(dated_on.isoformat())}


def wanted(letter: Letter) -> dict[str, str]:
    """What should stand on the page by now."""
    return _for(letter.version.blanks, texts(letter.number, letter.dated_on))


def is_current(letter: Letter) -> bool:
    """Whether the page says what the letter's facts say, as far as it has tags."""
    return letter.version.inscribed == wanted(letter)


def require_current(letter: Letter) -> None:
    """It stops a letter that would be signed with a tag in it, or with a number that it has no more."""
    if not is_current(letter):
        raise Invalid(
            N_("Nomor dan tanggal belum ditulis di halaman. Buka “Ubah keterangan”, lalu simpan, atau ganti berkasnya.")
        )


def take(config: Config, letter: Letter) -> Intake:
    """The letter's page with its number and date as they are now, judged anew. Takes a second and holds no lock.

    Raises BadDocument as signing.inscribe.
    """
    version = letter.version
    pdf = documents.get(config, version.blank_sha256 or "")
    made = _written(config, (pdf, version.filename), version, wanted(letter))
    return replace(made, is_practice=letter.is_practice)


def fill(config: Config, blank: Intake, known: Mapping[str, str]) -> Intake:
    """An upload with what is known of its letter before there is one; durable, as is the blank. As take otherwise."""
    intake.store(config, blank)
    made = _written(config, (blank.pdf, blank.filename), blank, _for(blank.blanks, known))
    return replace(made, is_practice=blank.is_practice)


def _written(config: Config, named: tuple[bytes, str], blank: Version | Intake, known: dict[str, str]) -> Intake:
    pdf, filename = named
    tags = intake.tags(config)
    made = inscribe(pdf, [Inscription(tags[kind], text) for kind, text in known.items()])
    found = intake.examine(config, made, filename)
    if found.repairs:
        raise BadDocument("tag_unreadable", "the written page would have to be repaired")
    return replace(found, inscribed=known, original=None, **{name: getattr(blank, name) for name in KEPT})


def _for(blanks: Mapping[str, int], known: Mapping[str, str]) -> dict[str, str]:
    return {kind: known[kind] for kind in blanks if known[kind]}
