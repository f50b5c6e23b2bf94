"""Figures that contradict each other are not made a card; working sets fit their level."""

from __future__ import annotations

import pytest

from cdmpp_tvm.errors import ProbeError
from cdmpp_tvm.gen import task_pb2 as pb
from cdmpp_tvm.probe.__main__ import wavering_figures
from cdmpp_tvm.probe.plausible import bound_flops, check_plausible
from cdmpp_tvm.probe.stopwatch import Timing, summarise
from cdmpp_tvm.probe.working_sets import working_sets

_KIB, _MIB = 1024, 1024 * 1024


def _card(**changes: float) -> pb.DeviceCard:
    card = pb.DeviceCard(
        name="mine",
        kind=pb.DEVICE_KIND_CPU,
        cores=2,
        simd_bits=256,
        clock_hertz=3e9,
        peak_flops=180e9,
        l1_bandwidth_bytes_per_second=180e9,
        l2_bandwidth_bytes_per_second=90e9,
        l3_bandwidth_bytes_per_second=60e9,
        memory_bandwidth_bytes_per_second=30e9,
        launch_overhead_seconds=1e-6,
    )
    for name, value in changes.items():
        setattr(card, name, value)
    return card


def test_the_bound_is_two_multiply_adds_a_cycle() -> None:
    assert bound_flops(_card()) == 2 * 3e9 * 8 * 2 * 2


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"l3_bandwidth_bytes_per_second": 0},  # not there
        # of both cores together, faster than one core's own cache
        {"l3_bandwidth_bytes_per_second": 150e9},
        {"peak_flops": 100e9},
    ],
)
def test_sound_figures_pass(changes: dict[str, float]) -> None:
    check_plausible(_card(**changes))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("clock_hertz", 3e6),
        ("clock_hertz", float("nan")),
        ("peak_flops", 250e9),
        ("peak_flops", 10e9),
        ("l1_bandwidth_bytes_per_second", 400e9),
        ("l2_bandwidth_bytes_per_second", 300e9),
        ("l3_bandwidth_bytes_per_second", 300e9),
        ("memory_bandwidth_bytes_per_second", 90e9),
        ("memory_bandwidth_bytes_per_second", 0.0),
        ("launch_overhead_seconds", 0.0),
    ],
)
def test_others_are_named_with_their_bound(name: str, value: float) -> None:
    with pytest.raises(ProbeError, match=rf"^{name} of all cores was measured at .*, expected .* "):
        check_plausible(_card(**{name: value}))


def test_a_level_is_read_within_it_and_beyond_the_one_below() -> None:
    l1, l2, l3 = 48 * _KIB, _MIB, 32 * _MIB
    sets = working_sets(l1, l2, l3, threads=2)
    assert list(sets) == ["l1", "l2", "l3", "memory"]
    assert all(l1 // 5 <= size <= l1 * 3 // 4 for size in sets["l1"])
    assert all(4 * l1 <= size <= l2 * 5 // 8 for size in sets["l2"])
    assert all(2 * l2 <= size <= l3 // 4 for size in sets["l3"])
    assert sets["memory"] == [4 * l3 // 2]


def test_a_level_that_is_unknown_or_hardly_larger_is_left_out() -> None:
    assert list(working_sets(0, 0, 0, 1)) == ["memory"]
    assert list(working_sets(48 * _KIB, 128 * _KIB, 0, 1)) == ["l1", "memory"]
    # 4 MiB of level 3 for 4 cores of 1 MiB each
    assert list(working_sets(48 * _KIB, _MIB, 4 * _MIB, 4)) == ["l1", "l2", "memory"]
    # never more than 1 GiB in all
    assert working_sets(48 * _KIB, _MIB, 1024 * _MIB, 2)["memory"] == [512 * _MIB]


def test_the_shortest_run_and_the_middle_one_are_kept() -> None:
    assert summarise([3.0, 1.0, 9.0, 2.0, 4.0]) == Timing(best=1.0, median=3.0, runs=5)


def test_figures_that_wavered_are_named() -> None:
    measured = {
        "clock_hertz": {"best": 4e9, "median": 3.3e9},
        "peak_flops": {"best": 100e9, "median": 79e9},
        "launch_overhead_seconds": {"best": 1e-6, "median": 9e-6},
    }
    assert wavering_figures(measured) == ["peak_flops"]
