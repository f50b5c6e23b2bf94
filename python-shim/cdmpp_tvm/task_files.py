"""Task definition files: Python that registers workloads, and may list tasks of them.

```python
@auto_scheduler.register_workload
def matmul(n): ...

TASKS = [("matmul-512", matmul, (512,))]   # or a function tasks() that returns such a list
```
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from .errors import ConfigurationError
from .networks.task_source import TaskSource
from .tvm_door import import_tvm

_MODULE_PREFIX = "cdmpp_task_file_"
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_loaded: dict[str, ModuleType] = {}


def load_task_file(path: str | os.PathLike[str]) -> list[TaskSource]:
    """Run a task definition file, once in a process, and make sources of the tasks it lists.

    Args:
        path: The file. Its `TASKS`, or what its `tasks()` returns, is a list of
            (name, registered function or the name it is registered by, arguments); a file without
            either registers workloads and lists no tasks.

    Returns:
        The tasks, named `<file name>/<name>`.

    Raises:
        ConfigurationError: The file cannot be run, or what it lists are no tasks.
    """
    module = _run(Path(path))
    listed = module.tasks() if hasattr(module, "tasks") else getattr(module, "TASKS", [])
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(path).stem)
    return [_source(path, stem, entry) for entry in listed]


def _run(path: Path) -> ModuleType:
    key = os.path.realpath(path)
    if key in _loaded:
        return _loaded[key]
    name = f"{_MODULE_PREFIX}{len(_loaded)}"
    spec = importlib.util.spec_from_file_location(name, key)
    if spec is None or spec.loader is None:
        raise ConfigurationError(f"task file {path} is no Python file; expected a name in .py.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pickles in the file look it up
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # whatever the file does wrong
        del sys.modules[name]
        raise ConfigurationError(
            f"task file {path} failed: {type(error).__name__}: {error}."
        ) from error
    _loaded[key] = module
    return module


def _source(path: str | os.PathLike[str], stem: str, entry: Any) -> TaskSource:
    auto_scheduler = import_tvm()
    try:
        name, function, arguments = entry
        if not _NAME.fullmatch(name):
            raise ValueError("a name has letters, digits, '.', '_' and '-' only")
        key = auto_scheduler.workload_registry.make_workload_key(function, tuple(arguments))
        flops = max(0.0, float(auto_scheduler.ComputeDAG(key).flop_ct))
    except Exception as error:  # of the entry, of TVM's registry, or of the workload itself
        raise ConfigurationError(
            f"task file {os.fspath(path)} lists {entry!r} ({error}); expected"
            " (name, registered function or its name, arguments)."
        ) from error
    return TaskSource(f"{stem}/{name}", (), key, flops)
