"""LSTM cells in relay, without loops: one step in time."""

from __future__ import annotations

from typing import Any

from ..tvm_door import import_tvm

_INPUTS = 128
_HIDDEN = (256, 512, 1024)


def lstm_cells(batch: int) -> Any:
    """Cells of growing width, each fed by the one before; inputs are `data` and the states."""
    relay = import_tvm("tvm.relay")
    body = relay.var("data", shape=(batch, _INPUTS), dtype="float32")
    states = []
    for index, hidden in enumerate(_HIDDEN):
        body, memory = _cell(body, batch, hidden, f"cell{index}")
        states.append(memory)
    body = relay.Tuple([body, *states])
    return relay.Function(relay.analysis.free_vars(body), body)


def _cell(data: Any, batch: int, hidden: int, name: str) -> tuple[Any, Any]:
    """One cell: (output, new memory), both (batch × hidden)."""
    relay = import_tvm("tvm.relay")
    dense = import_tvm("tvm.relay.testing.layers").dense_add_bias
    output = relay.var(f"{name}_output", shape=(batch, hidden), dtype="float32")
    memory = relay.var(f"{name}_memory", shape=(batch, hidden), dtype="float32")
    gates = relay.add(
        dense(data, units=4 * hidden, name=f"{name}_data"),
        dense(output, units=4 * hidden, name=f"{name}_output_gates"),
    )
    entered, forgotten, candidate, shown = relay.split(gates, 4, axis=1)
    memory = relay.add(
        relay.multiply(relay.sigmoid(forgotten), memory),
        relay.multiply(relay.sigmoid(entered), relay.tanh(candidate)),
    )
    return relay.multiply(relay.sigmoid(shown), relay.tanh(memory)), memory
