"""Canaries: small products of matrices whose time tells whether the machine is at our disposal.

What shares a machine slows it down for seconds at a time. A canary is a process on one core that
times 0.1 ms of work when it is asked; next to a timing of a program it tells a slow phase from a
quiet one, which the program's own time cannot, being what is to be found out.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterable
from multiprocessing.connection import Connection

from .process_control import python_environment
from .threads import cores_of

# A reading within this of the core's best is a quiet one. Next to quiet readings programs took 3
# to 4 % longer than at their fastest (median), next to others 8 to 13 %.
_QUIET_FACTOR = 1.06
# The best is this quantile of so many readings (some minutes), since a single one can be lucky.
_BEST_QUANTILE = 0.05
_MOST_READINGS = 20_000
_FIRST_READINGS = 50
_ANSWER_SECONDS = 10.0
_PROCESS_MODULE = f"{__package__}.canary_process"


class QuietLevel:
    """What a core's readings are when nothing disturbs it."""

    def __init__(self) -> None:
        self._readings: deque[float] = deque(maxlen=_MOST_READINGS)
        self._best = float("inf")

    def is_quiet(self, reading_seconds: float) -> bool:
        """Whether the reading is as short as undisturbed ones; it counts for later ones."""
        self._readings.append(reading_seconds)
        if len(self._readings) <= _FIRST_READINGS or len(self._readings) % _FIRST_READINGS == 0:
            ordered = sorted(self._readings)
            self._best = ordered[int(_BEST_QUANTILE * len(ordered))]
        return reading_seconds <= _QUIET_FACTOR * self._best


class Canaries:
    """One canary for each core that programs are timed on. Close them when done.

    Args:
        threads: The numbers of threads that programs will be timed with.
    """

    def __init__(self, threads: Iterable[int]) -> None:
        cores = sorted({core for number in set(threads) for core in cores_of(number)})
        self._canaries = {core: _Canary(core) for core in cores}
        for _ in range(_FIRST_READINGS):
            for canary in self._canaries.values():
                canary.is_quiet()

    def are_quiet(self, threads: int) -> bool:
        """Take a reading on every core that so many threads run on; nothing else may run.

        Returns:
            Whether none of the cores is disturbed.
        """
        # All of them, also after a disturbed one: each reading teaches its core's level.
        quiet = [self._canaries[core].is_quiet() for core in cores_of(threads)]
        return all(quiet)

    def close(self) -> None:
        """End their processes."""
        for canary in self._canaries.values():
            canary.close()


class _Canary:
    def __init__(self, core: int) -> None:
        self._core = core
        self._level = QuietLevel()
        self._start()

    def is_quiet(self) -> bool:
        try:
            self._connection.send_bytes(b"?")
            if self._connection.poll(_ANSWER_SECONDS):
                return self._level.is_quiet(float(self._connection.recv_bytes()))
        except (EOFError, OSError):
            pass
        self.close()  # it died or hangs, and the machine is in no state to measure
        self._start()
        return False

    def close(self) -> None:
        self._connection.close()
        self._process.kill()
        self._process.wait()

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", _PROCESS_MODULE, str(theirs.fileno()), str(self._core)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=python_environment(),
            )
        self._connection = Connection(ours.detach())
