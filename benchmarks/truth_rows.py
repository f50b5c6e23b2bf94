"""TVM's lowered features of states, decoded, and how they are held against ours.

TVM's rows carry no names and stand in the order of a hash map; a row of ours counts as found
where a row of TVM's that is not yet taken agrees in every compared quantity:

- `outer_prod`, the iterations of all loops around the statement, and `num_loops`, with loops of
  one iteration that are bound to threads, which TVM keeps;
- trip counts by annotation: vectorised, unrolled, parallel, block, thread and virtual thread;
- float operations over all iterations: additions and subtractions, multiplications, divisions,
  comparisons, and functions. `functions` are all calls and all selections together: TVM counts
  `if_then_else` as a function and `select` apart, the wire has one kind for both;
- for each of the (at most five) buffers that TVM shows: kind of access, and unique bytes in
  TVM's sense: the bounding box over the whole run, tails of uneven splits included and not
  clamped to the tensor, of the first statement inside the outermost loop that touches the buffer.

The box is worked out from the loops, extents and index expressions that we read
(`truth-rows.cjs`). In two cases TVM's own number hangs on chance, and each value that it gives is
taken as agreeing: in a later kernel of a program it may find the notes of an earlier one, left at
the address of a freed node; and its simplifier sees or does not see that a quotient bounds its
dividend, or the bound of a tail an index.

Two numbers agree if TVM's `log2(1 + x)` of them differ by no more than float32 makes them
(`TOLERANCE`): equal up to 2^17, to 1 in 10^5 beyond.

A leaf agrees if all rows of its stage are found. One that our reader refused or left out, and
rows of TVM's that no leaf explains, count as leaves that disagree.
"""

from __future__ import annotations

import dataclasses
import math
import struct
from typing import Any

from tvm.auto_scheduler import _ffi_api
from tvm.auto_scheduler.feature import get_per_store_feature_names

TOLERANCE = 1e-5
MAX_BUFFERS = 5

_NAMES = [str(name) for name in get_per_store_feature_names(MAX_BUFFERS)]
_AT = {name: index for index, name in enumerate(_NAMES)}
_FUNCTIONS = ("float_mathfunc", "float_otherfunc", "int_mathfunc", "int_otherfunc", "select_op")
#: our name -> TVM's columns, which are added up
COLUMNS = {
    "outerProduct": ("outer_prod",),
    "loops": ("num_loops",),
    "vectorised": ("vec_prod",),
    "unrolled": ("unroll_prod",),
    "parallel": ("parallel_prod",),
    "blocks": ("blockIdx_x_len",),
    "threads": ("threadIdx_x_len",),
    "vthreads": ("vthread_len",),
    "addsub": ("float_addsub",),
    "mul": ("float_mul",),
    "divmod": ("float_divmod",),
    "compare": ("float_cmp",),
    "function": _FUNCTIONS,
}
#: 0 where there is no such loop, which is 1 for us
_ONE_WHERE_ABSENT = ("vectorised", "unrolled", "parallel")
_ACCESS = {"read": "kRead", "write": "kWrite", "read-write": "kReadWrite"}


@dataclasses.dataclass(frozen=True)
class Row:
    """One stored buffer. All numbers as `log2(1 + x)`."""

    numbers: dict[str, float]
    #: (kind of access, unique bytes); for ours all values that TVM may say
    buffers: tuple[tuple[str, tuple[float, ...]], ...]
    buffers_are_cut: bool = False


def lowered_rows(task: Any, states: list[Any]) -> list[list[Row] | None]:
    """TVM's rows of each state, in no order; None where TVM does not accept the state."""
    objects = [getattr(state, "state_object", state) for state in states]
    packed = bytes(_ffi_api.GetPerStoreFeaturesFromStates(objects, task, MAX_BUFFERS))
    count = struct.unpack_from("i", packed)[0]
    sizes = struct.unpack_from(f"{count + 2}i", packed, 4)
    offset = 4 * (count + 3)
    rows: list[list[Row] | None] = []
    for size in sizes[:-2]:
        values = struct.unpack_from(f"{size}f", packed, offset)
        offset += 4 * size
        if size == 0:
            rows.append(None)
            continue
        width = len(_NAMES)
        found = round(values[0])
        if size != 1 + found * width:
            raise ValueError(f"TVM sent {size} numbers for {found} rows of {width} each")
        rows.append([_decode(values[1 + i * width : 1 + (i + 1) * width]) for i in range(found)])
    return rows


