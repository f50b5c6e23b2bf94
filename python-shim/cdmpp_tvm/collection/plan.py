"""What is to be measured next of one task."""

from __future__ import annotations

import random
from collections.abc import Sequence

from .collection_task import CollectionTask, Device
from .folder import REMEASURED, CollectionFolder, Done, ProgramLine
from .measurement import Due

_LEAST_LIMIT_SECONDS = 1.0
_MOST_LIMIT_SECONDS = 10.0


class TaskPlan:
    """The programs of one task, and how far they are measured.

    Args:
        folder: Where it is kept.
        task: The task.
        devices: To measure it on.
        slow_factor: See `CollectionSettings`.
    """

    def __init__(
        self,
        folder: CollectionFolder,
        task: CollectionTask,
        devices: Sequence[Device],
        slow_factor: float,
    ) -> None:
        self._folder = folder
        self._task = task
        self._devices = devices
        self._slow_factor = slow_factor
        self._key = task.source.workload_key
        self.lines: list[ProgramLine] = folder.programs(task.slug)

    @property
    def known_steps(self) -> set[str]:
        """Of all programs chosen so far."""
        return {line.steps for line in self.lines}

    def missing(self, wanted: int) -> int:
        """Programs to choose until so many are valid on all devices, if those under way will be."""
        promising = sum(
            all(self._is_promising(line, device) for device in self._devices)
            for line in self.lines
            if line.origin != REMEASURED
        )
        return max(0, wanted - promising)

    def choose(self, chosen: Sequence[tuple[str, str, float | None]], pass_number: int) -> None:
        """Add programs.

        Args:
            chosen: Steps, origin and predicted latency of each.
            pass_number: The pass under way.
        """
        first = 1 + max((line.program for line in self.lines), default=0)
        self._add(
            [
                ProgramLine(first + index, pass_number, origin, steps, predicted)
                for index, (steps, origin, predicted) in enumerate(chosen)
            ]
        )

    def choose_again(self, wanted: int, pass_number: int, generator: random.Random) -> None:
        """Mark programs of earlier passes for a second measurement, until there are so many."""
        again = {line.program for line in self.lines if line.origin == REMEASURED}
        candidates = [
            line
            for line in self.lines
            if line.origin != REMEASURED
            and line.pass_number < pass_number
            and line.program not in again
            and all(self._done(line, device).valid > 0 for device in self._devices)
        ]
        count = min(len(candidates), max(0, wanted - len(again)))
        self._add(
            [
                ProgramLine(line.program, pass_number, REMEASURED, line.steps)
                for line in generator.sample(candidates, count)
            ]
        )

    def due(self) -> list[Due]:
        """What is chosen and not measured, program by program."""
        times_chosen: dict[str, int] = {}
        dues: list[Due] = []
        for line in self.lines:
            times_chosen[line.steps] = times_chosen.get(line.steps, 0) + 1
            dues.extend(
                Due(self._task.on(device), line.program, line.steps, self._limit(device))
                for device in self._devices
                if self._done(line, device).measured < times_chosen[line.steps]
            )
        return dues

    def _add(self, lines: list[ProgramLine]) -> None:
        if lines:
            self._folder.append_programs(self._task.slug, lines)
            self.lines.extend(lines)

    def _done(self, line: ProgramLine, device: Device) -> Done:
        return self._folder.done(device.name, self._key, line.steps)

    def _is_promising(self, line: ProgramLine, device: Device) -> bool:
        done = self._done(line, device)
        return done.valid > 0 or done.measured == 0

    def _limit(self, device: Device) -> float:
        best = self._folder.best_seconds(device.name, self._key)
        if best is None:
            return _MOST_LIMIT_SECONDS
        return min(max(self._slow_factor * best, _LEAST_LIMIT_SECONDS), _MOST_LIMIT_SECONDS)
