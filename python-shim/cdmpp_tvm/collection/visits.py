"""Several timings of one program, some time apart, and the latency that follows from them."""

from __future__ import annotations

import time

from .measurement import Due, Measured
from .messages import NO_ERROR, Timed

# So often each program is timed, and so often one whose fastest visits still disagree.
LEAST_VISITS = 3
MOST_VISITS = 6
# Relative difference of the two fastest visits below which they agree.
_AGREEMENT = 0.03
# What took so long already is visited twice and no more.
_LONG_SECONDS = 2.0


class Visits:
    """The timings of one program on one device.

    The samples of a measurement are the best ones of its two fastest visits: what they have in
    common is the program, and what slows single visits down is the machine's.
    """

    def __init__(self) -> None:
        self._best: list[float] = []  # rescaled, seconds, one a visit
        self._scales: list[float] = []
        self._failed: Timed | None = None
        self._seconds = 0.0
        self._ended = 0.0

    @property
    def wants_more(self) -> bool:
        """Whether another visit would tell something."""
        if self._failed is not None:
            return False
        if len(self._best) < 2:
            return True
        if self._seconds >= _LONG_SECONDS:
            return False
        first, second = sorted(self._best)[:2]
        is_settled = second - first <= _AGREEMENT * first
        return len(self._best) < (LEAST_VISITS if is_settled else MOST_VISITS)

    def add(self, timed: Timed, scale: float) -> None:
        """Take a visit into account.

        Args:
            timed: What it gave.
            scale: See `machine_scale`.
        """
        self._seconds += timed.seconds
        self._ended = time.time()
        if timed.error_number != NO_ERROR:
            self._failed = timed
            return
        self._best.append(min(timed.costs_seconds) * scale)
        self._scales.append(scale)

    def measured(self, due: Due, build_seconds: float) -> Measured:
        """All visits as one measurement; a failure among them makes it one.

        Args:
            due: What was asked for.
            build_seconds: That building took.
        """
        seconds = build_seconds + self._seconds
        failed = self._failed
        if failed is not None:
            costs, error, message = failed.costs_seconds, failed.error_number, failed.error_message
            return Measured(due, costs, error, message, seconds, self._ended)
        fastest = sorted(zip(self._best, self._scales))[:2]
        costs = tuple(cost for cost, _ in fastest)
        return Measured(due, costs, NO_ERROR, "", seconds, self._ended, fastest[0][1])