def _decode(values: tuple[float, ...]) -> Row:
    numbers = {}
    for name, columns in COLUMNS.items():
        if len(columns) == 1:
            numbers[name] = values[_AT[columns[0]]]
        else:
            numbers[name] = math.log2(1 + sum(2 ** values[_AT[each]] - 1 for each in columns))
    for name in _ONE_WHERE_ABSENT:
        numbers[name] = numbers[name] or 1.0
    buffers = []
    for index in range(MAX_BUFFERS):
        for kind, column in _ACCESS.items():
            if values[_AT[f"B{index}.acc_type.{column}"]]:
                buffers.append((kind, (values[_AT[f"B{index}.unique_bytes"]],)))
    return Row(numbers, tuple(sorted(buffers)), len(buffers) == MAX_BUFFERS)


def expected_row(row: dict[str, Any]) -> Row:
    """A row as `truth-rows.cjs` writes it."""
    flat = {**row, **row["floats"]}
    numbers = {name: _log(flat[name]) for name in COLUMNS}
    buffers = sorted(
        (each["access"], tuple(_log(size) for size in each["uniqueBytes"]))
        for each in row["buffers"]
    )
    return Row(numbers, tuple(buffers))


def _log(value: float | None) -> float:
    return math.inf if value is None else math.log2(1 + value)


def disagreements(ours: Row, theirs: Row) -> list[str]:
    """Names of the quantities in which two rows differ."""
    names = [
        name for name in COLUMNS if not abs(ours.numbers[name] - theirs.numbers[name]) <= TOLERANCE
    ]
    if not _buffers_agree(ours, theirs):
        names.append("buffers")
    return names


def _buffers_agree(ours: Row, theirs: Row) -> bool:
    if not theirs.buffers_are_cut and len(ours.buffers) != len(theirs.buffers):
        return False
    left = list(ours.buffers)
    for kind, (size,) in theirs.buffers:
        match = next(
            (
                (ours_kind, sizes)
                for ours_kind, sizes in left
                if ours_kind == kind and any(abs(each - size) <= TOLERANCE for each in sizes)
            ),
            None,
        )
        if match is None:
            return False
        left.remove(match)
    return True


@dataclasses.dataclass
class Comparison:
    """Of one program."""

    agreed: int
    leaves: int
    #: one sentence for each leaf that disagrees
    reasons: list[str]


def compare(leaves: list[dict[str, Any]], theirs: list[Row]) -> Comparison:
    """Our leaves (`{"stage", "rows"}`) against TVM's rows of the same state."""
    left = list(theirs)
    missed = []
    agreed = 0
    for leaf in leaves:
        rows = [expected_row(row) for row in leaf["rows"]]
        unfound = []
        for row in rows:
            match = next((each for each in left if not disagreements(row, each)), None)
            if match is None:
                unfound.append(row)
            else:
                left.remove(match)
        if unfound:
            missed.append((leaf["stage"], unfound))
        else:
            agreed += 1
    reasons = []
    for stage, rows in missed:
        for row in rows:
            near = min(left, key=lambda each: len(disagreements(row, each)), default=None)
            if near is None:
                reasons.append(f"{stage}: TVM has no row left for it")
            else:
                reasons.append(f"{stage}: {_difference(row, near)}")
    unexplained = max(0, len(left) - sum(len(rows) for _, rows in missed))
    if unexplained:
        reasons.append(f"{unexplained} rows of TVM's that no leaf explains")
    return Comparison(agreed, len(leaves) + unexplained, reasons)


def _difference(ours: Row, theirs: Row) -> str:
    parts = []
    for name in disagreements(ours, theirs):
        if name == "buffers":
            parts.append(f"buffers {_show(ours.buffers)}, TVM {_show(theirs.buffers)}")
        else:
            parts.append(f"{name} {_count(ours.numbers[name])}, TVM {_count(theirs.numbers[name])}")
    return "; ".join(parts)


def _show(buffers: tuple[tuple[str, tuple[float, ...]], ...]) -> str:
    shown = (f"{kind} {' or '.join(_count(each) for each in sizes)}" for kind, sizes in buffers)
    return "[" + ", ".join(shown) + "]"


def _count(value: float) -> str:
    return "unknown" if math.isinf(value) else f"{2**value - 1:.6g}"
