"""The figures of a device, measured in this process; `TVM_NUM_THREADS` is set to its threads."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import ProbeError
from ..local_cpu import cache_bytes
from ..local_devices import LocalDevice
from ..tvm_door import import_tvm
from .kernels import (
    CHAIN_LENGTH,
    FLOAT_BYTES,
    LAUNCH_ITERATIONS,
    LAUNCH_STRIDE,
    MULTIPLY_ADD_UNROLL,
    Kernel,
    chain_constants,
    clock_kernel,
    lanes_of,
    launch_kernel,
    multiply_add_kernel,
    read_block_floats,
    read_kernel,
)
from .stopwatch import Timing, time_rounds
from .working_sets import working_sets

# Enough to hide the latency of two multiply-adds a cycle (8, or 12 where a multiplication and an
# addition follow each other), few enough for 16 registers with the two factors.
_ACCUMULATORS = (8, 10, 12)
# A fixed point of 1, reached slowly and without numbers that are slow to handle.
_SCALE, _SHIFT = 0.999, 0.001
_CHECKED_ROUNDS = 3

Figure = dict[str, float]


def measure(device: LocalDevice) -> dict[str, Figure]:
    """All figures, by name in the units that the names of the card's fields say.

    Returns:
        For `clock_hertz`, `peak_flops`, `launch_overhead_seconds` and
        `{l1,l2,l3,memory}_bandwidth_bytes_per_second` the best of its runs, their median and
        number, and what the best was measured with.

    Raises:
        ProbeError: A kernel did not do its work.
    """
    return {
        "clock_hertz": measure_clock(device),
        "peak_flops": measure_peak(device),
        **measure_bandwidths(device),
        "launch_overhead_seconds": measure_launch(device),
    }


def measure_clock(device: LocalDevice) -> Figure:
    """Cycles a second that a core makes while all threads work."""
    kernel = clock_kernel(device)
    out = _array(np.zeros(device.threads, "int64"))
    kernel.run(out, _CHECKED_ROUNDS)
    expected = 0
    for added, combined in chain_constants() * _CHECKED_ROUNDS:
        expected = (expected + added) ^ combined
    _check("clock", out.numpy(), np.full(device.threads, expected))
    return _rate(2 * CHAIN_LENGTH, time_rounds(kernel, out))


def measure_peak(device: LocalDevice) -> Figure:
    """float32 operations a second of all threads, a multiply-add counted as two."""
    figures = []
    for accumulators in _ACCUMULATORS:
        kernel = multiply_add_kernel(device, accumulators)
        arguments, numbers = _multiply_add_arguments(device, accumulators)
        kernel.run(*arguments, _CHECKED_ROUNDS)
        steps = _CHECKED_ROUNDS * MULTIPLY_ADD_UNROLL
        start = arguments[0].numpy().astype("float64")
        expected = 1 + (start - 1) * _SCALE**steps
        _check("multiply-add", arguments[2].numpy(), expected, tolerance=1e-4)
        timing = time_rounds(kernel, *arguments)
        figure = _rate(2 * numbers * MULTIPLY_ADD_UNROLL, timing)
        figures.append({**figure, "accumulators": accumulators})
    return max(figures, key=lambda figure: figure["best"])


def measure_bandwidths(device: LocalDevice) -> dict[str, Figure]:
    """Bytes a second read from each level: of a core for levels 1 and 2, of all beyond."""
    kernel = read_kernel(device)
    sets = working_sets(cache_bytes(1), cache_bytes(2), cache_bytes(3), device.threads)
    figures = {}
    for level, sizes in sets.items():
        candidates = [_measure_read(kernel, device, size) for size in sizes]
        best = max(candidates, key=lambda figure: figure["best"])
        sharers = device.threads if level in ("l1", "l2") else 1
        best.update(best=best["best"] / sharers, median=best["median"] / sharers)
        figures[f"{level}_bandwidth_bytes_per_second"] = best
    return figures


def measure_launch(device: LocalDevice) -> Figure:
    """Seconds from one parallel region to the next when there is nothing to do in them.

    The median stands for it: it is no limit of the hardware that a best run would show.
    """
    kernel = launch_kernel(device)
    iterations = device.threads * LAUNCH_ITERATIONS
    out = _array(np.zeros(iterations * LAUNCH_STRIDE, "int32"))
    kernel.run(out, _CHECKED_ROUNDS)
    _check("launch", out.numpy()[::LAUNCH_STRIDE], np.full(iterations, _CHECKED_ROUNDS))
    timing = time_rounds(kernel, out)
    return {"best": timing.best, "median": timing.median, "runs": timing.runs}


def _measure_read(kernel: Kernel, device: LocalDevice, bytes_each: int) -> Figure:
    block = read_block_floats(device)
    blocks = max(1, bytes_each // (block * FLOAT_BYTES))
    floats = device.threads * blocks * block
    # Written, so that each page is its own: pages never written to are all one page of zeros.
    data = _array(np.ones(floats, "float32"))
    out = _array(np.zeros(device.threads * 8 * lanes_of(device), "float32"))
    # Twice over the largest of working sets leaves each sum at 2**24 at most: exact.
    kernel.run(data, out, blocks, 2)
    _check("read", out.numpy().sum(dtype="float64"), np.float64(2 * floats))
    figure = _rate(floats * FLOAT_BYTES, time_rounds(kernel, data, out, blocks))
    return {**figure, "working_set_bytes": floats * FLOAT_BYTES}


def _multiply_add_arguments(device: LocalDevice, accumulators: int) -> tuple[list[Any], int]:
    lanes = lanes_of(device)
    numbers = device.threads * accumulators * lanes
    start = np.linspace(0.5, 2.0, numbers, dtype="float32")
    factors = np.repeat(np.array([_SCALE, _SHIFT], "float32"), lanes)
    return [_array(values) for values in (start, factors, np.zeros(numbers, "float32"))], numbers


def _rate(work: float, timing: Timing) -> Figure:
    return {"best": work / timing.best, "median": work / timing.median, "runs": timing.runs}


def _array(values: Any) -> Any:
    return import_tvm("tvm").nd.array(values)


def _check(kernel: str, found: Any, expected: Any, tolerance: float = 0.0) -> None:
    """What a compiler left out, or a thread did not run, shows in the result."""
    if not np.allclose(found, expected, rtol=tolerance, atol=0.0):
        raise ProbeError(
            f"the {kernel} kernel left {found!r}, expected {expected!r}: it was not compiled as"
            " written; no device can be measured with it."
        )
