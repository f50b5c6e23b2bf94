"""A measure callback that reports each batch as soon as it is measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .tvm_door import import_tvm

if TYPE_CHECKING:
    from .cost_model import CdmppModel

_BASE = import_tvm("tvm.auto_scheduler.measure").PythonBasedMeasureCallback


class ReportingCallback(_BASE):  # type: ignore[misc, valid-type]
    """For `TuningOptions(measure_callbacks=[RecordToFile(log), model.callback])`."""

    def __init__(self, model: CdmppModel) -> None:
        super().__init__()
        self._model = model

    def callback(self, policy: Any, inputs: Sequence[Any], results: Sequence[Any]) -> None:
        """Called by TVM after every measured batch."""
        del policy
        # TVM goes on measuring: the server learns when the search comes back to `update`.
        self._model.report(inputs, results, learn=False)
