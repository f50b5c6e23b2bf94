"""Hold our readers against TVM's own lowering: `make bench-truth`.

For every operator of `test/support/operators.py` on a CPU and a CUDA target, distinct programs
that a search meets are read by us and lowered by TVM. What counts as agreement is said in
`truth_rows.py` (leaves) and below; `truth_validity.py` does the same for TVM's verdict on CUDA
programs. Writes `results/truth.json`.

- `leaf_agreement`: leaves that agree over all leaves, of the worst operator and target.
- `steps_agreement`: programs of which every loop and leaf that is read from the transform steps
  alone stands where TVM prints it, with its extent and annotation, over all programs; worst
  operator and target. It counts invalid CUDA programs too.
- `validity_agreement`: the lower of sensitivity and specificity over all tasks together.
"""

from __future__ import annotations

import argparse
import collections
import sys
import time
from typing import Any

from operators import CPU_ONLY, OPERATORS
from readme_table import write_table
from result_file import machine, write_result
from truth_reader import ProgramReader, programs_of
from truth_rows import compare, lowered_rows
from truth_states import TARGETS, distinct_states, make_task
from truth_validity import measure_validity

STATES = 100
#: of CUDA programs about half are invalid, and not comparable
SAMPLES = {"cpu": 100, "cuda": 260}
MAX_REASONS = 5


def measure(operator: str, kind: str, wanted: int) -> dict[str, Any]:
    """Agreement on up to `wanted` valid programs of one operator on one target."""
    started = time.perf_counter()
    task = make_task(operator, kind)
    states = distinct_states(task, wanted * SAMPLES[kind] // STATES)
    lowered = lowered_rows(task, states)
    with ProgramReader(task) as reader:
        answers = reader.read(programs_of(task, states))
    leaves = agreed = compared = in_steps = 0
    reasons: collections.Counter[str] = collections.Counter()
    steps_reasons: collections.Counter[str] = collections.Counter()
    for rows, answer in zip(lowered, answers):
        if answer["steps"]:
            steps_reasons[answer["steps"]] += 1
        else:
            in_steps += 1
        if rows is None or compared >= wanted:
            continue
        compared += 1
        if not answer["ok"]:
            leaves += len(rows)
            reasons[f"not read: {answer['reason']}"] += len(rows)
            continue
        result = compare(answer["leaves"], rows)
        leaves += result.leaves
        agreed += result.agreed
        reasons.update(result.reasons)
    return {
        "programs": len(states),
        "valid_programs_compared": compared,
        "leaves": leaves,
        "leaves_agreeing": agreed,
        "leaf_agreement": agreed / max(1, leaves),
        "steps_agreement": in_steps / max(1, len(states)),
        "disagreements": dict(reasons.most_common(MAX_REASONS)),
        "steps_disagreements": dict(steps_reasons.most_common(MAX_REASONS)),
        "seconds": round(time.perf_counter() - started, 1),
    }


def table_of(figures: dict[str, float], operators: dict[str, Any]) -> list[tuple[str, ...]]:
    """Rows for people; the operators are all in the result file."""
    rows = [("figure", "worst", "all together")]
    for name, agreeing, of in (
        ("leaf_agreement", "leaves_agreeing", "leaves"),
        ("steps_agreement", None, "programs"),
    ):
        counts = [
            (each[agreeing] if agreeing else round(each[name] * each[of]), each[of])
            for each in operators.values()
        ]
        together = f"{sum(done for done, _ in counts)} of {sum(total for _, total in counts)} {of}"
        rows.append((f"`{name}`", f"{figures[name]:.4f}", together))
    verdicts = (
        f"sensitivity {figures['validity_sensitivity']:.4f}, specificity"
        f" {figures['validity_specificity']:.4f},"
        f" {figures['validity_tasks_with_both_classes']:.0f} tasks"
    )
    rows.append(("`validity_agreement`", f"{figures['validity_worst_task']:.4f}", verdicts))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--operators", nargs="*", default=list(OPERATORS), metavar="NAME")
    parser.add_argument("--targets", nargs="*", default=list(TARGETS), choices=list(TARGETS))
    parser.add_argument("--states", type=int, default=STATES, help="valid programs of each")
    parser.add_argument("--no-write", action="store_true", help="print the figures only")
    arguments = parser.parse_args()
    measured_on = machine()
    operators: dict[str, Any] = {}
    for operator in arguments.operators:
        for kind in arguments.targets:
            if kind != "cpu" and operator in CPU_ONLY:
                continue
            result = measure(operator, kind, arguments.states)
            operators[f"{operator} {kind}"] = result
            print(
                f"{operator + ' ' + kind:28s} leaves {result['leaf_agreement']:.4f} of"
                f" {result['leaves']:5d}   steps {result['steps_agreement']:.4f} of"
                f" {result['programs']:4d}   {result['seconds']:5.1f} s",
                flush=True,
            )
            for reason, count in [
                *result["disagreements"].items(),
                *result["steps_disagreements"].items(),
            ]:
                print(f"    {count} × {reason}"[:300])
    validity = measure_validity(arguments.states)
    figures = {
        "leaf_agreement": min(each["leaf_agreement"] for each in operators.values()),
        "steps_agreement": min(each["steps_agreement"] for each in operators.values()),
        **validity.figures,
        "operators": len(arguments.operators),
        "programs_compared": sum(each["valid_programs_compared"] for each in operators.values()),
        "leaves_compared": sum(each["leaves"] for each in operators.values()),
    }
    for name, value in figures.items():
        print(f"{name}: {value:.6g}")
    if not arguments.no_write:
        path = write_result(
            "truth",
            figures,
            {"operators": operators, "validity": validity.tasks},
            command="make bench-truth",
            measured_on=measured_on,
        )
        write_table("truth", table_of(figures, operators), path)


if __name__ == "__main__":
    sys.exit(main())
