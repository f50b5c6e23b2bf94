"""The pool: real programs, built and run in processes that may crash or hang."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from multiprocessing.connection import Pipe

import collecting
import psutil
import pytest
import workloads

from cdmpp_tvm.collection.messages import (
    BUILD_TIMEOUT,
    COMPILE_HOST,
    FAILED_SECONDS,
    INSTANTIATION_ERROR,
    NO_ERROR,
    RUN_TIMEOUT,
    RUNTIME_DEVICE,
    Started,
    TimingSettings,
)
from cdmpp_tvm.collection.pool import Building, MeasurementPool, ProgramRequest
from cdmpp_tvm.errors import ConfigurationError

QUICK = TimingSettings(repeats=3, min_repeat_ms=1)


@pytest.fixture(scope="module")
def pool() -> Iterator[MeasurementPool]:
    with MeasurementPool(builders=2, build_timeout_seconds=120.0) as made:
        yield made


def request_of(where: collecting.TaskOnDevice, steps: str = "[]") -> ProgramRequest:
    return ProgramRequest(where.task, where.lines.line(steps))


def test_programs_are_built_and_timed_in_their_order(pool: MeasurementPool) -> None:
    small = collecting.on_device(workloads.shim_matmul, 16)
    large = collecting.on_device(workloads.shim_matmul, 160)  # 1,000 times the work
    built = pool.build([request_of(large), request_of(small), request_of(large)])
    assert [program.error_number for program in built] == [NO_ERROR] * 3
    assert all(program.build_seconds > 0 for program in built)
    timed = [program.time(1, QUICK) for program in built]
    for program in built:
        program.close()
    assert [len(each.costs_seconds) for each in timed] == [3, 3, 3]
    assert [each.error_number for each in timed] == [NO_ERROR] * 3
    best = [min(each.costs_seconds) for each in timed]
    assert 0 < 20 * best[1] < min(best[0], best[2])


def test_one_compilation_is_timed_with_each_number_of_threads(pool: MeasurementPool) -> None:
    where = collecting.on_device(workloads.shim_softmax, 32, 64)
    (built,) = pool.build([request_of(where, collecting.sampled_steps(where, 1)[0])])
    for threads in (1, 2, 1, 2):
        timed = built.time(threads, QUICK)
        assert (timed.error_number, timed.error_message) == (NO_ERROR, "")
        assert len(timed.costs_seconds) == 3
    built.close()


def test_slow_programs_get_fewer_samples(pool: MeasurementPool) -> None:
    where = collecting.on_device(workloads.shim_matmul, 160)
    (built,) = pool.build([request_of(where)])
    settings = TimingSettings(repeats=8, min_repeat_ms=1, budget_seconds=1e-4, least_repeats=2)
    assert len(built.time(1, settings).costs_seconds) == 2
    built.close()


def test_layouts_that_steps_rewrite_are_run_too(pool: MeasurementPool) -> None:
    where = collecting.on_device(workloads.shim_matmul, 16)
    built = pool.build([request_of(where, steps) for steps in collecting.sampled_steps(where, 4)])
    timed = [program.time(1, QUICK) for program in built]
    for program in built:
        program.close()
    assert [each.error_number for each in timed] == [NO_ERROR] * len(timed)


def test_a_crash_costs_only_its_program(pool: MeasurementPool) -> None:
    wild = collecting.on_device(collecting.collect_wild_gather, 1024)
    tame = collecting.on_device(workloads.shim_matmul, 16)
    crashing, sound = pool.build([request_of(wild), request_of(tame)])
    timed = crashing.time(1, QUICK)
    assert timed.error_number == RUNTIME_DEVICE
    assert timed.costs_seconds == (FAILED_SECONDS,)
    assert "SIGSEGV" in timed.error_message
    assert sound.time(1, QUICK).error_number == NO_ERROR
    assert crashing.time(1, QUICK).error_number == RUNTIME_DEVICE  # still there to be asked
    crashing.close()
    sound.close()


def test_an_endless_program_is_ended(pool: MeasurementPool) -> None:
    endless = collecting.on_device(collecting.collect_endless, 64)
    tame = collecting.on_device(workloads.shim_matmul, 16)
    hanging, sound = pool.build([request_of(endless), request_of(tame)])
    timed = hanging.time(1, QUICK, first_run_limit_seconds=0.3)
    assert timed.error_number == RUN_TIMEOUT
    assert timed.costs_seconds == (FAILED_SECONDS,)
    assert sound.time(1, QUICK).error_number == NO_ERROR
    hanging.close()
    sound.close()
    assert not [p for p in psutil.Process().children(recursive=True) if _is_busy(p)]


def _is_busy(process: psutil.Process) -> bool:
    try:
        return process.cpu_percent(0.1) > 50
    except psutil.NoSuchProcess:  # it has ended since it was listed
        return False


def test_builds_that_fail_are_results(pool: MeasurementPool) -> None:
    where = collecting.on_device(workloads.shim_matmul, 16)
    bad, sound = pool.build([request_of(where, '[["RE", 2, [0, 1, 2, 7]]]'), request_of(where)])
    assert bad.error_number in (INSTANTIATION_ERROR, COMPILE_HOST)
    assert not bad.is_valid
    timed = bad.time(1, QUICK)
    assert (timed.error_number, timed.costs_seconds) == (bad.error_number, (FAILED_SECONDS,))
    assert sound.is_valid
    bad.close()
    sound.close()


def test_a_build_that_takes_too_long_is_ended() -> None:
    where = collecting.on_device(workloads.shim_matmul, 16)
    with MeasurementPool(builders=2, build_timeout_seconds=1e-4) as hasty:
        built = hasty.build([request_of(where)] * 3)
        assert [program.error_number for program in built] == [BUILD_TIMEOUT] * 3
        for program in built:
            program.close()


def test_the_time_of_a_build_begins_with_its_process() -> None:
    ours, theirs = Pipe()
    with ours, theirs:
        building = Building(0, ours, 5.0)
        assert building.deadline > time.monotonic() + 60
        assert building.lateness[0] == COMPILE_HOST
        theirs.send(Started(os.getpid()))
        assert not building.hear()
        assert building.deadline <= time.monotonic() + 5.0
        assert building.lateness[0] == BUILD_TIMEOUT


def test_the_pool_outlives_its_zygote(pool: MeasurementPool) -> None:
    where = collecting.on_device(workloads.shim_matmul, 16)
    (zygote,) = psutil.Process().children()
    os.kill(zygote.pid, signal.SIGKILL)
    zygote.wait(10)
    (built,) = pool.build([request_of(where)])
    assert built.time(1, QUICK).error_number == NO_ERROR
    built.close()


def test_closing_leaves_no_process() -> None:
    where = collecting.on_device(workloads.shim_matmul, 16)
    before = set(psutil.Process().children(recursive=True))
    with MeasurementPool(builders=2) as short:
        held = short.build([request_of(where)] * 3)
        ours = set(psutil.Process().children(recursive=True)) - before
        assert len(ours) == 1 + len(held)
    _, alive = psutil.wait_procs(ours, timeout=10)
    assert alive == []


def test_tasks_of_other_targets_are_refused(pool: MeasurementPool) -> None:
    task = workloads.make_task(workloads.shim_matmul, (64,), workloads.CUDA_TARGET)
    with pytest.raises(ConfigurationError, match="cuda"):
        pool.build([ProgramRequest(task, "")])
