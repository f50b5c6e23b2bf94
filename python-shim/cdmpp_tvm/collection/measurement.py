"""One measurement, before and after: what is due, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from .collection_task import TaskOnDevice
from .messages import NO_ERROR


@dataclass(frozen=True)
class Due:
    """A measurement to make.

    Attributes:
        where: Task and device.
        program: Its number in the task's file.
        steps: Its transform steps, canonical.
        first_run_limit_seconds: A run that takes longer is hopeless: it ends as a timeout.
    """

    where: TaskOnDevice
    program: int
    steps: str
    first_run_limit_seconds: float


@dataclass(frozen=True)
class Measured:
    """A measurement that was made.

    Attributes:
        due: What was asked for.
        costs_seconds: The samples, rescaled; TVM's 1e10 where it failed.
        error_number: TVM's.
        error_message: Empty where there was no error.
        all_cost_seconds: Building and timing.
        timestamp_seconds: When it ended, since the epoch.
        scale: By which the samples were multiplied, for the drift of the machine.
        dropped: Why it is not to be kept; empty: it is.
    """

    due: Due
    costs_seconds: tuple[float, ...]
    error_number: int
    error_message: str
    all_cost_seconds: float
    timestamp_seconds: float
    scale: float = 1.0
    dropped: str = ""

    @property
    def is_valid(self) -> bool:
        """Whether it gave a latency that is kept."""
        return self.error_number == NO_ERROR and not self.dropped

    @property
    def mean_seconds(self) -> float:
        """The latency."""
        return sum(self.costs_seconds) / len(self.costs_seconds)

    def tvm_pair(self) -> tuple[Any, Any]:
        """`MeasureInput` and `MeasureResult`."""
        return self.due.where.lines.measured(
            self.due.steps,
            self.costs_seconds,
            self.error_number,
            self.error_message,
            self.all_cost_seconds,
            self.timestamp_seconds,
        )


class Measurer(Protocol):
    """Makes measurements: locally, or through an RPC tracker."""

    @property
    def programs_at_once(self) -> int:
        """Programs that are best handed over together, each for all its devices."""

    def measure(self, dues: Sequence[Due]) -> Iterator[Measured]:
        """Make them, one after the other; each is yielded as soon as it is made."""

    def close(self) -> None:
        """End what it holds."""


def spread_of(costs_seconds: Sequence[float]) -> float:
    """How far samples lie apart, as a fraction of their mean; 0 for a single one."""
    mean = sum(costs_seconds) / len(costs_seconds)
    return (max(costs_seconds) - min(costs_seconds)) / mean if mean > 0 else 0.0


def drop_scattered(measured: Iterable[Measured], most_spread: float) -> Iterator[Measured]:
    """Mark those whose samples lie too far apart."""
    for each in measured:
        spread = spread_of(each.costs_seconds)
        if each.error_number == NO_ERROR and spread > most_spread:
            yield replace(each, dropped=f"spread {spread:.3f} above {most_spread:g}")
        else:
            yield each
