"""One tuning task before it is tied to a device."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Protocol

from ..tvm_door import import_tvm


class MeasuredDevice(Protocol):
    """What a task must know of the device that it is searched and measured on."""

    def target(self) -> Any:
        """`tvm.target.Target`, given outright."""

    def hardware_params(self) -> Any:
        """`tvm.auto_scheduler.HardwareParams`, all eight given: TVM's own guesses are wrong."""


@dataclass(frozen=True)
class TaskSource:
    """A task whose workload is registered in this process.

    Attributes:
        name: `resnet-18/conv2d-7`: where it is from, its operator kind, its number there.
        networks: (network, occurrences in it) of each network that it occurs in.
        workload_key: TVM's.
        flops: Of one run, as TVM counts them; 0 where it cannot.
        layout_rewrite_option: TVM's `LayoutRewriteOption`. None: its default for the target.
    """

    name: str
    networks: tuple[tuple[str, int], ...]
    workload_key: str
    flops: float
    layout_rewrite_option: int | None = None

    @property
    def kind(self) -> str:
        """Kind of operator, `conv2d`: what the name says behind the slash, without the number."""
        return re.sub(r"-\d+$", "", self.name.rsplit("/", 1)[-1])

    def search_task(self, device: MeasuredDevice) -> Any:
        """The `SearchTask` on a device, target and limits given outright."""
        return import_tvm().SearchTask(
            workload_key=self.workload_key,
            target=device.target(),
            hardware_params=device.hardware_params(),
            layout_rewrite_option=self.layout_rewrite_option,
            desc=self.name,
        )
