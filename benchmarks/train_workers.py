"""The processes that train, one a framework, each told by lines of JSON when it is its turn."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import subprocess
from collections.abc import Iterator
from typing import Any

HERE = pathlib.Path(__file__).resolve().parent
FRAMEWORKS = ("tfjs", "tensorflow", "jax")
# They take all cores that they may use by themselves; nobody looks for a GPU.
RIVAL_ENVIRONMENT = {
    "CUDA_VISIBLE_DEVICES": "",
    "JAX_PLATFORMS": "cpu",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}


class Worker:
    """A process that holds one training; it does nothing while it is not asked."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        self.name = name
        self._process = subprocess.Popen(
            command,
            cwd=HERE,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def check(self) -> dict[str, float]:
        """Relative differences from what ours computes."""
        return self._ask("check")

    def run(self) -> dict[str, Any]:
        """Seconds and programs of one step on each batch."""
        return self._ask("run")

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _ask(self, op: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"op": op}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if line == "":
            raise SystemExit(f"{self.name} ended with {self._process.wait()} when asked to {op}")
        return json.loads(line)


@contextlib.contextmanager
def start_workers(python: pathlib.Path, folder: pathlib.Path) -> Iterator[list[Worker]]:
    """All frameworks, on the cores that this process has."""
    workers: list[Worker] = []
    try:
        for name in FRAMEWORKS:
            if name == "tfjs":
                command = ["node", str(HERE / "train_ours.mjs"), str(folder)]
                workers.append(Worker(name, command, native_environment()))
            else:
                command = [str(python), "-m", "train_networks.rival", name, str(folder)]
                workers.append(Worker(name, command, RIVAL_ENVIRONMENT))
        yield workers
    finally:
        for worker in workers:
            worker.close()


def native_environment() -> dict[str, str]:
    """As the server sets TensorFlow up for tfjs."""
    return {
        "TF_NUM_INTRAOP_THREADS": str(len(os.sched_getaffinity(0))),
        "TF_NUM_INTEROP_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
    }
