"""A server that guides the choice of programs and learns from what was measured."""

from __future__ import annotations

import time
from collections.abc import Sequence
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
        # The last measurements reported of each device.
        self._last: dict[str, tuple[list[Any], list[Any]]] = {}

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
            self._last[name] = (inputs, results)

    def learn(self) -> None:
        """Let the server learn, and wait until it has: training would disturb what is timed."""
        for name, (inputs, results) in self._last.items():
            # Acknowledged already, so that nothing is sent twice: this begins a new round.
            self._models[name].update(inputs, results)
        self._last.clear()
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
        """Let go of the server."""
        for model in self._models.values():
            model.close()
        self._client.close()
