"""The zygote: a process with TVM at hand and tasks prepared, that forks one process a program.

Importing TVM and preparing a task take seconds; a fork takes milliseconds, and whatever a
program's process does, the zygote stays as it was. Run by the pool as
`python -m cdmpp_tvm.collection.zygote DESCRIPTOR`.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import sys
import traceback
from multiprocessing.connection import Connection
from typing import Any
from weakref import WeakValueDictionary

from ..tvm_door import import_tvm
from .inputs import TaskInputs
from .messages import COMPILE_HOST, Built, ForgetTask, PrepareTask, StartProgram
from .program_process import PreparedTask, serve_program
from .task_transfer import PackedTask, unpack_task
from .transport import receive, send


def main(descriptor: int) -> None:
    """Serve one pool until it closes its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the collector's to answer
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended programs leave no zombies
    control = socket.socket(fileno=descriptor)
    import_tvm()
    tasks: dict[int, PreparedTask] = {}
    tool = _Preparation()
    send(control, "ready")
    while True:
        received = receive(control)
        if received is None:
            return
        message, program_descriptor = received
        if isinstance(message, PrepareTask):
            tasks[message.task_id] = tool.prepare(message.packed)
            gc.collect()
            gc.freeze()  # or collecting would copy the pages that the forks share
        elif isinstance(message, ForgetTask):
            tasks.pop(message.task_id, None)
        elif isinstance(message, StartProgram) and program_descriptor is not None:
            fork_program(control, program_descriptor, tasks[message.task_id], message.line)


def fork_program(
    control: socket.socket, descriptor: int, prepared: PreparedTask, line: str
) -> None:
    """Start a program's process; where the system has none left, only that program fails.

    Args:
        control: The zygote's own socket, which the program must not hold.
        descriptor: Of the program's socket; closed here.
        prepared: The program's task.
        line: A record line that holds the program's steps.
    """
    try:
        process_id = os.fork()
    except OSError as error:
        with Connection(descriptor) as connection, contextlib.suppress(OSError):
            connection.send(Built(COMPILE_HOST, f"there is no process for it: {error}", 0.0))
        return
    if process_id == 0:
        control.close()
        _become_program(descriptor, prepared, line)
    os.close(descriptor)


def _become_program(descriptor: int, prepared: PreparedTask, line: str) -> None:
    try:
        serve_program(Connection(descriptor), prepared, line)
    finally:
        os._exit(0)


class _Preparation:
    """Makes tasks ready for forks."""

    def __init__(self) -> None:
        self._warmed_targets: set[str] = set()
        # One computation for several instruction sets has one set of buffers.
        self._inputs: WeakValueDictionary[str, TaskInputs] = WeakValueDictionary()

    def prepare(self, packed: PackedTask) -> PreparedTask:
        try:
            task = unpack_task(packed)
            target = str(task.target)
            if target not in self._warmed_targets:
                _warm_up(task.target)
                self._warmed_targets.add(target)
            inputs = self._inputs.get(packed.workload_key)
            if inputs is None:
                inputs = TaskInputs(list(task.compute_dag.tensors), packed.inputs)
                self._inputs[packed.workload_key] = inputs
            return PreparedTask(task, inputs)
        except Exception:  # the programs of the task tell of it
            return PreparedTask(None, None, traceback.format_exc())


def _warm_up(target: Any) -> None:
    """Build something, so that the forks inherit LLVM as it is after its first use."""
    tvm = import_tvm("tvm")
    te = import_tvm("tvm.te")
    a = te.placeholder((64, 64), name="a")
    b = te.placeholder((64, 64), name="b")
    k = te.reduce_axis((0, 64), name="k")
    c = te.compute((64, 64), lambda i, j: te.sum(a[i, k] * b[k, j], axis=k), name="c")
    schedule = te.create_schedule(c.op)
    i, j = c.op.axis
    outer, inner = schedule[c].split(j, 16)
    schedule[c].reorder(i, outer, k, inner)
    schedule[c].vectorize(inner)
    schedule[c].parallel(i)
    schedule[c].pragma(i, "auto_unroll_max_step", 16)
    module = tvm.build(schedule, [a, b, c], target=target)
    module.entry_func  # noqa: B018  compiles


if __name__ == "__main__":
    main(int(sys.argv[1]))
