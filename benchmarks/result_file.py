"""One file a benchmark: `benchmarks/results/<name>.json`, of one form for all."""

from __future__ import annotations

import datetime
import json
import os
import pathlib
import platform
import subprocess
from typing import Any

FOLDER = pathlib.Path(__file__).parent / "results"


def machine() -> dict[str, Any]:
    """What the figures depend on, without names or paths of the machine."""
    cpu = "unknown"
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                cpu = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpu": cpu,
        "cores": len(os.sched_getaffinity(0)),
        "memory_bytes": memory,
        "load_average_before": os.getloadavg()[0],
        "system": platform.system() + " " + platform.machine(),
        "python": platform.python_version(),
    }


def commit() -> str:
    """The commit that was measured, `+` behind it where the tree differs from it."""
    try:
        git = ["git", "-C", str(FOLDER.parent)]
        head = subprocess.run(
            [*git, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True
        )
        changes = [
            "status",
            "--porcelain",
            "--untracked-files=no",
            "--",
            "..",
            ":!results",
            ":!README.md",
        ]
        dirty = subprocess.run([*git, *changes], capture_output=True, text=True)
    except OSError:
        return "unknown"
    return head.stdout.strip() + ("+" if dirty.stdout.strip() else "") or "unknown"


def write_result(
    name: str,
    figures: dict[str, float],
    samples: dict[str, Any],
    *,
    command: str,
    measured_on: dict[str, Any],
) -> pathlib.Path:
    """Write a result.

    Args:
        name: Of the benchmark; the file is `results/<name>.json`.
        figures: Key → number. Errors of latency in percent; ratios, accuracies and agreements as
            fractions; times in the unit that the key names.
        samples: Raw, whatever the figures were made of.
        command: What a reader runs to make it again.
        measured_on: `machine()`, called before the work began.
    """
    for key, value in figures.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise TypeError(f"figure {key!r} is {value!r}; figures are numbers")
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.json"
    content = {
        "figures": figures,
        "machine": measured_on,
        "commit": commit(),
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "command": command,
        "samples": samples,
    }
    path.write_text(json.dumps(content, indent=1) + "\n")
    return path
