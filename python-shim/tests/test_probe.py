"""Kernels of the probe as TVM compiles them, and a device measured for real."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import tvm

from cdmpp_tvm.device_files import read_device_file
from cdmpp_tvm.errors import ProbeError
from cdmpp_tvm.local_cpu import cpu_identity
from cdmpp_tvm.local_devices import LocalDevice, local_devices
from cdmpp_tvm.probe import __main__ as command
from cdmpp_tvm.probe import figures
from cdmpp_tvm.probe.kernels import (
    LAUNCH_ITERATIONS,
    LAUNCH_STRIDE,
    MULTIPLY_ADD_UNROLL,
    Kernel,
    launch_kernel,
    multiply_add_kernel,
    read_block_floats,
    read_kernel,
)
from cdmpp_tvm.probe.stopwatch import time_rounds

_DEVICES = [device for device in local_devices() if device.threads == 1]
_REGISTERS = {"sse2": "xmm", "avx2": "ymm", "avx512": "zmm"}


@pytest.mark.parametrize("device", _DEVICES, ids=lambda device: device.instruction_set)
def test_multiply_adds_are_compiled_to_the_widest_registers_and_nothing_between(
    device: LocalDevice,
) -> None:
    accumulators = 10
    text = multiply_add_kernel(device, accumulators).assembly()
    register = _REGISTERS[device.instruction_set]
    steps = accumulators * MULTIPLY_ADD_UNROLL
    if device.instruction_set == "sse2":
        assert not re.search(r"%[yz]mm", text)
        lines = re.findall(r"^\s*mulps\s.*$", text, re.MULTILINE)
    else:
        lines = re.findall(rf"^\s*vfmadd\d+ps\s.*%{register}\d+.*$", text, re.MULTILINE)
    assert len(lines) >= steps
    # In registers: no step of the loop reads or writes an accumulator in memory.
    in_memory = [line for line in lines if "(" in line and "rip" not in line]
    assert len(in_memory) < accumulators


@pytest.mark.parametrize("device", _DEVICES, ids=lambda device: device.instruction_set)
def test_reading_is_compiled_to_the_widest_registers(device: LocalDevice) -> None:
    register = _REGISTERS[device.instruction_set]
    text = read_kernel(device).assembly()
    assert len(re.findall(rf"^\s*v?addps\s.*%{register}\d+", text, re.MULTILINE)) >= 16


def test_every_thread_runs_every_round() -> None:
    device = _DEVICES[0]
    out = tvm.nd.array(np.zeros(LAUNCH_ITERATIONS * LAUNCH_STRIDE, "int32"))
    launch_kernel(device).run(out, 5)
    assert out.numpy()[::LAUNCH_STRIDE].tolist() == [5] * LAUNCH_ITERATIONS
    assert out.numpy().sum() == 5 * LAUNCH_ITERATIONS


def test_work_that_was_left_out_is_found_out() -> None:
    with pytest.raises(ProbeError, match=r"the read kernel left 1.*, expected 2"):
        figures._check("read", np.float64(1), np.float64(2))


def test_rounds_that_take_no_time_are_found_out() -> None:
    empty = tvm.tir.PrimFunc([tvm.tir.Var("rounds", "int32")], tvm.tir.Evaluate(0))
    module = tvm.IRModule({"kernel": empty.with_attr("global_symbol", "kernel")})
    kernel = Kernel(tvm.build(module, target="llvm"))
    with pytest.raises(ProbeError, match="the compiler has left its work out"):
        time_rounds(kernel)


def test_wider_vectors_compute_more() -> None:
    if len(_DEVICES) < 2:
        pytest.skip("this CPU has one instruction set")
    narrow, wide = (figures.measure_peak(device)["best"] for device in (_DEVICES[0], _DEVICES[-1]))
    assert wide > 1.2 * narrow


def test_a_device_is_measured_and_its_card_found_again(
    probed_cards: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The bounds between its figures, `probe_device` holds itself: see `test_plausible.py`."""
    device = _DEVICES[-1]
    assert command.main(["--devices", f"{device.instruction_set}-1t"]) == 0
    # A second line may say that the machine was doing other things.
    printed = capsys.readouterr().out.splitlines()[0]
    path = probed_cards / f"{device.name}.json"
    assert printed.startswith(f"{device.name}: ")
    assert printed.endswith(f" -> {path}")
    entry = read_device_file(path)
    card = entry.card
    assert (card.name, card.cores, card.simd_bits) == (device.name, 1, device.simd_bits)
    assert card.l1_bandwidth_bytes_per_second > 1e9 or card.l1_cache_bytes == 0
    assert card.memory_bandwidth_bytes_per_second > 1e8
    assert entry.about["cpu"] == cpu_identity()
    assert entry.about["versions"]["tvm"] == tvm.__version__
    assert entry.about["measured"]["peak_flops"]["best"] == card.peak_flops
    # Whole blocks of the kernel in each of the working sets.
    sets = [figure.get("working_set_bytes") for figure in entry.about["measured"].values()]
    assert all(size % (read_block_floats(device) * 4) == 0 for size in sets if size is not None)
    assert device.card() == card


def test_what_cannot_be_measured_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--devices", "abacus-1t"]) == 2
    assert "device is 'abacus-1t'; here it must be SET-Nt" in capsys.readouterr().err
