"""Where the seconds of a tuning go: building and running apart from searching."""

from __future__ import annotations

import time
from typing import Any, Callable

import tvm


class TuningClock:
    """Times TVM's local builder and runner by wrapping the functions that TVM calls for them.

    Attributes:
        measure_seconds: Building and running, all told.
    """

    _functions = ("auto_scheduler.local_builder.build", "auto_scheduler.local_runner.run")

    def __init__(self) -> None:
        self.measure_seconds = 0.0
        self._originals: dict[str, Callable[..., Any]] = {}

    def __enter__(self) -> TuningClock:
        for name in self._functions:
            original = tvm.get_global_func(name)
            self._originals[name] = original
            tvm.register_func(name, self._timed(original), override=True)
        return self

    def __exit__(self, *_: Any) -> None:
        for name, original in self._originals.items():
            tvm.register_func(name, original, override=True)

    def _timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*arguments)
            finally:
                self.measure_seconds += time.perf_counter() - started

        return timed
