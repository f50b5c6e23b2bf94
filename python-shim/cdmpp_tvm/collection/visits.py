"""Several timings of one program, some time apart, and the latency that follows from them."""

from __future__ import annotations

import time
from dataclasses import dataclass

from .measurement import Due, Measured
from .messages import NO_ERROR, Timed

# Two that agree end a measurement if the machine was quiet in both, more if it was not; and more
# still are made where the two fastest disagree.
LEAST_VISITS = 2
LEAST_DISTURBED_VISITS = 4
MOST_VISITS = 6
# Relative difference of the two fastest visits below which they agree.
_AGREEMENT = 0.03
# What took so long already is visited twice and no more.
_LONG_SECONDS = 1.0


@dataclass(frozen=True, order=True)
class _Visit:
    best_seconds: float  # rescaled
    scale: float
    is_quiet: bool


class Visits:
    """The timings of one program on one device.

    The samples of a measurement are the best ones of its two fastest visits: what they have in
    common is the program, and what slows single visits down is the machine's.
    """

    def __init__(self) -> None:
        self._visits: list[_Visit] = []
        self._failed: Timed | None = None
        self._seconds = 0.0
        self._ended = 0.0

    @property
    def wants_more(self) -> bool:
        """Whether another visit would tell something."""
        if self._failed is not None:
            return False
        if len(self._visits) < LEAST_VISITS:
            return True
        if self._seconds >= _LONG_SECONDS:
            return False
        first, second = self._fastest()
        if second.best_seconds - first.best_seconds > _AGREEMENT * first.best_seconds:
            return len(self._visits) < MOST_VISITS
        if first.is_quiet and second.is_quiet:
            return False
        return len(self._visits) < LEAST_DISTURBED_VISITS

    def add(self, timed: Timed, scale: float, *, is_quiet: bool) -> None:
        """Take a visit into account.

        Args:
            timed: What it gave.
            scale: See `machine_scale`.
            is_quiet: Whether nothing disturbed the machine meanwhile, as far as is known.
        """
        self._seconds += timed.seconds
        self._ended = time.time()
        if timed.error_number != NO_ERROR:
            self._failed = timed
            return
        self._visits.append(_Visit(min(timed.costs_seconds) * scale, scale, is_quiet))

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
        fastest = self._fastest()
        costs = tuple(visit.best_seconds for visit in fastest)
        return Measured(due, costs, NO_ERROR, "", seconds, self._ended, fastest[0].scale)

    def _fastest(self) -> list[_Visit]:
        return sorted(self._visits)[:2]
