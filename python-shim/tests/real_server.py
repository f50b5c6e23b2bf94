"""The real server as a process of its own: started, killed, started again."""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import subprocess
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_MAIN = ROOT / "dist" / "cli" / "main.js"
_START_SECONDS = 90


def why_absent() -> str:
    """Why the real server cannot be started here; empty where it can."""
    if shutil.which("node") is None:
        return "there is no node"
    if not _MAIN.exists():
        return "dist/cli/main.js is not built: run `make build`"
    return ""


class RealServer:
    """`cdmpp serve` over one data folder, on one free port that it keeps when started again.

    It starts from the analytical estimate, whatever models are shipped, unless `--models` is given.
    """

    def __init__(self, data_dir: Path, *arguments: str) -> None:
        self._data_dir = data_dir
        self._arguments = arguments if "--models" in arguments else ("--no-pretrained", *arguments)
        self._process: subprocess.Popen[str] | None = None
        self._log = data_dir.with_name(data_dir.name + ".log")
        self.address = "127.0.0.1:0"

    def start(self) -> RealServer:
        """Return when it says that it is serving."""
        with self._log.open("a", encoding="utf-8") as log:
            where = ["--address", self.address, "--data-dir", str(self._data_dir)]
            self._process = subprocess.Popen(
                ["node", str(_MAIN), "serve", *where, *self._arguments],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd=ROOT,
                env={k: v for k, v in os.environ.items() if not k.startswith("CDMPP_")},
            )
        self.address = str(json.loads(self._first_line())["address"])
        return self

    def kill(self) -> None:
        """SIGKILL: no goodbye."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM: it finishes what is under way."""
        self._end(signal.SIGTERM)

    def __enter__(self) -> RealServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(60)
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process = None

    def _first_line(self) -> str:
        process = self._process
        assert process is not None
        assert process.stdout is not None
        lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(
            target=lambda out: lines.put(out.readline()), args=(process.stdout,), daemon=True
        ).start()
        try:
            line = lines.get(timeout=_START_SECONDS)
        except queue.Empty:
            line = ""
        if not line:
            self.kill()
            tail = self._log.read_text(encoding="utf-8")[-2000:]
            raise RuntimeError(f"the server did not start: {tail}")
        return line
