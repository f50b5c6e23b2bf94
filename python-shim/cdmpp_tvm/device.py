"""The card of the device that programs run on: the local CPU's from the operating system.

What cannot be found out stays 0, which means unknown; nothing is guessed.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from .errors import ConfigurationError
from .gen import task_pb2 as pb
from .gpu_cards import GPU_NAMES, gpu_card

_CPU_FOLDER = Path("/sys/devices/system/cpu/cpu0")
_CPU_INFO = Path("/proc/cpuinfo")

# Substrings of -mcpu and -mattr that tell the width of a vector register, widest first.
_SIMD_512 = ("skylake-avx512", "cascadelake", "cooperlake", "cannonlake", "icelake", "tigerlake",
             "sapphirerapids", "graniterapids", "znver4", "znver5", "avx512f", "knl", "knm",
             "x86-64-v4")  # fmt: skip
_SIMD_256 = ("haswell", "broadwell", "skylake", "alderlake", "core-avx2", "core-avx-i",
             "sandybridge", "ivybridge", "znver", "bdver", "avx2", "avx", "x86-64-v3")  # fmt: skip


def device_card(
    task: Any,
    device: pb.DeviceCard | str | None = None,
    name: str | None = None,
) -> pb.DeviceCard | None:
    """The card that goes with a task.

    Args:
        task: `tvm.auto_scheduler.SearchTask`.
        device: A card, taken as it is; or the name of a GPU in the table of `gpu_cards`. None:
            the local CPU for CPU targets; for other targets no card, the server then derives what
            it can from target and hardware parameters.
        name: Overrides the card's name, by which the records of the device are found again.

    Raises:
        ConfigurationError: There is no card of that name.
    """
    if isinstance(device, str):
        card = gpu_card(device)
        if card is None:
            raise ConfigurationError(
                f"device is {device!r}, expected one of {', '.join(GPU_NAMES)}; give a DeviceCard"
                " for others."
            )
    elif device is not None:
        card = pb.DeviceCard()
        card.CopyFrom(device)
    elif str(task.target.kind.name) == "llvm":
        cores = int(getattr(task.hardware_params, "num_cores", 0) or 0)
        card = local_cpu_card(cores, str(task.target))
    else:
        return None
    if name:
        card.name = name
    return card


def local_cpu_card(cores: int, target: str) -> pb.DeviceCard:
    """The card of this machine's CPU.

    Args:
        cores: Cores in use; 0 where unknown.
        target: TVM's target string, which decides the width of vectors.
    """
    lanes_bits = simd_bits(target)
    clock = _clock_hertz()
    # float32 lanes × 2 operations of a fused multiply-add × 2 ports; an upper bound, some
    # CPUs have one port only.
    peak = cores * clock * (lanes_bits / 32) * 2 * 2
    return pb.DeviceCard(
        name="local-" + _slug(_cpu_model()),
        kind=pb.DEVICE_KIND_CPU,
        cores=cores,
        simd_bits=lanes_bits,
        clock_hertz=clock,
        peak_flops=peak,
        l1_cache_bytes=_cache_bytes(1),
        l2_cache_bytes=_cache_bytes(2),
        l3_cache_bytes=_cache_bytes(3),
        memory_bytes=_memory_bytes(),
    )


def simd_bits(target: str) -> int:
    """Width of a vector register in bits, from a target string's -mcpu, -mattr and -mtriple."""
    text = target.lower()
    if "-mtriple=aarch64" in text or "-mtriple=arm" in text:
        return 128
    features = " ".join(re.findall(r"-(?:mcpu|mattr)=(\S+)", text))
    if any(word in features for word in _SIMD_512):
        return 512
    return 256 if any(word in features for word in _SIMD_256) else 128


def _cpu_model() -> str:
    match = re.search(r"^model name\s*:\s*(.+)$", _read(_CPU_INFO), re.MULTILINE)
    return match.group(1) if match else "cpu"


def _clock_hertz() -> float:
    """Nominal clock in hertz: the highest that cpufreq allows, else what cpuinfo shows now."""
    kilohertz = _read(_CPU_FOLDER / "cpufreq" / "cpuinfo_max_freq").strip()
    if kilohertz.isdigit():
        return float(kilohertz) * 1e3
    megahertz = re.search(r"^cpu MHz\s*:\s*([\d.]+)", _read(_CPU_INFO), re.MULTILINE)
    # Rounded to 10 MHz: the figure wavers and must not make a new device of the same machine.
    return round(float(megahertz.group(1)) / 10) * 1e7 if megahertz else 0.0


def _cache_bytes(level: int) -> int:
    for folder in sorted((_CPU_FOLDER / "cache").glob("index*")):
        if _read(folder / "level").strip() != str(level):
            continue
        if _read(folder / "type").strip() == "Instruction":
            continue
        match = re.fullmatch(r"(\d+)([KMG]?)", _read(folder / "size").strip())
        if match:
            return int(match.group(1)) * int(1024 ** " KMG".index(match.group(2) or " "))
    name = "SC_LEVEL1_DCACHE_SIZE" if level == 1 else f"SC_LEVEL{level}_CACHE_SIZE"
    return _system_figure(name)


def _memory_bytes() -> int:
    """To the nearest GiB: what the kernel keeps for itself differs from boot to boot."""
    gibibyte = 1024**3
    total = _system_figure("SC_PAGE_SIZE") * _system_figure("SC_PHYS_PAGES")
    return (total + gibibyte // 2) // gibibyte * gibibyte


def _system_figure(name: str) -> int:
    try:
        return max(0, os.sysconf(name))
    except (ValueError, OSError, AttributeError):
        return 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _slug(text: str) -> str:
    text = re.sub(r"\((r|tm)\)|\bcpu\b|\bprocessor\b|@.*$", " ", text.lower())
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-") or "cpu"
