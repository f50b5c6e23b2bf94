"""A cdmpp-server as a child process."""

from __future__ import annotations

import json
import pathlib
import subprocess
from typing import Any

ENTRY = pathlib.Path(__file__).parent.parent / "dist" / "cli" / "main.js"


class ServerProcess:
    """Starts `cdmpp serve` on this machine, by default on a free port; `with` stops it.

    Attributes:
        address: `host:port` or `unix:/path` once it is serving.
    """

    def __init__(
        self,
        data_dir: pathlib.Path,
        log_path: pathlib.Path,
        *options: str,
        address: str = "127.0.0.1:0",
    ) -> None:
        if not ENTRY.exists():
            raise SystemExit("the server is not built: run `make build`")
        self._log = open(log_path, "w")  # noqa: SIM115  it is the child's for as long as that runs
        self._process = subprocess.Popen(
            [
                "node",
                str(ENTRY),
                "serve",
                "--address",
                address,
                "--data-dir",
                str(data_dir),
                *options,
            ],
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        try:
            self.address = str(json.loads(line)["address"])
        except (ValueError, KeyError):
            self.stop()
            raise SystemExit(f"the server did not start; its log is {log_path}") from None

    def model_info(self) -> dict[str, Any]:
        """What the server says of its newest model."""
        command = ["node", str(ENTRY), "model", "info", "--server", self.address]
        return dict(
            json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        )

    def resident_bytes(self) -> dict[str, int]:
        """Memory of the server's own process, its trainer not counted: now, and at its most."""
        text = pathlib.Path(f"/proc/{self._process.pid}/status").read_text()
        fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
        return {
            name: 1024 * int(fields[field].split()[0])
            for name, field in (("now", "VmRSS"), ("most", "VmHWM"))
        }

    def stop(self) -> None:
        """SIGTERM: it drains, then ends."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._log.close()

    def __enter__(self) -> ServerProcess:
        return self

    def __exit__(self, *_: Any) -> None:
        self.stop()
