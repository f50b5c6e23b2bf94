"""The rival of the accuracy benchmark, on a handful of programs: real TVM, real XGBoost."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import workloads
from tvm.auto_scheduler import MeasureInput, MeasureResult
from tvm.auto_scheduler.feature import get_per_store_features_from_measure_pairs
from tvm.auto_scheduler.measure_record import dump_record_to_string, load_record_from_string

_ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(_ROOT / "benchmarks")]

from accuracy_features import WIDTH, FeatureTable, TaskFeatures, extract_dataset  # noqa: E402
from accuracy_files import (  # noqa: E402
    Side,
    predictions_path,
    read_lines,
    read_manifest,
    write_lines,
)
from accuracy_xgboost import parts_of, pooled_rows, run_job  # noqa: E402

from cdmpp_tvm.rebuild.record_line import parse_line  # noqa: E402

_SEEDS = range(1, 7)
_PUBLIC = Path(os.environ.get("CDMPP_ANSOR_LOGS", _ROOT.parent / "shared" / "data" / "ansor-logs"))


def _lines(task: Any) -> list[str]:
    """Record lines of distinct sampled states, the n-th of n milliseconds."""
    states = [state for seed in _SEEDS for state in workloads.sample_states(task, seed)]
    lines, known = [], set()
    for state in states:
        result = MeasureResult([1e-3 * (1 + len(lines))], 0, "", 0.5, 1_700_000_000)
        line = dump_record_to_string(MeasureInput(task, state), result).rstrip("\n")
        steps = parse_line(line).steps
        if steps not in known:
            known.add(steps)
            lines.append(line)
    return lines


def _canonical(rows: Any) -> Any:
    """Rows with their buffers in a fixed order: TVM's is that of pointers where two are alike."""
    ordered = np.array(rows, np.float32)
    for row in ordered:
        buffers = row[57:147].reshape(5, 18)
        row[57:147] = buffers[np.lexsort(buffers.T[::-1])].ravel()
    return ordered[np.lexsort(ordered.T[::-1])]


def _program(sequence: int, task_id: str, device: str, line: str) -> dict[str, Any]:
    return {
        "sequence": sequence,
        "taskId": task_id,
        "device": device,
        "programHash": hashlib.sha256(parse_line(line).steps.encode()).hexdigest(),
        "latencySeconds": parse_line(line).costs_seconds[0],
        "recordLine": line,
    }


@pytest.fixture(scope="module")
def programs() -> list[dict[str, Any]]:
    """Of a CPU task, of a GPU task as old logs have it, and of one that TVM rejects all of."""
    cpu = _lines(workloads.make_task(workloads.shim_matmul, (128,)))
    gpu = _lines(workloads.make_task(workloads.shim_matmul, (128,), workloads.CUDA_TARGET))[:16]
    old = [
        line.replace(" -arch=sm_70", "", 1).replace("[80, 16, 64", "[-1, 16, 64", 1) for line in gpu
    ]
    assert "-arch" not in old[0]
    # One byte of shared memory, and one thread a block.
    limits = ("[-1, 16, 64, 49152", "[-1, 16, 64, 1"), (", 1024, 8, 32]", ", 1, 8, 32]")
    tight = [line.replace(*limits[0], 1).replace(*limits[1], 1) for line in old]
    assert tight != old
    found = [_program(0, "cpu-task", "avx2-1t", line) for line in cpu]
    found += [_program(0, "gpu-task", "v100", line) for line in old]
    found += [_program(0, "tight-task", "v100", line) for line in tight]
    return [{**each, "sequence": number} for number, each in enumerate(found, start=1)]


@pytest.fixture(scope="module")
def dataset(programs: list[dict[str, Any]], tmp_path_factory: Any) -> Path:
    """A dataset with all of them, features extracted."""
    folder = Path(tmp_path_factory.mktemp("dataset"))
    write_lines(folder / "programs.jsonl.gz", programs)
    extract_dataset(folder, show=False)
    return folder


