"""What every process of a rebuild is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..client import Connection
from ..networks.task_source import TaskSource
from ..tvm_door import import_tvm


@dataclass(frozen=True)
class RebuildSettings:
    """How logs are rebuilt. Goes to other processes, so it holds nothing of TVM's.

    Attributes:
        connection: The server.
        device: What the logs were measured on, a serialised `DeviceCard`. None: this machine's CPU.
        task_files: Task definition files that register workloads.
        networks: Workload key → (network, occurrences) of each network that it occurs in.
        registered: Workloads of networks, from `registered_workloads`.
    """

    connection: Connection
    device: bytes | None = None
    task_files: tuple[str, ...] = ()
    networks: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = ()
    registered: tuple[tuple[str, Any], ...] = ()


def registered_workloads(sources: Sequence[TaskSource]) -> tuple[tuple[str, Any], ...]:
    """Workloads in a form that another process can register: extracting them takes minutes."""
    registry = import_tvm("tvm.auto_scheduler.workload_registry")
    return tuple(registry.serialize_workload_registry_entry(each.workload_key) for each in sources)


def register_workloads(registered: Sequence[tuple[str, Any]]) -> None:
    """Register what `registered_workloads` gave in another process."""
    registry = import_tvm("tvm.auto_scheduler.workload_registry")
    for entry in registered:
        registry.deserialize_workload_registry_entry(entry)
