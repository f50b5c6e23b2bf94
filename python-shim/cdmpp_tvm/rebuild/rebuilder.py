"""Lines of logs → the wire's records, their programs printed by TVM; one computation DAG a task."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from ..dag import encode_task
from ..device import local_cpu_card
from ..errors import RecordFileError, ShimError
from ..gen import program_pb2, report_pb2, task_pb2
from ..tvm_door import import_tvm
from .record_line import LoggedRecord, LoggedTaskKey

# No state depends on the target, and making one of a GPU's asks the driver and complains.
_NEUTRAL_TARGET = "llvm"


class LoggedTask:
    """A task of a log with its computation.

    Args:
        key: What the log says of it.
        device: What it was measured on. None: this machine's CPU.
        networks: See `encode_task`.

    Attributes:
        message: The task for the server: target and limits are the log's own.

    Raises:
        RecordFileError: Its workload is not registered here, or cannot be made.
    """

    def __init__(
        self,
        key: LoggedTaskKey,
        device: task_pb2.DeviceCard | None,
        networks: Sequence[tuple[str, int]] = (),
    ) -> None:
        auto_scheduler = import_tvm()
        limits = [max(0, limit) for limit in key.limits]
        try:
            target = import_tvm("tvm.target").Target(_NEUTRAL_TARGET)
            task = auto_scheduler.SearchTask(
                workload_key=key.workload_key,
                target=target,
                hardware_params=auto_scheduler.HardwareParams(*limits),
            )
        except Exception as error:  # of the registry, of TVM, or of the workload function
            raise RecordFileError(
                f"workload {key.workload_key} is not known here ({type(error).__name__}: {error});"
                " give a task file or a network that it is from"
            ) from error
        self._dag = task.compute_dag
        self.message = encode_task(task, None, networks)
        self.message.target = key.target
        self.message.device.CopyFrom(_card(key, device))
        self._records = import_tvm("tvm.auto_scheduler.measure_record")
        # Called as they are: TVM's Python wraps a state in a class that lists its stages.
        self._infer_bound = import_tvm("tvm.auto_scheduler")._ffi_api.ComputeDAGInferBoundFromState

    def loop_nest(self, steps: str, version: str) -> str:
        """The program that transform steps make, as TVM prints it.

        Raises:
            RecordFileError: TVM cannot apply the steps.
        """
        line = (
            f'{{"i": [["", "{_NEUTRAL_TARGET}", [1, 16, 64, 0, 0, 0, 0, 0], "", 0, []],'
            f' [[], {steps}]], "r": [[0.0], 0, 0, 0], "v": {json.dumps(version)}}}'
        )
        try:
            measure_input, _ = self._records.load_record_from_string(line)
            return str(self._infer_bound(self._dag, measure_input.state))
        except Exception as error:  # TVM raises many kinds, some of them from C++
            reason = (str(error).strip().splitlines() or [type(error).__name__])[-1]
            raise RecordFileError(f"TVM cannot apply the transform steps ({reason})") from error


class Rebuilder:
    """Keeps the tasks that it has met.

    Args:
        device: See `LoggedTask`.
        networks: Workload key → networks that it occurs in; see `encode_task`.
    """

    def __init__(
        self,
        device: task_pb2.DeviceCard | None,
        networks: Mapping[str, Sequence[tuple[str, int]]],
    ) -> None:
        self._device = device
        self._networks = networks
        self._tasks: dict[LoggedTaskKey, LoggedTask | ShimError] = {}

    def task_of(self, key: LoggedTaskKey) -> LoggedTask:
        """A task with its computation.

        Raises:
            ShimError: See `LoggedTask`; the same each time.
        """
        known = self._tasks.get(key)
        if known is None:
            try:
                known = LoggedTask(key, self._device, self._networks.get(key.workload_key, ()))
            except ShimError as error:
                known = error
            self._tasks[key] = known
        if isinstance(known, ShimError):
            raise known
        return known

    def record(self, logged: LoggedRecord) -> report_pb2.MeasuredRecord:
        """The record with its printed program.

        A program that failed to be measured may be one that TVM cannot print: its steps go alone.

        Raises:
            RecordFileError: TVM cannot apply the steps of a valid record.
            ShimError: See `task_of`.
        """
        task = self.task_of(logged.task)
        loop_nest = ""
        try:
            loop_nest = task.loop_nest(logged.steps, logged.version)
        except RecordFileError:
            if logged.error_number == 0:
                raise
        return report_pb2.MeasuredRecord(
            program=program_pb2.Program(loop_nest=loop_nest, transform_steps=logged.steps),
            costs_seconds=logged.costs_seconds,
            error_number=logged.error_number,
            all_cost_seconds=logged.all_cost_seconds,
            timestamp_seconds=logged.timestamp_seconds,
            record_line=logged.line,
        )


def _card(key: LoggedTaskKey, device: task_pb2.DeviceCard | None) -> task_pb2.DeviceCard:
    if device is not None:
        return device
    if not key.target.startswith("llvm"):
        # Targets of different GPUs may be equal, so a target does not tell.
        raise RecordFileError(
            f"records of target {key.target!r} do not say of which device; name it"
        )
    return local_cpu_card(max(0, key.limits[0]), key.target)
