"""The local measurer: what it makes of programs whose processes are taken away."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from multiprocessing.connection import Connection

import collecting
import pytest
import workloads

from cdmpp_tvm.collection.local_measurer import LocalMeasurer
from cdmpp_tvm.collection.measurement import Due
from cdmpp_tvm.collection.messages import (
    BUILD_TIMEOUT,
    COMPILE_HOST,
    NO_ERROR,
    Built,
    TimingSettings,
)
from cdmpp_tvm.collection.pool import MeasurementPool
from cdmpp_tvm.collection.program_process import PreparedTask
from cdmpp_tvm.collection.reference import ReferenceKernel
from cdmpp_tvm.collection.zygote import fork_program
from cdmpp_tvm.errors import CollectionError

QUICK = TimingSettings(repeats=2, min_repeat_ms=1)


class _Zygotes:
    """Kills the zygote at chosen readings of the reference kernel, of which one is taken before
    each timing."""

    def __init__(self, kill_at: range) -> None:
        self.readings = 0
        self.killed = 0
        self._kill_at = kill_at
        pool = MeasurementPool(builders=2, build_timeout_seconds=120.0)
        devices = collecting.devices()
        reference = ReferenceKernel(pool, devices, {}, lambda *_: self._read(), 0.0)
        self.measurer = LocalMeasurer(pool, reference, None, QUICK)

    def _read(self) -> None:
        self.readings += 1
        if self.readings in self._kill_at:
            zygote = collecting.the_zygote()
            zygote.kill()
            zygote.wait(10)
            self.killed += 1


def _measuring(kill_at: range) -> Iterator[_Zygotes]:
    made = _Zygotes(kill_at)
    try:
        yield made
    finally:
        made.measurer.close()


@pytest.fixture
def once() -> Iterator[_Zygotes]:
    """The zygote dies after the programs are built and before the second is timed."""
    yield from _measuring(range(3, 4))


@pytest.fixture
def always() -> Iterator[_Zygotes]:
    """It dies before each timing."""
    yield from _measuring(range(2, 1000))


def test_a_batch_whose_zygote_dies_is_measured_again(once: _Zygotes) -> None:
    where = collecting.on_device(workloads.shim_matmul, 32)
    dues = collecting.dues(where, 3)
    measured = list(once.measurer.measure(dues))
    assert once.killed == 1
    assert [each.due.program for each in measured] == [1, 2, 3]
    assert [each.error_number for each in measured] == [NO_ERROR] * 3
    assert all(0 < each.mean_seconds < 1 for each in measured)


def test_a_zygote_that_dies_again_makes_no_records(always: _Zygotes) -> None:
    where = collecting.on_device(workloads.shim_matmul, 32)
    measured = always.measurer.measure(collecting.dues(where, 1))
    with pytest.raises(CollectionError, match="died 2 times in one batch of 1 measurements"):
        next(measured)
    assert always.killed >= 2


def test_what_was_not_built_for_want_of_time_is_no_failure() -> None:
    task_devices = [collecting.devices(name)[0] for name in collecting.two_instruction_sets()]
    places = [collecting.on_device(workloads.shim_matmul, 32, device=d) for d in task_devices]
    steps = collecting.sampled_steps(places[0], 1)[0]
    dues = [Due(where, 1, steps, 10.0) for where in places]
    pool = MeasurementPool(builders=1, build_timeout_seconds=1e-4)
    measurer = LocalMeasurer(pool, None, None, QUICK, len(dues))
    try:
        tried, *others = measurer.measure(dues)
    finally:
        measurer.close()
    assert (tried.error_number, tried.dropped) == (BUILD_TIMEOUT, "")
    assert all(each.dropped.startswith("not built: the build for sse2") for each in others)
    assert not any(each.is_valid for each in others)
    assert len(others) == len(dues) - 1


def test_where_no_process_can_be_made_only_that_program_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_process() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", no_process)
    ours, theirs = socket.socketpair()
    control, far = socket.socketpair()
    with Connection(ours.detach()) as connection, control, far:
        fork_program(control, theirs.detach(), PreparedTask(None, None), "")
        built = connection.recv()
        assert isinstance(built, Built)
        assert built.error_number == COMPILE_HOST
        assert "Resource temporarily unavailable" in built.error_message
        with pytest.raises(EOFError):
            connection.recv()
