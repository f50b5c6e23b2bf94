"""Measurements on their way to the server: kept until it has acknowledged them."""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from typing import Any

from .errors import ConfigurationError, RequestRejectedError, UnsupportedTaskError
from .gen import report_pb2
from .lowered import add_lowered_features
from .records import TaskCatalog, encode_record, read_log, record_line
from .session import Session
from .tasks import TaskTable, task_key

# Of one report while a log is read: bounds memory, since each record holds its printed program.
_RECORDS_A_REPORT = 512


class Reporter:
    """Sends measurements of any tasks, in their order."""

    def __init__(self, session: Session, tasks: TaskTable, feature_set: str = "loop-nest") -> None:
        self._session = session
        self._with_lowered_features = feature_set == "lowered"
        self._tasks = tasks
        self._catalog = TaskCatalog()
        # Measured, but not acknowledged by the server: (task, record).
        self._pending: list[tuple[Any, report_pb2.MeasuredRecord]] = []

    @property
    def pending_count(self) -> int:
        """Measurements that have not reached the server."""
        return len(self._pending)

    def report(self, inputs: Sequence[Any], results: Sequence[Any], learn: bool) -> None:
        """Send measurements; they stay pending where the server does not answer.

        Args:
            inputs: `MeasureInput`s, of any tasks.
            results: `MeasureResult`s, one for each input.
            learn: See `Session.report`.
        """
        if len(inputs) != len(results):
            raise ConfigurationError(
                f"{len(inputs)} inputs came with {len(results)} results; expected one each."
            )
        wholes = [self._catalog.completed(measure_input) for measure_input in inputs]
        records = [
            encode_record(whole, result, record_line(measure_input, result))
            for whole, measure_input, result in zip(wholes, inputs, results)
        ]
        if self._with_lowered_features:
            _add_lowered_features(wholes, records)
        self._pending.extend(zip((whole.task for whole in wholes), records))
        self.send_pending(learn)

    def send_pending(self, learn: bool = True) -> None:
        """Send what is pending, task by task; what is acknowledged leaves it."""
        while self._pending:
            count = 0
            try:
                known = self._tasks.of(self._pending[0][0])
                batch = []
                for task, record in self._pending:
                    if self._tasks.of(task) is not known:
                        break
                    batch.append(record)
                count = len(batch)
                self._session.report(known.registration, batch, learn)
            except (RequestRejectedError, UnsupportedTaskError):
                del self._pending[: max(count, 1)]  # to send it again would not help
                raise
            del self._pending[:count]

    def report_log(self, file_name: str | os.PathLike[str], n_lines: int | None) -> None:
        """Send the records of a log that this session has not had acknowledged."""
        batch: list[tuple[Any, Any]] = []
        for line in read_log(file_name, n_lines):
            known = self._tasks.by_record(line.task_fields)
            if known and self._session.is_acknowledged(known.registration, line.text):
                self._session.statistics.records_duplicate += 1
                continue
            batch.append(self._catalog.read(line))
            if len(batch) >= _RECORDS_A_REPORT:
                self._report_pairs(batch)
                batch = []
        self._report_pairs(batch)

    def _report_pairs(self, pairs: list[tuple[Any, Any]]) -> None:
        self.report([pair[0] for pair in pairs], [pair[1] for pair in pairs], learn=False)


def _add_lowered_features(
    inputs: Sequence[Any], records: Sequence[report_pb2.MeasuredRecord]
) -> None:
    """Task by task: TVM lowers the states of one call side by side."""
    pairs = zip(inputs, records)
    for _, group in itertools.groupby(pairs, lambda pair: task_key(pair[0].task)):
        members = list(group)
        states = [measure_input.state for measure_input, _ in members]
        programs = [record.program for _, record in members]
        add_lowered_features(members[0][0].task, states, programs)
