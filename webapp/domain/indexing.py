"""The words by which letters are found: one row a letter, written in the transaction of the letter's change.

The words are cut here, in one way for both databases: SQLite keeps them in FTS5, PostgreSQL in a tsvector with GIN.
The row names the office and the people too, so that the index itself leaves out what one may not see; whether one may
is judged again on the letter's own row, so an index that lags behind finds less, never more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from sqlalchemy import Integer, Text, bindparam, column, literal_column, select, table, text
from sqlalchemy.sql import ColumnElement

import signing
from webapp.domain import documents, outbox
from webapp.domain.permissions import SECRET
from webapp.domain.work import Work
from webapp.models import Letter, Version

INDEX = table("letter_index", column("rowid", Integer), column("words", Text))
MOST_WORDS = 20_000  # different ones of a letter; a tsvector holds a megabyte
LONGEST = 40  # characters of a word
CHUNK = 50  # letters of one job
PARTS = "dgk"  # tags of who drafts a letter, is to sign it, and is in its chain or asked about it

_WORD = re.compile(r"[^\W_]+")
_ENDINGS = re.compile(r"(?<=.{4})(?:nya|lah|kah)$")
_NOUNS = re.compile(r"(?<=.{4})k?an$")
_DROP = text("DELETE FROM letter_index WHERE rowid = :id")
ADD = {
    "sqlite": text("INSERT INTO letter_index (rowid, words) VALUES (:id, :words)"),
    "postgresql": text(
        "INSERT INTO letter_index (rowid, words) VALUES (:id, array_to_tsvector(string_to_array(:words, ' ')))"
    ),
}


def words(told: str) -> list[str]:
    """The words of a text as they are indexed and asked for: lower case, without accents and common endings.

    "Undangannya" and "undang" become the same; a number falls apart at its dots and strokes.
    """
    plain = unicodedata.normalize("NFKD", told).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return [_NOUNS.sub("", _ENDINGS.sub("", word))[:LONGEST] for word in _WORD.findall(plain)]


def tagged(tag: str, told: str | int) -> list[str]:
    """The same words as of one field only. A tag ends in "_", which no word of a text contains."""
    return [f"{tag}_{word}" for word in words(str(told))]


def put(work: Work, letter: Letter, body: str) -> None:
    """Index a letter anew, with the text of its file. Call it after every change of facts, people or file.

    Practice letters are found by nobody.
    """
    work.session.flush()
    if letter.is_practice:
        return
    work.execute(_DROP, {"id": letter.id})
    dialect = work.session.get_bind().dialect.name
    work.execute(ADD[dialect], {"id": letter.id, "words": row(letter, words(body))})


def row(letter: Letter, body: Iterable[str]) -> str:
    """What the index keeps of a letter: its facts and the first MOST_WORDS words of its file, each once."""
    found = dict.fromkeys(_facts(letter))
    for word in body:
        if len(found) >= MOST_WORDS:
            break
        found[word] = None
    return " ".join(sorted(found))


def put_again(work: Work, letter: Letter) -> None:
    """Index changed facts with the text that is kept. A version without one is read by a job."""
    version = letter.version
    body = documents.get(work.config, version.text_sha256).decode() if version.text_sha256 else ""
    put(work, letter, body)


def matching(work: Work, groups: Iterable[Sequence[str]]) -> ColumnElement[bool]:
    """The condition on INDEX that of each group at least one word is there."""
    if work.session.get_bind().dialect.name == "sqlite":
        asked = " AND ".join("(" + " OR ".join(f'"{word}"' for word in group) + ")" for group in groups)
        return literal_column("letter_index").op("MATCH", is_comparison=True)(bindparam(None, asked))
    asked = " & ".join("(" + " | ".join(f"'{word}'" for word in group) + ")" for group in groups)
    return INDEX.c.words.op("@@", is_comparison=True)(text("CAST(:asked AS tsquery)").bindparams(asked=asked))


def catch_up(work: Work, after_id: int) -> list[tuple[int, str, str | None]]:
    """The next CHUNK of letters from before there was an index, or that it lacks: id, file, and its text's digest."""
    query = select(Letter.id, Version.sha256, Version.text_sha256).join(
        Version, (Version.letter_id == Letter.id) & (Version.number == Letter.version_number)
    )
    real = (Letter.disposed_at.is_(None), Letter.trainee_id.is_(None))
    rows = work.session.execute(query.where(Letter.id > after_id, *real).order_by(Letter.id).limit(CHUNK))
    return [(row[0], row[1], row[2]) for row in rows]


def read(work: Work, sha256: str) -> str:
    """The text of a letter's file, read in a confined child. Takes its time: no transaction may be open."""
    return signing.read_text(documents.get(work.config, sha256))


def keep(work: Work, letter_id: int, sha256: str, body: str) -> None:
    """Index a letter; a text that was read later is kept, unless the letter has another file by now."""
    letter = work.session.get_one(Letter, letter_id)
    version = letter.version
    if version.sha256 == sha256 and version.text_sha256 is None and body.strip():
        version.text_sha256 = documents.put(work.config, body.encode())
    put_again(work, letter)


def go_on(work: Work, after_id: int) -> None:
    outbox.add(work, "index", after_id=after_id)


def _facts(letter: Letter) -> list[str]:
    place = [] if letter.confidentiality in SECRET else [f"o_{letter.office_id}"]
    chain = dict.fromkeys(one.person_id for one in (*letter.steps, *letter.opinions))
    chain |= dict.fromkeys(step.official.id for step in letter.steps)  # in whose place a deputy has it
    people = [f"d_{letter.drafter_id}", f"g_{letter.signer_id}", *(f"k_{one}" for one in chain)]
    # Months and years: a period is a handful of words.
    dates = [f"y_{letter.dated_on:%Y}", f"m_{letter.dated_on:%Y%m}"]
    number, subject = tagged("n", letter.number), tagged("s", letter.subject)
    both = [*words(letter.number), *words(letter.subject), *words(letter.addressee), *words(letter.classification)]
    return [*place, *people, *dates, *number, *subject, *both]
