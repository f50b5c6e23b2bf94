"""The tasks of one cost model: each described and registered once, its printer kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .dag import HARDWARE_FIELDS, encode_task
from .device import device_card
from .encode import StateEncoder
from .gen import task_pb2
from .session import RegisteredTask, Session


@dataclass
class KnownTask:
    """A task that the server knows, and the printer of its states.

    Attributes:
        registration: What the server calls it.
        encoder: Prints its states.
        needs_loop_nest: The server has shown that it cannot read most of its programs from their
            steps alone.
        told_of_loop_nest: That some programs need it was said in the log.
    """

    registration: RegisteredTask
    encoder: StateEncoder
    needs_loop_nest: bool = False
    told_of_loop_nest: bool = False


class TaskTable:
    """Registers tasks on first sight.

    Args:
        session: Where to register them.
        device: See `device_card`.
        device_name: See `device_card`.
        feature_set: Of the model that reads the programs.
    """

    def __init__(
        self,
        session: Session,
        device: task_pb2.DeviceCard | str | None,
        device_name: str | None,
        feature_set: str = "loop-nest",
    ) -> None:
        self._session = session
        self._device = device
        self._device_name = device_name
        self._with_lowered_features = feature_set == "lowered"
        self._known: dict[tuple[object, ...], KnownTask] = {}

    def of(self, task: Any) -> KnownTask:
        """The entry of a `SearchTask`."""
        key = task_key(task)
        known = self._known.get(key)
        if known is None:
            card = device_card(task, self._device, self._device_name)
            registration = self._session.register(encode_task(task, card))
            encoder = StateEncoder(task, with_lowered_features=self._with_lowered_features)
            known = self._known[key] = KnownTask(registration, encoder)
        return known

    def by_record(self, task_fields: list[Any]) -> KnownTask | None:
        """The entry that a record line names, or None where its task was not seen yet."""
        workload_key, target, limits = task_fields[:3]
        if not isinstance(limits, list):
            return None
        return self._known.get((str(workload_key), str(target), *limits))

    def close(self) -> None:
        """Give the printers' memory back."""
        for known in self._known.values():
            known.encoder.close()


def task_key(task: Any) -> tuple[object, ...]:
    """Equal for the same workload on the same target within the same limits."""
    params = task.hardware_params
    limits = [int(getattr(params, name, 0)) for name in HARDWARE_FIELDS]
    return (str(task.workload_key), str(task.target), *limits)
