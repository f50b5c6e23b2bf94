"""A collection folder: everything that was chosen and measured, append-only.

    collection.json            how it is collected, on what
    tasks.tasks                the tasks as the server knows them, one a task and device
    programs/<task>.jsonl      the programs chosen, before any is measured
    records/<device>.json      TVM's record lines
    reference/<device>.jsonl   readings of the reference kernel
    dropped.jsonl              measurements that were made and not kept
    collection.lock            held by the collector that works here

A measurement is done when its record line or its line in `dropped.jsonl` is on disk, so that
whatever a kill interrupts is made again, and nothing else is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..errors import CollectionError
from ..records import record_line
from .appended_lines import AppendedLines
from .folder_lock import FolderLock
from .lines import canonical_steps
from .measurement import Measured
from .messages import NO_ERROR
from .reference import Reading

RANDOM, EVOLVED, REMEASURED = "random", "evolved", "remeasured"


@dataclass(frozen=True)
class ProgramLine:
    """A program that was chosen for a task.

    Attributes:
        program: Its number within the task, from 1; a second measurement repeats it.
        pass_number: In which pass it was chosen, from 1.
        origin: `random`, `evolved` or `remeasured`.
        steps: Its transform steps, canonical.
        predicted_seconds: By the model that guided the choice, if any did.
    """

    program: int
    pass_number: int
    origin: str
    steps: str
    predicted_seconds: float | None = None


@dataclass
class Done:
    """What was measured of one program on one device.

    Attributes:
        measured: How often, dropped and failed measurements included.
        valid: How often a latency was kept.
    """

    measured: int = 0
    valid: int = 0


class CollectionFolder:
    """Reads what is there when it is opened; then appends. Close it when done.

    Args:
        path: The folder; made where it is missing.

    Raises:
        CollectionError: Another collector works in it, or a line of it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self._lock = FolderLock(path)
        self._files: dict[Path, AppendedLines] = {}
        self._done: dict[tuple[str, str, str], Done] = {}
        self._best: dict[tuple[str, str], float] = {}
        try:
            self._count_what_is_there()
        except BaseException:
            self.close()
            raise

    def done(self, device_name: str, workload_key: str, steps: str) -> Done:
        """What was measured of a program."""
        return self._done.get((device_name, workload_key, steps), Done())

    def best_seconds(self, device_name: str, workload_key: str) -> float | None:
        """The lowest latency of a task on a device so far."""
        return self._best.get((device_name, workload_key))

    def valid_records(self) -> dict[str, int]:
        """Kept latencies by device."""
        counts: dict[str, int] = {}
        for (device_name, _, _), done in self._done.items():
            counts[device_name] = counts.get(device_name, 0) + done.valid
        return counts

    def programs(self, slug: str) -> list[ProgramLine]:
        """The programs chosen for a task, in their order."""
        path = self._programs_path(slug)
        self._append_to(path)
        return [
            ProgramLine(
                int(line["program"]),
                int(line["pass"]),
                str(line["origin"]),
                canonical_steps(line["steps"]),
                line["predicted_seconds"],
            )
            for line in _json_lines(path)
        ]

    def append_programs(self, slug: str, programs: Iterable[ProgramLine]) -> None:
        """Choose programs for a task."""
        self._append_to(self._programs_path(slug)).append(
            json.dumps(
                {
                    "program": each.program,
                    "pass": each.pass_number,
                    "origin": each.origin,
                    "predicted_seconds": each.predicted_seconds,
                    "steps": json.loads(each.steps),
                }
            )
            for each in programs
        )

    def append_measured(self, measured: Measured, slug: str) -> None:
        """Keep a measurement; it is on disk when this returns."""
        where = measured.due.where
        key = str(where.task.workload_key)
        device_name = where.device.name
        done = self._done_of(device_name, key, measured.due.steps)
        if measured.dropped:
            line = {
                "task": slug,
                "workload_key": key,
                "program": measured.due.program,
                "device": device_name,
                "reason": measured.dropped,
                "costs_seconds": measured.costs_seconds,
                "timestamp": measured.timestamp_seconds,
                "steps": json.loads(measured.due.steps),
            }
            self._append_to(self.path / "dropped.jsonl").append([json.dumps(line)])
        else:
            line_text = record_line(*measured.tvm_pair())
            self._append_to(self.path / "records" / f"{device_name}.json").append([line_text])
        done.measured += 1
        if measured.is_valid:
            done.valid += 1
            self._note_latency(device_name, key, measured.mean_seconds)

    def append_reading(self, device_name: str, reading: Reading) -> None:
        """Keep a reading of the reference kernel."""
        path = self.path / "reference" / f"{device_name}.jsonl"
        self._append_to(path).append([json.dumps(asdict(reading))])

    def record_files(self, device_names: Iterable[str]) -> dict[str, Path]:
        """The record files of those devices that have one, by device."""
        paths = {name: self.path / "records" / f"{name}.json" for name in device_names}
        return {name: path for name, path in paths.items() if path.exists()}

    def reference_latencies(self, device_name: str) -> list[float]:
        """Readings of the reference kernel in seconds, oldest first."""
        path = self.path / "reference" / f"{device_name}.jsonl"
        self._append_to(path)
        return [float(line["latency_seconds"]) for line in _json_lines(path)]

    def read_settings(self) -> dict[str, Any] | None:
        """`collection.json`; None in a new folder."""
        path = self.path / "collection.json"
        if not path.exists():
            return None
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return content

    def write_settings(self, settings: dict[str, Any]) -> None:
        """Write `collection.json`: whole, or not at all."""
        scratch = self.path / "collection.json.part"
        with scratch.open("w", encoding="utf-8") as file:
            file.write(json.dumps(settings, indent=1) + "\n")
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(self.path / "collection.json")

    def close(self) -> None:
        """Close all files, and let others in."""
        for file in self._files.values():
            file.close()
        self._files.clear()
        self._lock.close()

    def _count_what_is_there(self) -> None:
        path = self.path
        for file in sorted((path / "records").glob("*.json")):
            self._append_to(file)  # cuts a torn line
            for record in _json_lines(file):
                self._count_record(file.stem, record)
        self._append_to(path / "dropped.jsonl")
        for line in _json_lines(path / "dropped.jsonl"):
            steps = canonical_steps(line["steps"])
            self._done_of(line["device"], line["workload_key"], steps).measured += 1

    def _programs_path(self, slug: str) -> Path:
        return self.path / "programs" / f"{slug}.jsonl"

    def _append_to(self, path: Path) -> AppendedLines:
        if path not in self._files:
            self._files[path] = AppendedLines(path)
        return self._files[path]

    def _done_of(self, device_name: str, workload_key: str, steps: str) -> Done:
        return self._done.setdefault((device_name, workload_key, steps), Done())

    def _count_record(self, device_name: str, record: Any) -> None:
        key = record["i"][0][0]
        done = self._done_of(device_name, key, canonical_steps(record["i"][1][1]))
        done.measured += 1
        costs, error_number = record["r"][:2]
        if error_number == NO_ERROR:
            done.valid += 1
            self._note_latency(device_name, key, sum(costs) / len(costs))

    def _note_latency(self, device_name: str, workload_key: str, seconds: float) -> None:
        best = self._best.get((device_name, workload_key), float("inf"))
        self._best[device_name, workload_key] = min(best, seconds)


def _json_lines(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                yield json.loads(line)
            except ValueError as error:
                raise CollectionError(
                    f"line {number} of {path} is no JSON ({error}); take that line out."
                ) from error
