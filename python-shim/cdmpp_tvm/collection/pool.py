"""Building many programs at once and timing them one by one, on this machine's CPU.

Knows nothing of what is collected or why: give it record lines of tasks, get built programs, time
each with as many threads as wanted.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from .built_program import BuiltProgram
from .messages import BUILD_TIMEOUT, COMPILE_HOST, Built, Started
from .process_control import kill
from .zygote_process import ZygoteProcess

# Of making a task ready and warming the compiler up, also while others wait for the same; seconds.
_MOST_PREPARING_SECONDS = 300.0


@dataclass(frozen=True)
class ProgramRequest:
    """A program to build.

    Attributes:
        task: `SearchTask` for an llvm target.
        line: A record line that holds the program's steps; its result is not looked at.
    """

    task: Any
    line: str


class MeasurementPool:
    """Processes that build and time programs; a program that crashes or hangs costs only itself.

    Not thread-safe. Close it when done: `with MeasurementPool() as pool`.

    Args:
        builders: Programs that are built at the same time. None: one a core.
        build_timeout_seconds: A build that takes longer fails, with TVM's number for that. The
            time begins when the program's process does: its task may have to be prepared before.
    """

    def __init__(self, builders: int | None = None, build_timeout_seconds: float = 15.0) -> None:
        self._builders = builders or len(os.sched_getaffinity(0))
        self._build_timeout_seconds = build_timeout_seconds
        self._zygote = ZygoteProcess()

    @property
    def generation(self) -> int:
        """Grows when the process that forks programs has died, and with it all that were built."""
        return self._zygote.starts if self._zygote.is_alive() else self._zygote.starts + 1

    def build(self, requests: Sequence[ProgramRequest]) -> list[BuiltProgram]:
        """Build programs side by side; returns when none is building any more.

        Each result holds a process until it is closed. Failed builds are results too.

        Args:
            requests: Hold a few dozen at a time: each process takes memory.
        """
        results: dict[int, BuiltProgram] = {}
        waiting = deque(enumerate(requests))
        running: dict[Connection, Building] = {}
        try:
            while waiting or running:
                while waiting and len(running) < self._builders:
                    index, request = waiting.popleft()
                    connection = self._zygote.start_program(request.task, request.line)
                    running[connection] = Building(index, connection, self._build_timeout_seconds)
                for building in _finished(running):
                    del running[building.connection]
                    results[building.index] = building.result()
        except BaseException:
            for building in running.values():
                building.give_up()
            for program in results.values():
                program.close()
            raise
        return [results[index] for index in range(len(requests))]

    def close(self) -> None:
        """End all processes; built programs are gone then."""
        self._zygote.close()

    def __enter__(self) -> MeasurementPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Building:
    """A process while it builds, and before it has started.

    Args:
        index: Of the request.
        connection: To the process.
        build_timeout_seconds: From its start on.

    Attributes:
        deadline: On the monotonic clock: of its start, then of its build.
    """

    def __init__(self, index: int, connection: Connection, build_timeout_seconds: float) -> None:
        self.index = index
        self.connection = connection
        self.deadline = time.monotonic() + _MOST_PREPARING_SECONDS
        self._build_timeout_seconds = build_timeout_seconds
        self.built: Built | None = None
        self._started = time.monotonic()
        self._process_id = 0

    def hear(self) -> bool:
        """Take one message. Returns whether the build has ended."""
        try:
            message = self.connection.recv()
        except (EOFError, OSError):
            self.fail(COMPILE_HOST, "the process that built the program died")
            return True
        if isinstance(message, Started):
            self._process_id = message.process_id
            self._started = time.monotonic()
            self.deadline = self._started + self._build_timeout_seconds
            return False
        assert isinstance(message, Built)
        self.built = message
        return True

    @property
    def lateness(self) -> tuple[int, str]:
        """Error of a build whose deadline has passed."""
        if self._process_id:
            return BUILD_TIMEOUT, "the build did not end in time"
        return COMPILE_HOST, f"its task was not prepared within {_MOST_PREPARING_SECONDS:g} s"

    def fail(self, error_number: int, error_message: str) -> None:
        self.give_up()
        self.built = Built(error_number, error_message, time.monotonic() - self._started)

    def give_up(self) -> None:
        if self._process_id:
            kill(self._process_id)
        self.connection.close()

    def result(self) -> BuiltProgram:
        assert self.built is not None
        return BuiltProgram(self.connection, self._process_id, self.built)


def _finished(running: dict[Connection, Building]) -> list[Building]:
    """Those of which one message or the deadline shows that they have ended; waits for one."""
    nearest = min(building.deadline for building in running.values())
    ready = wait(list(running), max(0.0, nearest - time.monotonic()))
    ended = [running[each] for each in ready if running[each].hear()]  # type: ignore[index]
    now = time.monotonic()
    for building in running.values():
        if building.built is None and building.deadline <= now:
            building.fail(*building.lateness)
            ended.append(building)
    return ended
