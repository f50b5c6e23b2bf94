"""The README's use cases run as they are printed."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import real_server
import workloads
from real_server import RealServer
from tvm.auto_scheduler import measure, measure_record

from cdmpp_tvm.collect import parse_arguments

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


def _shell_blocks() -> list[str]:
    text = (real_server.ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"```sh\n(.*?)```", text, re.DOTALL)


def test_the_records_commands_run_as_printed(tmp_path: Path) -> None:
    task = workloads.make_task(workloads.shim_matmul_bias, (64,))
    inputs = [measure.MeasureInput(task, state) for state in workloads.sample_states(task)[:12]]
    results = [
        measure.MeasureResult([1e-3 * (n + 1)], 0, "", 0.5, 1_700_000_000 + n)
        for n in range(len(inputs) - 1)
    ] + [measure.MeasureResult([1e10], 4, "no", 0.5, 1_700_000_100)]
    (tmp_path / "more-logs").mkdir()
    measure_record.save_records(str(tmp_path / "old-log.json"), inputs[:6], results[:6])
    measure_record.save_records(str(tmp_path / "more-logs" / "b.json"), inputs[6:], results[6:])

    blocks = [
        block
        for block in _shell_blocks()
        if "cdmpp records" in block and "cdmpp_tvm.collect" not in block  # measuring takes minutes
    ]
    assert len(blocks) == 2
    # Only the way to the command differs, and where its data is.
    command = f"node {real_server.ROOT / 'dist' / 'cli' / 'main.js'}"
    script = "\n".join(blocks).replace("npx cdmpp", command)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CDMPP_")}
    done = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=tmp_path,
        env={**environment, "XDG_DATA_HOME": str(tmp_path / "data")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "would remove 1 records of 1 tasks" in done.stdout
    best, _ = measure_record.load_best_record(str(tmp_path / "best.json"), task.workload_key)
    assert str(best.task.workload_key) == task.workload_key
    assert len((tmp_path / "best.json").read_text(encoding="utf-8").splitlines()) == 10


def test_the_options_of_collecting_are_what_they_are_said_to_be() -> None:
    (block,) = [block for block in _shell_blocks() if "cdmpp_tvm.collect" in block]
    line = block.replace("\\\n", " ").splitlines()[0]
    options = parse_arguments(shlex.split(line.partition("cdmpp_tvm.collect")[2]))
    assert options.settings.networks == ("resnet-18", "bert-tiny")
    assert (options.settings.tasks, options.settings.per_task) == (24, 50)
    assert options.devices == ("avx2-1t", "avx2-2t")
    assert options.time_budget_minutes == 60
