"""A `SearchTask` → the wire's `Task`: what is computed, on what, within which limits."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from typing import Any

from .errors import UnsupportedTaskError
from .expression import ExpressionEncoder, TooLargeError, tensor_name
from .gen import task_pb2 as pb
from .tvm_door import import_tvm

logger = logging.getLogger(__name__)

HARDWARE_FIELDS = (
    "num_cores",
    "vector_unit_bytes",
    "cache_line_bytes",
    "max_shared_memory_per_block",
    "max_local_memory_per_block",
    "max_threads_per_block",
    "max_vthread_extent",
    "warp_size",
)


def encode_task(
    task: Any,
    device: pb.DeviceCard | None = None,
    networks: Sequence[tuple[str, int]] = (),
) -> pb.Task:
    """Describe a task to the server.

    Stages come in the order of `compute_dag.ops`, the order in which transform steps count
    stages (those that add stages, such as CR and RF, count on from there). Names of axes are
    those that printed loop nests show. Two operations of one name get `name#1`, `name#2`, ...
    from the second on, because the wire wants them unique while TVM does not.

    Args:
        task: `tvm.auto_scheduler.SearchTask`.
        device: The device that the programs run on. None: the server derives it.
        networks: Networks that the task occurs in, each with how often one inference runs it.

    Raises:
        UnsupportedTaskError: A shape is symbolic.
    """
    dag = task.compute_dag
    init_state = dag.get_init_state()
    ops = list(dag.ops)
    names = _unique_names(ops)
    encoded = pb.Task(
        workload_key=str(task.workload_key),
        target=str(task.target),
        hardware_params=encode_hardware_params(task.hardware_params),
        compute_dag_text=dag_text(dag),
        initial_loop_nest=str(init_state),
    )
    if device is not None:
        encoded.device.CopyFrom(device)
    for name, occurrences in networks:
        encoded.networks.add(name=name, occurrences=occurrences)
    for op, stage in zip(ops, init_state.stages):
        encoded.stages.append(_encode_stage(op, stage, names))
        for output in range(op.num_outputs):
            tensor = op.output(output)
            name = tensor_name(names[op], output, op.num_outputs)
            encoded.tensors.append(
                pb.Tensor(
                    name=name,
                    shape=[_integer(extent, f"shape of {name}") for extent in tensor.shape],
                    dtype=str(tensor.dtype),
                )
            )
    return encoded


def encode_hardware_params(params: Any) -> pb.HardwareParams:
    """All eight limits. 0, unknown, is what TVM says is -1 and what this TVM has no field for.

    TVM says -1 of the cores of a GPU.
    """
    if params is None:
        return pb.HardwareParams()
    return pb.HardwareParams(
        **{name: max(0, int(getattr(params, name, 0))) for name in HARDWARE_FIELDS}
    )


def dag_text(dag: Any) -> str:
    """The compute DAG as TVM's C++ prints it; `str(dag)` cuts lines over 256 characters."""
    object_type = import_tvm("tvm.runtime").Object
    text = str(object_type.__str__(dag))
    return text if " = PLACEHOLDER " in text else str(dag)


def _unique_names(ops: list[Any]) -> dict[Any, str]:
    seen: Counter[str] = Counter()
    names: dict[Any, str] = {}
    for op in ops:
        name = str(op.name)
        names[op] = f"{name}#{seen[name]}" if seen[name] else name
        seen[name] += 1
    return names


def _encode_stage(op: Any, stage: Any, names: dict[Any, str]) -> pb.Stage:
    """Encode one operation; `stage` is its stage of the initial state."""
    kind = type(op).__name__
    if kind == "PlaceholderOp":
        return pb.Stage(name=names[op], kind=pb.STAGE_KIND_PLACEHOLDER)
    encoded = pb.Stage(name=names[op], kind=pb.STAGE_KIND_OPAQUE)
    if kind != "ComputeOp":
        return encoded
    for key, value in op.attrs.items():
        encoded.attributes[str(key)] = _attribute_text(value)
    spatial, reduced = list(op.axis), list(op.reduce_axis)
    axes: dict[Any, tuple[str, int]] = {}
    for index, (axis, iterator) in enumerate(zip(spatial + reduced, stage.iters)):
        name = str(iterator.name)
        what = f"axis {name} of {names[op]}"
        axes[axis.var] = (name, _integer(axis.dom.min, what))
        target = encoded.axes if index < len(spatial) else encoded.reduce_axes
        target.append(pb.Axis(name=name, extent=_integer(axis.dom.extent, what)))
    analyzer = import_tvm("tvm.arith").Analyzer()
    for axis in spatial + reduced:
        analyzer.bind(axis.var, axis.dom)
    encoder = ExpressionEncoder(axes, names, analyzer.simplify)
    try:
        bodies = [encoder.encode(body) for body in op.body]
    except TooLargeError as error:
        logger.warning(
            "stage %s is sent without its arithmetic: %s; at most depth 96 and 65,536 nodes",
            names[op],
            error,
        )
        return encoded
    encoded.kind = pb.STAGE_KIND_COMPUTE
    encoded.bodies.extend(bodies)
    return encoded


def _attribute_text(value: Any) -> str:
    """An attribute as text without addresses: strings bare, lists in brackets, tensors by name."""
    if hasattr(value, "op") and hasattr(value, "value_index"):
        return str(value.op.name)
    if type(value).__name__ in ("Array", "list", "tuple"):
        return "[" + ", ".join(_attribute_text(item) for item in value) + "]"
    if type(value).__name__ in ("StringImm", "IntImm", "FloatImm"):
        return str(value.value)
    return str(value)


def _integer(value: Any, what: str) -> int:
    if isinstance(value, int):
        return value
    if type(value).__name__ != "IntImm":
        # TVM's own operators leave some sums of constants as they are (adaptive pooling).
        value = import_tvm("tvm.arith").Analyzer().simplify(value)
    if type(value).__name__ == "IntImm":
        return int(value.value)
    raise UnsupportedTaskError(
        f"{what} is {value}, which is not a number; only static shapes can be searched."
    )
