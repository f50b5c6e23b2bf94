"""What tells a slow phase of the machine from a quiet one. Needs no TVM."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import psutil
import pytest

from cdmpp_tvm.collection.canary import Canaries, QuietLevel
from cdmpp_tvm.collection.threads import cores_of


def test_readings_near_the_best_are_quiet_and_longer_ones_are_not() -> None:
    level = QuietLevel()
    for n in range(200):
        level.is_quiet(1e-4 * (1 + 0.0002 * n))
    assert level.is_quiet(1.05e-4)
    assert not level.is_quiet(1.12e-4)


def test_one_lucky_reading_does_not_make_all_others_disturbed() -> None:
    level = QuietLevel()
    for _ in range(100):
        level.is_quiet(1e-4)
    level.is_quiet(0.5e-4)
    assert all(level.is_quiet(1e-4) for _ in range(200))


def test_what_becomes_usual_becomes_quiet() -> None:
    level = QuietLevel()
    for _ in range(1_000):
        level.is_quiet(1e-4)
    assert not level.is_quiet(1.2e-4)
    for _ in range(20_000):  # a slower clock for minutes is drift, not disturbance
        level.is_quiet(1.2e-4)
    assert level.is_quiet(1.2e-4)


@pytest.fixture
def canaries() -> Iterator[Canaries]:
    made = Canaries([1, 2])
    yield made
    made.close()


def _processes() -> list[psutil.Process]:
    children = psutil.Process().children()
    return [each for each in children if any("canary_process" in word for word in each.cmdline())]


def test_each_core_that_programs_run_on_has_a_canary(canaries: Canaries) -> None:
    cores = {*cores_of(1), *cores_of(2)}
    assert sorted(each.cpu_affinity() for each in _processes()) == [
        [core] for core in sorted(cores)
    ]
    # Whatever the machine does meanwhile, some of so many readings are the best ones.
    assert any(canaries.are_quiet(1) for _ in range(500))


def test_a_canary_that_dies_is_no_quiet_one_and_is_replaced(canaries: Canaries) -> None:
    before = _processes()
    for process in before:
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
    assert not canaries.are_quiet(2)
    after = _processes()
    assert len(after) == len(cores_of(2))
    assert not {each.pid for each in after} & {each.pid for each in before}


def test_closing_leaves_no_process() -> None:
    made = Canaries([1])
    assert _processes()
    made.close()
    assert not _processes()
