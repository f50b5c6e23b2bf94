"""Batch normalisation as it is at inference: a factor and a summand a channel, both constants."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..tvm_door import import_tvm

# Positive, as the compiler asks of what it moves through a relu; not 1 or 0, which it leaves out.
_FACTOR, _SUMMAND = 0.05, 0.07


def folded_normalisations(module: Any) -> Any:
    """The same module with its batch normalisations folded: what the compiler itself makes of them.

    It would compile and run a handful of operations for each, over and over: most of the time that
    an extraction takes.

    Args:
        module: Whose types are inferred.

    Returns:
        A module that has no parameters of normalisations any more; its types are inferred.
    """
    tvm, relay = import_tvm("tvm"), import_tvm("tvm.relay")

    class Folder(relay.ExprMutator):  # type: ignore[misc, name-defined]
        def visit_tuple_getitem(self, item: Any) -> Any:
            call = item.tuple_value
            is_call = isinstance(call, relay.Call)
            if not is_call or getattr(call.op, "name", "") != "nn.batch_norm" or item.index != 0:
                return super().visit_tuple_getitem(item)
            rank = len(call.args[0].checked_type.shape)
            channels = int(call.args[1].checked_type.shape[0])
            # Ones for the axes behind the channels'.
            shape = (channels,) + (1,) * (rank - 1 - int(call.attrs.axis) % rank)
            factor, summand = (
                relay.const(np.full(shape, value, dtype="float32")) for value in (_FACTOR, _SUMMAND)
            )
            return relay.add(relay.multiply(self.visit(call.args[0]), factor), summand)

    body = Folder().visit(module["main"]).body
    function = relay.Function(relay.analysis.free_vars(body), body)
    return relay.transform.InferType()(tvm.IRModule.from_expr(function))
