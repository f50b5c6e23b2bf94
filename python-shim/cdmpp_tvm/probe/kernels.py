"""Kernels whose speed one thing limits, written in TIR and compiled by TVM.

Each runs its work `rounds` times over, the last argument, in as many threads as the device has,
and leaves a result that shows that the work was done.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..local_devices import LocalDevice
from ..tvm_door import import_tvm

FLOAT_BYTES = 4

# Of the multiply-add kernel: repeats of its body without a branch between them.
MULTIPLY_ADD_UNROLL = 8
# Of the clock kernel: additions, and as many exclusive-ors, without a branch between them.
CHAIN_LENGTH = 64
# Of the read kernel: sums that run side by side, and vectors that each adds without a branch.
_READ_SUMS = 8
_READ_UNROLL = 2
# Of the launch kernel: iterations of a parallel region for each thread, each on a cache line.
LAUNCH_ITERATIONS = 8
LAUNCH_STRIDE = 16


@dataclass(frozen=True)
class Kernel:
    """A compiled kernel, called with its arrays and then `rounds`."""

    module: Any

    def run(self, *arguments: Any) -> None:
        """Once."""
        self.module["kernel"](*arguments)

    def seconds(self, repeats: int, *arguments: Any) -> list[float]:
        """Run once to warm up, then time `repeats` runs by TVM's own timer."""
        cpu = import_tvm("tvm").cpu()
        timer = self.module.time_evaluator("kernel", cpu, number=1, repeat=repeats)
        return [float(value) for value in timer(*arguments).results]

    def assembly(self) -> str:
        """What the compiler made of it."""
        return str(self.module.get_source("asm"))


def lanes_of(device: LocalDevice) -> int:
    """float32 numbers in a vector register."""
    return device.simd_bits // 32


def read_block_floats(device: LocalDevice) -> int:
    """float32 numbers that the read kernel reads without a branch; it reads whole blocks."""
    return _READ_SUMS * _READ_UNROLL * lanes_of(device)


def chain_constants() -> list[tuple[int, int]]:
    """What the clock kernel adds and combines: as large as an instruction can hold.

    Some CPUs add small constants for nothing when they rename registers.
    """
    numbers = random.Random(0)
    return [
        (numbers.randrange(2**29, 2**30), numbers.randrange(2**29, 2**30))
        for _ in range(CHAIN_LENGTH)
    ]


def multiply_add_kernel(device: LocalDevice, accumulators: int) -> Kernel:
    """`x = x * scale + shift` on independent vectors that stay in registers.

    Arrays: `start` and `out`, float32, threads × accumulators × lanes; `factors`, float32,
    2 × lanes: the scale, then the shift, in every lane. `out` is `start` after
    rounds × `MULTIPLY_ADD_UNROLL` steps.
    """
    tir = import_tvm("tvm.tir")
    lanes = lanes_of(device)
    numbers = accumulators * lanes
    start = tir.decl_buffer((device.threads * numbers,), "float32", "start")
    factors = tir.decl_buffer((2 * lanes,), "float32", "factors")
    out = tir.decl_buffer((device.threads * numbers,), "float32", "out")
    rounds = tir.Var("rounds", "int32")
    builder = tir.ir_builder.create()
    with _loop(builder, device.threads, "thread", "parallel") as thread:
        x = builder.allocate("float32", numbers, name="x", scope="local").asobject()
        scale = builder.let("scale", _load(tir, factors, 0, lanes))
        shift = builder.let("shift", _load(tir, factors, lanes, lanes))
        for i in range(accumulators):
            _store(
                builder, tir, x, _load(tir, start, thread * numbers + i * lanes, lanes), i, lanes
            )
        with _loop(builder, rounds, "round"):
            for _ in range(MULTIPLY_ADD_UNROLL):
                for i in range(accumulators):
                    step = _load(tir, x, i * lanes, lanes) * scale + shift
                    _store(builder, tir, x, step, i, lanes)
        for i in range(accumulators):
            place = tir.Ramp(thread * numbers + i * lanes, 1, lanes)
            builder.emit(tir.BufferStore(out, _load(tir, x, i * lanes, lanes), [place]))
    return _compile(device, [start, factors, out], rounds, builder.get())


