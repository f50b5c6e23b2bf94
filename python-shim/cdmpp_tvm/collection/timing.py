"""Timing one program in this process."""

from __future__ import annotations

import time
from typing import Any, Callable

from ..tvm_door import import_tvm
from .messages import NO_ERROR, FirstRun, Timed, TimingSettings

# From here on the first run counts as a sample: what it costs more, for cold caches, is a few
# percent of it, and where there is another sample the better one is taken.
_COLD_SECONDS = 0.02


def time_program(
    module: Any,
    arguments: list[Any],
    settings: TimingSettings,
    tell: Callable[[FirstRun], None],
) -> Timed:
    """Run a program once, then as often as the settings and its speed ask for.

    Fast programs are timed by TVM's `time_evaluator`, as its runners do; those of which one run
    already fills a sample by the clock around it.

    Args:
        module: A built TVM module.
        arguments: Its buffers.
        settings: How to time it.
        tell: Called after the first run.
    """
    started = time.perf_counter()
    module.entry_func(*arguments)
    first = time.perf_counter() - started
    tell(FirstRun(first))
    sample_seconds = settings.min_repeat_ms / 1e3
    if first < sample_seconds:
        evaluator = module.time_evaluator(
            module.entry_name,
            import_tvm("tvm").cpu(),
            number=1,
            repeat=settings.repeats,
            min_repeat_ms=settings.min_repeat_ms,
        )
        costs = [float(cost) for cost in evaluator(*arguments).results]
    else:
        costs = _time_slow(module.entry_func, arguments, settings, first)
    return Timed(tuple(costs), NO_ERROR, "", time.perf_counter() - started)


def _time_slow(
    function: Any, arguments: list[Any], settings: TimingSettings, first: float
) -> list[float]:
    affordable = int(settings.budget_seconds / first)
    repeats = max(settings.least_repeats, min(settings.repeats, affordable))
    costs = [first] if first >= _COLD_SECONDS else []
    while len(costs) < repeats:
        costs.append(_sample(function, arguments, settings.min_repeat_ms / 1e3))
    return costs


def _sample(function: Any, arguments: list[Any], least_seconds: float) -> float:
    """Mean of as many runs as it takes; the first run of a program may be slower than the rest."""
    started = time.perf_counter()
    runs = 0
    while True:
        function(*arguments)
        runs += 1
        seconds = time.perf_counter() - started
        if seconds >= least_seconds:
            return seconds / runs
