"""Lighthouse's scores of one page, on a simulated slow 4G and a processor 4 times slower, as it comes.

It and what it needs are pinned with their hashes in package-lock.json. 13 wants a newer node.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.e2e.conftest import CHROMIUM

HERE = Path(__file__).parent
LOCK = HERE / "package-lock.json"
VERSION = json.loads(LOCK.read_text())["packages"]["node_modules/lighthouse"]["version"]
CATEGORIES = ("performance", "accessibility", "best-practices")
KEPT = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "teken-lighthouse"
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
    """Installed once for each lock, beside other caches of this person and never in the tree."""
    home = KEPT / hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]
    program = home / "node_modules/lighthouse/cli/index.js"
    if not (shutil.which("node") and shutil.which("npm")):
        return None
    if not program.exists():
        home.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, home)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=home, capture_output=True, timeout=PATIENCE)
    return program if program.exists() else None
