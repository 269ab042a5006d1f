"""The command line: python -m signing {inspect,verify,sign,monitor}.

Exit 0 fine, 3 refused, 4 not valid, 5 fine but a watched certificate was used.

Like a view it may read files and the clock; the library below it does not.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from signing import command_intake, command_verify, monitor
from signing.errors import SigningError

FINE, REFUSED, NOT_VALID, WATCHED = 0, 3, 4, 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; prints to standard output and returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        code, answer = options.command(options)
    except (SigningError, OSError) as error:
        code, answer = REFUSED, {"refused": getattr(error, "code", "file"), "detail": str(error)}
    if options.json:
        print(json.dumps(answer, default=str))
    else:
        for key, value in answer.items():
            print(f"{key}: {value}")
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m signing", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)
    command_intake.add(commands)
    command_verify.add(commands)
    _add_monitor(commands)
    return parser


def _add_monitor(commands: Any) -> None:
    sub = commands.add_parser(
        "monitor", help="follow the public log of an office; 4: it was rewritten, 5: a watched key"
    )
    sub.add_argument("url", help="of the log, as https://host/log")
    sub.add_argument("--state", type=Path, required=True, help="what was seen, from one look to the next")
    sub.add_argument("--certificate", action="append", default=[], help="report all that it signs: its SHA-256")
    sub.add_argument("--vkey", default="", help="the log's key; without it the first look decides")
    sub.add_argument("--json", action="store_true", help="one JSON object")
    sub.set_defaults(command=_monitor)


def _monitor(options: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    """Look once. The state is replaced at the end, and only by a sound log's: evidence is never overwritten."""
    try:
        kept = json.loads(options.state.read_text()) if options.state.exists() else None
        state = monitor.State.from_json(kept) if kept else monitor.State()
    except (ValueError, KeyError, TypeError) as error:
        raise OSError(f"{options.state} is not a state of a monitor: {error}") from None
    report = monitor.follow(
        monitor.over_http(options.url), state, datetime.now(UTC), vkey=options.vkey, certificates=options.certificate
    )
    if not report.is_sound:
        return NOT_VALID, report.to_json()
    fresh = options.state.with_name(options.state.name + ".new")
    fresh.write_text(json.dumps(state.to_json()))
    fresh.replace(options.state)
    return WATCHED if report.findings else FINE, report.to_json()


if __name__ == "__main__":
    sys.exit(main())
