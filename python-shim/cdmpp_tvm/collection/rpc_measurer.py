"""Measurements on another machine, through TVM's RPC tracker."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence

from ..errors import CollectionError, ConfigurationError
from ..tvm_door import import_tvm
from .measurement import Due, Measured
from .messages import COMPILE_DEVICE, MOST_ERROR_CHARACTERS, TimingSettings
from .task_transfer import register_tensors
from .visits import LEAST_VISITS
from .watchdog import call_within

_PROGRAMS_AT_ONCE = 32
_CONNECT_SECONDS = 10.0
# Beyond TVM's own limits, which bound what the machine does but not the wait for one.
_SLACK_SECONDS = 60.0
_PROGRAM_SLACK_SECONDS = 10.0


class RpcMeasurer:
    """Builds here, with TVM's `LocalBuilder`, and runs there, with its `RPCRunner`.

    The number of threads there is what the RPC server's `TVM_NUM_THREADS` says.

    Args:
        tracker: `host:port`.
        key: Under which the tracker knows the machine.
        settings: How to time; the budget is for the local pool only.
        timeout_seconds: Of a build, and of a run.
        builders: Programs that are built at the same time. None: one a core.
        connect_seconds: To wait for the machine, which others may have just given back.

    Raises:
        ConfigurationError: `tracker` does not read as an address.
        CollectionError: The tracker does not answer, or has no such machine.
    """

    def __init__(
        self,
        tracker: str,
        key: str,
        settings: TimingSettings,
        timeout_seconds: int = 30,
        builders: int | None = None,
        connect_seconds: float = _CONNECT_SECONDS,
    ) -> None:
        host, _, port = tracker.rpartition(":")
        if not host or not port.isdigit():
            raise ConfigurationError(f"tracker is {tracker!r}, expected host:port.")
        self._tracker, self._host, self._port, self._key = tracker, host, int(port), key
        self._timeout_seconds = timeout_seconds
        self._connect_seconds = connect_seconds
        self._check_remote()
        auto_scheduler = import_tvm()
        arguments = {} if builders is None else {"n_parallel": builders}
        self._builder = auto_scheduler.LocalBuilder(timeout=timeout_seconds, **arguments)
        try:
            self._runner = auto_scheduler.RPCRunner(
                key,
                host,
                int(port),
                timeout=timeout_seconds,
                number=1,
                repeat=settings.repeats,
                min_repeat_ms=settings.min_repeat_ms * LEAST_VISITS,  # as long in all
            )
        except Exception as error:  # TVM raises many kinds
            raise self._gone(error) from error

    @property
    def programs_at_once(self) -> int:
        """See `Measurer`."""
        return _PROGRAMS_AT_ONCE

    def measure(self, dues: Sequence[Due]) -> Iterator[Measured]:
        """See `Measurer`. What the machine was not there for is not yielded, and so is due again.

        Raises:
            CollectionError: Tracker or machine have gone away.
        """
        for task in {id(due.where.task): due.where.task for due in dues}.values():
            register_tensors(task)
        inputs = [due.where.lines.measure_input(due.steps) for due in dues]
        built = self._builder.build(inputs, verbose=0)
        self._check_remote()
        limit = _SLACK_SECONDS + len(inputs) * (self._timeout_seconds + _PROGRAM_SLACK_SECONDS)
        try:
            results = call_within(limit, lambda: self._runner.run(inputs, built, verbose=0))
        except Exception as error:  # TVM raises many kinds
            raise self._gone(error) from error
        lost = ""
        for due, result in zip(dues, results):
            message = result.error_msg
            if int(result.error_no) == COMPILE_DEVICE:  # no machine, or none that took it
                lost = lost or str(message)
                continue
            yield Measured(
                due,
                tuple(float(getattr(cost, "value", cost)) for cost in result.costs),
                int(result.error_no),
                "" if message is None else str(message),
                float(result.all_cost),
                float(result.timestamp),
            )
        if lost:
            raise self._gone(RuntimeError(lost[-MOST_ERROR_CHARACTERS:]))

    def close(self) -> None:
        """See `Measurer`."""

    def _check_remote(self) -> None:
        """TVM's own check takes a tracker that refuses for one that has a machine."""
        utils = import_tvm("tvm.auto_scheduler.utils")
        try:
            # TVM tries a tracker that is not there for a minute.
            address = (self._host, self._port)
            socket.create_connection(address, timeout=self._connect_seconds).close()
            call_within(
                self._connect_seconds,
                lambda: bool(utils.request_remote(self._key, self._host, self._port, 100)),
            )
        except Exception as error:  # TVM raises many kinds
            raise self._gone(error) from error

    def _gone(self, error: Exception) -> CollectionError:
        return CollectionError(
            f"no machine of key {self._key!r} at tracker {self._tracker} ({error}); start"
            " `python -m tvm.exec.rpc_tracker` and `python -m tvm.exec.rpc_server`, then go on with"
            " the same command."
        )
