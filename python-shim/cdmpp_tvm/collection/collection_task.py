"""A task of a collection: one computation, tied to each device when it is its turn."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Protocol

from ..networks.task_source import MeasuredDevice, TaskSource
from .lines import ProgramLines


class Device(MeasuredDevice, Protocol):
    """What is measured as; `LocalDevice` is one."""

    @property
    def name(self) -> str:
        """Of the device."""

    @property
    def instruction_set(self) -> str:
        """Devices that share it share compiled programs."""

    @property
    def threads(self) -> int:
        """Cores that a program may use."""


@dataclass
class TaskOnDevice:
    """A task tied to a device.

    Attributes:
        device: The device.
        task: `SearchTask`.
        lines: Makes its record lines.
    """

    device: Device
    task: Any
    lines: ProgramLines


class CollectionTask:
    """Its search tasks are made when first asked for, and kept until `forget`."""

    def __init__(self, source: TaskSource) -> None:
        self.source = source
        self._on_devices: dict[str, TaskOnDevice] = {}

    @property
    def slug(self) -> str:
        """The task's name as a file name."""
        return re.sub(r"[^A-Za-z0-9._-]+", "--", self.source.name)

    def on(self, device: Device) -> TaskOnDevice:
        """The task on a device."""
        if device.name not in self._on_devices:
            task = self.source.search_task(device)
            self._on_devices[device.name] = TaskOnDevice(device, task, ProgramLines(task))
        return self._on_devices[device.name]

    def forget(self) -> None:
        """Give the memory back."""
        self._on_devices.clear()
