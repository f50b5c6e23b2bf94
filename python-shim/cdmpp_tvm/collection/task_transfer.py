"""A `SearchTask` on its way to another process, which need not know the user's modules."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy.typing as npt

from ..errors import ConfigurationError
from ..tvm_door import import_tvm


@dataclass(frozen=True)
class PackedTask:
    """A task as plain data.

    Attributes:
        measure_input: TVM's own form of task, target, limits and layout option.
        workload_key: Of the workload.
        tensors: Its tensors, as TVM's JSON: the function that made them stays at home.
        inputs: Buffers that the user gave for inputs, by their name (sparse workloads).
    """

    measure_input: str
    workload_key: str
    tensors: str
    inputs: dict[str, npt.NDArray[Any]] = field(default_factory=dict)


def pack_task(task: Any) -> PackedTask:
    """Make plain data of a `SearchTask`.

    Raises:
        ConfigurationError: It is not for a CPU, where alone programs can be run in forked
            processes.
    """
    if str(task.target.kind.name) != "llvm":
        raise ConfigurationError(
            f"the task's target is {task.target}; the local pool measures llvm targets only, use"
            " an RPC tracker for others."
        )
    measure = import_tvm("tvm.auto_scheduler.measure")
    search_task = import_tvm("tvm.auto_scheduler.search_task")
    registry = import_tvm("tvm.auto_scheduler.workload_registry")
    state = task.compute_dag.get_init_state()
    serialised = measure.MeasureInput(task, state).serialize()[0]
    key = str(task.workload_key)
    tensors = import_tvm("tvm.ir").save_json(
        import_tvm("tvm.runtime").convert(list(registry.workload_key_to_tensors(key)))
    )
    inputs = {
        str(name): search_task.get_task_input_buffer(key, str(name)).numpy()
        for name in task.task_input_names
    }
    return PackedTask(str(serialised), key, str(tensors), inputs)


def register_tensors(task: Any) -> None:
    """Let TVM's own workers get the task's tensors, not the function that made them.

    They import that function's module otherwise, which they cannot find if it is a task file.
    """
    registry = import_tvm("tvm.auto_scheduler.workload_registry")
    key = str(task.workload_key)
    registry.register_workload_tensors(key, list(registry.workload_key_to_tensors(key)))


def unpack_task(packed: PackedTask) -> Any:
    """The `SearchTask`, whole."""
    measure = import_tvm("tvm.auto_scheduler.measure")
    search_task = import_tvm("tvm.auto_scheduler.search_task")
    ndarray = import_tvm("tvm.runtime.ndarray")
    for name, buffer in packed.inputs.items():
        search_task.register_task_input_buffer(
            packed.workload_key, name, ndarray.array(buffer), overwrite=True
        )
    # Under the whole key, which TVM looks for first, also where a function was registered.
    entry = (packed.workload_key, packed.tensors)
    return measure.MeasureInput.deserialize([packed.measure_input, entry]).task
