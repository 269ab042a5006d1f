"""A throw-away SoftHSM2: tokens in a folder of the test's own."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from signing.keys import pkcs11

LIBRARY = next(
    (str(path) for path in Path("/usr/lib").glob("**/libsofthsm2.so") if path.is_file()), "/usr/lib/softhsm/none"
)
FIRST_PIN, OFFICER_PIN = "1234-first", "5678-officer"


class SoftHsm:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.module = pkcs11.Module(LIBRARY, "teken-")
        (folder / "tokens").mkdir(parents=True)
        settings = f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n"
        (folder / "softhsm2.conf").write_text(settings)

    @property
    def env(self) -> dict[str, str]:
        return {**os.environ, "SOFTHSM2_CONF": str(self.folder / "softhsm2.conf")}

    def token(self, label: str) -> None:
        """What the operator does ahead."""
        command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", OFFICER_PIN]
        subprocess.run([*command, "--pin", FIRST_PIN], env=self.env, check=True, capture_output=True)


@pytest.fixture
def softhsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    if not Path(LIBRARY).is_file():
        pytest.skip("softhsm2 is not installed here")
    made = SoftHsm(tmp_path / "softhsm")
    monkeypatch.setenv("SOFTHSM2_CONF", made.env["SOFTHSM2_CONF"])
    made.token("teken-01")
    pkcs11.forget(made.module)
    yield made
    pkcs11.forget(made.module)
