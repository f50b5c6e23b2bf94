"""Networks → their tuning tasks, those of equal structure merged."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..tvm_door import import_tvm
from .catalogue import NETWORK_NAMES, network_module
from .operator_kind import operator_kind
from .task_source import TaskSource

logger = logging.getLogger(__name__)

# Which instructions a CPU has changes no task of the networks here; TVM wants a target anyway.
_TARGET = "llvm -mcpu=x86-64"
# Done once when a network is compiled, never when it runs.
_WEIGHTS_ONLY = "winograd_weight_transform"


def network_tasks(names: Sequence[str], batch: int = 1) -> list[TaskSource]:
    """The tasks of networks, in the order of `NETWORK_NAMES` whatever the order of `names`.

    A task that occurs in several networks comes once, under its name in the first of them, with
    its occurrences in each. Registers the workloads in this process; takes a core
    1 s (an MLP) to 40 s (DenseNet) a network.

    Args:
        names: Of `NETWORK_NAMES`.
        batch: See `network_module`.

    Raises:
        ConfigurationError: There is no network of that name.
    """
    found: dict[str, TaskSource] = {}
    for name in sorted(set(names), key=lambda name: (*NETWORK_NAMES, name).index(name)):
        for source in _tasks_of(name, batch):
            known = found.get(source.workload_key)
            found[source.workload_key] = (
                source
                if known is None
                else replace(known, networks=known.networks + source.networks)
            )
    return list(found.values())


def _tasks_of(name: str, batch: int) -> list[TaskSource]:
    """One network's tasks, numbered by kind from the largest down."""
    module, parameters = network_module(name, batch)
    # Within it TVM does not try to download schedules, which it would not use.
    with import_tvm("tvm.autotvm").apply_history_best(None):
        tasks, occurrences = import_tvm().extract_tasks(
            module,
            parameters,
            import_tvm("tvm.target").Target(_TARGET),
            hardware_params=_no_limits(),
        )
    described = sorted(
        (
            (
                operator_kind(task.compute_dag),
                -max(0.0, float(task.compute_dag.flop_ct)),
                task,
                times,
            )
            for task, times in zip(tasks, occurrences)
            if _WEIGHTS_ONLY not in str(task.desc)
        ),
        key=lambda entry: (entry[0], entry[1], str(entry[2].workload_key)),
    )
    numbers: Counter[str] = Counter()
    sources = []
    for kind, negative_flops, task, times in described:
        numbers[kind] += 1
        sources.append(
            TaskSource(
                name=f"{name}/{kind}-{numbers[kind]}",
                networks=((name, int(times)),),
                workload_key=str(task.workload_key),
                flops=-negative_flops,
                layout_rewrite_option=_layout_rewrite_option(task, kind),
            )
        )
    logger.info("%s: %d tasks", name, len(sources))
    return sources


def _no_limits() -> Any:
    return import_tvm().HardwareParams(1, 16, 64, 0, 0, 0, 0, 0)


def _layout_rewrite_option(task: Any, kind: str) -> int:
    """The task's own, but none for dense layers: TVM cannot build one program of those with it."""
    return 0 if kind == "dense" else int(task.layout_rewrite_option)
