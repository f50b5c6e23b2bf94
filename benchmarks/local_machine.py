"""This machine as TVM sees it: target and limits, both explicit."""

from __future__ import annotations

import pathlib

import tvm
from tvm.auto_scheduler import HardwareParams


def local_target(cores: int) -> tuple[tvm.target.Target, HardwareParams]:
    """The widest vectors that the CPU has; TVM's own guess of the cores is wrong on some."""
    flags = set()
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("flags"):
            flags = set(line.split(":", 1)[1].split())
            break
    if {"avx512f", "avx512bw", "avx512dq", "avx512vl"} <= flags:
        mcpu, vector_bytes = "skylake-avx512", 64
    elif {"avx2", "fma"} <= flags:
        mcpu, vector_bytes = "core-avx2", 32
    else:
        mcpu, vector_bytes = "x86-64", 16
    target = tvm.target.Target(f"llvm -mcpu={mcpu}")
    return target, HardwareParams(cores, vector_bytes, 64, 0, 0, 0, 0, 0)
