"""How long a round of a kernel takes, on a machine that may do other things between."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import ProbeError
from .kernels import Kernel

# One run: long against the timer and a call, and short, so that of many runs some are not
# interrupted on a machine that does other things too.
_RUN_SECONDS = 0.002
_REPEATS = 60
_MOST_ROUNDS = 2**30


@dataclass(frozen=True)
class Timing:
    """Seconds of one round, from several runs.

    Attributes:
        best: The shortest: other work on the machine only ever adds.
        median: Beside it, to see how disturbed the runs were.
        runs: How many.
    """

    best: float
    median: float
    runs: int


def time_rounds(kernel: Kernel, *arguments: Any) -> Timing:
    """Time a kernel with as many rounds as make a run long enough.

    Args:
        kernel: Called with `arguments` and the number of rounds.

    Raises:
        ProbeError: More rounds take no longer, so they were not run.
    """
    rounds = 1
    seconds = min(kernel.seconds(2, *arguments, rounds))
    while seconds < _RUN_SECONDS / 8:
        rounds *= 4
        if rounds > _MOST_ROUNDS:
            raise ProbeError(
                f"{rounds} rounds of a kernel take {seconds:.3g} s: the compiler has left its work"
                " out; no device can be measured with it."
            )
        seconds = min(kernel.seconds(2, *arguments, rounds))
    rounds = min(_MOST_ROUNDS, max(1, round(rounds * _RUN_SECONDS / seconds)))
    return summarise([run / rounds for run in kernel.seconds(_REPEATS, *arguments, rounds)])


def summarise(seconds: Sequence[float]) -> Timing:
    """Of the seconds of one round, once for each run."""
    return Timing(min(seconds), statistics.median(seconds), len(seconds))
