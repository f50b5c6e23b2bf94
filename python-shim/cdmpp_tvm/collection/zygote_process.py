"""The pool's end of the zygote: starts it, tells it of tasks, starts programs through it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
from collections import OrderedDict
from multiprocessing.connection import Connection
from typing import IO, Any

from ..errors import CollectionError
from .messages import ForgetTask, PrepareTask, StartProgram
from .process_control import python_environment
from .task_transfer import PackedTask, pack_task
from .transport import receive, send

_START_SECONDS = 120.0
# Prepared at once: each holds buffers for all its inputs and outputs.
_MOST_TASKS = 6


class ZygoteProcess:
    """Started when made, and again when it has died. Close it when done.

    Attributes:
        starts: How often it was started.
    """

    def __init__(self) -> None:
        self.starts = 0
        self._packed: dict[int, tuple[Any, PackedTask]] = {}  # by id() of the task, which is kept
        self._known: OrderedDict[int, None] = OrderedDict()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._noise: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed by `close`
        self._start()

    def start_program(self, task: Any, line: str) -> Connection:
        """A process that builds a program; the connection is to that process.

        Args:
            task: `SearchTask`.
            line: A record line that holds the program's steps.

        Raises:
            CollectionError: The zygote died twice in a row.
        """
        for attempt in range(2):
            if not self.is_alive():
                self._start()
            ours, theirs = socket.socketpair()
            try:
                self._send(StartProgram(self._task_id(task), line), theirs.fileno())
                return Connection(ours.detach())
            except OSError as error:
                ours.close()
                if attempt > 0:
                    raise CollectionError(
                        f"the process that forks programs died ({error}): {self._noise_tail()}"
                    ) from error
            finally:
                theirs.close()
        raise AssertionError("unreachable")

    def is_alive(self) -> bool:
        """Whether its process runs."""
        return self._process is not None and self._process.poll() is None

    def close(self) -> None:
        """End it, and every process that it forked."""
        self._stop()
        self._noise.close()

    def _task_id(self, task: Any) -> int:
        """The number under which the zygote has the task, which it is told of if need be."""
        number = id(task)
        if number not in self._packed:
            self._packed[number] = (task, pack_task(task))
        if number in self._known:
            self._known.move_to_end(number)
            return number
        while len(self._known) >= _MOST_TASKS:
            oldest, _ = self._known.popitem(last=False)
            self._packed.pop(oldest, None)
            self._send(ForgetTask(oldest))
        self._send(PrepareTask(number, self._packed[number][1]))
        self._known[number] = None
        return number

    def _send(self, message: Any, descriptor: int | None = None) -> None:
        assert self._control is not None
        send(self._control, message, descriptor)

    def _start(self) -> None:
        self._stop()
        self._known.clear()
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "cdmpp_tvm.collection.zygote", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=self._noise,
                stderr=self._noise,
                env=python_environment(),
            )
        self.starts += 1
        self._control = ours
        ours.settimeout(_START_SECONDS)
        try:
            answer = receive(ours)
        except OSError:  # too slow
            answer = None
        if answer is None:
            self._stop()
            raise CollectionError(
                f"the process that forks programs did not start: {self._noise_tail()}"
            )
        ours.settimeout(None)

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            self._process.wait()
            self._process = None

    def _noise_tail(self) -> str:
        self._noise.seek(max(0, self._noise.seek(0, os.SEEK_END) - 1000))
        return self._noise.read().decode("utf-8", errors="replace").strip() or "it said nothing"
