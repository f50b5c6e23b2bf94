"""The devices that one machine makes: its CPU by instruction set and number of threads.

The same program, compiled for another instruction set or run by another number of threads, runs
at another speed: to a cost model that is another device.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .device import local_cpu_card
from .device_files import probed_card
from .errors import ConfigurationError
from .gen import task_pb2 as pb
from .instruction_sets import INSTRUCTION_SETS, InstructionSet, runnable_instruction_sets
from .local_cpu import cpu_slug, usable_cores
from .tvm_door import import_tvm

_CACHE_LINE_BYTES = 64


@dataclass(frozen=True)
class LocalDevice:
    """This machine's CPU, held to an instruction set and a number of threads.

    Attributes:
        name: For example `amd-epyc-avx2-2t`: CPU, instruction set, threads.
        instruction_set: `sse2`, `avx2` or `avx512`.
        mcpu: LLVM's name of the oldest CPU that has it.
        threads: How many run a program; whoever runs one sets `TVM_NUM_THREADS` to it.
    """

    name: str
    instruction_set: str
    mcpu: str
    threads: int

    @property
    def simd_bits(self) -> int:
        """Width of a vector register."""
        return _instruction_set(self.instruction_set).simd_bits

    def target(self) -> Any:
        """What TVM compiles for: a `tvm.target.Target`."""
        return import_tvm("tvm").target.Target(f"llvm -mcpu={self.mcpu}")

    def hardware_params(self) -> Any:
        """TVM's `HardwareParams`, all said outright: its own guess of the cores can be wrong."""
        auto_scheduler = import_tvm("tvm.auto_scheduler")
        return auto_scheduler.HardwareParams(
            self.threads, self.simd_bits // 8, _CACHE_LINE_BYTES, 0, 0, 0, 0, 0
        )

    def card(self) -> pb.DeviceCard:
        """The probed card where there is one, else what the operating system says."""
        probed = probed_card(self.threads, self.simd_bits)
        card = probed or local_cpu_card(self.threads, f"llvm -mcpu={self.mcpu}")
        card.name = self.name
        return card


def local_devices(selection: Sequence[str] | None = None) -> list[LocalDevice]:
    """Devices that this CPU can be.

    Args:
        selection: Such as `avx2-1t` or `avx512-2t`, with the CPU's name before it or not. None:
            every instruction set that the CPU has, with one thread and, where there are two
            cores, with two.

    Raises:
        ConfigurationError: The CPU cannot be one that was asked for.
    """
    cores = usable_cores()
    sets = {entry.name: entry for entry in runnable_instruction_sets()}
    if not sets:
        raise ConfigurationError("this CPU is no x86-64 one; local devices are made of those only.")
    if selection is None:
        return [_device(entry, n) for entry in sets.values() for n in range(1, min(cores, 2) + 1)]
    devices = []
    for text in selection:
        match = re.fullmatch(rf"(?:{re.escape(cpu_slug())}-)?([a-z0-9]+)-([1-9]\d{{0,4}})t", text)
        if match is None or match.group(1) not in sets or int(match.group(2)) > cores:
            raise ConfigurationError(
                f"device is {text!r}; here it must be SET-Nt, with {', '.join(sets)} as SET and"
                f" 1 to {cores} threads, for example {next(iter(sets))}-1t."
            )
        devices.append(_device(sets[match.group(1)], int(match.group(2))))
    return devices


def _device(entry: InstructionSet, threads: int) -> LocalDevice:
    name = f"{cpu_slug()}-{entry.name}-{threads}t"
    return LocalDevice(name, entry.name, entry.mcpu, threads)


def _instruction_set(name: str) -> InstructionSet:
    return next(entry for entry in INSTRUCTION_SETS if entry.name == name)
