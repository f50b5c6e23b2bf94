"""The files that the two sides of the accuracy benchmark hand to each other.

All lie below a cache folder, `<cache>/<dataset>/`:

- `records.sqlite`: the store;
- `programs.jsonl.gz`: every program that can be read, one a line, with its record line;
- `devices.json`: what is known of each device, by name;
- `rejected.jsonl.gz`: programs that TVM rejects, which nobody learns from or is judged on;
- `features/<task>.npz`: TVM's lowered features;
- `jobs/`: sides (`*manifest.jsonl.gz`), predictions and models of all jobs.
"""

from __future__ import annotations

import gzip
import json
import os
import pathlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

LEARNED_SIDES = ("train", "validation", "adaptation", "adaptation-validation")


@dataclass(frozen=True)
class Program:
    """A line of `programs.jsonl.gz`.

    Attributes:
        sequence: Of its first record: its name everywhere else.
        task_id: Of a computation on a device.
        device: Name of the device.
        program_hash: Hex; equal for equal transform steps.
        latency_seconds: Geometric mean over its records.
        record_line: TVM's record line of one of them.
    """

    sequence: int
    task_id: str
    device: str
    program_hash: str
    latency_seconds: float
    record_line: str


@dataclass(frozen=True)
class Side:
    """A line of a manifest: where a program stands."""

    sequence: int
    task_id: str
    device: str
    latency_seconds: float
    side: str


def read_programs(dataset: pathlib.Path) -> list[Program]:
    """All programs of a dataset."""
    return [
        Program(
            line["sequence"],
            line["taskId"],
            line["device"],
            line["programHash"],
            line["latencySeconds"],
            line["recordLine"],
        )
        for line in read_lines(dataset / "programs.jsonl.gz")
    ]


def read_manifest(dataset: pathlib.Path, name: str) -> list[Side]:
    """The programs of a manifest; its head is left out."""
    lines = read_lines(dataset / "jobs" / f"{name}.jsonl.gz")
    next(lines)
    return [
        Side(line["sequence"], line["taskId"], line["device"], line["latencySeconds"], line["side"])
        for line in lines
    ]


def write_predictions(
    dataset: pathlib.Path, job: str, sequences: Iterable[int], seconds: Iterable[float]
) -> None:
    """Write what an `xgboost` job predicted; the job is done when this file is there."""
    write_lines(
        predictions_path(dataset, job),
        (
            {"sequence": int(sequence), "seconds": float(predicted)}
            for sequence, predicted in zip(sequences, seconds)
        ),
    )


def predictions_path(dataset: pathlib.Path, job: str) -> pathlib.Path:
    """Where a job's predictions are."""
    return dataset / "jobs" / job / "predictions.jsonl.gz"


def read_lines(path: pathlib.Path) -> Iterator[Any]:
    """The values of a gzip file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def write_lines(path: pathlib.Path, values: Iterable[Any]) -> None:
    """Write gzip JSON lines; the file is whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    # No time in the head: the same lines are the same bytes.
    with open(unfinished, "wb") as raw, gzip.GzipFile("", "wb", 4, raw, mtime=0) as file:
        for value in values:
            file.write(json.dumps(value, separators=(",", ":")).encode() + b"\n")
    os.replace(unfinished, path)


def write_json(path: pathlib.Path, value: Any) -> None:
    """Write a JSON file; it is whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.write_text(json.dumps(value, indent=1) + "\n")
    os.replace(unfinished, path)
