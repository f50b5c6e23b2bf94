"""A network's parameters: their types, and made-up values where they must be constants."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..tvm_door import import_tvm

# Not 0 or 1, lest the compiler simplifies an operation away.
_VALUE = 0.05


def vector_parameters(module: Any) -> dict[str, Any]:
    """Values of the parameters that are vectors: biases, which the compiler reshapes beforehand.

    Of no value hangs a task. Weights need none: what is computed from them beforehand (a folded
    scale, a layout) is then computed in the network, by operations that nobody tunes; to compute
    it here takes most of the time of an extraction.

    Args:
        module: Whose types are inferred.
    """
    array = import_tvm("tvm").nd.array
    return {
        str(variable.name_hint): array(_values(variable.checked_type))
        for variable in module["main"].params
        if len(variable.checked_type.shape) == 1
    }


def typed_parameters(module: Any) -> Any:
    """The same module, the types that were inferred of its inputs written at them.

    Without, a pass that puts something between a parameter and its user leaves it without type.
    """
    relay = import_tvm("tvm.relay")
    main = module["main"]
    typed = {
        variable: relay.var(variable.name_hint, type_annotation=variable.checked_type)
        for variable in main.params
    }
    body = relay.bind(main.body, typed)
    return import_tvm("tvm").IRModule.from_expr(relay.Function(list(typed.values()), body))


def _values(kind: Any) -> Any:
    return np.full([int(extent) for extent in kind.shape], _VALUE, dtype=str(kind.dtype))
