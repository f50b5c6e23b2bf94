"""Arguments to run a task's programs with: made once a task, shared by all its programs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..tvm_door import import_tvm

_SEED = 20_120_101
# As TVM's random_fill: away from 0, whose products are cheap, and from denormal numbers.
_LEAST, _MOST = 1.0, 10.0


class TaskInputs:
    """Buffers for the tensors of one task, in the order of its programs' arguments.

    Args:
        tensors: Inputs and outputs of the compute DAG.
        given: Contents of inputs by name, instead of random ones.
    """

    def __init__(self, tensors: Sequence[Any], given: dict[str, npt.NDArray[Any]]) -> None:
        shapes = [_shape(tensor) for tensor in tensors]
        index_bound = _index_bound(shapes)
        generator = np.random.default_rng(_SEED)
        ndarray = import_tvm("tvm.runtime.ndarray")
        self._buffers: list[Any] = []
        for tensor, shape in zip(tensors, shapes):
            buffer = ndarray.empty(shape, str(tensor.dtype))
            content = given.get(str(tensor.op.name))
            if content is None:
                is_input = type(tensor.op).__name__ == "PlaceholderOp"
                content = _content(shape, str(tensor.dtype), is_input, index_bound, generator)
            buffer.copyfrom(content)
            self._buffers.append(buffer)

    def arguments(self, tensors: Sequence[Any]) -> list[Any]:
        """The buffers in the shapes that a program wants, whose layouts may be rewritten.

        Args:
            tensors: The program's arguments.
        """
        arguments = []
        for buffer, tensor in zip(self._buffers, tensors):
            shape = _shape(tensor)
            if tuple(buffer.shape) == shape:
                arguments.append(buffer)
            else:  # the same numbers in another order
                view = import_tvm("tvm.runtime.ndarray").empty(shape, str(tensor.dtype))
                view.copyfrom(np.resize(buffer.numpy(), shape))
                arguments.append(view)
        return arguments


def _shape(tensor: Any) -> tuple[int, ...]:
    return tuple(int(extent) for extent in tensor.shape)


def _index_bound(shapes: Sequence[tuple[int, ...]]) -> int:
    """Integers stay below it, so that as indices they are within every table."""
    extents = [extent for shape in shapes for extent in shape if extent > 1]
    return min([10, *extents])


def _content(
    shape: tuple[int, ...],
    dtype: str,
    is_input: bool,
    index_bound: int,
    generator: np.random.Generator,
) -> npt.NDArray[Any]:
    if not is_input:
        return np.zeros(shape, _storage_type(dtype))
    if dtype.startswith("float"):
        count = math.prod(shape)
        wide = np.float64 if dtype == "float64" else np.float32
        values = generator.random(count, dtype=wide) * (_MOST - _LEAST) + _LEAST
        return values.reshape(shape).astype(_storage_type(dtype))
    return generator.integers(0, index_bound, size=shape).astype(_storage_type(dtype))


def _storage_type(dtype: str) -> Any:
    return np.dtype("bool" if dtype == "bool" else dtype)
