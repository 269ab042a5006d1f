"""What fails in a browser once is tried again and said; what fails twice, or fails elsewhere, fails the run."""

from pathlib import Path

import pytest

from tests import check

ONCE = """
from pathlib import Path

def test_it():
    seen = Path(__file__).with_suffix(".seen")
    first = not seen.exists()
    seen.touch()
    assert not first
"""


@pytest.mark.parametrize(
    ("source", "again", "state", "counted"),
    [
        (ONCE, True, "passed", {"unsteady": 1, "passed": 1}),
        (ONCE, False, "failed", {"failed": 1, "passed": 1}),
        ("def test_it():\n    assert False\n", True, "failed", {"failed": 1, "passed": 1}),
    ],
)
def test_only_a_browsers_failure_gets_a_second_look(tmp_path: Path, source, again, state, counted):
    (tmp_path / "test_one.py").write_text(source)
    (tmp_path / "test_two.py").write_text("def test_other():\n    pass\n")
    outcome = check.run(check.Step("some", ("pytest", str(tmp_path)), again=again))
    assert (outcome.state, dict(outcome.counts)) == (state, counted)
