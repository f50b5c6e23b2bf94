"""How many cores a program of this process runs on, and which."""

from __future__ import annotations

import os

from ..tvm_door import import_tvm

# TVM's AffinityMode: bind each thread to a core, the fastest cores first.
_BIG_CORES = 1


def cores_of(threads: int) -> list[int]:
    """The cores that programs with so many threads run on.

    Args:
        threads: From 1 on. One thread runs on the last core, since the system uses the first.
    """
    cores = sorted(os.sched_getaffinity(0))
    return cores[-1:] if threads == 1 else cores[:threads]


def use_threads(threads: int) -> None:
    """Let TVM's programs of this process use so many cores, with every thread on its own core.

    For a process that has run no parallel program yet: its thread pool has as many threads as it
    is made with.

    Args:
        threads: See `cores_of`.
    """
    # TVM reads it at each parallel loop; with 1 no pool comes into play at all.
    os.environ["TVM_NUM_THREADS"] = str(threads)
    cores = cores_of(threads)
    if threads == 1:
        os.sched_setaffinity(0, set(cores))
        return
    import_tvm("tvm._ffi").get_global_func("runtime.config_threadpool")(_BIG_CORES, threads)
    if len(cores) == threads:
        os.sched_setaffinity(0, {cores[0]})  # TVM lets this thread move onto its workers' cores
