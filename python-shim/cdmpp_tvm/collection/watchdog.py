"""Calls into TVM that may hang, such as those that wait for a machine that has gone away."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Any, Callable, TypeVar

import psutil

_Answer = TypeVar("_Answer")

# TVM's executor starts a worker anew for each program that is left.
_QUIET_SECONDS = 2.0
_MOST_ENDING_SECONDS = 60.0


def call_within(seconds: float, call: Callable[[], _Answer]) -> _Answer:
    """Call, in a thread of its own; what is raised there is raised here.

    Args:
        seconds: That it may take.
        call: Processes that it starts are ended when the time is up, so that the thread ends too:
            what waits for one would keep this process from ending.

    Raises:
        TimeoutError: The time was up.
    """
    before = set(psutil.Process().children())
    outcome: list[tuple[Any, BaseException | None]] = []

    def run() -> None:
        try:
            outcome.append((call(), None))
        except BaseException as error:
            outcome.append((None, error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if not outcome:
        _end_children(before)
        raise TimeoutError(f"no answer within {seconds:g} s")
    answer, error = outcome[0]
    if error is not None:
        raise error
    return answer  # type: ignore[no-any-return]


def _end_children(before: set[psutil.Process]) -> None:
    """Kill what was started since, until nothing more is."""
    started = last_kill = time.monotonic()
    while time.monotonic() - last_kill < _QUIET_SECONDS:
        if time.monotonic() - started > _MOST_ENDING_SECONDS:
            return
        for child in set(psutil.Process().children()) - before:
            with contextlib.suppress(psutil.NoSuchProcess):
                if child.status() != psutil.STATUS_ZOMBIE:
                    child.kill()
                    last_kill = time.monotonic()
        time.sleep(0.1)
