"""The budgets of webapp/README.md. An exception is one line with its reason."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VENDORED = ROOT / "webapp/static/vendor"

# What is counted, where, and how much of it there may be.
LINES = {"*.py": 300, "*.html": 120, "*.css": 200, "*.js": 150}
FUNCTION, VIEW, ARGUMENTS = 40, 20, 5

EXCEPTIONS = {
    "webapp/migrations/versions/0001_the_first_schema.py": "generated, one statement a table",
    "webapp/migrations/versions/0001_the_first_schema.py:upgrade": "generated, one statement a table",
    "webapp/migrations/versions/0001_the_first_schema.py:downgrade": "generated, one statement a table",
    "webapp/migrations/versions/0006_bsre.py:upgrade": "generated, one statement a table",
    "signing/authority.py:create_issuing": "an issuer's key and certificate, and what the new certificate says",
    "signing/authority.py:crl": "an issuer's key and certificate, and what the list says",
    "signing/authority.py:issue": "an issuer's key and certificate, and what the new certificate says",
    "signing/authority.py:issue_service": "an issuer's key and certificate, and what the new certificate says",
    "signing/prepare.py:prepare": "the fields of a signature dictionary (ISO 32000-2, table 255), by keyword",
}


def sources(pattern: str, *folders: str) -> list[Path]:
    found = (path for folder in folders for path in (ROOT / folder).rglob(pattern))
    return sorted(path for path in found if not path.is_relative_to(VENDORED))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("pattern", LINES)
def test_files_stay_small(pattern):
    folders = ("webapp", "signing") if pattern != "*.py" else ("webapp", "signing", "tests")
    long = {name_of(p): len(p.read_text().splitlines()) for p in sources(pattern, *folders)}
    assert {n: c for n, c in long.items() if c > LINES[pattern] and n not in EXCEPTIONS} == {}


def functions():
    for path in sources("*.py", "webapp", "signing"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name_of(path)}:{node.name}", node


def test_functions_stay_small():
    long = {name: node.end_lineno - node.lineno + 1 for name, node in functions()}
    budget = {name: VIEW if name.startswith("webapp/views/") else FUNCTION for name in long}
    assert {n: c for n, c in long.items() if c > budget[n] and n not in EXCEPTIONS} == {}


def test_functions_take_few_arguments():
    many = {}
    for name, node in functions():
        taken = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        count = len([a for a in taken if a not in ("self", "cls", "work")])
        if count > ARGUMENTS and name not in EXCEPTIONS:
            many[name] = count
    assert many == {}


def test_every_exception_is_still_needed():
    names = {name for name, _ in functions()} | {name_of(p) for p in sources("*", "webapp", "signing") if p.is_file()}
    assert set(EXCEPTIONS) <= names
