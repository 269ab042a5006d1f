"""Lighthouse's scores of one page, on a simulated slow 4G and a processor 4 times slower, as it comes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.e2e.conftest import CHROMIUM

VERSION = "12.2.3"  # 13 wants a newer node
CATEGORIES = ("performance", "accessibility", "best-practices")
KEPT = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "teken-bench" / f"lighthouse-{VERSION}"
FLAGS = "--headless=new --disable-gpu --no-first-run" + (" --no-sandbox" if os.geteuid() == 0 else "")
PATIENCE = 300  # seconds


def run(address: str, cookies: str = "") -> dict[str, object] | None:
    """Category -> 0..100, and what is below: audit -> its title. None where it cannot be had."""
    program = _program()
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        report, headers = Path(folder) / "report.json", Path(folder) / "headers.json"
        headers.write_text(json.dumps({"Cookie": cookies} if cookies else {}))
        command = [
            "node", program, address, "--quiet", "--output=json", f"--output-path={report}",
            f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={FLAGS}", f"--extra-headers={headers}",
        ]  # fmt: skip
        done = subprocess.run(
            command, env=os.environ | {"CHROME_PATH": CHROMIUM}, capture_output=True, text=True, timeout=PATIENCE
        )
        assert report.exists(), done.stderr
        return _told(json.loads(report.read_text()))


def _told(report: dict) -> dict[str, object]:
    audits, kinds = report["audits"], report["categories"]
    weighed = {one["id"] for kind in kinds.values() for one in kind["auditRefs"] if one["weight"]}
    missed = {name: audits[name]["title"] for name in sorted(weighed) if (audits[name]["score"] or 0) < 0.9}
    missed = {name: title for name, title in missed.items() if audits[name]["scoreDisplayMode"] != "notApplicable"}
    scores: dict[str, object] = {name: round((kinds[name]["score"] or 0) * 100) for name in CATEGORIES}
    return {**scores, "address": report["finalDisplayedUrl"].split("/", 3)[-1].split("/")[0], "missed": missed}


def _program() -> Path | None:
    """Installed once, beside other caches of this person and never in the tree."""
    program = KEPT / "node_modules/lighthouse/cli/index.js"
    if not program.exists() and shutil.which("npm"):
        KEPT.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(KEPT), f"lighthouse@{VERSION}"]
        subprocess.run(command, capture_output=True, text=True)
    return program if program.exists() and shutil.which("node") else None
