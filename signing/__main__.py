"""The command line: python -m signing {inspect,verify,sign,monitor}.

Exit 0 fine, 3 refused, 4 not valid, 5 fine but a watched certificate was used.

Like a view it may read files and the clock; the library below it does not.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import signing
from signing import authority, codes, command_verify, monitor
from signing.errors import SigningError
from signing.keys import LocalKey

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
    command_verify.add(commands)
    for name, command in (("inspect", _inspect), ("sign", _sign)):
        sub = commands.add_parser(name)
        sub.add_argument("file", type=Path)
        sub.add_argument("--json", action="store_true", help="one JSON object")
        sub.set_defaults(command=command)
        if name == "sign":
            sub.add_argument("--demo", action="store_true", required=True, help="with a throw-away authority")
            sub.add_argument("--output", type=Path, required=True)
            sub.add_argument("--root", type=Path, help="write the demo root (DER) there")
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


def _inspect(options: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    return FINE, asdict(signing.inspect(options.file.read_bytes(), signing.Limits()))


def _sign(options: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    """Sign with an authority made for the occasion, plainly labelled as a trial; for developers only."""
    pdf, now = options.file.read_bytes(), datetime.now(UTC)
    facts = signing.inspect(pdf, signing.Limits())
    code = codes.new_code()
    stamp = signing.Stamp(
        f"HTTPS://CONTOH.INVALID/V/{code}",
        ("Pejabat Uji Coba", "Jabatan Uji Coba"),
        f"UJI COBA - BUKAN DOKUMEN RESMI. Kode {codes.display(code)}.",
        sealed=True,
    )
    width, height = stamp.size
    page_width, page_height = facts.sizes[-1]
    corner = signing.Placement(facts.pages, page_width - width - 36, page_height - height - 36, width, height)
    place = signing.suggest(pdf, stamp.size) or corner
    key, root = _demo_key(now)
    prepared = signing.prepare(
        pdf, stamp, place, field="UjiCoba", name="Pejabat Uji Coba", reason="Uji coba", location="Contoh"
    )
    claim = signing.Claim(
        "UJI COBA", options.file.name, "Pejabat Uji Coba", "Jabatan Uji Coba", "UJI COBA - TIDAK SAH", now.date(),
        facts.pages, bytes.fromhex(facts.sha256),
    )  # fmt: skip
    signed = signing.sign(prepared, key, now, claim=claim)
    options.output.write_bytes(signed.pdf)
    if options.root:
        options.root.write_bytes(root)
    return FINE, {"signed": str(options.output), "sha256": signed.sha256, "level": signed.level, "code": code}


def _demo_key(now: datetime) -> tuple[LocalKey, bytes]:
    start = now - timedelta(minutes=5)
    root_key, root = authority.create_root("UJI COBA - Otoritas (tidak tersertifikasi)", start, 1)
    issuing_key, issuing = authority.create_issuing(
        root_key, root, "UJI COBA - Penerbit (tidak tersertifikasi)", start, 1
    )
    key = ec.generate_private_key(ec.SECP256R1())
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    subject = authority.Subject("Pejabat Uji Coba", organization="UJI COBA - TIDAK SAH")
    certificate = authority.issue(issuing_key, issuing, spki, subject, start, now + timedelta(days=30), crl_url="")
    return LocalKey(key, certificate, (issuing,)), root


if __name__ == "__main__":
    sys.exit(main())
