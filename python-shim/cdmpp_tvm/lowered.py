"""States → TVM's own features of the lowered programs: 164 floats a stored buffer.

Slow by nature (1–15 ms a state): TVM lowers every state for them. Only for models of the feature
set `lowered`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .errors import ProtocolError
from .gen import program_pb2
from .tvm_door import import_tvm

_ROW_LENGTH = 164
_BUFFERS = 5


FEATURE_SETS = ("loop-nest", "lowered")


def add_lowered_features(
    task: Any, states: Sequence[Any], programs: Sequence[program_pb2.Program]
) -> None:
    """Give each program the rows of its state; see `lowered_features`."""
    for program, rows in zip(programs, lowered_features(task, states)):
        if rows is not None:
            program.lowered_features = rows


def lowered_features(task: Any, states: Sequence[Any]) -> list[bytes | None]:
    """The rows of each state, in an order that differs from call to call.

    Args:
        task: `SearchTask` of the states.
        states: As the search hands them over or as Python wraps them.

    Returns:
        Little-endian float32, 164 a row. Empty: TVM could not build the program. None: TVM gave a
        number that is not finite, of which nothing can be learned.

    Raises:
        ProtocolError: This TVM packs its features in another way.
    """
    if not states:
        return []
    extract = import_tvm("tvm.auto_scheduler.feature")._ffi_api.GetPerStoreFeaturesFromStates
    packed = bytes(extract([getattr(s, "state_object", s) for s in states], task, _BUFFERS))
    # int32: states, then the floats of each (0: not built), of the throughputs, of the task ids.
    sizes = np.frombuffer(packed, np.int32, len(states) + 3)
    floats = np.frombuffer(packed, np.float32)
    if sizes[0] != len(states) or len(floats) != len(sizes) + int(sizes[1:].sum()):
        raise ProtocolError(
            f"TVM packed the features of {sizes[0]} states in {len(floats)} numbers; expected"
            f" {len(states)} states in {len(sizes) + int(sizes[1:].sum())}."
        )
    ends = len(sizes) + np.cumsum(sizes[1:-2])
    return [_rows(floats[end - size : end]) for size, end in zip(sizes[1:-2], ends)]


def _rows(numbers: Any) -> bytes | None:
    if len(numbers) == 0:
        return b""
    # The number of rows, as a float, stands before them.
    rows = numbers[1:]
    if len(rows) != round(float(numbers[0])) * _ROW_LENGTH:
        raise ProtocolError(
            f"TVM packed {numbers[0]} rows in {len(rows)} numbers; expected {_ROW_LENGTH} a row."
        )
    if not np.isfinite(rows).all():
        return None
    return bytes(rows.astype("<f4").tobytes())
