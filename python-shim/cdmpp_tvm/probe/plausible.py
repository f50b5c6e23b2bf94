"""Bounds that no sound measurement of a CPU is outside of."""

from __future__ import annotations

import math

from ..errors import ProbeError
from ..gen import task_pb2 as pb

_SLACK = 1.15
# Multiply-adds and loads that the widest of current cores starts in a cycle.
_MULTIPLY_ADDS_PER_CYCLE = 2
_LOADS_PER_CYCLE = 3
# A core with one port for them, held up by others half of the time.
_LEAST_SHARE_OF_PEAK = 0.2


def bound_flops(card: pb.DeviceCard) -> float:
    """float32 operations a second that the measured clock allows at most."""
    lanes = card.simd_bits / 32
    return card.cores * card.clock_hertz * lanes * 2 * _MULTIPLY_ADDS_PER_CYCLE


def check_plausible(card: pb.DeviceCard) -> None:
    """Raise where figures contradict each other.

    Raises:
        ProbeError: Names the figure, its value and its bound.
    """
    _between("clock_hertz", card.clock_hertz, 2e8, 1e10)
    bound = bound_flops(card)
    _between("peak_flops", card.peak_flops, _LEAST_SHARE_OF_PEAK * bound, _SLACK * bound)
    vector_bytes = card.simd_bits / 8
    l1_bound = _SLACK * _LOADS_PER_CYCLE * vector_bytes * card.clock_hertz
    # Of all cores together, outermost last; a level that was not measured says nothing.
    levels = [
        ("l1_bandwidth_bytes_per_second", card.l1_bandwidth_bytes_per_second * card.cores),
        ("l2_bandwidth_bytes_per_second", card.l2_bandwidth_bytes_per_second * card.cores),
        ("l3_bandwidth_bytes_per_second", card.l3_bandwidth_bytes_per_second),
        ("memory_bandwidth_bytes_per_second", card.memory_bandwidth_bytes_per_second),
    ]
    most = l1_bound * card.cores
    for name, rate in levels:
        if rate == 0 and not name.startswith("memory"):
            continue
        _between(name, rate, 1e8, most)
        most = _SLACK * rate
    _between("launch_overhead_seconds", card.launch_overhead_seconds, 1e-9, 1e-2)


def _between(name: str, value: float, least: float, most: float) -> None:
    if not (math.isfinite(value) and least <= value <= most):
        raise ProbeError(
            f"{name} of all cores was measured at {value:.4g}, expected {least:.4g} to {most:.4g};"
            " probe again when the machine does nothing else."
        )
