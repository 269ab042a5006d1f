"""One JSON object a line, with where it was measured."""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from importlib.metadata import version


def machine() -> dict[str, object]:
    return {
        "python": platform.python_version(), "cpus": os.cpu_count(), "arch": platform.machine(),
        "pyhanko": version("pyhanko"), "cryptography": version("cryptography"), "flask": version("flask"),
    }  # fmt: skip


def cpu_ms(work: Callable[[], object], times: int = 200) -> float:
    """Median processor time of one call in milliseconds, after a tenth of the calls to warm up."""
    spent = []
    for _ in range(times + times // 10):
        started = time.process_time()
        work()
        spent.append((time.process_time() - started) * 1000)
    return round(statistics.median(spent[times // 10 :]), 3)


def line(bench: str, case: str, **figures: object) -> None:
    print(json.dumps({"bench": bench, "case": case} | figures | machine()), flush=True)
