"""A reference kernel that tells how the machine drifts: same program, timed again and again.

Clock rates, neighbours on the host and heat change how fast a machine is, by hours and by
minutes. Where the kernel takes longer than at the beginning, everything else is taken to do so by
the same factor, and measurements are scaled back. The factor is the machine's, from all devices
together: one device alone wavers by a tenth where two threads disturb each other.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Callable

from ..errors import CollectionError
from ..tvm_door import import_tvm
from .built_program import BuiltProgram
from .collection_task import Device
from .lines import ProgramLines
from .messages import NO_ERROR, Timed, TimingSettings
from .pool import MeasurementPool, ProgramRequest

_SIZE = 256
_READINGS = 10
# Below this the readings' own noise is more than the drift.
_LEAST_DRIFT = 0.05
_LEAST_SCALE, _MOST_SCALE = 0.5, 2.0
_SETTINGS = TimingSettings(repeats=3, min_repeat_ms=10)


@dataclass(frozen=True)
class Reading:
    """One timing of the kernel.

    Attributes:
        timestamp: Seconds since the epoch.
        latency_seconds: Best of its samples.
        scale: What measurements are multiplied by from now on.
    """

    timestamp: float
    latency_seconds: float
    scale: float


class Drift:
    """The readings of one device, and what became of its speed.

    Both ends are the fastest of equally many readings, equally far apart: over a longer time the
    fastest one is faster.

    Args:
        latencies_seconds: Earlier readings, oldest first.
    """

    def __init__(self, latencies_seconds: Sequence[float] = ()) -> None:
        self._latencies = list(latencies_seconds)

    @property
    def has_baseline(self) -> bool:
        """Whether there are enough readings to compare others with."""
        return len(self._latencies) >= _READINGS

    def add(self, latency_seconds: float) -> None:
        """Take a reading into account."""
        self._latencies.append(latency_seconds)

    @property
    def first_over_last(self) -> float:
        """Latency of the first readings over that of the last ones; 1 without a baseline."""
        if not self.has_baseline:
            return 1.0
        # The fastest of several: what slows the machine down for seconds is not drift.
        return min(self._latencies[:_READINGS]) / min(self._latencies[-_READINGS:])


def machine_scale(drifts: Iterable[Drift]) -> float:
    """What latencies measured now are to be multiplied by; 1 where drift is no more than noise."""
    scale = median(drift.first_over_last for drift in drifts)
    if abs(scale - 1.0) <= _LEAST_DRIFT:
        return 1.0
    return min(max(scale, _LEAST_SCALE), _MOST_SCALE)


class ReferenceKernel:
    """Times the kernel as every device, every so often.

    Args:
        pool: Builds and times it.
        devices: The devices.
        earlier: Latencies of earlier readings in seconds, by device.
        keep: Called with each new reading.
        interval_seconds: Between two rounds of readings.
    """

    def __init__(
        self,
        pool: MeasurementPool,
        devices: Sequence[Device],
        earlier: dict[str, list[float]],
        keep: Callable[[Device, Reading], None],
        interval_seconds: float = 20.0,
    ) -> None:
        self._pool = pool
        self._devices = devices
        self._drifts = {d.name: Drift(earlier.get(d.name, ())) for d in devices}
        self._keep = keep
        self._interval_seconds = interval_seconds
        self._built: dict[str, BuiltProgram] = {}
        self._last_round = float("-inf")

    @property
    def scale(self) -> float:
        """See `machine_scale`."""
        return machine_scale(self._drifts.values())

    def refresh(self) -> None:
        """Take readings if it is time to; nothing else may run.

        Raises:
            CollectionError: The kernel cannot be timed as one of the devices.
        """
        if time.monotonic() - self._last_round < self._interval_seconds:
            return
        for device in self._devices:
            self._read(device)
        self._last_round = time.monotonic()

    def close(self) -> None:
        """End the processes that hold it."""
        for built in self._built.values():
            built.close()
        self._built.clear()

    def _read(self, device: Device) -> None:
        timed = self._time(device)
        if timed.error_number != NO_ERROR:  # its process may have been killed: once more
            self._built.pop(device.instruction_set).close()
            timed = self._time(device)
        if timed.error_number != NO_ERROR:
            raise CollectionError(
                f"the reference kernel cannot be timed as {device.name}"
                f" (error {timed.error_number}: {timed.error_message})."
            )
        drift = self._drifts[device.name]
        latency = min(timed.costs_seconds)
        drift.add(latency)
        self._keep(device, Reading(time.time(), latency, self.scale))

    def _time(self, device: Device) -> Timed:
        if device.instruction_set not in self._built:
            self._built[device.instruction_set] = self._pool.build([_request(device)])[0]
        return self._built[device.instruction_set].time(device.threads, _SETTINGS)


def _request(device: Any) -> ProgramRequest:
    auto_scheduler = import_tvm()
    task = auto_scheduler.SearchTask(
        func=_workload(),
        args=(_SIZE,),
        target=device.target(),
        hardware_params=device.hardware_params(),
    )
    state = task.compute_dag.get_init_state()
    product = state.stages[-1].op
    rows, columns, depth = state[product].iters
    outer, inner = state.split(product, columns, [16])
    state.reorder(product, [rows, outer, depth, inner])
    state.vectorize(product, inner)
    state.parallel(product, rows)
    return ProgramRequest(task, ProgramLines(task).line(_steps_of(task, state)))


def _steps_of(task: Any, state: Any) -> str:
    from ..encode import StateEncoder

    encoder = StateEncoder(task)
    try:
        return encoder.transform_steps([state])[0]
    finally:
        encoder.close()


def _workload() -> Any:
    """The workload function, registered once a process."""
    auto_scheduler = import_tvm()
    te = import_tvm("tvm.te")

    def cdmpp_reference_matmul(size: int) -> list[Any]:
        a = te.placeholder((size, size), name="a")
        b = te.placeholder((size, size), name="b")
        k = te.reduce_axis((0, size), name="k")
        c = te.compute((size, size), lambda i, j: te.sum(a[i, k] * b[k, j], axis=k), name="c")
        return [a, b, c]

    auto_scheduler.register_workload(cdmpp_reference_matmul, override=True)
    return cdmpp_reference_matmul
