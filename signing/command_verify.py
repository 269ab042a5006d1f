"""python -m signing verify: the verdict on a file, for people and for programs."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from signing.judgements import MAX_BYTES, judge, to_json
from signing.trust import Trust, certificates
from signing.verdicts import SignatureFacts, Verification

FINE, NOT_VALID = 0, 4
_HIDDEN = {"certificate_der", "anchor_der", "serial", "covers"}


def add(commands: Any) -> None:
    """The command's own arguments."""
    sub = commands.add_parser("verify", help="judge the signatures of a file; exit 0 valid, 4 not")
    sub.add_argument("file", type=Path)
    sub.add_argument("--trust", type=Path, action="append", default=[], help="roots: PEM (any number) or DER")
    sub.add_argument("--trust-time", type=Path, action="append", default=[], help="roots for time-stamps only")
    sub.add_argument("--crl", type=Path, action="append", default=[], help="a revocation list, DER")
    sub.add_argument("--at", type=datetime.fromisoformat, help="judge at this time (ISO 8601, aware)")
    sub.add_argument("--json", action="store_true", help="one JSON object")
    sub.set_defaults(command=run)


def run(options: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    """-> exit code and answer. Raises OSError and NotTrusted for what the caller named wrongly, never for the file."""
    at = options.at or datetime.now(UTC)
    roots, timestamp_roots = (
        tuple(der for path in paths for der in certificates(path.read_bytes()))
        for paths in (options.trust, options.trust_time)
    )
    trust = Trust(
        roots_der=roots,
        timestamp_roots_der=timestamp_roots,
        crls_der=tuple(path.read_bytes() for path in options.crl),
        at=at if at.tzinfo else at.astimezone(),
    )
    with options.file.open("rb") as file:
        verdict = judge(file.read(MAX_BYTES + 1), trust)
    return FINE if verdict.is_valid else NOT_VALID, shown(verdict)


def shown(verdict: Verification) -> dict[str, Any]:
    """The answer in JSON. Stable: {verdict, valid, signatures, changes, problems}."""
    return {
        "verdict": verdict.verdict.value,
        "valid": verdict.is_valid,
        "signatures": [_signature(entry, verdict) for entry in verdict.signatures],
        "changes": [asdict(change) for change in verdict.changes],
        "problems": [asdict(problem) for problem in verdict.problems],
    }


def _signature(entry: SignatureFacts, verdict: Verification) -> dict[str, Any]:
    told = {name: value for name, value in to_json(entry).items() if name not in _HIDDEN}
    return told | {
        "verdict": entry.verdict.value,
        "valid": entry.is_valid,
        "signer": entry.common_name,
        "serial": f"{entry.serial:x}",
        "certificate_sha256": sha256(entry.certificate_der).hexdigest(),
        "anchor_sha256": sha256(entry.anchor_der).hexdigest() if entry.anchor_der else None,
        "covers": entry.covers.value,
        "covers_whole_file": entry.covers_whole_file,
        "changed_after": [asdict(change) for change in verdict.changes_after(entry)],
    }
