"""Shared by the tests of the collector: tasks that crash or never end, devices, programs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import psutil
import workloads
from tvm import auto_scheduler, te, tir

from cdmpp_tvm.collection.collection_task import CollectionTask, TaskOnDevice
from cdmpp_tvm.collection.measurement import Due
from cdmpp_tvm.encode import StateEncoder
from cdmpp_tvm.local_devices import LocalDevice, local_devices
from cdmpp_tvm.networks import TaskSource

# Run once a process, since it registers a workload.
TASK_FILE = Path(__file__).with_name("collected_tasks.py")


@auto_scheduler.register_workload
def collect_wild_gather(n: int) -> list[Any]:
    """Reads far outside of its table wherever the index is not 0."""
    table = te.placeholder((n,), name="table")
    index = te.placeholder((n,), name="index", dtype="int64")
    far = tir.const(1 << 40, "int64")
    return [table, index, te.compute((n,), lambda i: table[index[i] * far], name="wild")]


@auto_scheduler.register_workload
def collect_endless(n: int) -> list[Any]:
    """Takes minutes."""
    x = te.placeholder((n,), name="x")
    k = te.reduce_axis((0, 1 << 30), name="k")
    body = lambda i: te.sum(te.exp(x[i] * k.astype("float32")), axis=k)  # noqa: E731
    return [x, te.compute((n,), body, name="endless")]


def devices(*names: str) -> list[LocalDevice]:
    """Devices that every x86-64 CPU can be."""
    return local_devices(names or ("sse2-1t",))


def two_threads_or_one() -> str:
    """A device of two threads where there are two cores."""
    return "sse2-2t" if len(os.sched_getaffinity(0)) > 1 else "sse2-1t"


def two_instruction_sets() -> list[str]:
    """Devices of one thread whose programs are compiled apart; one where the CPU has no more."""
    found = [each for each in local_devices() if each.threads == 1]
    return [f"{each.instruction_set}-1t" for each in found][:2]


def on_device(function: Any, *arguments: Any, device: LocalDevice | None = None) -> TaskOnDevice:
    """A task tied to a device."""
    key = str(auto_scheduler.make_workload_key(function, arguments))
    source = TaskSource(function.__name__, (), key, 0.0)
    return CollectionTask(source).on(device or devices()[0])


def sampled_steps(where: TaskOnDevice, count: int) -> list[str]:
    """Steps of distinct programs of a task."""
    encoder = StateEncoder(where.task)
    try:
        steps = encoder.transform_steps(workloads.sample_states(where.task))
        return list(dict.fromkeys(steps))[:count]
    finally:
        encoder.close()


def the_zygote() -> psutil.Process:
    """The process that forks programs: there must be one."""
    (found,) = [
        each
        for each in psutil.Process().children()
        if each.status() != psutil.STATUS_ZOMBIE and "cdmpp_tvm.collection.zygote" in each.cmdline()
    ]
    return found


def initial_line(where: TaskOnDevice) -> str:
    """A record line of the program that no step was applied to."""
    return where.lines.line("[]")


def dues(where: TaskOnDevice, count: int, limit_seconds: float = 10.0) -> list[Due]:
    """Measurements of sampled programs."""
    return [
        Due(where, number, steps, limit_seconds)
        for number, steps in enumerate(sampled_steps(where, count), start=1)
    ]
