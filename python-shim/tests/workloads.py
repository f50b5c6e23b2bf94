"""Workloads of the tests: every kind of expression that TVM's operators are written with."""

from __future__ import annotations

from typing import Any, Callable

import tvm
from tvm import auto_scheduler, te, topi

CPU_HARDWARE = (2, 64, 64, 0, 0, 0, 0, 0)
CUDA_HARDWARE = (80, 16, 64, 49152, 65536, 1024, 8, 32)
CUDA_TARGET = "cuda -arch=sm_70"


def _host_mcpu() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            flags = file.read()
    except OSError:
        return "x86-64"
    if "avx512f" in flags:
        return "skylake-avx512"
    return "core-avx2" if "avx2" in flags else "x86-64"


CPU_TARGET = f"llvm -mcpu={_host_mcpu()}"


def make_task(func: Callable[..., Any], args: tuple[Any, ...], target: str = CPU_TARGET) -> Any:
    """A `SearchTask` with explicit hardware limits."""
    limits = CUDA_HARDWARE if target.startswith("cuda") else CPU_HARDWARE
    return auto_scheduler.SearchTask(
        func=func,
        args=args,
        target=tvm.target.Target(target),
        hardware_params=auto_scheduler.HardwareParams(*limits),
    )


# A search small enough for tests.
SMALL_SEARCH = {
    "evolutionary_search_population": 64,
    "evolutionary_search_num_iters": 2,
    "sample_init_min_population": 16,
}


def sample_states(task: Any, seed: int = 1) -> list[Any]:
    """Some 16 states of a task, as a search samples them."""
    policy = auto_scheduler.SketchPolicy(
        task,
        program_cost_model=auto_scheduler.RandomModel(),
        params=dict(SMALL_SEARCH),
        seed=seed,
        verbose=0,
    )
    return list(policy.sample_initial_population())


def _data(*shape: int, name: str = "data", dtype: str = "float32") -> Any:
    return te.placeholder(shape, name=name, dtype=dtype)


@auto_scheduler.register_workload
def shim_matmul(n: int) -> list[Any]:
    a, b = _data(n, n, name="A"), _data(n, n, name="B")
    k = te.reduce_axis((0, n), name="k")
    attrs = {"layout_free_placeholders": [b]}
    c = te.compute(
        (n, n), lambda i, j: te.sum(a[i, k] * b[k, j], axis=k), name="matmul", attrs=attrs
    )
    return [a, b, c]


@auto_scheduler.register_workload
def shim_matmul_bias(n: int, dtype: str = "float32") -> list[Any]:
    a, b, c = _data(n, n, name="A", dtype=dtype), _data(n, n, name="B", dtype=dtype), None
    c = _data(n, name="C", dtype=dtype)
    k = te.reduce_axis((0, n), name="k")
    m = te.compute((n, n), lambda i, j: te.sum(a[i, k] * b[k, j], axis=k), name="matmul")
    return [a, b, c, te.compute((n, n), lambda i, j: m[i, j] + c[j], name="out")]


@auto_scheduler.register_workload
def shim_int8_matmul(n: int) -> list[Any]:
    a, b = _data(n, n, name="A", dtype="int8"), _data(n, n, name="B", dtype="int8")
    k = te.reduce_axis((0, n), name="k")
    return [
        a,
        b,
        te.compute(
            (n, n),
            lambda i, j: te.sum(a[i, k].astype("int32") * b[k, j].astype("int32"), axis=k),
            name="matmul",
        ),
    ]


