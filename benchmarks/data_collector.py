"""The collector's pool against TVM's own builder and runner: same programs, same sampled time.

    python benchmarks/data_collector.py            # a trial of ten minutes; writes nothing

The collector measures at the settings that it ships with: two to six visits of two samples each,
and what scatters is dropped. TVM's `LocalRunner` takes as many samples of the same length as two
visits do, in a row. Both are compared twice: on one device (one thread), and on the two devices of
one instruction set (one thread and two), which is what collecting on one machine is about: the
collector builds a program once for both, TVM's builder once for each, as its tasks differ.

Both sides measure the same programs twice, block by block in turns. Each block is one call of
`LocalBuilder.build` and one of `LocalRunner.run` a device, as large as a default round of TVM's
search; each such call starts TVM's worker processes anew, while the pool's stay up for as long as a
collection runs and are started before the clock is.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

from search_tasks import cpu_tasks
from tvm import auto_scheduler

from cdmpp_tvm.collection.canary import Canaries
from cdmpp_tvm.collection.collection_task import TaskOnDevice
from cdmpp_tvm.collection.lines import ProgramLines
from cdmpp_tvm.collection.local_measurer import LocalMeasurer
from cdmpp_tvm.collection.measurement import Due, drop_scattered
from cdmpp_tvm.collection.messages import TimingSettings
from cdmpp_tvm.collection.pool import MeasurementPool, ProgramRequest
from cdmpp_tvm.collection.reference import ReferenceKernel
from cdmpp_tvm.collection.sampling import sample_programs
from cdmpp_tvm.collection.settings import CollectionSettings
from cdmpp_tvm.collection.task_transfer import register_tensors
from cdmpp_tvm.collection.visits import LEAST_VISITS
from cdmpp_tvm.local_devices import LocalDevice, local_devices

TASKS = ("matmul", "conv2d", "depthwise", "softmax", "batch_matmul")
PROGRAMS_A_TASK = 26
BLOCK = 65  # programs; TVM's search measures 64 a round
PASSES = 2
SEED = 1
SETTINGS = CollectionSettings()
TIMING = TimingSettings(repeats=SETTINGS.repeats, min_repeat_ms=SETTINGS.min_repeat_ms)
TVM_REPEATS = SETTINGS.repeats * LEAST_VISITS
TIMEOUT_SECONDS = 15
# LLVM takes seconds for some programs, the same on both sides: those are left out.
LONGEST_BUILD_SECONDS = 3.0

Latencies = list[Optional[float]]
Program = list[Due]
"""One program, due once on each device."""


@dataclass
class Side:
    """What one side has done.

    Attributes:
        seconds: Of each block.
        latencies: Of each pass: mean latency in seconds by program and device, None where it
            failed or was dropped.
    """

    seconds: list[float]
    latencies: list[Latencies]


def compare_collectors(
    programs_a_task: int = PROGRAMS_A_TASK,
) -> tuple[dict[str, float], dict[str, Any]]:
    """Measure with both, on one device and on two.

    Returns:
        Figures (ratios, records a second, errors of repetition in percent; those of the comparison
        on one device have `one_device` in their keys), and the samples behind them.
    """
    devices = _devices()
    with MeasurementPool(build_timeout_seconds=LONGEST_BUILD_SECONDS) as pool:
        programs = _programs(devices, programs_a_task, pool)
    figures, samples = _compare([program[:1] for program in programs], devices[:1], "one_device_")
    all_samples = {"one_device": samples}
    if len(devices) > 1:
        more, all_samples["two_devices"] = _compare(programs, devices, "")
        figures |= more
    return figures, all_samples


def _compare(
    programs: Sequence[Program], devices: Sequence[LocalDevice], infix: str
) -> tuple[dict[str, float], dict[str, Any]]:
    ours, theirs = Side([], []), Side([], [])
    started = time.perf_counter()
    with MeasurementPool(build_timeout_seconds=TIMEOUT_SECONDS) as pool:
        start_seconds = time.perf_counter() - started
        reference = ReferenceKernel(pool, devices, {}, lambda *_: None)
        canaries = Canaries(device.threads for device in devices)
        measurer = LocalMeasurer(pool, reference, canaries, TIMING)
        try:
            for pass_number in range(PASSES):
                for side in (ours, theirs):
                    side.latencies.append([])
                for block_number, first in enumerate(range(0, len(programs), BLOCK)):
                    block = programs[first : first + BLOCK]
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
    return _figures(ours, theirs, infix), {
        "devices": [device.name for device in devices],
        "programs": len(programs),
        "pool_start_seconds": start_seconds,
        "collector": vars(ours),
        "tvm": vars(theirs),
    }


def _ours(programs: Sequence[Program], measurer: LocalMeasurer) -> Latencies:
    latencies: Latencies = []
    for first in range(0, len(programs), measurer.programs_at_once):
        part = programs[first : first + measurer.programs_at_once]
        measured = measurer.measure([due for program in part for due in program])
        latencies += [
            each.mean_seconds if each.is_valid else None
            for each in drop_scattered(measured, SETTINGS.most_spread)
        ]
    return latencies


def _theirs(programs: Sequence[Program], _: LocalMeasurer) -> Latencies:
    by_device = [_by_tvm(dues) for dues in zip(*programs)]
    return [latency for latencies in zip(*by_device) for latency in latencies]


def _by_tvm(dues: Sequence[Due]) -> Latencies:
    """Programs of one device."""
    # TVM's workers, which start with each call, find it in their environment.
    os.environ["TVM_NUM_THREADS"] = str(dues[0].where.device.threads)
    inputs = [due.where.lines.measure_input(due.steps) for due in dues]
    builder = auto_scheduler.LocalBuilder(timeout=TIMEOUT_SECONDS)
    runner = auto_scheduler.LocalRunner(
        timeout=TIMEOUT_SECONDS,
        number=1,
        repeat=TVM_REPEATS,
        min_repeat_ms=TIMING.min_repeat_ms,
    )
    results = runner.run(inputs, builder.build(inputs, verbose=0), verbose=0)
    return [
        statistics.fmean(float(cost.value) for cost in result.costs)
        if int(result.error_no) == 0
        else None
        for result in results
    ]


def _programs(
    devices: Sequence[LocalDevice], programs_a_task: int, pool: MeasurementPool
) -> list[Program]:
    """Programs of all tasks, mixed; chosen on the first device."""
    tasks = [{each.name: each.search_task for each in cpu_tasks(d.threads)} for d in devices]
    chosen: list[tuple[list[TaskOnDevice], str]] = []
    for name in TASKS:
        places = []
        for device, of_device in zip(devices, tasks):
            register_tensors(of_device[name])
            places.append(TaskOnDevice(device, of_device[name], ProgramLines(of_device[name])))
        sampled = sample_programs(
            places[0].task,
            2 * programs_a_task,
            seed=SEED,
            model=None,
            evolved_share=0.0,
            known_steps=set(),
        )
        kept: list[str] = []
        for each in sampled:
            if len(kept) == programs_a_task:
                break
            request = ProgramRequest(places[0].task, places[0].lines.line(each.steps))
            (built,) = pool.build([request])
            if built.is_valid:
                kept.append(each.steps)
            built.close()
        chosen += [(places, steps) for steps in kept]
    random.Random(SEED).shuffle(chosen)
    return [
        [Due(where, number, steps, float(TIMEOUT_SECONDS)) for where in places]
        for number, (places, steps) in enumerate(chosen)
    ]


def _devices() -> list[LocalDevice]:
    """The widest vectors, which `cpu_tasks` compiles for: one thread and, with two cores, two."""
    devices = local_devices()
    widest = [each for each in devices if each.instruction_set == devices[-1].instruction_set]
    return sorted(widest, key=lambda device: device.threads)


def _figures(ours: Side, theirs: Side, infix: str) -> dict[str, float]:
    rate = {
        name: sum(value is not None for latencies in side.latencies for value in latencies)
        / sum(side.seconds)
        for name, side in (("collector", ours), ("tvm", theirs))
    }
    difference, bias = (
        measure(ours.latencies[0], theirs.latencies[0]) for measure in (_difference, _bias)
    )
    return {
        f"collector_{infix}ratio": rate["collector"] / rate["tvm"],
        f"collector_{infix}records_per_s": rate["collector"],
        f"tvm_{infix}records_per_s": rate["tvm"],
        f"collector_{infix}repetition_mape": _difference(*ours.latencies),
        f"tvm_{infix}repetition_mape": _difference(*theirs.latencies),
        f"collector_tvm_{infix}difference_mape": difference,
        f"collector_tvm_{infix}bias_percent": bias,
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
        print(f"{key:40s} {value:8.3f}")
    for comparison, found in samples.items():
        for side in ("collector", "tvm"):
            seconds = [round(each, 1) for each in found[side]["seconds"]]
            print(f"{comparison}, {side} seconds: {seconds}")
        print(f"{comparison}, pool start: {found['pool_start_seconds']:.1f} s")


if __name__ == "__main__":
    main()
