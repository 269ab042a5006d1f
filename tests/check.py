"""What CI runs, in order: each step by itself, then one summary of what ran, what was skipped and why.

python tests/check.py                     everything
python tests/check.py --only lint,e2e     some steps
python tests/check.py tests/domain -k x   pytest with these arguments
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests import database  # noqa: E402

BIN = Path(sys.executable).parent
# Their own steps below: they need a browser, or processes to kill.
APART = ("tests/e2e", "tests/faults", "tests/bench")
# Says nothing different on another database.
NO_DATABASE = ("tests/signing", "tests/architecture", "tests/i18n", "tests/js")
SECONDS = "tests/e2e/test_seconds.py"
MINUTES = 40
FEW = 5


@dataclass
class Outcome:
    """What became of one step."""

    name: str
    state: str  # passed, failed, skipped
    seconds: float = 0.0
    why: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    skips: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Step:
    """A command, what it needs to make sense, and the database it runs on."""

    name: str
    command: tuple[str, ...]
    missing: Callable[[], str] = lambda: ""
    postgres: bool = False

    @property
    def is_pytest(self) -> bool:
        return self.command[0] == "pytest"


def no_folder(name: str) -> Callable[[], str]:
    return lambda: "" if any((ROOT / name).rglob("test_*.py")) else f"{name} holds no tests yet"


def no_chromium() -> str:
    if why := no_folder("tests/e2e")():
        return why
    return "" if shutil.which("chromium") else "chromium is not installed (apt install chromium)"


def no_postgres() -> str:
    if os.environ.get("TEST_DATABASE_URL") or database.postgres_programs():
        return ""
    return "PostgreSQL's server programs are not installed (apt install postgresql)"


def ignoring(*folders: str) -> tuple[str, ...]:
    return tuple(f"--ignore={folder}" for folder in folders)


STEPS = (
    Step("lint", ("ruff", "check", ".")),
    Step("format", ("ruff", "format", "--check", ".")),
    Step("layers", ("lint-imports", ".importlinter", "--no-logo")),
    Step("sqlite", ("pytest", "-n2", *ignoring(*APART))),
    Step("postgresql", ("pytest", "-n2", *ignoring(*APART, *NO_DATABASE)), no_postgres, postgres=True),
    # A product and a browser for each of two: most of their time is spent waiting for each other.
    Step("e2e", ("pytest", "-n2", "--dist=loadfile", f"--ignore={SECONDS}", "tests/e2e"), no_chromium),
    # Alone on the machine.
    Step("seconds", ("pytest", SECONDS), no_chromium),
    Step("faults", ("pytest", "-n2", "tests/faults"), no_folder("tests/faults")),
)


@contextmanager
def environment(step: Step) -> Iterator[dict[str, str]]:
    plain = {name: value for name, value in os.environ.items() if name not in {"TEST_DATABASE_URL", "DATABASE_URL"}}
    given = os.environ.get("TEST_DATABASE_URL")
    if not step.postgres:
        yield plain
    elif given:
        yield plain | {"TEST_DATABASE_URL": given}
    else:
        with database.throwaway_postgres() as url:
            yield plain | {"TEST_DATABASE_URL": url}


def run(step: Step) -> Outcome:
    print(f"\n=== {step.name}: {' '.join(step.command)}", flush=True)
    if why := step.missing():
        print(f"skipped: {why}", flush=True)
        return Outcome(step.name, "skipped", why=why)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="teken-check-") as folder, environment(step) as env:
        report = Path(folder) / "report.xml"
        command = [str(BIN / step.command[0]), *step.command[1:]]
        if step.is_pytest:
            command.append(f"--junitxml={report}")
        try:
            code = subprocess.run(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, timeout=MINUTES * 60).returncode
            why = "" if code == 0 else "no test ran" if code == 5 and step.is_pytest else f"exit {code}"
        except subprocess.TimeoutExpired:
            code, why = 1, f"longer than {MINUTES} minutes"
        outcome = Outcome(step.name, "failed" if code else "passed", time.monotonic() - started, why)
        if report.exists():
            count(outcome, report)
        if code == 1 and 0 < outcome.counts["failed"] <= FEW:
            once_more(outcome, step, env)
    return outcome


def once_more(outcome: Outcome, step: Step, env: dict[str, str]) -> None:
    """The few that failed, alone and in one process: on a busy machine a browser drops a message now and then. If all
    pass so does the step, and they are counted as unsteady, to be looked into; what fails twice is a fault."""
    print(f"\n=== {step.name}: the {outcome.counts['failed']} that failed, once more", flush=True)
    alone = [argument for argument in step.command[1:] if argument not in ("-n2", "--dist=loadfile")]
    command = [str(BIN / "pytest"), "--last-failed", "--last-failed-no-failures=none", *alone]
    if subprocess.run(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, timeout=MINUTES * 60).returncode == 0:
        outcome.counts["unsteady"] = outcome.counts.pop("failed")
        outcome.state, outcome.why = "passed", "some only the second time"


def count(outcome: Outcome, report: Path) -> None:
    """Add pytest's own numbers and reasons. The report was written by our own pytest a moment ago."""
    for case in ET.parse(report).iter("testcase"):
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            outcome.counts["failed"] += 1
        elif skipped is not None:
            outcome.counts["skipped"] += 1
            outcome.skips[re.sub(r"\s+", " ", skipped.get("message") or "no reason given")] += 1
        else:
            outcome.counts["passed"] += 1


def summarise(outcomes: list[Outcome]) -> int:
    print("\n=== summary")
    total: Counter[str] = Counter()
    for outcome in outcomes:
        total += outcome.counts
        numbers = ", ".join(f"{n} {what}" for what, n in sorted(outcome.counts.items()))
        remark = "; ".join(filter(None, (outcome.why, numbers)))
        print(f"{outcome.name:12}{outcome.state:9}{outcome.seconds:7.1f} s  {remark}")
        for why, times in outcome.skips.most_common():
            print(f"{'':12}skipped {times}: {why}")
    if missing := os.environ.get("MISSING_PACKAGES", "").strip():
        print(f"Debian packages that were not there: {missing}")
    failed = sum(outcome.state == "failed" for outcome in outcomes)
    print("All steps passed." if not failed else f"{failed} of {len(outcomes)} steps failed.")
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped", flush=True)
    return 1 if failed else 0


def main(arguments: list[str]) -> int:
    if arguments == ["--list"]:
        print("\n".join(f"{step.name:12}{' '.join(step.command)}" for step in STEPS))
        return 0
    if arguments and arguments[0] != "--only":
        return subprocess.run([str(BIN / "pytest"), *arguments], cwd=ROOT).returncode
    wanted = set(arguments[1].split(",")) if arguments else {step.name for step in STEPS}
    if unknown := wanted - {step.name for step in STEPS}:
        print(f"No such step: {', '.join(sorted(unknown))}")
        return 2
    return summarise([run(step) for step in STEPS if step.name in wanted])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
