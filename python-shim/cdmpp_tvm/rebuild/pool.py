"""As many processes as cores, each rebuilding parts of logs."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Callable

from ..client import CostModelClient
from ..collection.process_control import die_with_parent
from ..errors import ConfigurationError, RecordFileError, ShimError
from ..gen import report_pb2
from .log_parts import LogPart, log_parts
from .settings import RebuildSettings
from .summary import RebuildSummary
from .worker import PartResult, RebuildWorker

# Some 1 MB on the wire; a second or two of a process.
_LINES_A_PART = 256
_PARTS_AHEAD = 2  # of each process
# To find a state's bounds TVM makes and drops a hundred thousand small objects. With more of them
# kept at hand, glibc's allocator saves a tenth to a fifth of all; other C libraries do not look.
_ALLOCATOR_VARIABLE = "GLIBC_TUNABLES"
_ALLOCATOR_SETTING = "glibc.malloc.tcache_count=20000"


class RebuildPool:
    """Processes that rebuild logs; `with` ends them.

    Args:
        settings: What each is told.
        processes: How many. None: as many as cores.

    Raises:
        ConfigurationError: `processes` is not positive.
    """

    def __init__(self, settings: RebuildSettings, processes: int | None = None) -> None:
        if processes is not None and processes < 1:
            raise ConfigurationError(f"processes is {processes}; expected at least 1.")
        self._settings = settings
        self._processes = processes or len(os.sched_getaffinity(0))
        # The processes, which start when there is work, find it in their environment.
        self._sets_allocator = _ALLOCATOR_VARIABLE not in os.environ
        if self._sets_allocator:
            os.environ[_ALLOCATOR_VARIABLE] = _ALLOCATOR_SETTING
        # Not forked: neither TVM nor gRPC live through a fork.
        self._executor = ProcessPoolExecutor(
            self._processes,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_start,
            initargs=(settings,),
        )

    def rebuild(
        self, logs: Iterable[Path], on_lines: Callable[[int], object] = lambda lines: None
    ) -> RebuildSummary:
        """Rebuild logs and send their records; may be done again: nothing is stored twice.

        Args:
            logs: Plain or gzip.
            on_lines: Told of so many more lines done.

        Raises:
            ShimError: The server does not answer or refuses, or a process has died.
        """
        summary = RebuildSummary()
        under_way: set[Future[PartResult]] = set()

        def finish(most: int) -> None:
            nonlocal under_way
            while len(under_way) > most:
                done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                for future in done:
                    part = future.result()
                    summary.add(part)
                    on_lines(part.lines)

        try:
            for part in self._parts(logs, summary):
                finish(_PARTS_AHEAD * self._processes - 1)
                under_way.add(self._executor.submit(_work, part))
            finish(0)
        except BrokenProcessPool as error:
            raise ShimError(
                f"a process of the rebuild died after {summary.records} records; run it again:"
                " what was sent is not sent twice."
            ) from error
        return summary

    def learn(self, summary: RebuildSummary) -> None:
        """Let the server learn from what was sent."""
        if not summary.task_id:
            return
        client = CostModelClient(self._settings.connection)
        try:
            client.report(report_pb2.ReportRequest(task_id=summary.task_id))
        finally:
            client.close()

    def __enter__(self) -> RebuildPool:
        return self

    def __exit__(self, *_: object) -> None:
        self._executor.shutdown(wait=True, cancel_futures=True)
        if self._sets_allocator:
            os.environ.pop(_ALLOCATOR_VARIABLE, None)

    def _parts(self, logs: Iterable[Path], summary: RebuildSummary) -> Iterator[LogPart]:
        for log in logs:
            summary.logs += 1
            try:
                yield from log_parts(log, _LINES_A_PART)
            except RecordFileError as error:
                summary.unreadable.append(str(error))


_settings: RebuildSettings | None = None
_worker: RebuildWorker | None = None


def _start(settings: RebuildSettings) -> None:
    global _settings
    # Ctrl-C reaches the whole group: the parent lets us end what we are at.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent()
    parent = multiprocessing.parent_process()
    if parent is not None and not parent.is_alive():  # it died before we could say so
        os._exit(1)
    _settings = settings


def _work(part: LogPart) -> PartResult:
    global _worker
    if _worker is None:  # here and not in _start, whose exceptions would be lost
        assert _settings is not None
        _worker = RebuildWorker(_settings)
    return _worker.work(part)
