"""The collector's pool against TVM's own builder and runner: same programs, same repeats.

    python benchmarks/data_collector.py            # a trial of a minute or two; writes nothing

Both sides measure the same programs twice, block by block in turns, with one thread. Each block
is one call of `LocalBuilder.build` and one of `LocalRunner.run`, as large as a default round of
TVM's search; each such call starts TVM's worker processes anew, while the pool's stay up for as
long as a collection runs and are started before the clock is.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from search_tasks import cpu_tasks
from tvm import auto_scheduler

from cdmpp_tvm.collection.collection_task import TaskOnDevice
from cdmpp_tvm.collection.lines import ProgramLines
from cdmpp_tvm.collection.local_measurer import LocalMeasurer
from cdmpp_tvm.collection.measurement import Due
from cdmpp_tvm.collection.messages import TimingSettings
from cdmpp_tvm.collection.pool import MeasurementPool, ProgramRequest
from cdmpp_tvm.collection.reference import ReferenceKernel
from cdmpp_tvm.collection.sampling import sample_programs
from cdmpp_tvm.collection.task_transfer import register_tensors
from cdmpp_tvm.local_devices import LocalDevice, local_devices

TASKS = ("matmul", "conv2d", "depthwise", "softmax", "batch_matmul")
PROGRAMS_A_TASK = 26
BLOCK = 65  # programs; TVM's search measures 64 a round
PASSES = 2
SEED = 1
SETTINGS = TimingSettings(repeats=3, min_repeat_ms=20)
TIMEOUT_SECONDS = 15
# LLVM takes seconds for some programs, the same on both sides: those are left out.
LONGEST_BUILD_SECONDS = 3.0


@dataclass
class Side:
    """What one side has done.

    Attributes:
        seconds: Of each block.
        latencies: Of each pass: mean latency in seconds by program, None where it failed.
    """

    seconds: list[float]
    latencies: list[list[float | None]]


def compare_collectors(
    programs_a_task: int = PROGRAMS_A_TASK,
) -> tuple[dict[str, float], dict[str, Any]]:
    """Measure with both.

    Returns:
        Figures (`collector_ratio`, records a second, errors of repetition in percent), and the
        samples behind them.
    """
    os.environ["TVM_NUM_THREADS"] = "1"
    device = _device()
    with MeasurementPool(build_timeout_seconds=LONGEST_BUILD_SECONDS) as pool:
        dues = _programs(device, programs_a_task, pool)
    ours, theirs = Side([], []), Side([], [])
    started = time.perf_counter()
    with MeasurementPool(build_timeout_seconds=TIMEOUT_SECONDS) as pool:
        start_seconds = time.perf_counter() - started
        reference = ReferenceKernel(pool, [device], {}, lambda *_: None)
        measurer = LocalMeasurer(pool, reference, SETTINGS)
        try:
            for pass_number in range(PASSES):
                for side in (ours, theirs):
                    side.latencies.append([])
                for block_number, first in enumerate(range(0, len(dues), BLOCK)):
                    block = dues[first : first + BLOCK]
                    turns = [_ours, _theirs]
                    if (pass_number + block_number) % 2:
                        turns.reverse()
                    for turn in turns:
                        side = ours if turn is _ours else theirs
                        began = time.perf_counter()
                        side.latencies[-1] += turn(block, measurer)
                        side.seconds.append(time.perf_counter() - began)
        finally:
            measurer.close()
    return _figures(ours, theirs), {
        "programs": len(dues),
        "pool_start_seconds": start_seconds,
        "collector": vars(ours),
        "tvm": vars(theirs),
    }


def _ours(dues: Sequence[Due], measurer: LocalMeasurer) -> list[float | None]:
    return [
        each.mean_seconds if each.is_valid else None
        for first in range(0, len(dues), measurer.programs_at_once)
        for each in measurer.measure(dues[first : first + measurer.programs_at_once])
    ]


def _theirs(dues: Sequence[Due], _: LocalMeasurer) -> list[float | None]:
    inputs = [due.where.lines.measure_input(due.steps) for due in dues]
    builder = auto_scheduler.LocalBuilder(timeout=TIMEOUT_SECONDS)
    runner = auto_scheduler.LocalRunner(
        timeout=TIMEOUT_SECONDS,
        number=1,
        repeat=SETTINGS.repeats,
        min_repeat_ms=SETTINGS.min_repeat_ms,
    )
    results = runner.run(inputs, builder.build(inputs, verbose=0), verbose=0)
    return [
        statistics.fmean(float(cost.value) for cost in result.costs)
        if int(result.error_no) == 0
        else None
        for result in results
    ]


def _programs(device: LocalDevice, programs_a_task: int, pool: MeasurementPool) -> list[Due]:
    """Programs of all tasks, mixed."""
    dues = []
    tasks = {each.name: each.search_task for each in cpu_tasks(device.threads)}
    for name in TASKS:
        task = tasks[name]
        register_tensors(task)
        where = TaskOnDevice(device, task, ProgramLines(task))
        chosen = sample_programs(
            task, 2 * programs_a_task, seed=SEED, model=None, evolved_share=0.0, known_steps=set()
        )
        kept: list[Due] = []
        for each in chosen:
            if len(kept) == programs_a_task:
                break
            (built,) = pool.build([ProgramRequest(task, where.lines.line(each.steps))])
            if built.is_valid:
                kept.append(Due(where, 0, each.steps, float(TIMEOUT_SECONDS)))
            built.close()
        dues += kept
    random.Random(SEED).shuffle(dues)
    return [
        Due(due.where, number, due.steps, due.first_run_limit_seconds)
        for number, due in enumerate(dues)
    ]


def _device() -> LocalDevice:
    """The widest vectors, one thread: what `cpu_tasks(1)` compiles for."""
    return [device for device in local_devices() if device.threads == 1][-1]


def _figures(ours: Side, theirs: Side) -> dict[str, float]:
    rate = {
        name: sum(value is not None for latencies in side.latencies for value in latencies)
        / sum(side.seconds)
        for name, side in (("collector", ours), ("tvm", theirs))
    }
    return {
        "collector_ratio": rate["collector"] / rate["tvm"],
        "collector_records_per_s": rate["collector"],
        "tvm_records_per_s": rate["tvm"],
        "collector_repetition_mape": _difference(*ours.latencies),
        "tvm_repetition_mape": _difference(*theirs.latencies),
        "collector_tvm_difference_mape": _difference(ours.latencies[0], theirs.latencies[0]),
        "collector_tvm_bias_percent": _bias(ours.latencies[0], theirs.latencies[0]),
    }


def _pairs(
    first: Sequence[float | None], second: Sequence[float | None]
) -> list[tuple[float, float]]:
    return [(a, b) for a, b in zip(first, second) if a is not None and b is not None]


def _difference(first: Sequence[float | None], second: Sequence[float | None]) -> float:
    """Median over programs of |a - b| over their mean, in percent."""
    differences = [abs(a - b) / ((a + b) / 2) for a, b in _pairs(first, second)]
    return 100 * statistics.median(differences) if differences else 0.0


def _bias(first: Sequence[float | None], second: Sequence[float | None]) -> float:
    """Median over programs of a / b - 1, in percent: 0 where neither is slower."""
    ratios = [a / b - 1 for a, b in _pairs(first, second)]
    return 100 * statistics.median(ratios) if ratios else 0.0


def main() -> None:
    """A trial."""
    figures, samples = compare_collectors(int(sys.argv[1]) if len(sys.argv) > 1 else 13)
    for key, value in figures.items():
        print(f"{key:32s} {value:8.3f}")
    for side in ("collector", "tvm"):
        print(f"{side} seconds: {[round(each, 1) for each in samples[side]['seconds']]}")
    print(f"pool start: {samples['pool_start_seconds']:.1f} s")


if __name__ == "__main__":
    main()
