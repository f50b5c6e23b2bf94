"""States → the wire's `Program`s: the loop nest and the transform steps that TVM prints.

Steps of many states are written by one call of TVM's `save_records` (11–63 µs a state) into a
private file in memory, and cut out of each line between what all lines of a task share.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from typing import Any

from .errors import ProtocolError
from .gen import program_pb2 as pb
from .tvm_door import import_tvm

_STEPS_MARK = "[[], "
_RESULT_MARK = ']], "r": '


class StateEncoder:
    """Prints the states of one task. Holds a file in memory until `close`."""

    def __init__(self, task: Any) -> None:
        self._task = task
        self._measure = import_tvm("tvm.auto_scheduler.measure")
        self._records = import_tvm("tvm.auto_scheduler.measure_record")
        self._empty_result = self._measure.MeasureResult([0.0], 0, "", 0.0, 0.0)
        self._file = _MemoryFile()
        self._prefix, self._suffix = self._frame()

    def encode(self, states: Sequence[Any]) -> list[pb.Program]:
        """Print states, in their order.

        Args:
            states: States of the task, as the search hands them over or as Python wraps them.

        Raises:
            ProtocolError: TVM printed a record that does not read as one.
        """
        steps = self.transform_steps(states)
        return [
            pb.Program(loop_nest=str(state), transform_steps=text)
            for state, text in zip(states, steps)
        ]

    def transform_steps(self, states: Sequence[Any]) -> list[str]:
        """The transform steps of each state, the JSON array that TVM's records hold."""
        if not states:
            return []
        inputs = [self._measure.MeasureInput(self._task, state) for state in states]
        self._records.save_records(self._file.path, inputs, [self._empty_result] * len(inputs))
        lines = self._file.take().splitlines()
        if len(lines) != len(inputs):
            raise ProtocolError(
                f"TVM wrote {len(lines)} record lines for {len(inputs)} states; expected one each."
            )
        return [self._cut(line) for line in lines]

    def close(self) -> None:
        """Give the memory back."""
        self._file.close()

    def _frame(self) -> tuple[str, str]:
        """What stands before and after the steps in every record of this task."""
        state = self._task.compute_dag.get_init_state()
        inputs = [self._measure.MeasureInput(self._task, state)]
        self._records.save_records(self._file.path, inputs, [self._empty_result])
        line = self._file.take().rstrip("\n")
        head, mark, tail = line.rpartition(_STEPS_MARK + "[]" + _RESULT_MARK)
        return (head + _STEPS_MARK, _RESULT_MARK + tail) if mark else ("", "")

    def _cut(self, line: str) -> str:
        start, end = len(self._prefix), len(line) - len(self._suffix)
        if start and line.startswith(self._prefix) and line.endswith(self._suffix) and end > start:
            return line[start:end]
        return steps_of_record(line)


def steps_of_record(line: str) -> str:
    """The transform steps of one record line, as a JSON array.

    Raises:
        ProtocolError: The line is not a record.
    """
    try:
        steps = json.loads(line)["i"][1][1]
        if not isinstance(steps, list):
            raise TypeError("the steps are no list")
        return json.dumps(steps)
    except (ValueError, LookupError, TypeError) as error:
        raise ProtocolError(
            f"record {line[:80]!r} holds no transform steps ({error}); is it a TVM tuning log?"
        ) from error


class _MemoryFile:
    """A private file that TVM can append to by its path; in memory where the system can."""

    def __init__(self) -> None:
        self._owned_path: str | None = None
        if hasattr(os, "memfd_create") and os.path.isdir("/proc/self/fd"):
            self._descriptor = os.memfd_create("cdmpp-records")
            self.path = f"/proc/self/fd/{self._descriptor}"
            return
        folder = "/dev/shm" if os.path.isdir("/dev/shm") else None
        self._descriptor, self.path = tempfile.mkstemp(prefix="cdmpp-records-", dir=folder)
        self._owned_path = self.path

    def take(self) -> str:
        """Everything written since the last call."""
        size = os.fstat(self._descriptor).st_size
        content = bytearray()
        while len(content) < size:
            part = os.pread(self._descriptor, size - len(content), len(content))
            if not part:
                break
            content += part
        os.ftruncate(self._descriptor, 0)
        return content.decode("utf-8")

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        if self._owned_path is not None:
            os.unlink(self._owned_path)
            self._owned_path = None
