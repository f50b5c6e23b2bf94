"""A program gets as many threads as it is timed with, each on a core of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import collecting
import psutil
import pytest

from cdmpp_tvm.collection.messages import RUN_TIMEOUT, TimingSettings
from cdmpp_tvm.collection.pool import MeasurementPool, ProgramRequest

_CORES = sorted(os.sched_getaffinity(0))
_two_cores = pytest.mark.skipif(len(_CORES) < 2, reason="there is one core only")
_PARALLEL_STEPS = '[["AN", 1, 0, 3]]'


def _report(threads: int) -> Any:
    program = Path(__file__).with_name("threads_report.py")
    done = subprocess.run(
        [sys.executable, str(program), str(threads)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_one_thread_runs_alone_on_the_last_core() -> None:
    said = _report(1)
    assert said == {"tvm_threads": 1, "affinity": _CORES[-1:], "workers": [], "is_right": True}


@_two_cores
def test_two_threads_have_a_core_each() -> None:
    said = _report(2)
    assert said["is_right"]
    assert said["tvm_threads"] == 2
    assert said["affinity"] == _CORES[:1]
    assert [len(cores) for cores in said["workers"]] == [1]
    assert said["workers"][0] != said["affinity"]


@_two_cores
def test_a_timing_has_the_threads_that_it_was_asked_for() -> None:
    where = collecting.on_device(collecting.collect_endless, 64)
    request = ProgramRequest(where.task, where.lines.line(_PARALLEL_STEPS))
    with MeasurementPool(builders=1, build_timeout_seconds=120.0) as pool:
        (built,) = pool.build([request])
        assert built.error_message == ""
        for threads in (1, 2, 1):
            with _MostThreads() as watched:
                timed = built.time(threads, TimingSettings(), first_run_limit_seconds=1.5)
            assert timed.error_number == RUN_TIMEOUT  # it ran all the while
            assert watched.most == threads
        built.close()


class _MostThreads:
    """Looks at the process that times: the zygote's child's child."""

    def __init__(self) -> None:
        self.most = 0
        self._is_over = threading.Event()
        self._looking = threading.Thread(target=self._look)

    def _look(self) -> None:
        while not self._is_over.wait(0.1):
            try:
                (program,) = collecting.the_zygote().children()
                for timing in program.children():
                    self.most = max(self.most, timing.num_threads())
            except (psutil.NoSuchProcess, ValueError):
                continue

    def __enter__(self) -> _MostThreads:
        self._looking.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._looking.join()
