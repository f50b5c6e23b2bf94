"""Measurements → the wire's records, from a search or from a tuning log."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any, NamedTuple

from .encode import steps_of_record
from .errors import RecordFileError
from .gen import program_pb2, report_pb2
from .tvm_door import import_tvm

# Failed builds quote whole compilers; more than this the server would not keep.
_MOST_ERROR_CHARACTERS = 16_384


class LogLine(NamedTuple):
    """One record line of a tuning log.

    Attributes:
        number: Of the line in its file, from 1.
        text: The line without its end.
        task_fields: What it says of its task: workload key, target, hardware limits, ...
    """

    number: int
    text: str
    task_fields: list[Any]


def record_line(measure_input: Any, result: Any) -> str:
    """TVM's own line of a measurement, without the line end."""
    records = import_tvm("tvm.auto_scheduler.measure_record")
    return str(records.dump_record_to_string(measure_input, result)).rstrip("\n")


def encode_record(measure_input: Any, result: Any, line: str) -> report_pb2.MeasuredRecord:
    """Encode one measurement, failed ones too.

    Args:
        measure_input: `MeasureInput` whose state has its stages.
        result: `MeasureResult`.
        line: From `record_line`, or the log's own.
    """
    error = result.error_msg
    return report_pb2.MeasuredRecord(
        program=program_pb2.Program(
            loop_nest=str(measure_input.state), transform_steps=steps_of_record(line)
        ),
        costs_seconds=[float(getattr(cost, "value", cost)) for cost in result.costs],
        error_number=int(result.error_no),
        error_message="" if error is None else str(error)[:_MOST_ERROR_CHARACTERS],
        all_cost_seconds=float(result.all_cost),
        timestamp_seconds=float(result.timestamp),
        record_line=line,
    )


def read_log(path: str | os.PathLike[str], n_lines: int | None = None) -> Iterator[LogLine]:
    """The record lines of a tuning log; empty lines and comments (`#`) are passed over.

    Args:
        path: The log.
        n_lines: Most records to read. None: all.

    Raises:
        RecordFileError: There is no such file, or a line is not a record.
    """
    try:
        with open(path, encoding="utf-8") as file:
            count = 0
            for number, raw in enumerate(file, start=1):
                text = raw.strip()
                if not text or text.startswith("#"):
                    continue
                if n_lines is not None and count >= n_lines:
                    return
                count += 1
                yield LogLine(number, text, _task_fields(path, number, text))
    except OSError as error:
        raise RecordFileError(f"log {os.fspath(path)} cannot be read: {error}.") from error


class TaskCatalog:
    """Makes whole tasks of what record lines say of theirs; one per distinct task."""

    def __init__(self) -> None:
        self._tasks: dict[str, Any] = {}

    def task_of(self, measure_input: Any) -> Any:
        """The task of a record that was read, with its compute DAG.

        Raises:
            RecordFileError: This process has not registered the workload.
        """
        task = measure_input.task
        key = json.dumps([str(task.workload_key), str(task.target), _limits(task)])
        if key not in self._tasks:
            try:
                recovered = import_tvm("tvm.auto_scheduler.measure").recover_measure_input(
                    measure_input
                )
            except Exception as error:  # TVM raises many kinds, some of them from C++
                raise RecordFileError(
                    f"workload {task.workload_key} is not registered in this process"
                    f" ({type(error).__name__}); import the module that registers it first."
                ) from error
            self._tasks[key] = recovered.task
        return self._tasks[key]

    def completed(self, measure_input: Any) -> Any:
        """The input with a whole task and a state that has its stages.

        Inputs of a search come whole; inputs read from a log do not.
        """
        if len(measure_input.state.stages) > 0:
            return measure_input
        task = self.task_of(measure_input)
        state = task.compute_dag.infer_bound_from_state(measure_input.state)
        return import_tvm("tvm.auto_scheduler.measure").MeasureInput(task, state)

    def read(self, line: LogLine) -> tuple[Any, Any]:
        """Input (whole) and result of a log's line.

        Raises:
            RecordFileError: TVM cannot read the line, or its workload is not registered.
        """
        records = import_tvm("tvm.auto_scheduler.measure_record")
        try:
            measure_input, result = records.load_record_from_string(line.text)
        except Exception as error:  # TVM raises many kinds, some of them from C++
            raise RecordFileError(
                f"line {line.number} is no record that this TVM reads"
                f" ({str(error).splitlines()[0] if str(error) else type(error).__name__})."
            ) from error
        return self.completed(measure_input), result


def _limits(task: Any) -> list[int]:
    from .dag import HARDWARE_FIELDS

    return [int(getattr(task.hardware_params, name, 0)) for name in HARDWARE_FIELDS]


def _task_fields(path: str | os.PathLike[str], number: int, text: str) -> list[Any]:
    try:
        fields = json.loads(text)["i"][0]
        if not isinstance(fields, list) or len(fields) < 3:
            raise TypeError("the task is no list of at least 3 fields")
        return fields
    except (ValueError, LookupError, TypeError) as error:
        raise RecordFileError(
            f"line {number} of {os.fspath(path)} is no record ({error}); expected a log that"
            " `RecordToFile` wrote."
        ) from error
