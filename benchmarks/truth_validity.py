"""TVM's verdict on CUDA programs against ours.

TVM calls a program invalid where lowering it for feature extraction gives no rows: its
`VerifyGPUCode` found too many threads, vthreads, bytes of shared or local memory, or too wide
vectors for the task's `HardwareParams`. We say so without lowering (`src/features/gpu-limits.ts`).
Sensitivity is the share of TVM's invalid programs that we refuse, specificity the share of its
valid ones that we accept.
"""

from __future__ import annotations

import collections
import dataclasses
from typing import Any

from truth_reader import ProgramReader, programs_of
from truth_rows import lowered_rows
from truth_states import TARGETS, distinct_states, make_task

#: cores, vector bytes, line bytes, shared bytes, local bytes, threads, vthread extent, warp
_V100 = TARGETS["cuda"][1]
_WIDE = (80, 64, 64, 49152, 2**31 - 1, 1024, 8, 32)
_SHARED = (80, 64, 64, 8192, 2**31 - 1, 1024, 16, 32)
_LOCAL = (80, 64, 64, 49152, 256, 1024, 16, 32)
_THREADS = (80, 64, 64, 49152, 65536, 128, 16, 32)
_VTHREADS = (80, 64, 64, 49152, 65536, 1024, 2, 32)
_VECTORS = (80, 4, 64, 49152, 65536, 1024, 8, 32)

#: (operator, limits): the usual ones, and ones so tight that each of them decides
TASKS = (
    ("matmul", "v100", _V100),
    ("matmul", "shared", _SHARED),
    ("matmul", "local", _LOCAL),
    ("matmul", "threads", _THREADS),
    ("matmul", "vthreads", _VTHREADS),
    ("matmul", "vectors", _VECTORS),
    ("matmul-float16", "v100", _V100),
    ("matmul-int8", "vectors", _VECTORS),
    ("batch-matmul", "v100", _V100),
    ("batch-matmul", "local", _LOCAL),
    ("conv2d", "v100", _V100),
    ("conv2d", "wide", _WIDE),
    ("conv2d-nhwc", "shared", _SHARED),
    ("conv2d-int8", "v100", _V100),
    ("depthwise", "v100", _V100),
    ("depthwise", "local", _LOCAL),
    ("conv3d", "v100", _V100),
    ("group-conv2d", "threads", _THREADS),
    ("conv2d-transpose", "v100", _V100),
    ("winograd", "v100", _V100),
    ("winograd", "local", _LOCAL),
    ("softmax", "threads", (80, 16, 64, 49152, 65536, 31, 8, 32)),
    ("attention", "v100", _V100),
)
SAMPLES_PER_STATE = 3


@dataclasses.dataclass
class Validity:
    """Figures over all tasks, and what each task gave."""

    figures: dict[str, float]
    tasks: dict[str, Any]


def measure_validity(states: int, tasks: Any = TASKS) -> Validity:
    """Compare verdicts on about `SAMPLES_PER_STATE * states` programs of each task."""
    results = {}
    for operator, limits, hardware in tasks:
        name = f"{operator} {limits}"
        results[name] = _measure(operator, hardware, SAMPLES_PER_STATE * states)
        print(f"{name:28s} {_line(results[name])}", flush=True)
        for side in ("missed", "wrongly_refused"):
            for reason, count in results[name][f"{side}_programs"].items():
                print(f"    {side}: {count} × {reason}"[:300])
    return Validity(_figures(list(results.values())), results)


def _measure(operator: str, hardware: tuple[int, ...], count: int) -> dict[str, Any]:
    task = make_task(operator, "cuda", hardware)
    states = distinct_states(task, count)
    verdicts = [rows is not None for rows in lowered_rows(task, states)]
    programs = programs_of(task, states)
    with ProgramReader(task) as reader:
        answers = reader.read(programs)
    table: collections.Counter[str] = collections.Counter()
    missed: collections.Counter[str] = collections.Counter()
    wrong: collections.Counter[str] = collections.Counter()
    for is_valid, answer, program in zip(verdicts, answers, programs):
        # What cannot be read is no verdict: it counts against us either way.
        refused = answer["violation"] if answer["ok"] else f"not read: {answer['reason']}"
        accepted = answer["ok"] and not refused
        if is_valid:
            table["valid"] += 1
            table["accepted"] += accepted
            if not accepted:
                wrong[refused] += 1
        else:
            table["invalid"] += 1
            table["refused"] += answer["ok"] and not accepted
            if accepted or not answer["ok"]:
                missed[refused or program["transformSteps"]] += 1
    return {
        **{key: table[key] for key in ("valid", "accepted", "invalid", "refused")},
        "missed_programs": dict(missed.most_common(3)),
        "wrongly_refused_programs": dict(wrong.most_common(3)),
    }


def _line(result: dict[str, Any]) -> str:
    return (
        f"refused {result['refused']} of {result['invalid']} invalid,"
        f" accepted {result['accepted']} of {result['valid']} valid"
    )


def _figures(results: list[dict[str, Any]]) -> dict[str, float]:
    both = [each for each in results if each["valid"] and each["invalid"]]

    def share(of: str, part: str, some: list[dict[str, Any]]) -> float:
        return sum(each[part] for each in some) / max(1, sum(each[of] for each in some))

    sensitivity = share("invalid", "refused", both)
    specificity = share("valid", "accepted", both)
    worst = min(
        (min(share("invalid", "refused", [e]), share("valid", "accepted", [e])) for e in both),
        default=0.0,
    )
    return {
        "validity_agreement": min(sensitivity, specificity),
        "validity_sensitivity": sensitivity,
        "validity_specificity": specificity,
        "validity_worst_task": worst,
        "validity_tasks_with_both_classes": len(both),
    }
