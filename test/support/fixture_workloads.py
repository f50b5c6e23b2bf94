"""Workloads whose printed programs the readers are tested on: one of each kind of operator."""

from tvm import auto_scheduler, te, topi


def placeholder(shape, name, dtype="float32"):
    return te.placeholder(shape, name=name, dtype=dtype)


@auto_scheduler.register_workload
def matmul_bias(m, n, k, dtype):
    a, b, c = (placeholder(s, x, dtype) for s, x in (((m, k), "A"), ((k, n), "B"), ((n,), "C")))
    r = te.reduce_axis((0, k), name="k")
    product = te.compute((m, n), lambda i, j: te.sum(a[i, r] * b[r, j], axis=r), name="matmul")
    return [a, b, c, te.compute((m, n), lambda i, j: product[i, j] + c[j], name="out")]


@auto_scheduler.register_workload
def batch_matmul(b, m, n, k):
    x, y = placeholder((b, m, k), "X"), placeholder((b, n, k), "Y")
    return [x, y, topi.nn.batch_matmul(x, y)]


@auto_scheduler.register_workload
def conv2d_bias_relu(n, ci, size, co, kernel, stride, padding, dilation):
    x, w = placeholder((n, ci, size, size), "data"), placeholder((co, ci, kernel, kernel), "kernel")
    b = placeholder((1, co, 1, 1), "bias")
    y = topi.nn.conv2d_nchw(x, w, stride, padding, dilation, "float32")
    return [x, w, b, topi.nn.relu(topi.add(y, b))]


@auto_scheduler.register_workload
def conv2d_nhwc(n, size, ci, co, kernel, stride, padding):
    x, w = placeholder((n, size, size, ci), "data"), placeholder((kernel, kernel, ci, co), "kernel")
    return [x, w, topi.nn.conv2d_nhwc(x, w, stride, padding, 1, "float32")]


