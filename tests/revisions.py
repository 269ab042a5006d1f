"""A letter that was acted on, given back, and submitted again with another file or other facts."""

from __future__ import annotations

from tests.factories import Factory
from tests.signing.versions import FIRST, SECOND, THIRD, version
from webapp.domain import intake, letters
from webapp.models import Letter

ORIGINAL = version(FIRST, SECOND, THIRD)
REVISED = version(FIRST, [SECOND[0], SECOND[1].replace("lima juta", "sembilan juta")], ["Lampiran baru."], THIRD)


def upload(make: Factory, letter: Letter, pdf: bytes, name: str = "surat.pdf") -> None:
    """Another version of a letter in its drafter's hands, with its mark."""
    letters.revise(make.person("budi"), letter, intake.examine(make.work.config, pdf, name))
    make.place(letter)


def initialled(make: Factory, *reviewers: str, pdf: bytes = ORIGINAL, **facts: object) -> Letter:
    """By the first of the reviewers; on this file."""
    letter = make.planned(*(reviewers or ("dewi", "lina")), **facts)
    upload(make, letter, pdf)
    letters.submit(make.person("budi"), letter)
    return make.initial(letter, (reviewers or ("dewi", "lina"))[0])


def returned(make: Factory, **kind: object) -> Letter:
    """Dewi initialled it, Lina gave it back."""
    letter = initialled(make, **kind)
    letters.send_back(make.person("lina"), letter, "Biayanya keliru.")
    return letter


def revised(make: Factory, pdf: bytes = REVISED, **facts: object) -> Letter:
    """And Budi submitted another file; with facts, the form says something else too."""
    letter = returned(make)
    upload(make, letter, pdf)
    if facts:
        known = {name: getattr(letter, name) for name in letters.FACTS}
        letters.update(make.person("budi"), letter, letter.signer, known | facts)
    letters.submit(make.person("budi"), letter)
    return letter
