"""Transform steps ↔ TVM's inputs and record lines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ..records import record_line
from ..tvm_door import import_tvm

_STEPS_PLACE = '[[], []]], "r": '


class ProgramLines:
    """Makes what TVM needs of the steps of one task's programs.

    Args:
        task: `SearchTask`.
    """

    def __init__(self, task: Any) -> None:
        measure = import_tvm("tvm.auto_scheduler.measure")
        self._task = task
        self._make_input = measure.MeasureInput
        self._make_result = measure.MeasureResult
        state = task.compute_dag.get_init_state()
        empty = self._make_result([0.0], 0, "", 0.0, 0.0)
        line = record_line(self._make_input(task, state), empty)
        self._head, _, self._tail = line.rpartition(_STEPS_PLACE)

    def line(self, steps: str) -> str:
        """A record line with these steps; its result says nothing.

        Args:
            steps: A JSON array.
        """
        return f'{self._head}[[], {steps}]], "r": {self._tail}'

    def measure_input(self, steps: str) -> Any:
        """A `MeasureInput` with these steps; its state has no stages."""
        records = import_tvm("tvm.auto_scheduler.measure_record")
        state = records.load_record_from_string(self.line(steps))[0].state
        return self._make_input(self._task, state)

    def measured(
        self,
        steps: str,
        costs_seconds: Sequence[float],
        error_number: int,
        error_message: str,
        all_cost_seconds: float,
        timestamp_seconds: float,
    ) -> tuple[Any, Any]:
        """`MeasureInput` and `MeasureResult` of a measurement."""
        result = self._make_result(
            list(costs_seconds), error_number, error_message, all_cost_seconds, timestamp_seconds
        )
        return self.measure_input(steps), result


def canonical_steps(steps: Any) -> str:
    """Steps as text, equal for equal steps: those of a log line, of a file, of a sampled state."""
    return json.dumps(json.loads(steps) if isinstance(steps, str) else steps)
