"""Run as a program by `test_collection_threads.py`: what TVM's threads are after `use_threads`.

Prints JSON: what a forked process that ran a parallel program says of itself.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import numpy as np
import tvm
from tvm import te

from cdmpp_tvm.collection.threads import use_threads


def _parallel_program() -> Any:
    x = te.placeholder((64, 64), name="x")
    y = te.compute((64, 64), lambda i, j: x[i, j] + 1.0, name="y")
    schedule = te.create_schedule(y.op)
    schedule[y].parallel(y.op.axis[0])
    module = tvm.build(schedule, [x, y], target="llvm")
    module.entry_func  # noqa: B018  compiles before the fork
    return module


def _report(module: Any, threads: int, out: Any) -> None:
    use_threads(threads)
    affinity = sorted(os.sched_getaffinity(0))
    arguments = [tvm.nd.array(np.zeros((64, 64), "float32")) for _ in range(2)]
    module.entry_func(*arguments)
    workers = [int(name) for name in os.listdir("/proc/self/task") if int(name) != os.getpid()]
    said = {
        "tvm_threads": int(tvm._ffi.get_global_func("runtime.NumThreads")()),
        "affinity": affinity,
        "workers": [sorted(os.sched_getaffinity(each)) for each in workers],
        "is_right": bool((arguments[1].numpy() == 1).all()),
    }
    out.write(json.dumps(said) + "\n")
    out.flush()


def main() -> None:
    """Fork, as the collector's processes do, and let the fork tell."""
    module = _parallel_program()
    process_id = os.fork()
    if process_id == 0:
        status = 1
        try:
            _report(module, int(sys.argv[1]), sys.stdout)
            status = 0
        finally:
            os._exit(status)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(process_id, 0)[1]))


if __name__ == "__main__":
    main()
