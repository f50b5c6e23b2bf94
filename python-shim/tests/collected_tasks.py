"""A task file: two small tasks."""

from __future__ import annotations

from typing import Any

from tvm import auto_scheduler, te


@auto_scheduler.register_workload
def collected_matmul(n: int) -> list[Any]:
    a, b = te.placeholder((n, n), name="a"), te.placeholder((n, n), name="b")
    k = te.reduce_axis((0, n), name="k")
    return [a, b, te.compute((n, n), lambda i, j: te.sum(a[i, k] * b[k, j], axis=k), name="c")]


TASKS = [("small", collected_matmul, (32,)), ("large", collected_matmul, (48,))]
