"""States → the wire's `Program`s: the transform steps that TVM records, and on demand its print.

The steps alone are what the server reads fastest and what costs least here: 11–63 µs a state, the
printed loop nest 84–400. Steps of many states are written by one call of TVM's `save_records` into
a private file in memory, and cut there along what stands between the steps of any two lines.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from typing import Any

from .errors import ProtocolError
from .gen import program_pb2 as pb
from .lowered import add_lowered_features
from .record_writer import fastest_writer

_STEPS_MARK = "[[], "
_RESULT_MARK = ']], "r": '


class StateEncoder:
    """Prints the states of one task. Holds a file in memory until `close`.

    Args:
        task: `SearchTask`.
        with_lowered_features: Let TVM lower each state and add its features; see `lowered.py`.
    """

    def __init__(self, task: Any, *, with_lowered_features: bool = False) -> None:
        self._task = task
        self._with_lowered_features = with_lowered_features
        self._file = _MemoryFile()
        self._writer, line = fastest_writer(task, self._file.path, self._file.take)
        self._prefix, self._suffix = _frame_of(line)

    def encode(
        self,
        states: Sequence[Any],
        first: int = 0,
        last: int | None = None,
        *,
        with_loop_nest: bool = False,
    ) -> list[pb.Program]:
        """Print `states[first:last]`, in their order.

        Args:
            states: States of the task, as the search hands them over or as Python wraps them.
            with_loop_nest: Print the loop nests too.

        Raises:
            ProtocolError: TVM printed a record that does not read as one.
        """
        last = len(states) if last is None else last
        steps = self.transform_steps(states, first, last)
        program = pb.Program
        if with_loop_nest:
            programs = [
                program(loop_nest=str(states[first + i]), transform_steps=text)
                for i, text in enumerate(steps)
            ]
        else:
            programs = [program(transform_steps=text) for text in steps]
        if self._with_lowered_features:
            add_lowered_features(self._task, [states[i] for i in range(first, last)], programs)
        return programs

    def transform_steps(
        self, states: Sequence[Any], first: int = 0, last: int | None = None
    ) -> list[str]:
        """The transform steps of each state, the JSON array that TVM's records hold."""
        last = len(states) if last is None else last
        if last <= first:
            return []
        self._writer.write(states, first, last)
        return self._cut(self._file.take(), last - first)

    def close(self) -> None:
        """Give the memory back."""
        self._file.close()

    def _cut(self, text: str, count: int) -> list[str]:
        """The steps of so many lines, at one stroke where all lines have the task's frame."""
        prefix, suffix = self._prefix, self._suffix
        if prefix and text.startswith(prefix) and text.endswith(suffix):
            steps = text[len(prefix) : -len(suffix)].split(suffix + prefix)
            if len(steps) == count == text.count("\n"):
                return steps
        lines = text.splitlines()
        if len(lines) != count:
            raise ProtocolError(
                f"TVM wrote {len(lines)} record lines for {count} states; expected one each."
            )
        return [steps_of_record(line) for line in lines]


def _frame_of(line: str) -> tuple[str, str]:
    """What stands before and after the steps in every record of a task, line end included.

    Args:
        line: The record of a state without steps.
    """
    head, mark, tail = line.rpartition(_STEPS_MARK + "[]" + _RESULT_MARK)
    return (head + _STEPS_MARK, _RESULT_MARK + tail) if mark else ("", "")


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