def test_extracts_each_program_once_and_says_what_tvm_rejects(
    dataset: Path, programs: list[dict[str, Any]]
) -> None:
    lines = list(read_lines(dataset / "rejected.jsonl.gz"))
    rejected = {(line["taskId"], line["programHash"]) for line in lines}
    names = {each["sequence"]: (each["taskId"], each["programHash"]) for each in programs}
    by_task = Counter(task for task, _ in rejected)
    sampled = Counter(task for task, _ in names.values())
    # Of sampled GPU programs, some break the limits that such a GPU has.
    assert by_task["tight-task"] == sampled["tight-task"]
    assert by_task["gpu-task"] < sampled["gpu-task"]
    assert by_task["cpu-task"] == 0
    table = FeatureTable(dataset)
    assert sorted(table.counts) == [
        number for number, name in names.items() if name not in rejected
    ]
    assert table.rows.shape == (sum(table.counts.values()), WIDTH)
    assert np.isfinite(table.rows).all()


def test_goes_on_where_it_was_stopped(
    programs: list[dict[str, Any]], dataset: Path, tmp_path: Path
) -> None:
    ours = [each for each in programs if each["taskId"] == "cpu-task"]
    write_lines(tmp_path / "programs.jsonl.gz", ours[:5])
    assert extract_dataset(tmp_path, show=False) == {"programs": 5, "rejected": 0}
    path = tmp_path / "features" / "cpu-task.npz"
    first = path.stat().st_mtime_ns
    extract_dataset(tmp_path, show=False)
    assert path.stat().st_mtime_ns == first
    write_lines(tmp_path / "programs.jsonl.gz", reversed(ours))
    assert extract_dataset(tmp_path, show=False)["programs"] == len(ours)
    grown = TaskFeatures.load(path)
    assert grown.hashes[:5].tolist() == [each["programHash"].encode() for each in ours[:5]]
    # The same rows, whatever was extracted together with what.
    again, before = FeatureTable(tmp_path), FeatureTable(dataset)
    for each in ours:
        number = each["sequence"]
        np.testing.assert_array_equal(_canonical(again.of(number)), _canonical(before.of(number)))


def test_has_the_rows_that_tvms_own_model_trains_on(
    dataset: Path, programs: list[dict[str, Any]]
) -> None:
    ours = [each for each in programs if each["taskId"] == "cpu-task"]
    pairs = [load_record_from_string(each["recordLine"]) for each in ours]
    inputs, results = zip(*pairs)
    features, throughputs, _ = get_per_store_features_from_measure_pairs(
        list(inputs), list(results)
    )
    table = FeatureTable(dataset)
    for each, rows in zip(ours, features):
        np.testing.assert_array_equal(_canonical(table.of(each["sequence"])), _canonical(rows))
    best = min(each["latencySeconds"] for each in ours)
    np.testing.assert_allclose(
        throughputs, [best / each["latencySeconds"] for each in ours], rtol=1e-6
    )


def test_pools_the_rows_of_a_program(dataset: Path, programs: list[dict[str, Any]]) -> None:
    table = FeatureTable(dataset)
    chosen = [each for each in programs if each["sequence"] in table.counts][-8:]
    assert {each["device"] for each in chosen} == {"v100"}
    sides = [
        Side(each["sequence"], each["taskId"], each["device"], 1.0, "train") for each in chosen
    ]
    devices = {"avx2-1t": {"cores": 1.0}, "v100": {"cores": 80.0, "clockHertz": 3.0}}
    pooled = pooled_rows(sides, table, devices)
    assert pooled.shape == (len(sides), 3 * WIDTH + 1 + 2)
    for row, side in zip(pooled, sides):
        own = table.of(side.sequence)
        expected = np.concatenate(
            [own.mean(0), own.max(0), np.log2(np.exp2(own.astype(np.float64)).sum(0)), [len(own)]]
        )
        np.testing.assert_allclose(row[: 3 * WIDTH + 1], expected, rtol=1e-4, atol=1e-4)
    assert pooled[-1, -2:].tolist() == [2.0, np.float32(np.log2(81))]


