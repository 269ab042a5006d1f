"""Every sentence of the interface has an English one: present, not fuzzy, with the same placeholders."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
# The same as in the command that refreshes the catalogue: pybabel extract -F .babel.cfg -k lazy_gettext -k _l .
KEYWORDS = DEFAULT_KEYWORDS | {"lazy_gettext": None, "_l": None, "lazy_ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


def source() -> Catalog:
    with (ROOT / ".babel.cfg").open() as settings:
        methods, options = parse_mapping_cfg(settings)
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS, directory_filter=_is_ours)
    catalog = Catalog()
    for name, line, message, _comments, context in found:
        catalog.add(message, locations=[(name, line)], context=context)
    return catalog


def _is_ours(folder: str) -> bool:
    return not any(part.startswith(".") and len(part) > 1 for part in Path(folder).relative_to(ROOT).parts)


@pytest.fixture(scope="module")
def english() -> Catalog:
    path = ROOT / "webapp/translations/en/LC_MESSAGES/messages.po"
    with path.open("rb") as file:
        return read_po(file, locale="en")


def _places(message) -> str:
    return ", ".join(f"{name}:{line}" for name, line in message.locations[:3])


def test_every_sentence_has_an_english_one(english: Catalog) -> None:
    lacking = []
    for message in source():
        if not message.id:
            continue
        found = english.get(message.id, message.context)
        strings = found.string if found and isinstance(found.string, tuple | list) else (found and found.string,)
        if not all(strings):
            lacking.append(f"{message.id!r} ({_places(message)})")
    assert not lacking, "no English for:\n" + "\n".join(lacking)


def test_no_english_sentence_is_a_guess(english: Catalog) -> None:
    assert [m.id for m in english if m.id and m.fuzzy] == []


def test_no_english_sentence_is_left_over(english: Catalog) -> None:
    wanted = source()
    assert [m.id for m in english if m.id and not wanted.get(m.id, m.context)] == []


def test_placeholders_are_the_same(english: Catalog) -> None:
    for message in english:
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        wanted = set(PLACEHOLDER.findall(ids[-1]))
        for string in strings:
            assert set(PLACEHOLDER.findall(string)) <= wanted, message.id
            assert len(strings) > 1 or set(PLACEHOLDER.findall(string)) == wanted, message.id
