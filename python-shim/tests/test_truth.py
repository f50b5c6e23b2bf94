"""Our readers against TVM's own lowering: some programs of some operators on both targets.

`make bench-truth` does it for all operators; what agreement means is said in
`benchmarks/truth_rows.py`. Needs node and `make build`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(_ROOT / "benchmarks"), str(_ROOT / "test" / "support")]

from truth import measure  # noqa: E402
from truth_rows import Row, compare, disagreements, expected_row  # noqa: E402
from truth_validity import TASKS, measure_validity  # noqa: E402

PROGRAMS = 6
LEAF_AGREEMENT = 0.995
STEPS_AGREEMENT = 0.98
VALIDITY_AGREEMENT = 0.99

OPERATORS = (
    "matmul",
    "conv2d",
    "winograd",
    "avg-pool",
    "softmax",
    "layer-norm",
    "sum-outer",
)


@pytest.mark.parametrize("kind", ["cpu", "cuda"])
@pytest.mark.parametrize("operator", OPERATORS)
def test_leaves_agree_with_tvms_lowering_and_steps_with_its_text(operator: str, kind: str) -> None:
    result = measure(operator, kind, PROGRAMS)
    assert result["leaves"] >= result["valid_programs_compared"] >= PROGRAMS // 2
    assert result["leaf_agreement"] >= LEAF_AGREEMENT, result["disagreements"]
    assert result["steps_agreement"] >= STEPS_AGREEMENT, result["steps_disagreements"]


def test_verdicts_on_gpu_kernels_are_tvms() -> None:
    limits = {"v100", "local", "threads"}
    tasks = [task for task in TASKS if task[0] == "matmul" and task[1] in limits]
    validity = measure_validity(PROGRAMS * 2, tasks)
    assert validity.figures["validity_tasks_with_both_classes"] == len(limits)
    assert validity.figures["validity_agreement"] >= VALIDITY_AGREEMENT, validity.tasks


def _row(**changes: float) -> dict[str, object]:
    counts = {"outerProduct": 64, "loops": 2, "vectorised": 1, "unrolled": 1, "parallel": 8}
    launch = {"blocks": 1, "threads": 1, "vthreads": 1}
    floats = {"addsub": 64, "mul": 64, "divmod": 0, "compare": 0, "function": 0}
    buffers = [{"tensor": "C", "access": "write", "uniqueBytes": [256]}]
    return {**counts, **launch, **changes, "floats": floats, "buffers": buffers}


def _theirs(**changes: float) -> Row:
    return expected_row(_row(**changes))


def test_a_difference_of_one_iteration_is_a_disagreement() -> None:
    assert disagreements(expected_row(_row()), _theirs()) == []
    assert disagreements(expected_row(_row()), _theirs(outerProduct=65)) == ["outerProduct"]
    large = 2**17
    ours, theirs = expected_row(_row(outerProduct=large)), _theirs(outerProduct=large + 1)
    assert disagreements(ours, theirs) == ["outerProduct"]


def test_a_leaf_agrees_only_if_all_its_rows_are_found() -> None:
    leaves = [
        {"stage": "A", "rows": [_row(), _row(loops=3)]},
        {"stage": "B", "rows": [_row()]},
    ]
    whole = compare(leaves, [_theirs(), _theirs(loops=3), _theirs()])
    assert (whole.agreed, whole.leaves) == (2, 2)
    short = compare(leaves, [_theirs(), _theirs()])
    assert (short.agreed, short.leaves) == (1, 2)


def test_rows_that_no_leaf_explains_count_as_leaves_that_disagree() -> None:
    leaves = [{"stage": "A", "rows": [_row()]}]
    result = compare(leaves, [_theirs(), _theirs(loops=7)])
    assert (result.agreed, result.leaves) == (1, 2)
    assert result.reasons == ["1 rows of TVM's that no leaf explains"]
