"""The collection itself: passes over tasks, each choosing programs and measuring them."""

from __future__ import annotations

import random
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .collection_task import CollectionTask, Device
from .folder import CollectionFolder
from .lines import canonical_steps
from .measurement import Due, Measured, Measurer, drop_scattered
from .plan import TaskPlan
from .progress import Progress
from .server_link import ServerLink
from .settings import CollectionSettings

# Rounds of choosing until enough programs of a task are valid; some fail or scatter.
_MOST_ROUNDS = 3


@dataclass(frozen=True)
class Outcome:
    """What a run did.

    Attributes:
        is_complete: Whether all passes are done; no: the time was up.
        measured: Measurements of this run, failed and dropped ones included.
        seconds: That it took.
        valid_records: Kept latencies of all runs, by device.
    """

    is_complete: bool
    measured: int
    seconds: float
    valid_records: dict[str, int]


class Collector:
    """Measures until everything wanted is in the folder, or the time is up.

    Every pass gives each task its share, so that what is there is a balanced dataset at any time.

    Args:
        folder: What is there, and where to keep the rest.
        tasks: To measure.
        devices: To measure them on.
        measurer: Makes the measurements.
        settings: What is wanted.
        server: Guides and learns; None: programs are chosen at random.
        time_budget_seconds: No programs are begun after that. None: no limit.
    """

    def __init__(
        self,
        folder: CollectionFolder,
        tasks: Sequence[CollectionTask],
        devices: Sequence[Device],
        measurer: Measurer,
        settings: CollectionSettings,
        server: ServerLink | None = None,
        time_budget_seconds: float | None = None,
    ) -> None:
        self._folder = folder
        self._tasks = tasks
        self._devices = devices
        self._measurer = measurer
        self._settings = settings
        self._server = server
        self._budget_seconds = time_budget_seconds
        self._measured = 0
        self._started = time.monotonic()

    def run(self) -> Outcome:
        """Go through all passes."""
        progress = Progress(self._wanted_records(), sum(self._folder.valid_records().values()))
        try:
            if self._server is not None:
                names = [device.name for device in self._devices]
                self._server.report_earlier(self._folder.record_files(names))
                self._server.learn()
            is_complete = self._run_passes(progress)
        finally:
            progress.close()
        seconds = time.monotonic() - self._started
        return Outcome(is_complete, self._measured, seconds, self._folder.valid_records())

    def _run_passes(self, progress: Progress) -> bool:
        for pass_number in range(1, self._settings.passes + 1):
            measured_before = self._measured
            for index, task in enumerate(self._tasks):
                progress.at(task.source.name, pass_number, self._settings.passes)
                # Another device's sketches each time, since their vectors differ.
                guide = self._devices[(index + pass_number) % len(self._devices)]
                try:
                    if not self._collect(task, pass_number, guide, progress):
                        return False
                finally:
                    task.forget()
            if self._server is not None and self._measured > measured_before:
                self._server.learn()
        return True

    def _collect(
        self, task: CollectionTask, pass_number: int, guide: Device, progress: Progress
    ) -> bool:
        """One task's share of a pass; False when the time is up."""
        if self._is_time_up():
            return False
        plan = TaskPlan(self._folder, task, self._devices, self._settings.slow_factor)
        generator = random.Random(f"{self._settings.seed}/{task.slug}/{pass_number}")
        plan.choose_again(self._settings.remeasured_after(pass_number), pass_number, generator)
        for round_number in range(_MOST_ROUNDS):
            missing = plan.missing(self._settings.wanted_after(pass_number))
            if missing > 0:
                if self._is_time_up():
                    return False
                chosen = self._sample(task, plan, guide, missing, (pass_number, round_number))
                plan.choose(chosen, pass_number)
            dues = plan.due()
            if not dues:
                break
            if not self._measure(dues, task.slug, progress):
                return False
        return True

    def _sample(
        self,
        task: CollectionTask,
        plan: TaskPlan,
        guide: Device,
        count: int,
        place: tuple[int, int],
    ) -> list[tuple[str, str, float | None]]:
        from .sampling import sample_programs

        model: Any = None if self._server is None else self._server.model(guide)
        text = f"{self._settings.seed}/{task.slug}/{place}/{len(plan.lines)}"
        chosen = sample_programs(
            task.on(guide).task,
            count,
            seed=zlib.crc32(text.encode("utf-8")),
            model=model,
            evolved_share=self._settings.evolved_share,
            known_steps=plan.known_steps,
        )
        return [
            (canonical_steps(each.steps), each.origin, each.predicted_seconds) for each in chosen
        ]

    def _measure(self, dues: Sequence[Due], slug: str, progress: Progress) -> bool:
        """Measure a few programs at a time; False when the time is up."""
        for part in _parts(dues, self._measurer.programs_at_once):
            if self._is_time_up():
                return False
            kept: list[Measured] = []
            measured = self._measurer.measure(part)
            for each in drop_scattered(measured, self._settings.most_spread):
                self._folder.append_measured(each, slug)
                self._measured += 1
                progress.note(each.is_valid, bool(each.dropped))
                kept.append(each)
            if self._server is not None:
                self._server.report(kept)
        return True

    def _wanted_records(self) -> int:
        a_task = self._settings.per_task + self._settings.remeasured_after(self._settings.passes)
        return a_task * len(self._tasks) * len(self._devices)

    def _is_time_up(self) -> bool:
        if self._budget_seconds is None:
            return False
        return time.monotonic() - self._started >= self._budget_seconds


def _parts(dues: Sequence[Due], programs: int) -> list[list[Due]]:
    """Cut along programs, into parts of about equal size.

    All measurements of a program stay together, in their order. A part that is much smaller than
    the others would not keep the visits of its programs apart.
    """
    by_program: dict[int, list[Due]] = {}
    for due in dues:
        by_program.setdefault(due.program, []).append(due)
    groups = list(by_program.values())
    count = -(-len(groups) // programs)
    bounds = [len(groups) * part // count for part in range(count + 1)]
    return [
        [due for group in groups[first:last] for due in group]
        for first, last in zip(bounds, bounds[1:])
    ]