def test_learns_what_it_may_and_predicts_what_is_judged() -> None:
    names = ("train", "validation", "adaptation", "adaptation-validation", "candidate", "test")
    sides = [Side(number, "t", "d", 1.0, name) for number, name in enumerate(names)]

    def numbers(adapts: bool) -> list[list[int]]:
        parts = parts_of(sides, adapts)
        return [[e.sequence for e in p] for p in (parts.learned, parts.stopping, parts.predicted)]

    assert numbers(False) == [[0], [1], [4, 5]]
    assert numbers(True) == [[0, 2], [3], [4, 5]]
    # Where too little is adapted to for a part to stop by, what was there before does.
    assert [e.sequence for e in parts_of(sides[:3], True).stopping] == [1]


@pytest.mark.parametrize("form", ["rank", "pooled"])
@pytest.mark.parametrize("adapts", [False, True])
def test_trains_as_planned_and_orders_what_it_has_not_seen(
    form: str, adapts: bool, dataset: Path, programs: list[dict[str, Any]]
) -> None:
    table = FeatureTable(dataset)
    ours = [each for each in programs if each["taskId"] == "cpu-task"]
    # A latency that hangs on the program alone: how often its outermost loops run.
    weight = {each["sequence"]: float(table.of(each["sequence"])[:, 162].sum()) for each in ours}
    assert len(set(weight.values())) > 3
    cycle = ["train", "train", "validation", "train", "test", "adaptation", "train"]
    lines = [
        {
            "sequence": each["sequence"],
            "taskId": each["taskId"],
            "device": each["device"],
            "latencySeconds": 1e-4 * 2 ** weight[each["sequence"]],
            "side": cycle[place % len(cycle)],
            "isElsewhere": False,
        }
        for place, each in enumerate(ours)
    ]
    head = {"format": "cdmpp-manifest/1", "protocol": "p", "fold": "f", "about": {}}
    write_lines(dataset / "jobs" / "p" / "f" / "manifest.jsonl.gz", [head, *lines])
    job = {
        "id": f"p/f/xgboost-{form}-{adapts}",
        "manifest": "p/f/manifest",
        "form": form,
        "adapts": adapts,
    }
    summary = run_job(dataset, job, table, {}, most_rounds=60)
    assert summary["rounds"] > 1
    tested = [side for side in read_manifest(dataset, "p/f/manifest") if side.side == "test"]
    predicted = list(read_lines(predictions_path(dataset, job["id"])))
    assert [line["sequence"] for line in predicted] == [side.sequence for side in tested]
    assert all(line["seconds"] > 0 for line in predicted)
    measured = np.array([side.latency_seconds for side in tested])
    guessed = np.array([line["seconds"] for line in predicted])
    assert len(tested) >= 5
    assert np.corrcoef(np.log(measured), np.log(guessed))[0, 1] > 0.6
    assert json.loads((dataset / "jobs" / job["id"] / "summary.json").read_text()) == summary


@pytest.mark.skipif(not _PUBLIC.is_dir(), reason="the public logs are not there")
@pytest.mark.parametrize(
    ("device", "log"),
    [
        ("v100", "conv/ansor_conv2d_128_1024_14_14_256_1_1_1_SAME.log.gz"),
        ("a100", "matmul_fp16/matmul_16x64x512.json.gz"),
    ],
)
def test_lowers_programs_of_the_public_logs(device: str, log: str, tmp_path: Path) -> None:
    from accuracy_data import register_public

    register_public()
    with gzip.open(_PUBLIC / device / log, "rt") as file:
        lines = [line.strip() for _, line in zip(range(40), file)]
    valid = [line for line in lines if parse_line(line).error_number == 0]
    write_lines(
        tmp_path / "programs.jsonl.gz",
        (_program(number, "task", device, line) for number, line in enumerate(valid, start=1)),
    )
    counts = extract_dataset(tmp_path, show=False)
    # Its verifier takes some wide vectors for invalid.
    assert counts["rejected"] <= 0.5 * counts["programs"]
    assert max(FeatureTable(tmp_path).counts.values()) >= 3
