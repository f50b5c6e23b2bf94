"""Data-sheet cards of GPUs, chosen by name. Peaks are those of the boost clock."""

from __future__ import annotations

from dataclasses import dataclass

from .gen import task_pb2 as pb

_KIB = 1024
_MIB = 1024 * 1024
_GIB = 1024 * 1024 * 1024
_REGISTERS = 65_536  # 32-bit registers of a multiprocessor, all but the K80's


# Documents of NVIDIA's that the figures are from.
_VOLTA = "Tesla V100 GPU Architecture, WP-08608-001"
_TURING = "Turing GPU Architecture, WP-09183-001"
_A100 = "A100 Tensor Core GPU Architecture, V1.0"
_GA102 = "Ampere GA102 GPU Architecture, V2"
_H100 = "H100 Tensor Core GPU Architecture, V1"


@dataclass(frozen=True)
class _Sheet:
    """One line of a data sheet, in the units that data sheets use; 0 where it does not say."""

    multiprocessors: int
    clock_mhz: float
    peak_tflops: float  # float32, without tensor cores
    bandwidth_gb_per_s: float
    memory_gib: int
    last_cache_mib: float  # the device-wide cache, which vendors call L2
    shared_kib: int  # of one multiprocessor
    threads: int  # of one multiprocessor
    source: str
    registers: int = _REGISTERS
    first_cache_bytes_per_clock: int = 0  # shared memory and L1 of one multiprocessor
    last_cache_bytes_per_clock: int = 0


_SHEETS = {
    # One of the two processors of the board.
    "k80": _Sheet(
        13, 875, 4.37, 240, 12, 1.5, 112, 2048,
        "Tesla K80 GPU Accelerator, board specification BD-07317-001; Kepler Tuning Guide",
        registers=131_072,
    ),
    "p100": _Sheet(56, 1480, 10.6, 732, 16, 4, 64, 2048, "Tesla P100, WP-08019-001"),
    "v100": _Sheet(
        80, 1530, 15.7, 900, 16, 6, 96, 2048, f"{_VOLTA}; of its caches' speed: {_A100}",
        first_cache_bytes_per_clock=128, last_cache_bytes_per_clock=2048,
    ),
    "t4": _Sheet(40, 1590, 8.1, 320, 16, 4, 64, 1024, f"T4 data sheet; {_TURING}"),
    "a100": _Sheet(
        108, 1410, 19.5, 1555, 40, 40, 164, 2048, f"{_A100}, the A100-SXM4-40GB",
        first_cache_bytes_per_clock=128, last_cache_bytes_per_clock=5120,
    ),
    "a10": _Sheet(72, 1695, 31.2, 600, 24, 6, 100, 1536, f"A10 data sheet; {_GA102}"),
    "h100": _Sheet(132, 1980, 66.9, 3350, 80, 50, 228, 2048, f"{_H100}, the H100 SXM5"),
    "h200": _Sheet(132, 1980, 66.9, 4800, 141, 50, 228, 2048, f"H200 data sheet; {_H100}"),
    "rtx-2080-ti": _Sheet(68, 1545, 13.45, 616, 11, 5.5, 64, 1024, _TURING),
    "rtx-3090": _Sheet(82, 1695, 35.6, 936, 24, 6, 100, 1536, _GA102),
}  # fmt: skip

GPU_NAMES = tuple(_SHEETS)


def gpu_card(name: str) -> pb.DeviceCard | None:
    """The card of a GPU, or None where the table has none of that name.

    The device-wide cache stands under level 3, the level that the contract counts in all; the
    shared memory of a multiprocessor is as fast as its cache of level 1. The time to start a
    kernel and the size of that cache are no data-sheet figures: unknown.

    Args:
        name: For example `V100`, `NVIDIA A100`, `rtx 3090`; case and separators do not matter.
    """
    key = _key(name)
    sheet = _SHEETS.get(key)
    if sheet is None:
        return None
    clock_hertz = sheet.clock_mhz * 1e6
    return pb.DeviceCard(
        name=key,
        kind=pb.DEVICE_KIND_GPU,
        cores=sheet.multiprocessors,
        clock_hertz=clock_hertz,
        peak_flops=sheet.peak_tflops * 1e12,
        memory_bandwidth_bytes_per_second=sheet.bandwidth_gb_per_s * 1e9,
        l3_cache_bytes=int(sheet.last_cache_mib * _MIB),
        memory_bytes=sheet.memory_gib * _GIB,
        shared_memory_bytes_per_core=sheet.shared_kib * _KIB,
        registers_per_core=sheet.registers,
        max_threads_per_core=sheet.threads,
        warp_size=32,
        l1_bandwidth_bytes_per_second=sheet.first_cache_bytes_per_clock * clock_hertz,
        l3_bandwidth_bytes_per_second=sheet.last_cache_bytes_per_clock * clock_hertz,
    )


def gpu_card_source(name: str) -> str:
    """The documents that `gpu_card` is from; a `KeyError` for a name that it does not know."""
    return f"NVIDIA: {_SHEETS[_key(name)].source}"


def _key(name: str) -> str:
    key = name.lower().replace("nvidia", "").replace("geforce", "").strip()
    return "-".join(key.replace("_", " ").replace("-", " ").split())
