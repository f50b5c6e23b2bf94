"""Data-sheet cards of GPUs, chosen by name. Peaks are those of the boost clock."""

from __future__ import annotations

from dataclasses import dataclass

from .gen import task_pb2 as pb

_KIB = 1024
_MIB = 1024 * 1024
_GIB = 1024 * 1024 * 1024
_REGISTERS = 65_536  # 32-bit registers of a multiprocessor, all but the K80's


@dataclass(frozen=True)
class _Sheet:
    """One line of a data sheet, in the units that data sheets use."""

    multiprocessors: int
    clock_mhz: float
    peak_tflops: float  # float32, without tensor cores
    bandwidth_gb_per_s: float
    memory_gib: int
    last_cache_mib: float  # the device-wide cache, which vendors call L2
    shared_kib: int  # of one multiprocessor
    threads: int  # of one multiprocessor
    registers: int = _REGISTERS


_SHEETS = {
    # One of the two processors of the board.
    "k80": _Sheet(13, 875, 4.37, 240, 12, 1.5, 112, 2048, 131_072),
    "p100": _Sheet(56, 1480, 10.6, 732, 16, 4, 64, 2048),
    "v100": _Sheet(80, 1530, 15.7, 900, 16, 6, 96, 2048),
    "t4": _Sheet(40, 1590, 8.1, 320, 16, 4, 64, 1024),
    "a100": _Sheet(108, 1410, 19.5, 1555, 40, 40, 164, 2048),
    "a10": _Sheet(72, 1695, 31.2, 600, 24, 6, 100, 1536),
    "h100": _Sheet(132, 1980, 66.9, 3350, 80, 50, 228, 2048),
    "h200": _Sheet(132, 1980, 66.9, 4800, 141, 50, 228, 2048),
    "rtx-2080-ti": _Sheet(68, 1545, 13.45, 616, 11, 5.5, 64, 1024),
    "rtx-3090": _Sheet(82, 1695, 35.6, 936, 24, 6, 100, 1536),
}

GPU_NAMES = tuple(_SHEETS)


def gpu_card(name: str) -> pb.DeviceCard | None:
    """The card of a GPU, or None where the table has none of that name.

    The device-wide cache stands under level 3, the level that the contract counts in all. The
    time to start a kernel and the cache of level 1 are no data-sheet figures: unknown.

    Args:
        name: For example `V100`, `NVIDIA A100`, `rtx 3090`; case and separators do not matter.
    """
    key = name.lower().replace("nvidia", "").replace("geforce", "").strip()
    key = "-".join(key.replace("_", " ").replace("-", " ").split())
    sheet = _SHEETS.get(key)
    if sheet is None:
        return None
    return pb.DeviceCard(
        name=key,
        kind=pb.DEVICE_KIND_GPU,
        cores=sheet.multiprocessors,
        clock_hertz=sheet.clock_mhz * 1e6,
        peak_flops=sheet.peak_tflops * 1e12,
        memory_bandwidth_bytes_per_second=sheet.bandwidth_gb_per_s * 1e9,
        l3_cache_bytes=int(sheet.last_cache_mib * _MIB),
        memory_bytes=sheet.memory_gib * _GIB,
        shared_memory_bytes_per_core=sheet.shared_kib * _KIB,
        registers_per_core=sheet.registers,
        max_threads_per_core=sheet.threads,
        warp_size=32,
    )
