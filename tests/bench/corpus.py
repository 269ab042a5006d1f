"""What intake does with a folder of files, each through the command line: accepted, refused, crashed or slow.

    bin/bench corpus FOLDER [--sign]    one JSON object a file, then the totals

With --sign the accepted ones are signed as well, and pdfsig and qpdf judge the result. An `index.tsv` in the folder
(columns file, upload_expect) adds what was expected.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

SLOW, GIVEN_UP = 10.0, 60.0  # seconds
LARGE = 1_000_000  # kilobytes of memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sign", action="store_true")
    options = parser.parse_args()
    index = options.folder / "index.tsv"
    rows = csv.DictReader(index.open(), delimiter="\t") if index.exists() else ()
    expected = {row["file"]: row["upload_expect"] for row in rows}
    files = [path for path in sorted(options.folder.rglob("*")) if path.is_file()]
    files = [path for path in files if path.suffix == ".pdf" or path.name in expected]
    totals: Counter[str] = Counter()
    slowest = 0.0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, seen in zip(files, pool.map(lambda path: look(path, sign=options.sign), files), strict=True):
            wanted = expected.get(path.name, "")
            totals[seen["outcome"]] += 1
            totals[f"{wanted or 'unknown'} -> {seen['verdict']}"] += 1
            totals.update(key for key in ("valid", "whole", "sound") if seen.get(key))
            slowest = max(slowest, seen["seconds"])
            line(case=str(path.relative_to(options.folder)), expected=wanted, **seen)
    line(case="total", files=len(files), slowest=slowest, **totals)


def line(**figures: Any) -> None:
    print(json.dumps({"bench": "corpus"} | figures), flush=True)


def look(path: Path, *, sign: bool) -> dict[str, Any]:
    """One file through the command line."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "signed.pdf"
        words = ["sign", str(path), str(out), "--demo"] if sign else ["inspect", str(path)]
        seen = _run([sys.executable, "-m", "signing", *words, "--json"])
        return seen | judge(out) if out.exists() else seen


def _run(command: list[str]) -> dict[str, Any]:
    """Outcome, reasons, seconds of wall-clock time and the most memory of any of its processes in kilobytes."""
    started = time.monotonic()
    try:
        done = subprocess.run(["/usr/bin/time", "-f", "%M", *command], capture_output=True, timeout=GIVEN_UP)
    except subprocess.TimeoutExpired:
        return {"outcome": "slow", "verdict": "none", "codes": [], "seconds": GIVEN_UP}
    seconds = round(time.monotonic() - started, 2)
    said = done.stderr.decode("utf-8", "replace").split()
    kilobytes = int(said[-1]) if said and said[-1].isdigit() else 0
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = {}
    verdict = answer.get("verdict", "none")
    is_sane = done.returncode == (3 if verdict == "refuse" else 0) and b"Traceback" not in done.stderr
    outcome = "refused" if verdict == "refuse" else "accepted"
    outcome = "crashed" if not is_sane or verdict == "none" else outcome
    outcome = "slow" if seconds > SLOW or kilobytes > LARGE else outcome
    codes = [reason["code"] for reason in answer.get("reasons", ())]
    return {"outcome": outcome, "verdict": verdict, "codes": codes, "seconds": seconds, "kilobytes": kilobytes}


def judge(signed: Path) -> dict[str, bool]:
    """By others: pdfsig finds the last signature valid and over the whole file, qpdf finds the file in order."""
    told = subprocess.run(["pdfsig", "-nocert", str(signed)], capture_output=True, text=True).stdout
    last = told.rpartition("Signature #")[2]
    checked = subprocess.run(["qpdf", "--check", str(signed)], capture_output=True, text=True)
    return {
        "valid": "Signature is Valid" in last,
        "whole": "Total document signed" in last,
        "sound": checked.returncode == 0,
    }


if __name__ == "__main__":
    main()
