"""How readings of the reference kernel become a scale. Needs no TVM."""

from __future__ import annotations

import pytest

from cdmpp_tvm.collection.measurement import spread_of
from cdmpp_tvm.collection.reference import Drift, machine_scale

BASELINE = [1.0e-3, 1.01e-3, 0.99e-3, 1.0e-3, 1.0e-3] * 2


def test_there_is_no_scale_before_a_baseline() -> None:
    drift = Drift(BASELINE[:9])
    assert not drift.has_baseline
    assert machine_scale([drift]) == 1.0
    drift.add(2e-3)
    assert drift.has_baseline


def test_noise_does_not_rescale() -> None:
    drift = Drift(BASELINE)
    for latency in (1.02e-3, 1.01e-3, 0.96e-3):
        drift.add(latency)
    assert machine_scale([drift]) == 1.0


def test_a_slower_machine_scales_down_and_a_faster_one_up() -> None:
    slower = Drift([*BASELINE, *[1.25e-3] * 10])
    assert machine_scale([slower]) == pytest.approx(0.99 / 1.25)
    faster = Drift([*BASELINE, 0.8e-3])
    assert machine_scale([faster]) == pytest.approx(0.99 / 0.8)


def test_slow_readings_between_others_are_no_drift() -> None:
    drift = Drift(BASELINE)
    for latency in (3e-3, 2e-3, 1e-3, 2e-3, 3e-3, 3e-3, 3e-3, 3e-3, 3e-3):
        drift.add(latency)
    assert machine_scale([drift]) == 1.0


def test_one_device_alone_is_no_drift_of_the_machine() -> None:
    steady = Drift([*BASELINE, *BASELINE])
    odd = Drift([*BASELINE, *[1.5e-3] * 10])
    assert machine_scale([steady, odd, steady]) == 1.0
    assert machine_scale([odd, odd, steady]) == pytest.approx(0.99 / 1.5)


def test_scales_are_bounded() -> None:
    assert machine_scale([Drift([*BASELINE, *[1.0] * 10])]) == 0.5
    assert machine_scale([Drift([*BASELINE, 1e-9])]) == 2.0


def test_the_baseline_is_kept_over_restarts() -> None:
    resumed = Drift([*BASELINE, *[1.25e-3] * 9])
    resumed.add(1.25e-3)
    assert machine_scale([resumed]) == pytest.approx(0.99 / 1.25)


def test_spread_is_the_reach_of_samples_over_their_mean() -> None:
    assert spread_of([0.9, 1.0, 1.1]) == pytest.approx(0.2)
    assert spread_of([5.0]) == 0.0
