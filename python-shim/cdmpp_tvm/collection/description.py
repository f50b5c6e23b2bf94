"""What a collection says of the machine and the software that it was made with."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .. import __version__
from ..local_cpu import cpu_slug, usable_cores
from ..local_devices import LocalDevice
from ..tvm_door import import_tvm


def describe(devices: Sequence[LocalDevice]) -> dict[str, Any]:
    """Devices, machine and versions, without names or paths of the machine."""
    machine = {
        "cpu": cpu_slug(),
        "cores": usable_cores(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": f"{platform.system()} {platform.machine()}",
    }
    versions = {
        "cdmpp_tvm": __version__,
        "tvm": str(import_tvm("tvm").__version__),
        "llvm": int(import_tvm("tvm.target.codegen").llvm_version_major()),
        "numpy": np.__version__,
        "python": platform.python_version(),
    }
    run = {
        "started_seconds": round(time.time()),
        "load_before": os.getloadavg()[0],
        "machine": machine,
        "versions": versions,
    }
    return {
        "devices": [
            {
                "name": device.name,
                "instruction_set": device.instruction_set,
                "target": f"llvm -mcpu={device.mcpu}",
                "threads": device.threads,
            }
            for device in devices
        ],
        "machine": machine,
        "versions": versions,
        "runs": [run],
    }


def joined(stored: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """What a collection that goes on says: settings are this run's; machine and versions those that
    it was begun with, each run having its own; and devices that are not measured now stay.

    Args:
        stored: What it said.
        now: Settings of this run and `describe`.
    """
    begun = {"machine": stored["machine"], "versions": stored["versions"]}
    names = {device["name"] for device in now["devices"]}
    others = [device for device in stored["devices"] if device["name"] not in names]
    return {
        **now,
        **begun,
        "devices": [*now["devices"], *others],
        # Runs that do not say theirs had those of the collection.
        "runs": [*({**begun, **run} for run in stored["runs"]), *now["runs"]],
    }
