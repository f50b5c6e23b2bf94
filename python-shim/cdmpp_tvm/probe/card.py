"""The card of a local device, made of measured figures and of what the system says."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from typing import Any

from .. import errors, local_cpu
from ..device_files import PROBED, DeviceFile
from ..errors import ProbeError
from ..gen import task_pb2 as pb
from ..local_devices import LocalDevice
from .plausible import bound_flops, check_plausible

_TIMEOUT_SECONDS = 180
# Measured figures in the card: more digits would only be noise.
_SIGNIFICANT_DIGITS = 4


def probe_device(device: LocalDevice) -> DeviceFile:
    """Measure a device; a few seconds.

    Raises:
        ProbeError: What was measured cannot be, twice.
        TvmMissingError: There is no TVM to compile the kernels.
    """
    for attempt in (1, 2):
        answer = _measure_apart(device)
        card = make_card(device, answer["figures"])
        try:
            check_plausible(card)
            break
        except ProbeError:
            # Other work on the machine can have spoilt one figure.
            if attempt == 2:
                raise
    measured = {name: _rounded(figure) for name, figure in answer["figures"].items()}
    measured["peak_flops"]["bound"] = _round(bound_flops(card))
    about = {
        "when": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "cpu": local_cpu.cpu_identity(),
        "instruction_set": device.instruction_set,
        "target": f"llvm -mcpu={device.mcpu}",
        "versions": {"cdmpp_tvm": _own_version(), **answer["versions"]},
        "measured": measured,
    }
    return DeviceFile(card=card, how=PROBED, about=about)


def make_card(device: LocalDevice, figures: dict[str, dict[str, float]]) -> pb.DeviceCard:
    """The card with the figures of `figures.measure`: best rates, the median of launches."""
    card = pb.DeviceCard(
        name=device.name,
        kind=pb.DEVICE_KIND_CPU,
        cores=device.threads,
        simd_bits=device.simd_bits,
        l1_cache_bytes=local_cpu.cache_bytes(1),
        l2_cache_bytes=local_cpu.cache_bytes(2),
        l3_cache_bytes=local_cpu.cache_bytes(3),
        memory_bytes=local_cpu.memory_bytes(),
    )
    for name, figure in figures.items():
        chosen = figure["median" if name == "launch_overhead_seconds" else "best"]
        setattr(card, name, _round(chosen))
    return card


def _measure_apart(device: LocalDevice) -> dict[str, Any]:
    """In a process of its own: TVM takes its number of threads once, when it first runs any."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "cdmpp_tvm.probe.worker", device.name],
            env={**os.environ, "TVM_NUM_THREADS": str(device.threads)},
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ProbeError(
            f"measuring {device.name} took more than {_TIMEOUT_SECONDS} s; probe again when the"
            " machine does nothing else."
        ) from error
    last = (done.stdout.strip().splitlines() or [""])[-1]
    if done.returncode != 0 or not last.startswith("{"):
        said = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise ProbeError(
            f"the process that measures {device.name} ended with {done.returncode} and said: {said}"
        )
    answer: dict[str, Any] = json.loads(last)
    if "error" in answer:
        raise getattr(errors, answer["error"])(answer["message"])
    return answer


def _own_version() -> str:
    from .. import __version__

    return __version__


def _rounded(figure: dict[str, float]) -> dict[str, float]:
    """Counts and sizes stay whole."""
    return {
        name: value if isinstance(value, int) else _round(value) for name, value in figure.items()
    }


def _round(value: float) -> float:
    rounded = float(f"{value:.{_SIGNIFICANT_DIGITS}g}")
    return int(rounded) if rounded.is_integer() else rounded