@auto_scheduler.register_workload
def shim_conv2d(ci: int, hw: int, co: int, kernel: int, stride: int, dilation: int) -> list[Any]:
    x, w, b = _data(1, ci, hw, hw), _data(co, ci, kernel, kernel, name="kernel"), None
    b = _data(1, co, 1, 1, name="bias")
    y = topi.nn.conv2d_nchw(x, w, stride, kernel // 2 * dilation, dilation, "float32")
    return [x, w, b, topi.nn.relu(topi.add(y, b))]


@auto_scheduler.register_workload
def shim_conv2d_nhwc(ci: int, hw: int, co: int) -> list[Any]:
    x, w = _data(1, hw, hw, ci), _data(3, 3, ci, co, name="kernel")
    return [x, w, topi.nn.conv2d_nhwc(x, w, 1, 1, 1, "float32")]


@auto_scheduler.register_workload
def shim_conv1d(ci: int, width: int, co: int) -> list[Any]:
    x, w = _data(1, ci, width), _data(co, ci, 3, name="kernel")
    return [x, w, topi.nn.conv1d_ncw(x, w, 1, 1, 1, "float32")]


@auto_scheduler.register_workload
def shim_conv3d(ci: int, size: int, co: int) -> list[Any]:
    x, w = _data(1, ci, size, size, size), _data(co, ci, 3, 3, 3, name="kernel")
    return [x, w, topi.nn.conv3d_ncdhw(x, w, 1, 1, 1, 1, "float32")]


@auto_scheduler.register_workload
def shim_group_conv2d(ci: int, hw: int, co: int, groups: int) -> list[Any]:
    x, w = _data(1, ci, hw, hw), _data(co, ci // groups, 3, 3, name="kernel")
    return [x, w, topi.nn.group_conv2d_nchw(x, w, 1, 1, 1, groups, "float32")]


@auto_scheduler.register_workload
def shim_depthwise(channels: int, hw: int) -> list[Any]:
    x, w = _data(1, channels, hw, hw), _data(channels, 1, 3, 3, name="kernel")
    return [x, w, topi.clip(topi.nn.depthwise_conv2d_nchw(x, w, 1, 1, 1), 0.0, 6.0)]


@auto_scheduler.register_workload
def shim_transposed_conv2d(ci: int, hw: int, co: int) -> list[Any]:
    x, w = _data(1, ci, hw, hw), _data(ci, co, 4, 4, name="kernel")
    return [x, w, topi.nn.conv2d_transpose_nchw(x, w, (2, 2), (1, 1), "float32", (0, 0))]


@auto_scheduler.register_workload
def shim_winograd(hw: int, ci: int, co: int) -> list[Any]:
    x, w = _data(1, hw, hw, ci), _data(6, 6, ci, co, name="kernel")
    return [
        x,
        w,
        topi.nn.conv2d_winograd_nhwc_without_weight_transform(x, w, 1, 1, 1, "float32"),
    ]


@auto_scheduler.register_workload
def shim_softmax(m: int, n: int) -> list[Any]:
    x = _data(m, n, name="A")
    return [x, topi.nn.softmax(x)]


@auto_scheduler.register_workload
def shim_layer_norm(m: int, n: int) -> list[Any]:
    x, g, b = _data(m, n, name="A"), _data(n, name="g"), _data(n, name="b")
    return [x, g, b, topi.nn.layer_norm(x, g, b, [1])]


@auto_scheduler.register_workload
def shim_pool2d(channels: int, hw: int, kind: str) -> list[Any]:
    x = _data(1, channels, hw, hw)
    return [x, topi.nn.pool2d(x, [3, 3], [2, 2], [1, 1], [1, 1, 1, 1], kind)]


@auto_scheduler.register_workload
def shim_gather(rows: int, columns: int, taken: int) -> list[Any]:
    table, index = _data(rows, columns, name="table"), _data(taken, name="index", dtype="int32")
    return [table, index, topi.take(table, index, axis=0)]


@auto_scheduler.register_workload
def shim_argmax(m: int, n: int) -> list[Any]:
    x = _data(m, n, name="A")
    return [x, topi.argmax(x, axis=1)]


@auto_scheduler.register_workload
def shim_batch_matmul(b: int, n: int) -> list[Any]:
    x, y = _data(b, n, n, name="X"), _data(b, n, n, name="Y")
    return [x, y, topi.nn.batch_matmul(x, y)]


@auto_scheduler.register_workload
def shim_dense_bias_relu(m: int, n: int, dtype: str) -> list[Any]:
    x, w, b = _data(m, n, dtype=dtype), _data(n, n, name="weight", dtype=dtype), None
    b = _data(n, name="bias", dtype=dtype)
    return [x, w, b, topi.nn.relu(topi.add(topi.nn.dense(x, w), b))]


@auto_scheduler.register_workload
def shim_transpose_chain(m: int, n: int) -> list[Any]:
    x = _data(m, n, 4)
    y = topi.reshape(topi.transpose(x, (2, 0, 1)), (4 * m, n))
    return [x, topi.tanh(topi.sigmoid(topi.exp(y)) / topi.sqrt(topi.abs(y) + 1.0))]


@auto_scheduler.register_workload
def shim_concatenate(m: int, n: int) -> list[Any]:
    x, y = _data(m, n, name="X"), _data(m, n, name="Y")
    joined = topi.concatenate([x, y], axis=1)
    return [x, y, topi.strided_slice(joined, [0, 1], [m, 2 * n - 1], [1, 2])]


@auto_scheduler.register_workload
def shim_float16_cast(m: int, n: int) -> list[Any]:
    x = _data(m, n, dtype="float16")
    wide = topi.cast(x, "float32")
    return [x, topi.cast(topi.multiply(wide, tvm.tir.const(0.1, "float32")), "float16")]


@auto_scheduler.register_workload
def shim_logic(m: int, n: int) -> list[Any]:
    x, y = _data(m, n, name="X"), _data(m, n, name="Y")
    less = topi.logical_and(topi.less(x, y), topi.logical_not(topi.greater(x, y)))
    return [x, y, topi.where(topi.logical_or(less, topi.equal(x, y)), x, topi.power(y, x))]


@auto_scheduler.register_workload
def shim_shifted_reduction(n: int) -> list[Any]:
    """A reduction axis that does not start at 0."""
    x = _data(n, n)
    k = te.reduce_axis((2, n), name="k")
    return [x, te.compute((n,), lambda i: te.max(x[i, k], axis=k), name="shifted")]


@auto_scheduler.register_workload
def shim_same_names(n: int) -> list[Any]:
    """Two operations of one name: TVM allows it."""
    x, y = _data(n, n, name="X"), _data(n, n, name="Y")
    first = topi.add(x, y)
    return [x, y, topi.add(topi.nn.softmax(first), first)]


ALL: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (shim_matmul, (128,)),
    (shim_matmul_bias, (64,)),
    (shim_matmul_bias, (64, "float16")),
    (shim_int8_matmul, (64,)),
    (shim_conv2d, (8, 14, 8, 3, 1, 1)),
    (shim_conv2d, (8, 14, 8, 3, 2, 2)),
    (shim_conv2d_nhwc, (8, 14, 8)),
    (shim_conv1d, (8, 32, 8)),
    (shim_conv3d, (4, 8, 4)),
    (shim_group_conv2d, (8, 14, 8, 4)),
    (shim_depthwise, (8, 14)),
    (shim_transposed_conv2d, (8, 8, 8)),
    (shim_winograd, (14, 8, 8)),
    (shim_softmax, (32, 64)),
    (shim_layer_norm, (32, 64)),
    (shim_pool2d, (8, 14, "avg")),
    (shim_pool2d, (8, 14, "max")),
    (shim_gather, (100, 16, 8)),
    (shim_argmax, (32, 64)),
    (shim_batch_matmul, (4, 32)),
    (shim_dense_bias_relu, (32, 32, "float32")),
    (shim_dense_bias_relu, (32, 32, "float16")),
    (shim_transpose_chain, (8, 8)),
    (shim_concatenate, (8, 8)),
    (shim_float16_cast, (8, 8)),
    (shim_logic, (8, 8)),
    (shim_shifted_reduction, (16,)),
    (shim_same_names, (16,)),
]


def name_of(workload: tuple[Callable[..., Any], tuple[Any, ...]]) -> str:
    """For the names of tests."""
    func, args = workload
    return "-".join([func.__name__, *map(str, args)])
