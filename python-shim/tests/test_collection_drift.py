"""How readings of the reference kernel become a scale. Needs no TVM."""

from __future__ import annotations

import pytest

from cdmpp_tvm.collection.measurement import spread_of
from cdmpp_tvm.collection.reference import Drift

BASELINE = [1.0e-3, 1.01e-3, 0.99e-3, 1.0e-3, 1.0e-3]


def test_there_is_no_scale_before_a_baseline() -> None:
    drift = Drift(BASELINE[:4])
    assert not drift.has_baseline
    drift.add(2e-3)
    assert drift.has_baseline


def test_noise_does_not_rescale() -> None:
    drift = Drift(BASELINE)
    for latency in (1.02e-3, 1.01e-3, 0.98e-3):
        drift.add(latency)
    assert drift.scale == 1.0


def test_a_slower_machine_scales_down_and_a_faster_one_up() -> None:
    slower = Drift([*BASELINE, *[1.25e-3] * 5])
    assert slower.scale == pytest.approx(0.99 / 1.25)
    faster = Drift([*BASELINE, 0.8e-3])
    assert faster.scale == pytest.approx(0.99 / 0.8)


def test_some_slow_readings_are_no_drift() -> None:
    drift = Drift(BASELINE)
    for latency in (3e-3, 2e-3, 1e-3, 2e-3):
        drift.add(latency)
    assert drift.scale == 1.0


def test_scales_are_bounded() -> None:
    assert Drift([*BASELINE, *[1.0] * 5]).scale == 0.5
    assert Drift([*BASELINE, *[1e-9] * 3]).scale == 2.0


def test_the_baseline_is_kept_over_restarts() -> None:
    earlier = [*BASELINE, *[1.25e-3] * 4]
    resumed = Drift(earlier)
    resumed.add(1.25e-3)
    assert resumed.scale == pytest.approx(0.99 / 1.25)


def test_spread_is_the_reach_of_samples_over_their_mean() -> None:
    assert spread_of([0.9, 1.0, 1.1]) == pytest.approx(0.2)
    assert spread_of([5.0]) == 0.0
