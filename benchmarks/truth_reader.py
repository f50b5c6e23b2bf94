"""Our reader of programs, asked from Python: one node process a task (`truth-reader.cjs`)."""

from __future__ import annotations

import base64
import json
import pathlib
import subprocess
from typing import Any

from cdmpp_tvm.dag import encode_task
from cdmpp_tvm.encode import StateEncoder
from cdmpp_tvm.gen import task_pb2

_SCRIPT = pathlib.Path(__file__).with_name("truth-reader.cjs")


def programs_of(task: Any, states: list[Any]) -> list[dict[str, str]]:
    """States as `ProgramReader.read` wants them."""
    encoder = StateEncoder(task)
    try:
        steps = encoder.transform_steps(states)
    finally:
        encoder.close()
    return [{"loopNest": str(state), "transformSteps": text} for state, text in zip(states, steps)]


class ProgramReader:
    """Reads programs of one task. Needs `make build`. Use as a context manager."""

    def __init__(self, task: Any) -> None:
        self._process = subprocess.Popen(
            ["node", str(_SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        request = task_pb2.RegisterTaskRequest(task=encode_task(task))
        encoded = base64.b64encode(request.SerializeToString()).decode("ascii")
        self._send({"task": encoded})

    def __enter__(self) -> ProgramReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe("stdin").close()
        self._process.wait()
        self._pipe("stdout").close()

    def read(self, programs: list[dict[str, str]]) -> list[dict[str, Any]]:
        """For each program `{"ok": True, ...}` or `{"ok": False, "reason"}`.

        Args:
            programs: `{"loopNest", "transformSteps"}` each.
        """
        self._send({"programs": programs})
        answer = self._pipe("stdout").readline()
        if not answer:
            raise RuntimeError(f"{_SCRIPT.name} ended without an answer; see what it printed")
        return list(json.loads(answer))

    def _send(self, message: dict[str, Any]) -> None:
        self._pipe("stdin").write(json.dumps(message) + "\n")
        self._pipe("stdin").flush()

    def _pipe(self, name: str) -> Any:
        return getattr(self._process, name)
