"""What a collection says of the machine and the software that it was made with."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import __version__
from ..local_cpu import cpu_slug, usable_cores
from ..local_devices import LocalDevice
from ..tvm_door import import_tvm


def describe(devices: Sequence[LocalDevice]) -> dict[str, Any]:
    """Devices, machine and versions, without names or paths of the machine."""
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
        "machine": {
            "cpu": cpu_slug(),
            "cores": usable_cores(),
            "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
            "system": f"{platform.system()} {platform.machine()}",
        },
        "versions": {
            "cdmpp_tvm": __version__,
            "tvm": str(import_tvm("tvm").__version__),
            "llvm": int(import_tvm("tvm.target.codegen").llvm_version_major()),
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
        "runs": [{"started_seconds": round(time.time()), "load_before": os.getloadavg()[0]}],
    }
