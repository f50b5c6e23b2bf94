"""One line of a tuning log, read without TVM: its reader makes a target of every line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ..dag import HARDWARE_FIELDS
from ..errors import RecordFileError


@dataclass(frozen=True)
class LoggedTaskKey:
    """What a line says of its task, as it stands there.

    Attributes:
        workload_key: TVM's.
        target: TVM's target string.
        limits: The eight hardware parameters; -1: unknown.
    """

    workload_key: str
    target: str
    limits: tuple[int, ...]


@dataclass(frozen=True)
class LoggedRecord:
    """A line of a log.

    Attributes:
        task: Whose measurement it is.
        steps: Transform steps, a JSON array.
        costs_seconds: One for each repetition; 1e10 where it failed.
        error_number: TVM's; 0: valid.
        all_cost_seconds: Building and measuring together.
        timestamp_seconds: Since 1970.
        version: Of the record format, `v0.6`.
        line: The line itself.
    """

    task: LoggedTaskKey
    steps: str
    costs_seconds: list[float]
    error_number: int
    all_cost_seconds: float
    timestamp_seconds: float
    version: str
    line: str


def parse_line(line: str) -> LoggedRecord:
    """Read a line.

    Raises:
        RecordFileError: It is no record.
    """
    try:
        fields = json.loads(line)
        (task, (_, steps)), result = fields["i"], fields["r"]
        if not isinstance(steps, list):
            raise TypeError("the steps are no list")
        costs, error_number, all_cost, timestamp = result
        return LoggedRecord(
            LoggedTaskKey(_text(task[0], "workload key"), _text(task[1], "target"), _limits(task)),
            json.dumps(steps),
            [float(cost) for cost in costs],
            int(error_number),
            float(all_cost),
            float(timestamp),
            _text(fields["v"], "version"),
            line,
        )
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise RecordFileError(
            f"no record ({type(error).__name__}: {error}); expected what `RecordToFile` writes"
        ) from error


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"the {what} is no text")
    return value


def _limits(task: list[Any]) -> tuple[int, ...]:
    limits = task[2]
    if not isinstance(limits, list) or len(limits) != len(HARDWARE_FIELDS):
        raise TypeError(f"the hardware parameters are no {len(HARDWARE_FIELDS)} numbers")
    return tuple(int(limit) for limit in limits)
