"""TVM's own features of every program, extracted once: what XGBoost learns from.

A file a task, written when the task is complete, so that a run that was stopped goes on where it
was; a task that has grown gets its new programs only. TVM works on all cores.
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from accuracy_files import Program, read_programs, write_lines
from tqdm import tqdm

from cdmpp_tvm.lowered import lowered_features
from cdmpp_tvm.rebuild.record_line import LoggedTaskKey, parse_line
from cdmpp_tvm.tvm_door import import_tvm

WIDTH = 164
_STATES_AT_ONCE = 256
_UNFINISHED = ".unfinished.npz"
# A GPU's target without `-arch` asks the driver, which need not be there.
_ARCHITECTURES = {
    "k80": "sm_37",
    "p100": "sm_60",
    "v100": "sm_70",
    "t4": "sm_75",
    "rtx-2080-ti": "sm_75",
    "a100": "sm_80",
    "a10": "sm_86",
    "rtx-3090": "sm_86",
    "h100": "sm_90",
    "h200": "sm_90",
}


class TaskFeatures:
    """The rows of a task's programs, one behind the other.

    Attributes:
        hashes: [N] program hashes.
        counts: [N] rows of each program; 0: TVM rejects it.
        rows: [sum of counts, 164] float32, those of a program in a fixed order.
    """

    def __init__(self, hashes: Any, counts: Any, rows: Any) -> None:
        self.hashes = hashes
        self.counts = counts
        self.rows = rows

    @staticmethod
    def empty() -> TaskFeatures:
        """Of no program."""
        return TaskFeatures(
            np.zeros(0, "S64"), np.zeros(0, np.int32), np.zeros((0, WIDTH), np.float32)
        )

    @staticmethod
    def load(path: pathlib.Path) -> TaskFeatures:
        """What `save` wrote; `empty` where there is no file."""
        if not path.exists():
            return TaskFeatures.empty()
        with np.load(path) as stored:
            return TaskFeatures(stored["hashes"], stored["counts"], stored["rows"])

    def save(self, path: pathlib.Path) -> None:
        """The file is whole or not there."""
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(path.stem + _UNFINISHED)
        np.savez_compressed(unfinished, hashes=self.hashes, counts=self.counts, rows=self.rows)
        os.replace(unfinished, path)

    def with_more(self, hashes: Sequence[str], rows: Sequence[Any]) -> TaskFeatures:
        """These and more programs; `rows` [·, 164] each, none of a rejected one."""
        return TaskFeatures(
            np.concatenate([self.hashes, np.array(hashes, "S64")]),
            np.concatenate([self.counts, np.array([len(each) for each in rows], np.int32)]),
            np.concatenate([self.rows, *rows]),
        )


def extract_dataset(dataset: pathlib.Path, *, show: bool = True) -> dict[str, int]:
    """Extract what is missing, and write down what TVM rejects.

    Workloads must be registered before.

    Args:
        dataset: Its folder in the cache, with `programs.jsonl.gz`.
        show: A progress bar.

    Returns:
        `programs`, and how many of them are `rejected`.
    """
    programs = read_programs(dataset)
    by_task: dict[str, list[Program]] = {}
    for program in programs:
        by_task.setdefault(program.task_id, []).append(program)
    rejected = []
    with tqdm(total=len(programs), unit=" programs", disable=None if show else True) as progress:
        for task_id, members in by_task.items():
            features = _complete(dataset / "features" / f"{task_id}.npz", members, progress)
            none = set(features.hashes[features.counts == 0].tolist())
            rejected += [each for each in members if each.program_hash.encode() in none]
    write_lines(
        dataset / "rejected.jsonl.gz",
        ({"taskId": each.task_id, "programHash": each.program_hash} for each in rejected),
    )
    return {"programs": len(programs), "rejected": len(rejected)}


def _complete(path: pathlib.Path, members: Sequence[Program], progress: Any) -> TaskFeatures:
    features = TaskFeatures.load(path)
    known = set(features.hashes.tolist())
    missing = [each for each in members if each.program_hash.encode() not in known]
    progress.update(len(members) - len(missing))
    if not missing:
        return features
    task = _search_task(missing[0])
    found: list[Any] = []
    for start in range(0, len(missing), _STATES_AT_ONCE):
        part = missing[start : start + _STATES_AT_ONCE]
        with _without_noise():
            states = [_state(each.record_line) for each in part]
            found += [_rows(rows) for rows in lowered_features(task, states)]
        progress.update(len(part))
    features = features.with_more([each.program_hash for each in missing], found)
    features.save(path)
    return features


def _rows(packed: bytes | None) -> Any:
    """Rows in a fixed order: TVM gives them in that of a map of pointers."""
    rows = np.frombuffer(packed or b"", np.float32).reshape(-1, WIDTH)
    return rows[np.lexsort(rows.T[::-1])]


def _search_task(program: Program) -> Any:
    """The task as the record line has it: its target and limits are part of what TVM accepts."""
    key = parse_line(program.record_line).task
    auto_scheduler = import_tvm()
    limits = auto_scheduler.HardwareParams(*[max(0, limit) for limit in key.limits])
    return auto_scheduler.SearchTask(
        workload_key=key.workload_key,
        target=import_tvm("tvm.target").Target(_target(key, program.device)),
        hardware_params=limits,
    )


def _target(key: LoggedTaskKey, device: str) -> str:
    """The target, its architecture named; a GPU of unknown architecture fails here, by name."""
    if not key.target.startswith("cuda") or re.search(r"\s-arch=", key.target):
        return key.target
    return f"{key.target} -arch={_ARCHITECTURES[device]}"


def _state(record_line: str) -> Any:
    """The state by its steps alone: TVM would make a target of every line."""
    logged = parse_line(record_line)
    neutral = (
        '{"i": [["", "llvm", [1, 16, 64, 0, 0, 0, 0, 0], "", 0, []],'
        f' [[], {logged.steps}]], "r": [[0.0], 0, 0, 0], "v": {json.dumps(logged.version)}}}'
    )
    records = import_tvm("tvm.auto_scheduler.measure_record")
    return records.load_record_from_string(neutral)[0].state


@contextlib.contextmanager
def _without_noise() -> Iterator[None]:
    """TVM prints a paragraph to standard error for every program that it rejects."""
    kept = os.dup(2)
    with open(os.devnull, "w") as nothing:
        os.dup2(nothing.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def export_features(dataset: pathlib.Path) -> None:
    """Write all rows as one file, `lowered.f32`, with an index: for our own model over them."""
    lines = []
    first = 0
    unfinished = dataset / "lowered.f32.unfinished"
    with open(unfinished, "wb") as file:
        for path in sorted((dataset / "features").glob("*.npz")):
            if path.name.endswith(_UNFINISHED):
                continue
            features = TaskFeatures.load(path)
            file.write(features.rows.astype("<f4").tobytes())
            for name, rows in zip(features.hashes.tolist(), features.counts.tolist()):
                if rows > 0:
                    line = {"taskId": path.stem, "programHash": name.decode()}
                    lines.append({**line, "firstRow": first, "rows": rows})
                first += rows
    os.replace(unfinished, dataset / "lowered.f32")
    write_lines(dataset / "lowered.jsonl.gz", lines)


class FeatureTable:
    """The features of all programs of a dataset, in memory.

    Attributes:
        rows: [R, 164] float32.
        starts: By sequence: the program's first row.
        counts: By sequence: its number of rows; a rejected one is in neither.
    """

    def __init__(self, dataset: pathlib.Path) -> None:
        by_task: dict[str, list[Program]] = {}
        for program in read_programs(dataset):
            by_task.setdefault(program.task_id, []).append(program)
        parts = []
        self.starts: dict[int, int] = {}
        self.counts: dict[int, int] = {}
        offset = 0
        for task_id, members in by_task.items():
            features = TaskFeatures.load(dataset / "features" / f"{task_id}.npz")
            first = offset + np.cumsum(features.counts) - features.counts
            place = {name: index for index, name in enumerate(features.hashes.tolist())}
            for member in members:
                index = place[member.program_hash.encode()]
                if features.counts[index] > 0:
                    self.starts[member.sequence] = int(first[index])
                    self.counts[member.sequence] = int(features.counts[index])
            parts.append(features.rows)
            offset += len(features.rows)
        self.rows = np.concatenate(parts) if parts else np.zeros((0, WIDTH), np.float32)

    def of(self, sequence: int) -> Any:
        """[rows of the program, 164]."""
        start = self.starts[sequence]
        return self.rows[start : start + self.counts[sequence]]
