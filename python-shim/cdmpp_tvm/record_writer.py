"""States → record lines in a file, written by TVM's `save_records`, many in one call.

What TVM's Python classes cost for a state, half as much again as the writing itself, is saved by
calling TVM's C interface (`c_calls.py`) where that gives the same lines.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Protocol

from .c_calls import CFunction, ObjectArray, handle_of
from .tvm_door import import_tvm

logger = logging.getLogger(__name__)


class RecordWriter(Protocol):
    """Appends record lines to the file that it was made for."""

    def write(self, states: Any, first: int, last: int) -> None:
        """One line for each of `states[first:last]`; TVM's array or a list of TVM's objects."""


class PlainRecordWriter:
    """Through TVM's Python classes.

    Args:
        task: `SearchTask` of the states.
        path: The file.
    """

    def __init__(self, task: Any, path: str) -> None:
        self._task = task
        self._path = path
        self._measure = import_tvm("tvm.auto_scheduler.measure")
        self._records = import_tvm("tvm.auto_scheduler.measure_record")
        self._empty_result = self._measure.MeasureResult([0.0], 0, "", 0.0, 0.0)

    def write(self, states: Any, first: int, last: int) -> None:
        """See `RecordWriter`."""
        inputs = [self._measure.MeasureInput(self._task, states[i]) for i in range(first, last)]
        self._records.save_records(self._path, inputs, [self._empty_result] * len(inputs))


class FastRecordWriter:
    """Through TVM's C interface, without a Python object for each state. Arguments as above."""

    def __init__(self, task: Any, path: str) -> None:
        measure = import_tvm("tvm.auto_scheduler.measure")
        ffi = import_tvm("tvm._ffi")
        self._task = task
        self._path = path
        self._array_class = import_tvm("tvm.ir.container").Array
        self._convert = import_tvm("tvm.runtime").convert
        self._empty_result = measure.MeasureResult([0.0], 0, "", 0.0, 0.0)
        self._results = self._convert([])
        self._item = CFunction(ffi.get_global_func("runtime.ArrayGetItem"))
        self._make_input = CFunction(ffi.get_global_func("auto_scheduler.MeasureInput"))
        self._save = CFunction(ffi.get_global_func("auto_scheduler.SaveRecords"))
        self._make_array = CFunction(ffi.get_global_func("runtime.Array"))

    def write(self, states: Any, first: int, last: int) -> None:
        """See `RecordWriter`."""
        if not isinstance(states, self._array_class):
            states = self._convert([object_of(state) for state in states])
        count = last - first
        if len(self._results) < count:  # TVM pairs by index and does not mind more of them
            self._results = self._convert([self._empty_result] * count)
        task, item, make_input = handle_of(self._task), self._item, self._make_input
        item.set_object(0, handle_of(states))
        make_input.set_object(0, task)
        with ObjectArray(count) as inputs:
            for place, index in enumerate(range(first, last)):
                item.set_integer(1, index)
                state = item.call(2)
                make_input.set_object(1, state)
                try:
                    inputs.put(place, make_input.call(2))
                finally:
                    item.release(state)
            array = self._make_array.call_with_array(inputs)
            try:
                self._save.set_text(0, self._path)
                self._save.set_object(1, array)
                self._save.set_object(2, handle_of(self._results))
                self._save.call_for_nothing(3)
            finally:
                item.release(array)


def object_of(state: Any) -> Any:
    """TVM's object behind a state: Python wraps what it hands out itself."""
    return getattr(state, "state_object", state)


def fastest_writer(task: Any, path: str, lines_of: Any) -> tuple[RecordWriter, str]:
    """The fast writer where this TVM lets it write what the plain one does, else the plain one.

    Args:
        task: See `PlainRecordWriter`.
        path: The file.
        lines_of: Called without arguments: takes out of the file what stands there.

    Returns:
        The writer, and the line of the task's initial state, which has no steps.
    """
    states: Sequence[Any] = [task.compute_dag.get_init_state()]
    plain = PlainRecordWriter(task, path)
    plain.write(states, 0, 1)
    line = str(lines_of())
    try:
        fast = FastRecordWriter(task, path)
        fast.write(states, 0, 1)
        if lines_of() == line:
            return fast, line
        reason = "it writes other lines"
    except Exception as error:  # whatever another TVM lacks, the plain writer does without
        lines_of()
        reason = f"{type(error).__name__}: {error}"
    logger.info("printing states the slow way, since this TVM's C interface differs: %s", reason)
    return plain, line
