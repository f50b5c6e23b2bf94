"""What the operating system says of this machine's CPU.

What cannot be found out is 0 or empty, which means unknown; nothing is guessed.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

_CPU_FOLDER = Path("/sys/devices/system/cpu/cpu0")
_CPU_INFO = Path("/proc/cpuinfo")

# Fields of /proc/cpuinfo that together name one design of a CPU. The model's name alone does not:
# under some hypervisors it is the same for generations.
_IDENTITY_FIELDS = {
    "vendor": "vendor_id",
    "family": "cpu family",
    "model": "model",
    "stepping": "stepping",
    "model_name": "model name",
}


def cpu_identity() -> dict[str, str]:
    """The design of this CPU; equal on two machines of one kind. Empty where nothing is known."""
    found = {name: _info(field) for name, field in _IDENTITY_FIELDS.items()}
    return {name: value for name, value in found.items() if value}


def cpu_slug() -> str:
    """The model's name as a word: `amd-epyc`; `cpu` where there is none."""
    text = re.sub(r"\((r|tm)\)|\bcpu\b|\bprocessor\b|@.*$", " ", _info("model name").lower())
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-") or "cpu"


def cpu_flags() -> frozenset[str]:
    """The extensions that this CPU has, in the kernel's words; empty on others than x86."""
    return frozenset(_info("flags").split())


def usable_cores() -> int:
    """Cores that this process may run on, at least 1."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except (AttributeError, OSError):
        return os.cpu_count() or 1


def clock_hertz() -> float:
    """Nominal clock in hertz: the highest that cpufreq allows, else what cpuinfo shows now."""
    kilohertz = _read(_CPU_FOLDER / "cpufreq" / "cpuinfo_max_freq").strip()
    if kilohertz.isdigit():
        return float(kilohertz) * 1e3
    try:
        megahertz = float(_info("cpu MHz"))
    except ValueError:
        return 0.0
    # Rounded to 10 MHz: the figure wavers and must not make a new device of the same machine.
    return round(megahertz / 10) * 1e7


def cache_bytes(level: int) -> int:
    """Capacity of one cache of the level, 1 to 3, that core 0 uses for data."""
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


def memory_bytes() -> int:
    """To the nearest GiB: what the kernel keeps for itself differs from boot to boot."""
    gibibyte = 1024**3
    total = _system_figure("SC_PAGE_SIZE") * _system_figure("SC_PHYS_PAGES")
    return (total + gibibyte // 2) // gibibyte * gibibyte


def _info(field: str) -> str:
    """The first value of a field of /proc/cpuinfo; empty where there is none."""
    match = re.search(rf"^{re.escape(field)}\s*: *(.+)$", _read(_CPU_INFO), re.MULTILINE)
    return match.group(1).strip() if match else ""


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
