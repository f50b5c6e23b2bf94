"""Measurements on this machine: one compilation an instruction set, timed with each thread count.

Programs are built side by side; then, with nothing else running, timed one after the other.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from .built_program import BuiltProgram
from .measurement import Due, Measured, spread_of
from .messages import BUILD_TIMEOUT, NO_ERROR, Timed, TimingSettings
from .pool import MeasurementPool, ProgramRequest
from .reference import ReferenceKernel

_Key = tuple[int, str]  # program and instruction set

# Processes that hold built programs at once; each takes some ten MB.
_MOST_BUILT = 48


class LocalMeasurer:
    """Measures through a pool. Owns pool and reference kernel, and closes them.

    Args:
        pool: Builds and times.
        reference: Tells of drift. None: nothing is rescaled.
        settings: How to time.
        most_spread: Samples that lie further apart are taken once more.
        instruction_sets: How many compilations a program needs.
    """

    def __init__(
        self,
        pool: MeasurementPool,
        reference: ReferenceKernel | None,
        settings: TimingSettings,
        most_spread: float,
        instruction_sets: int = 1,
    ) -> None:
        self._pool = pool
        self._reference = reference
        self._settings = settings
        self._most_spread = most_spread
        self._instruction_sets = instruction_sets

    @property
    def programs_at_once(self) -> int:
        """See `Measurer`."""
        return max(1, _MOST_BUILT // self._instruction_sets)

    def measure(self, dues: Sequence[Due]) -> Iterator[Measured]:
        """See `Measurer`."""
        if self._reference is not None:
            self._reference.refresh()
        built = self._build(dues)
        try:
            for index, due in enumerate(dues):
                yield self._measure(due, built[_key(due)])
                if all(_key(later) != _key(due) for later in dues[index + 1 :]):
                    built[_key(due)].close()
                if self._reference is not None:
                    self._reference.refresh()
        finally:
            for program in built.values():
                program.close()

    def close(self) -> None:
        """See `Measurer`."""
        if self._reference is not None:
            self._reference.close()
        self._pool.close()

    def _build(self, dues: Sequence[Due]) -> dict[_Key, BuiltProgram]:
        """All programs for one instruction set, then for the next.

        What takes too long for one would do so for each: it is not built for the others.
        """
        built: dict[_Key, BuiltProgram] = {}
        too_long: dict[int, BuiltProgram] = {}
        for instruction_set in dict.fromkeys(due.where.device.instruction_set for due in dues):
            wanted = {
                _key(due): ProgramRequest(due.where.task, due.where.lines.line(due.steps))
                for due in dues
                if due.where.device.instruction_set == instruction_set
            }
            held = {key: too_long[key[0]] for key in wanted if key[0] in too_long}
            keys = [key for key in wanted if key not in held]
            fresh = dict(zip(keys, self._pool.build([wanted[key] for key in keys])))
            for key, program in fresh.items():
                if program.error_number == BUILD_TIMEOUT:
                    too_long[key[0]] = program
            built |= held | fresh
        return built

    def _measure(self, due: Due, program: BuiltProgram) -> Measured:
        timed = self._time(due, program)
        seconds = program.build_seconds + timed.seconds
        if timed.error_number == NO_ERROR and spread_of(timed.costs_seconds) > self._most_spread:
            again = self._time(due, program)
            seconds += again.seconds
            if again.error_number == NO_ERROR:
                timed = min(timed, again, key=lambda each: spread_of(each.costs_seconds))
        scale = 1.0 if self._reference is None else self._reference.scale(due.where.device)
        costs = timed.costs_seconds
        return Measured(
            due,
            tuple(cost * scale for cost in costs) if timed.error_number == NO_ERROR else costs,
            timed.error_number,
            timed.error_message,
            seconds,
            time.time(),
            scale,
        )

    def _time(self, due: Due, program: BuiltProgram) -> Timed:
        return program.time(
            due.where.device.threads,
            self._settings,
            first_run_limit_seconds=due.first_run_limit_seconds,
        )


def _key(due: Due) -> _Key:
    return due.program, due.where.device.instruction_set
