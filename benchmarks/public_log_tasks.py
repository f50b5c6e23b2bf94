"""Task definition file of the public Ansor logs: what the names in their workload keys compute.

For `python -m cdmpp_tvm.rebuild --task-file benchmarks/public_log_tasks.py`; a key holds a name and
arguments, the computation was the business of the script that tuned.
"""

from __future__ import annotations

from typing import Any

from tvm import auto_scheduler, te, topi
from tvm.topi.nn.utils import get_pad_tuple


def _data(shape: tuple[int, ...], name: str = "data", dtype: str = "float32") -> Any:
    return te.placeholder(shape, name=name, dtype=dtype)


@auto_scheduler.register_workload
def conv2d_layer(
    n: int, ci: int, h: int, w: int, co: int, kh: int, kw: int, stride: int, padding: Any
) -> list[Any]:
    """A convolution, channels first."""
    data, kernel = _data((n, ci, h, w)), _data((co, ci, kh, kw), "kernel")
    output = topi.nn.conv2d_nchw(data, kernel, stride, padding, 1, out_dtype="float32")
    return [data, kernel, output]


@auto_scheduler.register_workload
def matmul_layer(b: int, i: int, o: int) -> list[Any]:
    """A (b × i) times B (i × o)."""
    left, right = _data((b, i), "A"), _data((i, o), "B")
    k = te.reduce_axis((0, i), name="k")
    output = te.compute((b, o), lambda r, c: te.sum(left[r, k] * right[k, c], axis=k))
    return [left, right, output]


@auto_scheduler.register_workload
def matmul(m: int, n: int, k: int, dtype: str) -> list[Any]:
    """A (m × k) times B (k × n), into C."""
    left, right = _data((m, k), "A", dtype), _data((k, n), "B", dtype)
    reduced = te.reduce_axis((0, k), name="k")
    output = te.compute(
        (m, n), lambda i, j: te.sum(left[i, reduced] * right[reduced, j], axis=reduced), name="C"
    )
    return [left, right, output]


@auto_scheduler.register_workload
def pool_layer(
    kind: str, n: int, c: int, h: int, w: int, kh: int, kw: int, stride: int, padding: Any
) -> list[Any]:
    """A pooling of windows, channels first; `kind` is `avg` or `max`."""
    data = _data((n, c, h, w))
    around = list(get_pad_tuple(padding, (kh, kw)))
    return [data, topi.nn.pool2d(data, [kh, kw], [stride, stride], [1, 1], around, kind)]


@auto_scheduler.register_workload
def reduction_layer(shape: Any, axes: Any, keepdims: bool) -> list[Any]:
    """A sum over axes."""
    data = _data(tuple(shape))
    return [data, topi.sum(data, axis=axes, keepdims=keepdims)]


@auto_scheduler.register_workload
def relu_layer(n: int, c: int, h: int, w: int) -> list[Any]:
    """max(x, 0)."""
    data = _data((n, c, h, w))
    return [data, topi.nn.relu(data)]
