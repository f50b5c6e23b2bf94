"""What one process of a rebuild does with a part of a log: read, rebuild, print, send."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import NamedTuple

from ..client import CostModelClient
from ..errors import ShimError
from ..gen import report_pb2, task_pb2
from ..retry import NotFoundError
from ..task_files import load_task_file
from .log_parts import LogPart
from .rebuilder import LoggedTask, Rebuilder
from .record_line import LoggedTaskKey, parse_line
from .settings import RebuildSettings, register_workloads


class BrokenLine(NamedTuple):
    """A line that gave no record."""

    log: str
    number: int
    reason: str


@dataclass
class PartResult:
    """What became of a part of a log.

    Attributes:
        lines: Read, empty ones too.
        accepted: Records that are new to the server.
        duplicates: Records that it knew.
        failed: Records of failed measurements among them.
        broken: Lines that gave no record.
        task_id: Of some task whose records were sent; empty: none was.
        rebuild_seconds: Wall time of reading, rebuilding and printing.
        send_seconds: Wall time of the server's answers.
    """

    lines: int
    accepted: int = 0
    duplicates: int = 0
    failed: int = 0
    broken: list[BrokenLine] = field(default_factory=list)
    task_id: str = ""
    rebuild_seconds: float = 0.0
    send_seconds: float = 0.0


class RebuildWorker:
    """Keeps its tasks, and one channel to the server.

    Args:
        settings: The rebuild's.

    Raises:
        ShimError: A task file cannot be loaded, or the server's address is not usable.
    """

    def __init__(self, settings: RebuildSettings) -> None:
        for path in settings.task_files:
            load_task_file(path)
        register_workloads(settings.registered)
        card = settings.device
        self._rebuilder = Rebuilder(
            None if card is None else task_pb2.DeviceCard.FromString(card), dict(settings.networks)
        )
        self._client = CostModelClient(settings.connection)
        self._task_ids: dict[LoggedTaskKey, str] = {}

    def work(self, part: LogPart) -> PartResult:
        """Rebuild and send the records of a part.

        Raises:
            ServerUnavailableError: No answer within the retry time.
            RequestRejectedError: The server refuses a task or the records.
        """
        result = PartResult(len(part.lines))
        started = time.perf_counter()
        by_task: dict[LoggedTaskKey, list[report_pb2.MeasuredRecord]] = {}
        for number, text in enumerate(part.lines, start=part.first_line):
            if not text or text.startswith("#"):
                continue
            try:
                logged = parse_line(text)
                record = self._rebuilder.record(logged)
            except ShimError as error:
                result.broken.append(BrokenLine(part.log, number, str(error)))
                continue
            result.failed += logged.error_number != 0
            by_task.setdefault(logged.task, []).append(record)
        result.rebuild_seconds = time.perf_counter() - started
        started = time.perf_counter()
        for key, records in by_task.items():
            answer = self._send(key, records, part.log)
            result.accepted += answer.accepted
            result.duplicates += answer.duplicates
            result.task_id = self._task_ids[key]
        result.send_seconds = time.perf_counter() - started
        return result

    def _send(
        self, key: LoggedTaskKey, records: list[report_pb2.MeasuredRecord], log: str
    ) -> report_pb2.ReportResponse:
        task = self._rebuilder.task_of(key)
        if key not in self._task_ids:
            self._register(key, task)
        request = report_pb2.ReportRequest(
            task_id=self._task_ids[key], records=records, tuner_id=log, defer_learning=True
        )
        try:
            return self._client.report(request)
        except NotFoundError:  # the server has lost its store
            self._register(key, task)
            request.task_id = self._task_ids[key]
            return self._client.report(request)

    def _register(self, key: LoggedTaskKey, task: LoggedTask) -> None:
        self._task_ids[key] = self._client.register_task(task.message).task_id
