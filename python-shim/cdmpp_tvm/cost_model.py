"""`CdmppModel`: a cost model of TVM's auto-scheduler that asks a cdmpp-server."""

from __future__ import annotations

import atexit
import logging
import os
import time
import weakref
from collections.abc import Sequence
from typing import Any

import numpy as np

from .artifact import read_artifact, write_artifact
from .client import Connection
from .errors import ConfigurationError, ShimError
from .gen import task_pb2
from .lowered import FEATURE_SETS
from .reporter import Reporter
from .score import scores_of
from .session import Session
from .state_predictions import predict_states
from .statistics import Statistics
from .tasks import TaskTable
from .tvm_door import import_tvm

logger = logging.getLogger(__name__)

_BASE = import_tvm("tvm.auto_scheduler.cost_model.cost_model").PythonBasedModel
_EXIT_RETRY_SECONDS = 5.0


class CdmppModel(_BASE):  # type: ignore[misc, valid-type]
    """A cost model for `SketchPolicy` and `TaskScheduler`, shared by any number of tasks.

    `SketchPolicy(task, program_cost_model=CdmppModel("localhost:50051"))` is all it takes. Scores
    are `reference(task) / latency`, one scale per task for the life of this object. When the server
    is away, calls are made again for `retry_seconds`, then raise; no score is invented.

    The last batch: `SketchPolicy` passes a measured batch to `update` before its *next* round, so
    `task.tune` ends with one batch that no cost model has seen. Either give `model.callback` to
    `TuningOptions(measure_callbacks=[...])`, which reports each batch as it is measured, or call
    `model.flush(log_file)` after tuning. Both may be done: nothing is stored twice.

    Args:
        address: `host:port` or `unix:/path`.
        model: `name` or `name@version`, such as `cdmpp-cpu@3`. None: the server's model for the
            task's kind of target. With a version, no other version ever answers.
        retry_seconds: How long a call is tried again while the server does not answer.
        fresh_model_wait_seconds: Most seconds that the first predict of a round waits for a model
            that has learned from the last report; 0: never.
        feature_set: `loop-nest`, or `lowered` for a server that runs `--predictor cdmpp-lowered`:
            TVM then lowers each state, 1–15 ms, as it does for `XGBModel`.
        chunk_size: States per message; one is printed while the server scores the last.
        tuner_id: Names this search in the server's logs. None: made of the process id.
        device: See `cdmpp_tvm.device.device_card`. None: the local CPU for CPU targets.
        device_name: Overrides the device card's name.
        token_file: See `Connection`, as for all that follow.

    Raises:
        ConfigurationError: An argument is out of its bounds.
    """

    def __init__(
        self,
        address: str = "localhost:50051",
        *,
        model: str | None = None,
        retry_seconds: float = 60.0,
        fresh_model_wait_seconds: float = 10.0,
        feature_set: str = "loop-nest",
        chunk_size: int = 512,
        tuner_id: str | None = None,
        device: task_pb2.DeviceCard | str | None = None,
        device_name: str | None = None,
        token_file: str | os.PathLike[str] | None = None,
        root_certificate_file: str | os.PathLike[str] | None = None,
        tls: bool = False,
        insecure: bool = False,
        deadline_seconds: float = 120.0,
    ) -> None:
        _check_bounds("retry_seconds", retry_seconds, 0.0, 86_400.0)
        _check_bounds("fresh_model_wait_seconds", fresh_model_wait_seconds, 0.0, 3600.0)
        _check_bounds("chunk_size", chunk_size, 1, 4096)
        _check_bounds("deadline_seconds", deadline_seconds, 0.001, 86_400.0)
        if feature_set not in FEATURE_SETS:
            raise ConfigurationError(
                f"feature_set is {feature_set!r}; expected one of {', '.join(FEATURE_SETS)}."
            )
        super().__init__()
        connection = Connection(
            address=address,
            retry_seconds=retry_seconds,
            deadline_seconds=deadline_seconds,
            root_certificate_file=root_certificate_file,
            tls=tls,
            token_file=token_file,
            insecure=insecure,
        )
        self._session = Session(
            connection,
            model,
            fresh_model_wait_seconds,
            tuner_id or f"pid-{os.getpid()}",
            feature_set,
        )
        self._tasks = TaskTable(self._session, device, device_name, feature_set)
        self._chunk_size = chunk_size
        self._reporter = Reporter(self._session, self._tasks, feature_set)
        self._callback: Any = None
        self._predicted_since_report = False
        self._closed = False
        self._exit_hook = _close_at_exit(self)

    @property
    def statistics(self) -> Statistics:
        """Counts and seconds so far."""
        return self._session.statistics

    @property
    def answered_by(self) -> str | None:
        """Model and version that answered last, such as `cdmpp-cpu@3`; None: nothing was asked.

        Version 0 is the model that the server was shipped with, or its analytical estimate: then
        `statistics.rounds[-1].trained_on` is 0.
        """
        return self._session.statistics.answered_by

    @property
    def callback(self) -> Any:
        """A measure callback that reports each batch as soon as it is measured."""
        if self._callback is None:
            from .callback import ReportingCallback

            self._callback = ReportingCallback(self)
        return self._callback

    def predict(self, task: Any, states: Sequence[Any]) -> list[float]:
        """Score states; higher is better.

        Args:
            task: `SearchTask`.
            states: Its states.

        Returns:
            One score per state: positive, or -inf for a program that cannot be built.

        Raises:
            ServerUnavailableError: No answer within the retry time.
            UnreadableProgramsError: The server could read none of the programs.
            ShimError: Anything else that keeps the states from being scored.
        """
        if len(states) == 0:
            return []
        self._check_open()
        started = time.perf_counter()
        known = self._tasks.of(task)
        predictions = predict_states(self._session, known, states, self._chunk_size)
        scores = scores_of(predictions, known.registration.reference_latency_seconds)
        self._predicted_since_report = True
        statistics = self.statistics
        statistics.predict_calls += 1
        statistics.programs_scored += len(scores)
        statistics.predict_seconds += time.perf_counter() - started
        return scores

    def reference_seconds(self, task: Any) -> float:
        """The latency that a score of 1 stands for; score `s` is `reference / s` seconds.

        Raises:
            ServerUnavailableError: No answer within the retry time.
        """
        self._check_open()
        return self._tasks.of(task).registration.reference_latency_seconds

    def predict_stages(self, task: Any, states: Sequence[Any]) -> Any:
        """`predict`, packed as TVM wants it; the sketch search never calls this.

        Returns:
            float64 array (2 × states): the scores, then for each state its number of stage
            scores, 0, because a latency is not the sum of its stages'.
        """
        scores = np.array(self.predict(task, states), dtype=np.float64)
        return np.concatenate([scores, np.zeros(len(scores))])

    def update(self, inputs: Sequence[Any], results: Sequence[Any]) -> None:
        """Report measurements, failed ones too, and begin a new round.

        Returns when the server has them on disk; it learns from them on its own. The next predict
        may be answered by a newer version of the model.

        Args:
            inputs: `MeasureInput`s, of any tasks.
            results: `MeasureResult`s, one for each input.

        Raises:
            ServerUnavailableError: No answer within the retry time.
        """
        if len(inputs) == 0:
            return
        self.report(inputs, results)
        self.learn()

    def report(self, inputs: Sequence[Any], results: Sequence[Any], *, learn: bool = True) -> None:
        """Report measurements without beginning a new round. Arguments as for `update`.

        With `learn=False` the server keeps them and learns with the next `learn`, `update` or
        `flush`.
        """
        self._check_open()
        self._reporter.report(inputs, results, learn)
        self._predicted_since_report = False

    def report_log(self, file_name: str | os.PathLike[str]) -> None:
        """Report the records of a tuning log, of which the server learns no sooner than `learn`.

        Args:
            file_name: A log that `RecordToFile` wrote. Its workloads must be registered.

        Raises:
            RecordFileError: A line cannot be read.
            ServerUnavailableError: No answer within the retry time.
        """
        self._check_open()
        self._reporter.report_log(file_name, None)

    def learn(self) -> None:
        """Let the server learn from what was reported with `learn=False`; begin a new round."""
        self._check_open()
        self._session.learn()
        self._session.pin.begin_round()

    def flush(self, log_file: str | os.PathLike[str] | None = None) -> None:
        """Send whatever was measured and has not reached the server.

        Args:
            log_file: A tuning log; the records in it that this object has not reported are. Give
                it after `task.tune`, whose last batch reaches no cost model otherwise.
        """
        self._check_open()
        self._reporter.send_pending()
        if log_file is not None:
            self.update_from_file(log_file)
        self._session.learn()
        self._predicted_since_report = False

    def update_from_file(
        self, file_name: str | os.PathLike[str], n_lines: int | None = None
    ) -> None:
        """Report the records of a tuning log; those that the server holds change nothing.

        Args:
            file_name: A log that `RecordToFile` wrote. Its workloads must be registered.
            n_lines: Most records to read. None: all.

        Raises:
            RecordFileError: A line cannot be read.
        """
        self._check_open()
        self._reporter.report_log(file_name, n_lines)
        self.learn()

    def save(self, file_name: str | os.PathLike[str]) -> None:
        """Save a version of the server's model, card and weights, to one file.

        The version is the one that answered last, else the newest. The analytical estimate has
        no weights: the server refuses.
        """
        self._check_open()
        pin = self._session.pin
        ref = pin.last_answered or pin.newest
        write_artifact(file_name, self._session.client.export_model(ref))

    def load(self, file_name: str | os.PathLike[str]) -> None:
        """Give the server a saved version and use it.

        It becomes the newest of the model that its card says, `cdmpp-cpu` or `cdmpp-gpu`; a file of
        a server that had one model for all targets counts as `cdmpp-cpu`. It answers that model's
        tasks until the next `update` or `update_from_file`, thereafter the newest version of that
        model does: unlike with XGBModel, the first update does not drop what was loaded.
        """
        self._check_open()
        info = self._session.client.import_model(read_artifact(file_name))
        self._session.pin.adopt(info.model)

    def close(self, *, learn: bool = True) -> None:
        """Send what is left, then let go of the server. Further calls raise.

        Args:
            learn: False: the server goes on waiting with what it was told not to learn from yet.
        """
        if self._closed:
            return
        try:
            self._reporter.send_pending(learn)
            if learn:
                self._session.learn()
        finally:
            self._closed = True
            atexit.unregister(self._exit_hook)
            self._tell_of_last_batch()
            self._tasks.close()
            self._session.close()

    def close_at_exit(self) -> None:
        """`close` without long retries and without raising: the process is ending."""
        self._session.client.give_up_after(_EXIT_RETRY_SECONDS)
        try:
            self.close()
        except ShimError as error:
            logger.error(
                "%d measured records did not reach the server (%s); a later"
                " update_from_file(log_file) brings them in",
                self._reporter.pending_count,
                error,
            )

    def __enter__(self) -> CdmppModel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check_open(self) -> None:
        if self._closed:
            raise ConfigurationError("this CdmppModel is closed; make a new one.")

    def _tell_of_last_batch(self) -> None:
        if self._predicted_since_report and self.statistics.records_reported > 0:
            logger.warning(
                "programs were scored after the last report: if they were measured too, those"
                " records are not in the server's store; call flush(log_file) after tuning, or"
                " give model.callback to TuningOptions"
            )


def _close_at_exit(model: CdmppModel) -> Any:
    """Close the model when the process ends, if it lives until then."""
    reference = weakref.ref(model)

    def close() -> None:
        living = reference()
        if living is not None:
            living.close_at_exit()

    atexit.register(close)
    return close


def _check_bounds(name: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise ConfigurationError(f"{name} is {value}, expected {least:g} to {most:g}.")
