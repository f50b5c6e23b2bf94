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
    while rounds <= _MOST_ROUNDS:
        # A run that was held up can look long enough when it is not: looked at again after all.
        if min(kernel.seconds(3, *arguments, rounds)) >= _RUN_SECONDS / 2:
            runs = kernel.seconds(_REPEATS, *arguments, rounds)
            if min(runs) >= _RUN_SECONDS / 4:
                return summarise([run / rounds for run in runs])
        rounds *= 4
    raise ProbeError(
        f"{rounds // 4} rounds of a kernel take less than {_RUN_SECONDS} s: the compiler has left"
        " its work out; no device can be measured with it."
    )


def summarise(seconds: Sequence[float]) -> Timing:
    """Of the seconds of one round, once for each run."""
    return Timing(min(seconds), statistics.median(seconds), len(seconds))
