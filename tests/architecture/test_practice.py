"""Every query for letters says what it does with practice letters: leaves them out, or has a reason here.

Practice letters lie in the same table as real ones, so that the same code serves both. A list, count, export or job
that forgets them would show invented letters as real: whoever writes such a query meets this test first.
"""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
QUERY = re.compile(r"(?:select|update|delete|query|exists)\(\s*[^()]*\b(?:Letter|Signature|Step|LETTERS|STEPS)\b")
LEAVES_OUT = re.compile(r"trainee_id|is_practice|visibility\.|practice:")
# Not a list of letters, or of practice letters on purpose.
REASONS = {
    "webapp/domain/checks.py:_matched": "names practice letters as such (look_up)",
    "webapp/domain/checks.py:_signature": "names practice letters as such (look_up)",
    "webapp/domain/searches.py:find": "ids that came out of visibility",
    "webapp/domain/seals.py:status": "revoked and replaced letters: practice letters are neither (permissions)",
    "webapp/domain/steps.py:lock": "the steps of one letter",
    "webapp/domain/waits.py:page": "what _waiting chose: one kind or the other",
    "webapp/domain/archives.py:request_due": "ids that check() found",
}


def functions():
    for folder in ("domain", "jobs", "views", "commands"):
        for path in sorted((ROOT / "webapp" / folder).rglob("*.py")):
            source = path.read_text()
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.FunctionDef):
                    name = f"{path.relative_to(ROOT).as_posix()}:{node.name}"
                    yield name, ast.get_source_segment(source, node) or ""


def test_every_query_for_letters_decides_about_practice():
    asking = {name: text for name, text in functions() if QUERY.search(text)}
    undecided = [name for name, text in asking.items() if not LEAVES_OUT.search(text) and name not in REASONS]
    assert not undecided, "these may show practice letters as real ones: " + ", ".join(undecided)


def test_no_reason_is_left_over():
    asking = {name for name, text in functions() if QUERY.search(text) and not LEAVES_OUT.search(text)}
    assert set(REASONS) <= asking, set(REASONS) - asking
