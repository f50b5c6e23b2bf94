"""The operators that the readers are held against TVM's own lowering on; see `benchmarks/truth.py`.

Those of `fixture_workloads.py`, and what the fixtures need no printed programs of: other layouts
and types of the same operators, sums over each axis, and whole blocks.
"""

from fixture_workloads import WORKLOADS, placeholder
from tvm import auto_scheduler, te, topi


@auto_scheduler.register_workload
def op_batch_matmul(b, m, n, k, dtype):
    x, y = placeholder((b, m, k), "X", dtype), placeholder((b, n, k), "Y", dtype)
    return [x, y, topi.nn.batch_matmul(x, y)]


@auto_scheduler.register_workload
def op_dense_relu(m, n, k, dtype):
    x, w = placeholder((m, k), "data", dtype), placeholder((n, k), "weight", dtype)
    b = placeholder((n,), "bias", dtype)
    return [x, w, b, topi.nn.relu(topi.add(topi.nn.dense(x, w), b))]


@auto_scheduler.register_workload
def op_conv1d_nwc(n, ci, size, co, kernel):
    x, w = placeholder((n, size, ci), "data"), placeholder((kernel, ci, co), "kernel")
    return [x, w, topi.nn.conv1d_nwc(x, w, 1, 1, 1, "float32")]


@auto_scheduler.register_workload
def op_conv2d_nchw(n, ci, size, co, kernel, stride, padding, dtype, out_dtype):
    x = placeholder((n, ci, size, size), "data", dtype)
    w = placeholder((co, ci, kernel, kernel), "kernel", dtype)
    return [x, w, topi.nn.conv2d_nchw(x, w, stride, padding, 1, out_dtype)]


@auto_scheduler.register_workload
def op_conv2d_nhwc(n, ci, size, co, kernel, stride, padding, dilation, dtype, out_dtype):
    x = placeholder((n, size, size, ci), "data", dtype)
    w = placeholder((kernel, kernel, ci, co), "kernel", dtype)
    y = topi.nn.conv2d_nhwc(x, w, stride, padding, dilation, out_dtype)
    return [x, w, y if out_dtype == "int32" else topi.nn.relu(y)]


@auto_scheduler.register_workload
def op_conv3d_ndhwc(n, ci, size, co, kernel):
    x = placeholder((n, size, size, size, ci), "data")
    w = placeholder((kernel, kernel, kernel, ci, co), "kernel")
    return [x, w, topi.nn.conv3d_ndhwc(x, w, 1, 1, 1, 1, "float32")]


@auto_scheduler.register_workload
def op_depthwise_nhwc(n, c, size, kernel, stride, padding):
    x = placeholder((n, size, size, c), "data")
    w = placeholder((kernel, kernel, c, 1), "kernel")
    return [x, w, topi.clip(topi.nn.depthwise_conv2d_nhwc(x, w, stride, padding, 1), 0.0, 6.0)]


@auto_scheduler.register_workload
def op_conv1d_transpose(n, ci, size, co, kernel):
    x, w = placeholder((n, ci, size), "data"), placeholder((ci, co, kernel), "kernel")
    return [x, w, topi.nn.conv1d_transpose_ncw(x, w, 2, 1, "float32", 0)]


@auto_scheduler.register_workload
def op_winograd_nchw(n, size, ci, co):
    x, w = placeholder((n, ci, size, size), "data"), placeholder((6, 6, ci, co), "kernel")
    return [x, w, topi.nn.conv2d_winograd_nchw_without_weight_transform(x, w, 1, 1, 1, "float32")]


@auto_scheduler.register_workload
def op_pool_nhwc(n, c, size, kind):
    x = placeholder((n, size, size, c), "data")
    y = topi.nn.pool2d(x, [2, 2], [2, 2], [1, 1], [0, 0, 0, 0], kind, layout="NHWC")
    return [x, y]


@auto_scheduler.register_workload
def op_global_pool(n, c, size):
    x = placeholder((n, c, size, size), "data")
    return [x, topi.nn.global_pool(x, "avg")]


@auto_scheduler.register_workload
def op_softmax(m, n, dtype):
    x = placeholder((m, n), "A", dtype)
    return [x, topi.nn.softmax(x)]


@auto_scheduler.register_workload
def op_sum(a, b, c, axis, dtype):
    x = placeholder((a, b, c), "A", dtype)
    return [x, topi.sum(x, axis=axis)]


@auto_scheduler.register_workload
def op_norm(m, n):
    x = placeholder((m, n), "A")
    return [x, topi.sqrt(topi.sum(topi.multiply(x, x), axis=1))]


