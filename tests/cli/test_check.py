"""What fails once is tried again and said; what fails twice fails the run."""

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
    ("source", "state", "counted"),
    [
        (ONCE, "passed", {"unsteady": 1, "passed": 1}),
        ("def test_it():\n    assert False\n", "failed", {"failed": 1, "passed": 1}),
    ],
)
def test_what_failed_gets_a_second_look(tmp_path: Path, source, state, counted):
    (tmp_path / "test_one.py").write_text(source)
    (tmp_path / "test_two.py").write_text("def test_other():\n    pass\n")
    outcome = check.run(check.Step("some", ("pytest", str(tmp_path))))
    assert (outcome.state, dict(outcome.counts)) == (state, counted)
