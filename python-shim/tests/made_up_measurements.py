"""Stands in for TVM's local builder and runner: no compiler, made-up times, failures on demand."""

from __future__ import annotations

import hashlib
from typing import Any

import tvm
from tvm.auto_scheduler import measure
from tvm.auto_scheduler.measure import MeasureErrorNo

_BUILD = "auto_scheduler.local_builder.build"
_RUN = "auto_scheduler.local_runner.run"


class MadeUpMeasurements:
    """Within it every search is measured so; `fail_every` n fails programs 0, n, 2n, ..."""

    def __init__(self) -> None:
        self.fail_every = 0
        self._count = 0
        self._originals: dict[str, Any] = {}

    def __enter__(self) -> MadeUpMeasurements:
        for name, function in ((_BUILD, self._build), (_RUN, self._run)):
            self._originals[name] = tvm.get_global_func(name)
            tvm._ffi.register_func(name, function, override=True)
        return self

    def __exit__(self, *_: object) -> None:
        for name, function in self._originals.items():
            tvm._ffi.register_func(name, function, override=True)

    def _build(self, inputs: Any, *_: Any) -> list[Any]:
        results = []
        for _input in inputs:
            failed = self.fail_every > 0 and self._count % self.fail_every == 0
            self._count += 1
            error = (MeasureErrorNo.COMPILE_HOST, "this build fails on purpose")
            results.append(measure.BuildResult("", [], *(error if failed else (0, None)), 0.01))
        return results

    def _run(self, inputs: Any, build_results: Any, *_: Any) -> list[Any]:
        results = []
        for number, (measured, built) in enumerate(zip(inputs, build_results)):
            cost, error = made_up_seconds(str(measured.state)), int(built.error_no)
            timestamp = 1_700_000_000 + number
            results.append(
                measure.MeasureResult([1e10], error, built.error_msg, 0.02, timestamp)
                if error
                else measure.MeasureResult([cost], 0, "", 0.02, timestamp)
            )
        return results


def made_up_seconds(text: str) -> float:
    """Between 1 and 2 ms, by the program's text."""
    digest = hashlib.sha256(text.encode()).digest()
    return 1e-3 * (1 + int.from_bytes(digest[:4], "little") / 2**32)
