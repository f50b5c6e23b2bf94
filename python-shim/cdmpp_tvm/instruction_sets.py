"""The instruction sets of one x86-64 CPU, each of which makes another device of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .local_cpu import cpu_flags

# Substrings of -mcpu and -mattr that tell the width of a vector register, widest first.
_SIMD_512 = ("skylake-avx512", "cascadelake", "cooperlake", "cannonlake", "icelake", "tigerlake",
             "sapphirerapids", "graniterapids", "znver4", "znver5", "avx512f", "knl", "knm",
             "x86-64-v4")  # fmt: skip
_SIMD_256 = ("haswell", "broadwell", "skylake", "alderlake", "core-avx2", "core-avx-i",
             "sandybridge", "ivybridge", "znver", "bdver", "avx2", "avx", "x86-64-v3")  # fmt: skip

_HASWELL = frozenset({"avx", "avx2", "fma", "bmi1", "bmi2", "abm", "movbe", "f16c"})
_SKYLAKE_512 = _HASWELL | {"avx512f", "avx512dq", "avx512cd", "avx512bw", "avx512vl"}


@dataclass(frozen=True)
class InstructionSet:
    """What the compiler may use.

    Attributes:
        name: `sse2`, `avx2` or `avx512`.
        mcpu: LLVM's name of the oldest CPU that has it.
        simd_bits: Width of a vector register.
        flags: What a CPU must have to run its code, in the kernel's words.
    """

    name: str
    mcpu: str
    simd_bits: int
    flags: frozenset[str]


INSTRUCTION_SETS = (
    InstructionSet("sse2", "x86-64", 128, frozenset({"sse2"})),
    InstructionSet("avx2", "core-avx2", 256, _HASWELL),
    InstructionSet("avx512", "skylake-avx512", 512, _SKYLAKE_512),
)


def runnable_instruction_sets() -> tuple[InstructionSet, ...]:
    """Those that this CPU runs, narrowest vectors first; none on others than x86-64."""
    flags = cpu_flags()
    return tuple(entry for entry in INSTRUCTION_SETS if entry.flags <= flags)


def simd_bits(target: str) -> int:
    """Width of a vector register in bits, from a target string's -mcpu, -mattr and -mtriple."""
    text = target.lower()
    if "-mtriple=aarch64" in text or "-mtriple=arm" in text:
        return 128
    features = " ".join(re.findall(r"-(?:mcpu|mattr)=(\S+)", text))
    if any(word in features for word in _SIMD_512):
        return 512
    return 256 if any(word in features for word in _SIMD_256) else 128
