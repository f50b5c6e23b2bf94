"""What a task computes, in a word: for names, and to choose a mixture of tasks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# Part of the name or tag of an operation → kind; the first line that fits any operation rules.
_KINDS = (
    ("winograd", "winograd"),
    ("bgemm", "winograd"),
    ("depthwise", "depthwise"),
    ("data_dilate", "transposed-conv2d"),
    ("conv2d_transpose", "transposed-conv2d"),
    ("conv2d", "conv2d"),
    ("batch_matmul", "batch-matmul"),
    ("matmul", "dense"),
    ("dense", "dense"),
    ("softmax", "softmax"),
    ("adaptive_pool", "global-pool"),
    ("pool_max", "max-pool"),
    ("pool_", "avg-pool"),
)


def operator_kind(dag: Any) -> str:
    """The kind of a `ComputeDAG`, for example `conv2d`; `reduction` or `elementwise` else."""
    operations = [op for op in dag.ops if type(op).__name__ == "ComputeOp"]
    words = [f"{op.name} {op.tag}".lower() for op in operations]
    for part, kind in _KINDS:
        if _any_holds(words, part):
            return kind
    return "reduction" if any(len(op.reduce_axis) for op in operations) else "elementwise"


def _any_holds(words: Iterable[str], part: str) -> bool:
    return any(part in word for word in words)
