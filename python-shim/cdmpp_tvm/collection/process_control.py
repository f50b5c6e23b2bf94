"""Processes: what they are started with, and that they end with the one that made them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask the system to kill this process when the one that forked it ends, however it ends."""
    # Without it, on systems other than Linux, endless programs end by their time limit.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def kill(process_id: int) -> None:
    """SIGKILL; a process that is gone already is none the worse."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process_id, signal.SIGKILL)


def end_of_child(process_id: int) -> str:
    """Wait for a child of this process; how it ended, in words."""
    _, status = os.waitpid(process_id, 0)
    if os.WIFSIGNALED(status):
        return f"ended by signal {signal.Signals(os.WTERMSIG(status)).name}"
    return f"ended with status {os.WEXITSTATUS(status)}"


def python_environment() -> dict[str, str]:
    """Ours, with modules found as here, and without threads of NumPy's that a fork would lose."""
    package_root = str(Path(__file__).resolve().parents[2])
    environment = dict(os.environ)
    environment["PYTHONPATH"] = os.pathsep.join([package_root, *filter(None, sys.path)])
    environment["OPENBLAS_NUM_THREADS"] = "1"
    return environment
