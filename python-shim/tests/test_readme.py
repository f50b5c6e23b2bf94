"""The README's use cases run as they are printed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import real_server
from real_server import RealServer

pytestmark = pytest.mark.skipif(
    bool(real_server.why_absent()), reason=real_server.why_absent() or "-"
)


def _python_blocks() -> list[str]:
    text = (real_server.ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


# What the README leaves to the reader: the tasks of a network.
_NETWORK = """
tasks = [
    auto_scheduler.SearchTask(func=matmul, args=(n,), target=tvm.target.Target("llvm"))
    for n in (32, 48)
]
weights = [1, 1]
options = auto_scheduler.TuningOptions(
    num_measure_trials=4,
    num_measures_per_round=2,
    measure_callbacks=[auto_scheduler.RecordToFile("old-log.json")],
)
"""


def test_the_use_cases_run_as_printed(tmp_path: Path) -> None:
    tune, network, old_log, *_ = _python_blocks()
    script = "\n".join([tune, _NETWORK, network, old_log, "print('stored', model.statistics)"])
    with RealServer(tmp_path / "data") as server:
        # Only the address differs: the default port may be taken on this machine.
        printed = script.replace("localhost:50051", server.address)
        assert printed.count(server.address) == 2
        (tmp_path / "script.py").write_text(printed, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True
        )
    assert done.returncode == 0, done.stderr[-3000:]
    assert len((tmp_path / "matmul.json").read_text().splitlines()) == 16
    # 16 by the callback, 4 of the network, the last of them from its log.
    assert "store_records=20" in done.stdout.rpartition("stored")[2]
