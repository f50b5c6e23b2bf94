"""The tasks that the speed benchmarks search: six on this machine's CPU, three on a GPU card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import tvm
from local_machine import local_target
from tvm import auto_scheduler, te, topi

# A card need not be there: nothing is measured on it, and all limits are given.
CUDA_TARGET = "cuda -arch=sm_70"
CUDA_LIMITS = auto_scheduler.HardwareParams(80, 16, 64, 49152, 65536, 1024, 8, 32)


@dataclass(frozen=True)
class BenchmarkTask:
    """A task under a name of its own.

    Attributes:
        name: For tables and keys of samples.
        kind: `cpu` or `cuda`.
        search_task: TVM's.
    """

    name: str
    kind: str
    search_task: Any


def _data(*shape: int, name: str = "data") -> Any:
    return te.placeholder(shape, name=name)


@auto_scheduler.register_workload
def bench_matmul(size: int) -> list[Any]:
    """C = A·B, float32."""
    a, b = _data(size, size, name="A"), _data(size, size, name="B")
    k = te.reduce_axis((0, size), name="k")
    attributes = {"layout_free_placeholders": [b]}
    product = te.compute(
        (size, size),
        lambda i, j: te.sum(a[i, k] * b[k, j], axis=k),
        name="matmul",
        attrs=attributes,
    )
    return [a, b, product]


@auto_scheduler.register_workload
def bench_conv2d(channels: int, size: int) -> list[Any]:
    """A 3×3 convolution of ResNet, NCHW, with relu."""
    x, w = _data(1, channels, size, size), _data(channels, channels, 3, 3, name="kernel")
    return [x, w, topi.nn.relu(topi.nn.conv2d_nchw(x, w, 1, 1, 1, "float32"))]


@auto_scheduler.register_workload
def bench_depthwise(channels: int, size: int) -> list[Any]:
    """A 3×3 depthwise convolution of MobileNet, NCHW, with relu6."""
    x, w = _data(1, channels, size, size), _data(channels, 1, 3, 3, name="kernel")
    return [x, w, topi.clip(topi.nn.depthwise_conv2d_nchw(x, w, 1, 1, 1), 0.0, 6.0)]


@auto_scheduler.register_workload
def bench_softmax(rows: int, columns: int) -> list[Any]:
    """Softmax over the columns."""
    x = _data(rows, columns, name="A")
    return [x, topi.nn.softmax(x)]


@auto_scheduler.register_workload
def bench_batch_matmul(batch: int, size: int, depth: int) -> list[Any]:
    """The scores of an attention layer."""
    x, y = _data(batch, size, depth, name="X"), _data(batch, size, depth, name="Y")
    return [x, y, topi.nn.batch_matmul(x, y)]


@auto_scheduler.register_workload
def bench_winograd(size: int, channels: int) -> list[Any]:
    """A 3×3 convolution by Winograd's algorithm, NHWC, weights transformed beforehand."""
    x, w = _data(1, size, size, channels), _data(6, 6, channels, channels, name="kernel")
    convolution = topi.nn.conv2d_winograd_nhwc_without_weight_transform
    return [x, w, convolution(x, w, 1, 1, 1, "float32")]


_Workload = tuple[str, Callable[..., Any], tuple[int, ...]]

_CPU: list[_Workload] = [
    ("matmul", bench_matmul, (512,)),
    ("conv2d", bench_conv2d, (64, 56)),
    ("depthwise", bench_depthwise, (144, 56)),
    ("softmax", bench_softmax, (512, 1024)),
    ("batch_matmul", bench_batch_matmul, (12, 128, 64)),
    ("winograd", bench_winograd, (56, 64)),
]
_CUDA: list[_Workload] = [
    ("cuda_matmul", bench_matmul, (512,)),
    ("cuda_conv2d", bench_conv2d, (64, 56)),
    ("cuda_batch_matmul", bench_batch_matmul, (12, 128, 64)),
]


def cpu_tasks(cores: int) -> list[BenchmarkTask]:
    """On this machine's CPU, with so many cores."""
    target, limits = local_target(cores)
    return [_task(workload, "cpu", target, limits) for workload in _CPU]


def cuda_tasks() -> list[BenchmarkTask]:
    """On a V100."""
    target = tvm.target.Target(CUDA_TARGET)
    return [_task(workload, "cuda", target, CUDA_LIMITS) for workload in _CUDA]


def _task(workload: _Workload, kind: str, target: Any, limits: Any) -> BenchmarkTask:
    name, function, arguments = workload
    search_task = auto_scheduler.SearchTask(
        func=function, args=arguments, target=target, hardware_params=limits
    )
    return BenchmarkTask(name, kind, search_task)
