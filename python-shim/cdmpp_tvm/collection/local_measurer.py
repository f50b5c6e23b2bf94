"""Measurements on this machine: one compilation an instruction set, timed with each thread count.

Programs are built side by side; then, with nothing else running, timed one after the other, all
of them once, then all of them once more, and so on. What shares the machine slows it down for
seconds at a time, by a tenth or by half, and never speeds it up: a program's visits lie seconds
apart, and the fastest ones count (`visits.py`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from ..errors import CollectionError
from .built_program import BuiltProgram
from .canary import Canaries
from .measurement import Due, Measured
from .messages import BUILD_TIMEOUT, FAILED_SECONDS, TimingSettings
from .pool import MeasurementPool, ProgramRequest
from .reference import ReferenceKernel
from .visits import Visits

_Key = tuple[int, str]  # program and instruction set

# Processes that hold built programs at once; each takes some ten MB.
_MOST_BUILT = 80
# Between two visits of a program.
_LEAST_ROUND_SECONDS = 1.0
# With the process that forks programs die all programs of a batch, through no fault of theirs.
_MOST_ATTEMPTS = 2


class LocalMeasurer:
    """Measures through a pool. Owns pool, reference kernel and canaries, and closes them.

    Args:
        pool: Builds and times.
        reference: Tells of drift. None: nothing is rescaled.
        canaries: Tell of disturbance. None: any visit may have been disturbed.
        settings: How to time in one visit.
        instruction_sets: How many compilations a program needs.
    """

    def __init__(
        self,
        pool: MeasurementPool,
        reference: ReferenceKernel | None,
        canaries: Canaries | None,
        settings: TimingSettings,
        instruction_sets: int = 1,
    ) -> None:
        self._pool = pool
        self._reference = reference
        self._canaries = canaries
        self._settings = settings
        self._instruction_sets = instruction_sets

    @property
    def programs_at_once(self) -> int:
        """See `Measurer`."""
        return max(1, _MOST_BUILT // self._instruction_sets)

    def measure(self, dues: Sequence[Due]) -> Iterator[Measured]:
        """See `Measurer`. All are made before the first is yielded.

        Raises:
            CollectionError: The process that forks programs died, and again in the next attempt.
        """
        for _ in range(_MOST_ATTEMPTS):
            self._refresh()  # which starts anew what has died
            generation = self._pool.generation
            measured = self._measure_all(dues)
            if self._pool.generation == generation:
                yield from measured
                return
        raise CollectionError(
            f"the process that forks programs died {_MOST_ATTEMPTS} times in one batch of"
            f" {len(dues)} measurements; look whether the system runs out of memory."
        )

    def _measure_all(self, dues: Sequence[Due]) -> list[Measured]:
        built, not_built = self._build(dues)
        visits = {index: Visits() for index, due in enumerate(dues) if _key(due) not in not_built}
        try:
            while any(each.wants_more for each in visits.values()):
                started = time.monotonic()
                for index, each in visits.items():
                    due = dues[index]
                    if each.wants_more:
                        self._refresh()
                        self._visit(due, built[_key(due)], each)
                # A round over few programs must not be over before what disturbs it is.
                if any(each.wants_more for each in visits.values()):
                    time.sleep(max(0.0, _LEAST_ROUND_SECONDS - (time.monotonic() - started)))
        finally:
            for program in built.values():
                program.close()
        return [
            visits[index].measured(due, built[_key(due)].build_seconds)
            if index in visits
            else _dropped(due, not_built[_key(due)])
            for index, due in enumerate(dues)
        ]

    def close(self) -> None:
        """See `Measurer`."""
        if self._reference is not None:
            self._reference.close()
        if self._canaries is not None:
            self._canaries.close()
        self._pool.close()

    def _build(self, dues: Sequence[Due]) -> tuple[dict[_Key, BuiltProgram], dict[_Key, str]]:
        """All programs for one instruction set, then for the next.

        What takes too long for one would do so for each: it is not built for the others.

        Returns:
            What was built or failed, and why the others were not built.
        """
        built: dict[_Key, BuiltProgram] = {}
        not_built: dict[_Key, str] = {}
        too_long: dict[int, str] = {}
        for instruction_set in dict.fromkeys(due.where.device.instruction_set for due in dues):
            wanted = {
                _key(due): ProgramRequest(due.where.task, due.where.lines.line(due.steps))
                for due in dues
                if due.where.device.instruction_set == instruction_set
            }
            for key in wanted:
                if key[0] in too_long:
                    not_built[key] = f"the build for {too_long[key[0]]} took too long"
            keys = [key for key in wanted if key not in not_built]
            fresh = dict(zip(keys, self._pool.build([wanted[key] for key in keys])))
            for key, program in fresh.items():
                if program.error_number == BUILD_TIMEOUT:
                    too_long[key[0]] = instruction_set
            built |= fresh
        return built, not_built

    def _refresh(self) -> None:
        if self._reference is not None:
            self._reference.refresh()

    def _scale(self) -> float:
        return 1.0 if self._reference is None else self._reference.scale

    def _visit(self, due: Due, program: BuiltProgram, visits: Visits) -> None:
        threads = due.where.device.threads
        was_quiet = self._is_quiet(threads)
        limit_seconds = due.first_run_limit_seconds
        timed = program.time(threads, self._settings, first_run_limit_seconds=limit_seconds)
        is_quiet = self._is_quiet(threads) and was_quiet
        visits.add(timed, self._scale(), is_quiet=is_quiet)

    def _is_quiet(self, threads: int) -> bool:
        return self._canaries is not None and self._canaries.are_quiet(threads)


def _dropped(due: Due, reason: str) -> Measured:
    """What was not tried is no record of a failure."""
    costs = (FAILED_SECONDS,)
    return Measured(
        due, costs, BUILD_TIMEOUT, reason, 0.0, time.time(), dropped=f"not built: {reason}"
    )


def _key(due: Due) -> _Key:
    return due.program, due.where.device.instruction_set
