"""Measurements on another machine, through TVM's RPC tracker."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence

from ..errors import CollectionError, ConfigurationError
from ..tvm_door import import_tvm
from .measurement import Due, Measured
from .messages import TimingSettings
from .task_transfer import register_tensors
from .visits import LEAST_VISITS

_PROGRAMS_AT_ONCE = 32
_CONNECT_SECONDS = 10.0


class RpcMeasurer:
    """Builds here, with TVM's `LocalBuilder`, and runs there, with its `RPCRunner`.

    The number of threads there is what the RPC server's `TVM_NUM_THREADS` says.

    Args:
        tracker: `host:port`.
        key: Under which the tracker knows the machine.
        settings: How to time; the budget is for the local pool only.
        timeout_seconds: Of a build, and of a run.
        builders: Programs that are built at the same time. None: one a core.

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
    ) -> None:
        host, _, port = tracker.rpartition(":")
        if not host or not port.isdigit():
            raise ConfigurationError(f"tracker is {tracker!r}, expected host:port.")
        auto_scheduler = import_tvm()
        arguments = {} if builders is None else {"n_parallel": builders}
        self._builder = auto_scheduler.LocalBuilder(timeout=timeout_seconds, **arguments)
        try:
            # TVM tries a tracker that is not there for a minute.
            socket.create_connection((host, int(port)), timeout=_CONNECT_SECONDS).close()
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
            raise CollectionError(
                f"no machine of key {key!r} at tracker {tracker} ({error}); start"
                " `python -m tvm.exec.rpc_tracker` and `python -m tvm.exec.rpc_server`."
            ) from error

    @property
    def programs_at_once(self) -> int:
        """See `Measurer`."""
        return _PROGRAMS_AT_ONCE

    def measure(self, dues: Sequence[Due]) -> Iterator[Measured]:
        """See `Measurer`."""
        for task in {id(due.where.task): due.where.task for due in dues}.values():
            register_tensors(task)
        inputs = [due.where.lines.measure_input(due.steps) for due in dues]
        built = self._builder.build(inputs, verbose=0)
        for due, result in zip(dues, self._runner.run(inputs, built, verbose=0)):
            message = result.error_msg
            yield Measured(
                due,
                tuple(float(getattr(cost, "value", cost)) for cost in result.costs),
                int(result.error_no),
                "" if message is None else str(message),
                float(result.all_cost),
                float(result.timestamp),
            )

    def close(self) -> None:
        """See `Measurer`."""
