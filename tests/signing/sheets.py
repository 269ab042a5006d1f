"""Letters of an office as they are printed, and the same with one fact altered, under the same genuine mark.

Laid out as Permendagri 1/2023 asks: letterhead, number, date, addressee, text, signature block. Invented people, NIPs
and NIKs that cannot exist. A forger is taken to have the office's fonts and layout: only the fact differs.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO

import pikepdf
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from signing.places import Placement
from signing.stamps import Stamp
from tests.signing.office import STAMP, prepared
from tests.signing.sheet_forms import FORMS, PLAIN

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip
FIRST = (
    "Ahmad", "Budi", "Citra", "Dedi", "Eka", "Fitri", "Gunawan", "Hendra", "Indah", "Joko", "Kartika", "Lestari",
    "Mulyadi", "Nurhayati", "Oktavia", "Putri", "Rahmat", "Siti", "Taufik", "Umar", "Wahyu", "Yusuf", "Zulkifli",
)  # fmt: skip
LAST = (
    "Anwar", "Basuki", "Chaniago", "Darmawan", "Effendi", "Firdaus", "Ginting", "Harahap", "Iskandar", "Jamil",
    "Kurniawan", "Lubis", "Maharani", "Nasution", "Pratama", "Rahayu", "Saputra", "Tanjung", "Utami", "Wulandari",
    "Yulianti",
)  # fmt: skip
TITLES = ("S.H., M.Si.", "S.E., M.M.", "S.STP.", "S.Kom.", "S.Pd., M.Pd.", "S.Sos.", "Ir.", "S.T., M.T.", "A.Md.")
CLASSES, UNITS = ("000.1.5", "800.1.11.1", "900.1.3", "400.14.5.4"), ("UM", "BKPSDM", "Setda", "Dinkes")
FONTS = (("Times-Roman", "Times-Bold"), ("Helvetica", "Helvetica-Bold"))
KINDS = ("number", "date", "name", "amount", "nip", "person")


@dataclass(frozen=True)
class Sheet:
    """One letter: its facts by kind (each fact once, in the order of the text), and how it is set."""

    facts: dict[str, tuple[str, ...]]
    form: int
    fonts: tuple[str, str]
    size: float

    def with_fact(self, kind: str, index: int, text: str) -> Sheet:
        facts = list(self.facts[kind])
        facts[index] = text
        return Sheet(self.facts | {kind: tuple(facts)}, self.form, self.fonts, self.size)

    def plain(self) -> bytes:
        """The page as the drafter uploads it."""
        output = BytesIO()
        canvas = Canvas(output, pagesize=A4, invariant=1)
        _draw(canvas, self)
        canvas.save()
        return output.getvalue()

    def pdf(self, stamp: Stamp = STAMP) -> bytes:
        """The page with the office's mark: what is signed; or what a forger prints, and pastes the code on."""
        bottom = _draw(Canvas(BytesIO(), pagesize=A4), self)
        place = Placement(1, 300, A4[1] - bottom, *stamp.size)
        return prepared(self.plain(), place=place, stamp=stamp).pdf