def read_kernel(device: LocalDevice) -> Kernel:
    """Adds up a thread's own share of an array, again and again.

    Arrays: `data`, float32, threads × blocks × `read_block_floats`; `out`, float32,
    threads × 8 × lanes: sums, which together are rounds times the sum of `data`. Before `rounds`
    comes `blocks`.
    """
    tir = import_tvm("tvm.tir")
    lanes = lanes_of(device)
    block_floats = read_block_floats(device)
    numbers = _READ_SUMS * lanes
    blocks = tir.Var("blocks", "int32")
    rounds = tir.Var("rounds", "int32")
    data = tir.decl_buffer((device.threads * blocks * block_floats,), "float32", "data")
    out = tir.decl_buffer((device.threads * numbers,), "float32", "out")
    builder = tir.ir_builder.create()
    with _loop(builder, device.threads, "thread", "parallel") as thread:
        sums = builder.allocate("float32", numbers, name="sums", scope="local").asobject()
        for i in range(_READ_SUMS):
            zero = tir.Broadcast(tir.const(0, "float32"), lanes)
            _store(builder, tir, sums, zero, i, lanes)
        with _loop(builder, rounds, "round"), _loop(builder, blocks, "block") as block:
            first = (thread * blocks + block) * block_floats
            for i in range(_READ_SUMS * _READ_UNROLL):
                j = i % _READ_SUMS
                read = _load(tir, data, first + i * lanes, lanes)
                _store(builder, tir, sums, _load(tir, sums, j * lanes, lanes) + read, j, lanes)
        for i in range(_READ_SUMS):
            place = tir.Ramp(thread * numbers + i * lanes, 1, lanes)
            builder.emit(tir.BufferStore(out, _load(tir, sums, i * lanes, lanes), [place]))
    return _compile(device, [data, out], (blocks, rounds), builder.get())


def clock_kernel(device: LocalDevice) -> Kernel:
    """A chain of integer operations, each of which waits a cycle for the one before.

    Array: `out`, int64, one for each thread: 0 taken through `chain_constants` once a round.
    """
    tir = import_tvm("tvm.tir")
    out = tir.decl_buffer((device.threads,), "int64", "out")
    rounds = tir.Var("rounds", "int32")
    builder = tir.ir_builder.create()
    with _loop(builder, device.threads, "thread", "parallel") as thread:
        x = builder.allocate("int64", 1, name="x", scope="local").asobject()
        only = [tir.const(0, "int32")]
        builder.emit(tir.BufferStore(x, tir.const(0, "int64"), only))
        with _loop(builder, rounds, "round"):
            for added, combined in chain_constants():
                step = tir.BufferLoad(x, only) + tir.const(added, "int64")
                step = tir.bitwise_xor(step, tir.const(combined, "int64"))
                builder.emit(tir.BufferStore(x, step, only))
        builder.emit(tir.BufferStore(out, tir.BufferLoad(x, only), [thread]))
    return _compile(device, [out], rounds, builder.get())


def launch_kernel(device: LocalDevice) -> Kernel:
    """Parallel regions with next to nothing in them, one after the other.

    Array: `out`, int32, threads × `LAUNCH_ITERATIONS` × `LAUNCH_STRIDE`: to every first of a
    stride, each round adds 1.
    """
    tir = import_tvm("tvm.tir")
    iterations = device.threads * LAUNCH_ITERATIONS
    out = tir.decl_buffer((iterations * LAUNCH_STRIDE,), "int32", "out")
    rounds = tir.Var("rounds", "int32")
    builder = tir.ir_builder.create()
    with _loop(builder, rounds, "round"), _loop(builder, iterations, "i", "parallel") as iteration:
        place = iteration * LAUNCH_STRIDE
        count = tir.BufferLoad(out, [place]) + tir.const(1, "int32")
        builder.emit(tir.BufferStore(out, count, [place]))
    return _compile(device, [out], rounds, builder.get())


def _loop(builder: Any, extent: Any, name: str, kind: str = "serial") -> Any:
    return builder.for_range(0, extent, name=name, kind=kind)


def _load(tir: Any, buffer: Any, first: Any, lanes: int) -> Any:
    return tir.BufferLoad(buffer, [tir.Ramp(first, 1, lanes)])


def _store(builder: Any, tir: Any, buffer: Any, value: Any, index: int, lanes: int) -> None:
    """To the vector `index` of a local buffer."""
    builder.emit(tir.BufferStore(buffer, value, [tir.Ramp(index * lanes, 1, lanes)]))


def _compile(device: LocalDevice, buffers: Sequence[Any], numbers: Any, body: Any) -> Kernel:
    tvm = import_tvm("tvm")
    handles = [tvm.tir.Var(buffer.name, "handle") for buffer in buffers]
    scalars = numbers if isinstance(numbers, tuple) else (numbers,)
    function = tvm.tir.PrimFunc(
        [*handles, *scalars], body, buffer_map=dict(zip(handles, buffers))
    ).with_attr({"global_symbol": "kernel", "tir.noalias": True})
    return Kernel(tvm.build(tvm.IRModule({"kernel": function}), target=device.target()))
