"""One search's talk with the server: tasks, predictions, reports. Knows no TVM."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .client import Connection, CostModelClient, StreamAnswer
from .errors import ModelNotFoundError
from .gen import predict_pb2, program_pb2, report_pb2, task_pb2
from .pin import ModelPin
from .retry import NotFoundError
from .statistics import RoundModel, Statistics

# Of one report: the contract's bound on records, and half of the message limit.
_MOST_RECORDS = 4096
_MOST_BYTES = 32 * 1024 * 1024


@dataclass
class RegisteredTask:
    """A task as the server knows it.

    Attributes:
        message: The task itself, to register again where the server has forgotten it.
        task_id: The server's name of it.
        reference_latency_seconds: The scale of its scores. The first that was received, for as
            long as the session lives.
        line: Name of the model that answers for it; empty from a server with one model for all.
    """

    message: task_pb2.Task
    task_id: str
    reference_latency_seconds: float
    line: str = ""


class Session:
    """Tasks, predictions and reports of one cost model.

    Args:
        connection: How to reach the server.
        model: See `ModelPin`.
        fresh_model_wait_seconds: See `ModelPin`.
        tuner_id: Names the search in the server's logs.
        feature_set: What the programs bring; a trained model that reads another is refused.
    """

    def __init__(
        self,
        connection: Connection,
        model: str | None,
        fresh_model_wait_seconds: float,
        tuner_id: str,
        feature_set: str = "loop-nest",
    ) -> None:
        self.client = CostModelClient(connection)
        self.pin = ModelPin(self.client, model, fresh_model_wait_seconds)
        self.statistics = Statistics()
        self._tuner_id = tuner_id
        self._brings_lowered = feature_set == "lowered"
        # Digests of task id and record line that the server has acknowledged.
        self._acknowledged: set[bytes] = set()
        # The task of a report that the server was told not to learn from yet.
        self._unlearned: RegisteredTask | None = None

    def close(self) -> None:
        """Close the channel."""
        self.client.close()

    def register(self, message: task_pb2.Task) -> RegisteredTask:
        """Make a task known to the server."""
        answer = self.client.register_task(message)
        return RegisteredTask(
            message, answer.task_id, answer.reference_latency_seconds, answer.model_name
        )

    def predict(
        self, task: RegisteredTask, chunks: Iterable[Sequence[program_pb2.Program]]
    ) -> StreamAnswer:
        """Predict programs by the round's version.

        Args:
            task: From `register`.
            chunks: Lists of programs; can be gone through more than once.

        Raises:
            ModelNotFoundError: The server does not have the model that was asked for.
        """
        new_round = not self.pin.is_pinned(task.line)
        try:
            answer = self._predict_once(task, chunks)
        except NotFoundError:
            self._register_again(task)
            self.pin.check(task.line)
            try:
                answer = self._predict_once(task, chunks)
            except NotFoundError as error:
                raise ModelNotFoundError(str(error)) from error
        self.pin.answered(task.line, answer.model, answer.trained_on)
        self.statistics.answered_by = f"{answer.model.name}@{answer.model.version}"
        if new_round or not self.statistics.rounds:
            self._note_round(answer)
        self.statistics.answer_wait_seconds += answer.wait_seconds
        self.statistics.programs_cached += answer.cached
        return answer

    def is_acknowledged(self, task: RegisteredTask, record_line: str) -> bool:
        """Whether this record is known to be in the server's store."""
        return _digest(task, record_line) in self._acknowledged

    def report(
        self,
        task: RegisteredTask,
        records: Sequence[report_pb2.MeasuredRecord],
        learn: bool = True,
    ) -> None:
        """Send measured records; returns when the server has them on disk.

        Records that this session has had acknowledged are not sent again; what the server holds
        from elsewhere, it leaves alone.

        Args:
            task: From `register`.
            records: Of that task.
            learn: False: the server learns from them when `learn` is called, or with a later
                report. While programs are measured on the server's machine, training would
                disturb them.
        """
        started = time.perf_counter()
        fresh = [r for r in records if not self.is_acknowledged(task, r.record_line)]
        self.statistics.records_duplicate += len(records) - len(fresh)
        for part in _parts(fresh):
            answer = self._send_report(task, part, learn)
            self.pin.reported(task.line, answer.last_sequence)
            self._acknowledged.update(_digest(task, r.record_line) for r in part)
            self.statistics.records_reported += answer.accepted
            self.statistics.records_duplicate += answer.duplicates
            self.statistics.store_records = answer.total_records
        self.statistics.report_seconds += time.perf_counter() - started

    def learn(self) -> None:
        """Let the server learn from what was reported with `learn=False`."""
        if self._unlearned is not None:
            self._send_report(self._unlearned, (), learn=True)

    def _send_report(
        self, task: RegisteredTask, records: Sequence[report_pb2.MeasuredRecord], learn: bool
    ) -> report_pb2.ReportResponse:
        request = report_pb2.ReportRequest(
            task_id=task.task_id,
            records=records,
            tuner_id=self._tuner_id,
            defer_learning=not learn,
        )
        try:
            answer = self.client.report(request)
        except NotFoundError:
            self._register_again(task)
            request.task_id = task.task_id
            answer = self.client.report(request)
        self._unlearned = None if learn else task
        return answer

    def _predict_once(
        self, task: RegisteredTask, chunks: Iterable[Sequence[program_pb2.Program]]
    ) -> StreamAnswer:
        model, waited = self.pin.version(task.line)
        self.statistics.fresh_model_wait_seconds += waited
        # Version 0 may be the estimate, which was trained on nothing and would refuse it; and what
        # needs no lowering every program brings.
        feature_set = (
            predict_pb2.FEATURE_SET_LOWERED
            if self._brings_lowered and model.version > 0
            else predict_pb2.FEATURE_SET_UNSPECIFIED
        )
        return self.client.predict_stream(
            task.task_id, model, self._tuner_id, chunks, feature_set=feature_set
        )

    def _register_again(self, task: RegisteredTask) -> None:
        """After NOT_FOUND: the server may have lost its store, and with it what we reported."""
        answer = self.client.register_task(task.message)
        task.task_id = answer.task_id
        task.line = answer.model_name
        self._acknowledged.clear()
        self.pin.store_was_lost()

    def _note_round(self, answer: StreamAnswer) -> None:
        statistics = self.statistics
        statistics.rounds.append(
            RoundModel(
                first_record=statistics.records_reported,
                name=answer.model.name,
                version=answer.model.version,
                trained_on=answer.trained_on,
            )
        )


def _parts(
    records: Sequence[report_pb2.MeasuredRecord],
) -> Iterable[list[report_pb2.MeasuredRecord]]:
    """Cut records into lists that fit one report each."""
    part: list[report_pb2.MeasuredRecord] = []
    size = 0
    for record in records:
        record_bytes = record.ByteSize()
        if part and (len(part) >= _MOST_RECORDS or size + record_bytes > _MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(record)
        size += record_bytes
    if part:
        yield part


def _digest(task: RegisteredTask, record_line: str) -> bytes:
    return hashlib.sha256(f"{task.task_id}\n{record_line}".encode()).digest()
