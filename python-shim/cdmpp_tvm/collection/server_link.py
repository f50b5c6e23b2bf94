"""A server that guides the choice of programs and learns from what was measured."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..client import Connection, CostModelClient
from ..cost_model import CdmppModel
from ..gen import model_pb2, predict_pb2
from .collection_task import Device
from .measurement import Measured

_POLL_SECONDS = 0.5
_MOST_TRAINING_SECONDS = 900.0


class ServerLink:
    """One cost model a device, since each has a card of its own. Close it when done.

    Args:
        address: `host:port` or `unix:/path`.
        devices: With their cards: `LocalDevice`s.
    """

    def __init__(self, address: str, devices: Sequence[Any]) -> None:
        self._client = CostModelClient(Connection(address=address))
        self._models = {
            device.name: CdmppModel(address, device=device.card()) for device in devices
        }
        # Devices of which the server has records that it has not learned from.
        self._unlearned: set[str] = set()

    def model(self, device: Device) -> Any:
        """The cost model of a device's programs."""
        return self._models[device.name]

    def report(self, measured: Sequence[Measured]) -> None:
        """Report what was kept; the server does not learn of it before `learn`.

        Raises:
            ServerUnavailableError: No answer within the retry time.
        """
        pairs: dict[str, tuple[list[Any], list[Any]]] = {}
        for each in measured:
            if each.dropped:
                continue
            measure_input, result = each.tvm_pair()
            inputs, results = pairs.setdefault(each.due.where.device.name, ([], []))
            inputs.append(measure_input)
            results.append(result)
        for name, (inputs, results) in pairs.items():
            self._models[name].report(inputs, results, learn=False)
            self._unlearned.add(name)

    def report_earlier(self, logs: Mapping[str, Path]) -> None:
        """Report records of earlier runs, which the server may lack: it was away when they were
        made, or is another one. What it has changes nothing; it does not learn before `learn`.

        Args:
            logs: Record files by the name of their device.

        Raises:
            ServerUnavailableError: No answer within the retry time.
            RecordFileError: A line cannot be read.
        """
        for name, log in logs.items():
            model = self._models[name]
            before = model.statistics.records_reported
            model.report_log(log)
            if model.statistics.records_reported > before:
                self._unlearned.add(name)

    def learn(self) -> None:
        """Let the server learn, and wait until it has: training would disturb what is timed."""
        for name in sorted(self._unlearned):
            self._models[name].learn()
        self._unlearned.clear()
        self.wait_until_idle()

    def wait_until_idle(self) -> None:
        """Wait until the server trains no more; what it began for others counts too."""
        started = time.monotonic()
        while time.monotonic() - started < _MOST_TRAINING_SECONDS:
            time.sleep(_POLL_SECONDS)
            training = self._client.get_model(predict_pb2.ModelRef()).training
            if training.phase != model_pb2.TRAINING_PHASE_RUNNING:
                return

    def close(self) -> None:
        """Let go of the server; it does not learn now, since another run may be timing already."""
        with contextlib.ExitStack() as stack:  # one that cannot be closed keeps none of the others
            stack.callback(self._client.close)
            for model in self._models.values():
                stack.callback(model.close, learn=False)
