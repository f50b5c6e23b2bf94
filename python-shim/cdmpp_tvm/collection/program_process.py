"""The process of one program: forked from the zygote, it builds, then times when it is asked.

Nothing is exported, archived, linked or loaded: LLVM compiles into this process's memory. Each
timing runs in a process forked from this one, with a thread pool of its own, so that neither a
crash nor an endless loop loses what was built, and no idle pool spins beside the next timing.
"""

from __future__ import annotations

import gc
import os
import signal
import time
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from typing import Any

from ..tvm_door import import_tvm
from .inputs import TaskInputs
from .messages import (
    COMPILE_HOST,
    INSTANTIATION_ERROR,
    MOST_ERROR_CHARACTERS,
    NO_ERROR,
    RUN_TIMEOUT,
    RUNTIME_DEVICE,
    Built,
    FirstRun,
    Started,
    Timed,
    TimeProgram,
    failed,
)
from .process_control import die_with_parent, end_of_child, kill
from .threads import use_threads
from .timing import time_program


@dataclass
class PreparedTask:
    """A task in the zygote, inherited by the processes of its programs.

    Attributes:
        task: `SearchTask`; None where it could not be made.
        inputs: Its buffers.
        error: Why it could not be made.
    """

    task: Any
    inputs: TaskInputs | None
    error: str = ""


@dataclass
class _Program:
    module: Any
    arguments: list[Any]


class _BuildError(Exception):
    def __init__(self, number: int) -> None:
        super().__init__(traceback.format_exc()[-MOST_ERROR_CHARACTERS:])
        self.number = number


def serve_program(connection: Connection, prepared: PreparedTask, line: str) -> None:
    """Build, say so, then time whenever asked, until the other end closes. Never raises.

    Args:
        connection: To the pool.
        prepared: The program's task.
        line: A record line that holds the program's steps.
    """
    die_with_parent()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # the zygote ignores its children's ends
    gc.disable()
    try:
        connection.send(Started(os.getpid()))
        started = time.perf_counter()
        try:
            program = _build(prepared, line)
        except _BuildError as error:
            seconds = time.perf_counter() - started
            connection.send(Built(error.number, str(error), seconds))
            return
        connection.send(Built(NO_ERROR, "", time.perf_counter() - started))
        while True:
            connection.send(_time_apart(program, connection.recv()))
    except (EOFError, OSError):
        pass  # the pool is done with this program, or gone


def _build(prepared: PreparedTask, line: str) -> _Program:
    task = prepared.task
    try:
        if prepared.inputs is None:
            raise RuntimeError(prepared.error)
        records = import_tvm("tvm.auto_scheduler.measure_record")
        state = records.load_record_from_string(line)[0].state
        schedule, tensors = task.compute_dag.apply_steps_from_state(
            state, layout_rewrite=task.layout_rewrite_option
        )
    except Exception as error:  # TVM raises many kinds, some of them from C++
        raise _BuildError(INSTANTIATION_ERROR) from error
    try:
        tvm = import_tvm("tvm")
        with tvm.transform.PassContext().current():
            module = tvm.build(schedule, tensors, target=task.target)
        module.entry_func  # noqa: B018  LLVM compiles the module on the way
    except Exception as error:
        raise _BuildError(COMPILE_HOST) from error
    return _Program(module, prepared.inputs.arguments(tensors))


def _time_apart(program: _Program, request: TimeProgram) -> Timed:
    """Time in a forked process; what goes wrong there is a result here."""
    started = time.perf_counter()
    reader, writer = Pipe(duplex=False)
    process_id = os.fork()
    if process_id == 0:
        reader.close()
        _run_and_exit(program, request, writer)
    writer.close()
    ending = ""
    try:
        timed = _wait(reader, request)
    except EOFError:
        timed = None
    finally:
        reader.close()
        kill(process_id)
        ending = end_of_child(process_id)
    seconds = time.perf_counter() - started
    if timed is None:
        return failed(RUNTIME_DEVICE, f"the program's process {ending}", seconds)
    return Timed(timed.costs_seconds, timed.error_number, timed.error_message, seconds)


def _run_and_exit(program: _Program, request: TimeProgram, writer: Connection) -> None:
    try:
        die_with_parent()
        use_threads(request.threads)
        timed = time_program(program.module, program.arguments, request.settings, writer.send)
    except Exception:
        timed = failed(RUNTIME_DEVICE, traceback.format_exc(), 0.0)
    try:
        writer.send(timed)
    finally:
        os._exit(0)


def _wait(reader: Connection, request: TimeProgram) -> Timed:
    """Two waits: a program that is hopelessly slow is known as such after its first run."""
    if not reader.poll(request.first_run_limit_seconds):
        text = f"one run took longer than {request.first_run_limit_seconds:g} s"
        return failed(RUN_TIMEOUT, text, request.first_run_limit_seconds)
    message = reader.recv()
    if isinstance(message, Timed):
        return message
    assert isinstance(message, FirstRun)
    settings = request.settings
    expected = (settings.repeats + 2) * max(message.seconds, 2 * settings.min_repeat_ms / 1e3)
    if not reader.poll(expected + request.timeout_seconds):
        text = f"runs after one of {message.seconds:g} s did not end in time"
        return failed(RUN_TIMEOUT, text, expected + request.timeout_seconds)
    timed = reader.recv()
    assert isinstance(timed, Timed)
    return timed