def sheet(number: int, *, plain: bool = False) -> Sheet:
    """The letter of this number, always the same; `plain`: its people have no titles, nor labels before their names."""
    dice = random.Random(f"sheet {number}")
    year = dice.randint(2024, 2026)
    people = [_person(dice) for _ in range(4)]
    facts = {
        "number": (f"{dice.choice(CLASSES)}/{dice.randint(2, 1999)}/{dice.choice(UNITS)}-{year}",),
        "date": tuple(_date(dice, year) for _ in range(2)),
        "name": tuple(people),
        "amount": tuple(f"Rp{dice.randint(2, 980)}.{dice.choice((0, 250, 500, 750)):03}.000,00" for _ in range(2)),
        "nip": tuple(f"00{''.join(str(dice.randrange(10)) for _ in range(16))}" for _ in range(4)),
    }  # fmt: skip
    facts["person"] = tuple(_untitled(dice) for _ in range(4)) if plain else ()
    return Sheet(facts, number % 3 + 3 * plain, FONTS[number // 3 % 2], dice.choice((11, 11.5, 12)))


def forged(genuine: Sheet, kind: str, dice: random.Random) -> Sheet:
    """The letter with one fact of this kind altered: half the time by a single sign, else to another of its kind."""
    index = dice.randrange(shown(genuine, kind))
    old = genuine.facts[kind][index]
    while (new := ALTER[kind](old, dice)) == old:
        pass
    return genuine.with_fact(kind, index, new)


def shown(sheet: Sheet, kind: str) -> int:
    """How many facts of a kind this form prints; the first name, or person, is the signer, always printed."""
    counts = {
        "name": (1, 4, 2, 0, 0, 0), "person": (0, 0, 0, 4, 4, 4), "nip": (1, 4, 2, 1, 4, 1),
        "amount": (2, 1, 2, 1, 1, 1),
        "date": (2,) * 6, "number": (1,) * 6,
    }  # fmt: skip
    return counts[kind][sheet.form]


def _digit(text: str, dice: random.Random) -> str:
    places = [place for place, sign in enumerate(text) if sign.isdigit()]
    place = dice.choice(places)
    return text[:place] + str(dice.choice([d for d in range(10) if str(d) != text[place]])) + text[place + 1 :]


def _other_number(text: str, dice: random.Random) -> str:
    head, _, tail = text.partition("/")
    middle, _, rest = tail.partition("/")
    return f"{head}/{_digit(middle, dice) if dice.randrange(2) else dice.randint(2, 1999)}/{rest}"


def _other_date(text: str, dice: random.Random) -> str:
    day, month, year = text.split()
    which = dice.randrange(3)
    if which == 0:
        return f"{dice.choice([d for d in range(1, 29) if str(d) != day])} {month} {year}"
    if which == 1:
        return f"{day} {dice.choice([m for m in MONTHS if m != month])} {year}"
    return f"{day} {month} {int(year) + dice.choice((-1, 1))}"


def _other_name(text: str, dice: random.Random) -> str:
    first, last, *titles = text.split(" ")
    which = dice.randrange(3)
    if which == 0:
        first = dice.choice([n for n in FIRST if n != first])
    elif which == 1:
        last = dice.choice([f"{n}," for n in LAST if f"{n}," != last])
    else:
        place = dice.randrange(1, len(first))
        first = first[:place] + dice.choice([c for c in "aeiourstn" if c != first[place]]) + first[place + 1 :]
    return " ".join([first, last, *titles])


def _other_amount(text: str, dice: random.Random) -> str:
    whole = text.removeprefix("Rp").removesuffix(".000,00")
    return f"Rp{_digit(whole, dice) if dice.randrange(2) else dice.choice('123456789') + whole}.000,00"


def _other_person(text: str, dice: random.Random) -> str:
    return _other_name(f"{text},", dice).rstrip(",")


ALTER: dict[str, Callable[[str, random.Random], str]] = {
    "number": _other_number, "date": _other_date, "name": _other_name, "amount": _other_amount, "nip": _digit,
    "person": _other_person,
}  # fmt: skip


def _person(dice: random.Random) -> str:
    return f"{dice.choice(FIRST)} {dice.choice(LAST)}, {dice.choice(TITLES)}"


def _untitled(dice: random.Random) -> str:
    first, last = dice.choice(FIRST), dice.choice(LAST)
    return f"{first} {last}" if dice.randrange(3) else f"{first} {dice.choice(LAST)} {last}"


def _date(dice: random.Random, year: int) -> str:
    return f"{dice.randint(1, 28)} {dice.choice(MONTHS)} {year}"


def _draw(canvas: Canvas, sheet: Sheet) -> float:
    """Draw the page and return the height above the bottom edge that is left for the mark's top."""
    plain, bold = sheet.fonts
    width, top = A4
    for row, (text, size) in enumerate((("PEMERINTAH KABUPATEN CONTOH", 14), ("SEKRETARIAT DAERAH", 16))):
        canvas.setFont(bold, size)
        canvas.drawCentredString(width / 2, top - 52 - 19 * row, text)
    canvas.setFont(plain, 9)
    canvas.drawCentredString(width / 2, top - 86, "Jalan Raya Contoh Nomor 1, Arosuka 27364, laman setda.contoh.go.id")
    canvas.line(60, top - 94, width - 60, top - 94)
    y = top - 116
    leading = sheet.size * 1.36
    for left, paragraph in _lines(sheet):
        canvas.setFont(bold if left in (190, 250) else plain, sheet.size)
        text, *cells = paragraph.split(" |")
        for cell in cells:
            edge, _, words = cell.partition(" ")
            canvas.drawString(float(edge), y, words)
        for part in simpleSplit(text, canvas._fontname, sheet.size, width - 72 - left) or [""]:
            canvas.drawString(left, y, part)
            y -= leading
    canvas.setFont(plain, sheet.size)
    canvas.drawString(310, y - 10, "Sekretaris Daerah,")
    signer = sheet.facts["person" if sheet.facts["person"] else "name"][0]
    for row, text in enumerate((signer, "Pembina Utama Madya", f"NIP {sheet.facts['nip'][0]}")):
        canvas.drawString(310, y - 20 - STAMP.size[1] - leading * (row + 1), text)
    return y - 16


def _lines(sheet: Sheet) -> Iterable[tuple[float, str]]:
    """(left edge in points, text) of each paragraph; one that begins without a number goes on."""
    paragraphs: list[str] = []
    for line in (*FORMS, *PLAIN)[sheet.form].strip().splitlines():
        if line[:1].isdigit():
            paragraphs.append(line)
        else:
            paragraphs[-1] += f" {line.strip()}"
    for paragraph in paragraphs:
        left, _, text = paragraph.partition(" ")
        yield float(left), text.format(**sheet.facts)


def joined(*pdfs: bytes) -> bytes:
    """The pages of several files in one."""
    output, whole = BytesIO(), pikepdf.new()
    parts = [pikepdf.open(BytesIO(pdf)) for pdf in pdfs]
    for part in parts:
        whole.pages.extend(part.pages)
    whole.save(output)
    return output.getvalue()
