"""What changed in a letter since somebody acted on it: the facts of the form, and the pages (signing.differences).

Comparing two files takes seconds, so it is done once and kept: a cache that may be emptied at any time, like the page
images. A job makes it when the letter is submitted again; who comes before it has it made then.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import signing
from signing.differences import Difference, Pair
from signing.errors import BadDocument
from webapp.config import Config
from webapp.domain import documents, looks, page_images
from webapp.domain.work import Work
from webapp.models import Letter, Look, Version


class Fact(NamedTuple):
    """`name`: of looks.facts_of."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Changes:
    """Since `look`. `after`: SHA-256 of the file shown now. `facts`: those that differ; None: were not kept then."""

    look: Look
    after: str
    facts: tuple[Fact, ...] | None

    @property
    def is_any(self) -> bool:
        return bool(self.facts) or self.look.sha256 != self.after


def since(work: Work, letter: Letter) -> Changes | None:
    """What is another since the actor acted on the letter. None for who never did."""
    look = looks.last(work, letter)
    if look is None:
        return None
    facts = None
    if look.facts is not None:
        now = looks.facts_of(letter)
        facts = tuple(
            Fact(name, look.facts.get(name, ""), now[name]) for name in now if look.facts.get(name, "") != now[name]
        )
    return Changes(look, looks.shown_file(letter), facts)


def pending(work: Work, letter: Letter) -> list[tuple[str, str]]:
    """(before, after) of what readers of the letter will want to have compared."""
    after = looks.shown_file(letter)
    return [(before, after) for before in sorted(looks.files(work, letter)) if before != after]


def version_of(work: Work, letter: Letter, sha256: str) -> Version | None:
    """Whose pages the actor himself acted on: a file that lost its mark since is in no version any more."""
    look = looks.last(work, letter)
    if look is None or look.sha256 != sha256:
        return None
    return next((version for version in letter.versions if version.id == look.version_id), None)


def find(config: Config, before: str, after: str) -> Difference | str | None:
    """The difference of two stored files, where it was made; the code of BadDocument where it could not be."""
    if before == after:
        return Difference(())
    try:
        kept = json.loads(_path(config, before, after).read_bytes())
        if "error" in kept:
            return str(kept["error"])
        pairs = tuple(_pair(entry) for entry in kept["pairs"])
        return Difference(pairs, kept["left_out"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):  # also one that a power cut left half written
        return None


def make(config: Config, before: str, after: str) -> Difference | str:
    """As find, made now if it has to be. Takes up to half a minute for a hostile file: no transaction may be open.

    A failure is kept too: a file that is too much for it is not tried at every look.
    """
    folder = config.data_dir / "changes"
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / f"{after[:2]}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        found = find(config, before, after)
        return _make(config, before, after) if found is None else found
    finally:
        os.close(handle)


def numbers(difference: Difference) -> list[int]:
    """The pages, as they are numbered now, that are not what they were."""
    return [pair.after for pair in shown(difference) if pair.after is not None]


def shown(difference: Difference) -> list[Pair]:
    return [pair for pair in difference.pairs if pair.kind not in ("same", "unchecked")]


def _make(config: Config, before: str, after: str) -> Difference | str:
    files = documents.get(config, before), documents.get(config, after)
    try:
        with page_images.CHILDREN:
            found: Difference | str = signing.compare(*files)
    except BadDocument as error:
        found = error.code
    kept = {"error": found} if isinstance(found, str) else asdict(found)
    target = _path(config, before, after)
    temporary = target.with_name(f"{target.name}.{secrets.token_hex(4)}.tmp")
    with temporary.open("xb") as file:
        file.write(json.dumps(kept, ensure_ascii=False).encode())
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileNotFoundError):  # the cache was emptied this very moment
        temporary.rename(target)
    return found


def _path(config: Config, before: str, after: str) -> Path:
    return config.data_dir / "changes" / f"{before}-{after}.json"


def _pair(entry: dict) -> Pair:
    """JSON has lists where the values have tuples."""
    nested = {name: tuple(map(tuple, entry[name])) for name in ("runs", "before_areas", "after_areas")}
    return Pair(**entry | nested)