@auto_scheduler.register_workload
def op_transpose(a, b, c, dtype):
    x = placeholder((a, b, c), "A", dtype)
    return [x, topi.transpose(x, (2, 0, 1))]


@auto_scheduler.register_workload
def op_elementwise(m, n, dtype):
    x, y = placeholder((m, n), "X", dtype), placeholder((m, n), "Y", dtype)
    z = topi.nn.relu(topi.add(topi.multiply(x, y), y))
    return [x, y, topi.sigmoid(topi.divide(z, topi.add(topi.exp(x), y)))]


@auto_scheduler.register_workload
def op_attention(heads, length, width):
    q, k, v = (placeholder((heads, length, width), name) for name in "QKV")
    scores = topi.multiply(topi.nn.batch_matmul(q, k), te.const(width**-0.5, "float32"))
    weights = topi.nn.softmax(scores, axis=2)
    return [q, k, v, topi.nn.batch_matmul(weights, topi.transpose(v, (0, 2, 1)))]


#: On CUDA, TVM copies the constant matrices of this one tile by tile, in loops whose extents are
#: expressions of other loops; its own operator strategy has it for CPUs only.
CPU_ONLY = {"winograd-nchw"}

#: name of the operator -> (function, arguments). Not argmax: how it combines pairs of values is
#: not on the wire, so that its operations cannot be counted.
OPERATORS = {
    **{name: workload for name, workload in WORKLOADS.items() if name != "argmax"},
    "matmul-uneven": (WORKLOADS["matmul"][0], (100, 60, 90, "float32")),
    "dense-float16": (op_dense_relu, (64, 128, 96, "float16")),
    "batch-matmul-float16": (op_batch_matmul, (8, 64, 64, 32, "float16")),
    "conv1d-nwc": (op_conv1d_nwc, (1, 16, 64, 32, 3)),
    "conv2d-7x7": (op_conv2d_nchw, (1, 3, 56, 32, 7, 2, 3, "float32", "float32")),
    "conv2d-float16": (op_conv2d_nchw, (1, 32, 14, 64, 3, 1, 1, "float16", "float16")),
    "conv2d-int8": (op_conv2d_nchw, (1, 32, 14, 64, 3, 1, 1, "int8", "int32")),
    "conv2d-nhwc-strided": (op_conv2d_nhwc, (1, 16, 28, 32, 3, 2, 1, 1, "float32", "float32")),
    "conv2d-nhwc-dilated": (op_conv2d_nhwc, (1, 16, 28, 32, 3, 1, 2, 2, "float32", "float32")),
    "conv2d-nhwc-float16": (op_conv2d_nhwc, (1, 32, 14, 64, 3, 1, 1, 1, "float16", "float16")),
    "conv2d-nhwc-int8": (op_conv2d_nhwc, (1, 32, 14, 64, 3, 1, 1, 1, "int8", "int32")),
    "conv3d-ndhwc": (op_conv3d_ndhwc, (1, 8, 8, 16, 3)),
    "depthwise-strided": (WORKLOADS["depthwise"][0], (1, 32, 28, 3, 2, 1)),
    "depthwise-nhwc": (op_depthwise_nhwc, (1, 32, 28, 3, 1, 1)),
    "conv1d-transpose": (op_conv1d_transpose, (1, 16, 32, 16, 4)),
    "winograd-nchw": (op_winograd_nchw, (1, 14, 32, 32)),
    "max-pool-nhwc": (op_pool_nhwc, (1, 16, 28, "max")),
    "avg-pool-nhwc": (op_pool_nhwc, (1, 16, 28, "avg")),
    "global-pool": (op_global_pool, (1, 64, 7)),
    "softmax-float16": (op_softmax, (64, 256, "float16")),
    "sum-outer": (op_sum, (64, 32, 48, 0, "float32")),
    "sum-middle": (op_sum, (64, 32, 48, 1, "float32")),
    "sum-inner": (op_sum, (64, 32, 48, 2, "float32")),
    "sum-float16": (op_sum, (64, 32, 48, 2, "float16")),
    "norm": (op_norm, (16, 4096)),
    "transpose-copy": (op_transpose, (16, 24, 32, "float32")),
    "transpose-int8": (op_transpose, (16, 24, 32, "int8")),
    "elementwise": (op_elementwise, (128, 96, "float32")),
    "elementwise-float16": (op_elementwise, (128, 96, "float16")),
    "attention": (op_attention, (4, 64, 32)),
}