@auto_scheduler.register_workload
def group_conv2d(n, ci, size, co, kernel, groups):
    x = placeholder((n, ci, size, size), "data")
    w = placeholder((co, ci // groups, kernel, kernel), "kernel")
    return [x, w, topi.nn.group_conv2d_nchw(x, w, 1, 1, 1, groups, "float32")]


@auto_scheduler.register_workload
def depthwise(n, c, size, kernel, stride, padding):
    x, w = placeholder((n, c, size, size), "data"), placeholder((c, 1, kernel, kernel), "kernel")
    return [x, w, topi.nn.relu(topi.nn.depthwise_conv2d_nchw(x, w, stride, padding, 1))]


@auto_scheduler.register_workload
def conv2d_transpose(n, ci, size, co, kernel):
    x, w = placeholder((n, ci, size, size), "data"), placeholder((ci, co, kernel, kernel), "kernel")
    return [x, w, topi.nn.conv2d_transpose_nchw(x, w, (2, 2), (1, 1), "float32", (0, 0))]


@auto_scheduler.register_workload
def conv1d(n, ci, size, co, kernel):
    x, w = placeholder((n, ci, size), "data"), placeholder((co, ci, kernel), "kernel")
    return [x, w, topi.nn.conv1d_ncw(x, w, 1, 1, 1, "float32")]


@auto_scheduler.register_workload
def conv3d(n, ci, size, co, kernel):
    x = placeholder((n, ci, size, size, size), "data")
    w = placeholder((co, ci, kernel, kernel, kernel), "kernel")
    return [x, w, topi.nn.conv3d_ncdhw(x, w, 1, 1, 1, 1, "float32")]


@auto_scheduler.register_workload
def winograd(n, size, ci, co):
    x, w = placeholder((n, size, size, ci), "data"), placeholder((6, 6, ci, co), "kernel")
    return [x, w, topi.nn.conv2d_winograd_nhwc_without_weight_transform(x, w, 1, 1, 1, "float32")]


@auto_scheduler.register_workload
def pool(n, c, size, kind):
    x = placeholder((n, c, size, size), "data")
    return [x, topi.nn.pool2d(x, [3, 3], [2, 2], [1, 1], [1, 1, 1, 1], kind)]


@auto_scheduler.register_workload
def softmax(m, n):
    x = placeholder((m, n), "A")
    return [x, topi.nn.softmax(x)]


@auto_scheduler.register_workload
def layer_norm(m, n):
    x, g, b = placeholder((m, n), "A"), placeholder((n,), "gamma"), placeholder((n,), "beta")
    return [x, g, b, topi.nn.layer_norm(x, g, b, [1])]


@auto_scheduler.register_workload
def row_sum(m, n):
    x = placeholder((m, n), "A")
    return [x, topi.sum(x, axis=1)]


@auto_scheduler.register_workload
def transpose_gelu(m, n):
    x = placeholder((m, n), "A")
    return [x, topi.tanh(topi.transpose(x, [1, 0]) * 0.5) + 1.0]


@auto_scheduler.register_workload
def gather(vocabulary, width, count):
    x, i = placeholder((vocabulary, width), "table"), placeholder((count,), "idx", "int32")
    return [x, i, topi.take(x, i, axis=0) * 2.0]


@auto_scheduler.register_workload
def row_argmax(m, n):
    x = placeholder((m, n), "A")
    return [x, topi.argmax(x, axis=1)]


@auto_scheduler.register_workload
def matmul_int8(m, n, k):
    a, b = placeholder((m, k), "A", "int8"), placeholder((n, k), "B", "int8")
    r = te.reduce_axis((0, k), name="k")

    def product(i, j):
        return te.sum(a[i, r].astype("int32") * b[j, r].astype("int32"), axis=r)

    return [a, b, te.compute((m, n), product, name="T")]


@auto_scheduler.register_workload
def same_names(m, n, k):
    """Three operations called T_add, two of which are computed for themselves."""
    a, b, c = placeholder((m, k), "A"), placeholder((k, n), "B"), placeholder((m, n), "C")
    first = topi.add(topi.nn.matmul(a, b), c)
    total = topi.sum(topi.add(first, c), axis=1, keepdims=True)
    return [a, b, c, topi.add(first, total)]


#: name of the fixture -> (function, arguments)
WORKLOADS = {
    "matmul": (matmul_bias, (128, 128, 128, "float32")),
    "matmul-float16": (matmul_bias, (64, 96, 128, "float16")),
    "matmul-int8": (matmul_int8, (64, 64, 128)),
    "batch-matmul": (batch_matmul, (8, 64, 64, 32)),
    "conv2d": (conv2d_bias_relu, (1, 32, 28, 64, 3, 1, 1, 1)),
    "conv2d-strided": (conv2d_bias_relu, (2, 16, 28, 32, 3, 2, 1, 1)),
    "conv2d-dilated": (conv2d_bias_relu, (1, 16, 28, 32, 3, 1, 2, 2)),
    "conv2d-1x1": (conv2d_bias_relu, (1, 64, 14, 128, 1, 1, 0, 1)),
    "conv2d-nhwc": (conv2d_nhwc, (1, 28, 32, 64, 3, 1, 1)),
    "group-conv2d": (group_conv2d, (1, 32, 14, 64, 3, 4)),
    "depthwise": (depthwise, (1, 32, 28, 3, 1, 1)),
    "conv2d-transpose": (conv2d_transpose, (1, 16, 8, 16, 4)),
    "conv1d": (conv1d, (1, 16, 64, 32, 3)),
    "conv3d": (conv3d, (1, 8, 8, 16, 3)),
    "winograd": (winograd, (1, 14, 32, 32)),
    "avg-pool": (pool, (1, 16, 28, "avg")),
    "max-pool": (pool, (1, 16, 28, "max")),
    "softmax": (softmax, (64, 256)),
    "layer-norm": (layer_norm, (64, 256)),
    "row-sum": (row_sum, (128, 512)),
    "transpose": (transpose_gelu, (128, 96)),
    "gather": (gather, (1000, 64, 32)),
    "same-names": (same_names, (64, 48, 32)),
    "argmax": (row_argmax, (64, 100)),
}
