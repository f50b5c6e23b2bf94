"""Logs rebuilt into a real server's store, by processes of their own."""

from __future__ import annotations

import gzip
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
import real_server
import workloads
from fake_server import FakeServer
from real_server import RealServer
from tvm.auto_scheduler import MeasureInput, MeasureResult
from tvm.auto_scheduler.measure_record import dump_record_to_string

from cdmpp_tvm.encode import steps_of_record
from cdmpp_tvm.errors import RecordFileError
from cdmpp_tvm.gpu_cards import gpu_card
from cdmpp_tvm.networks import network_tasks
from cdmpp_tvm.rebuild.rebuilder import Rebuilder
from cdmpp_tvm.rebuild.record_line import parse_line

_TASK_FILE = Path(__file__).parent / "workloads.py"
_EXPLICIT, _BARE = "cuda -keys=cuda,gpu -arch=sm_70", "cuda -keys=cuda,gpu"


def _log_lines(task: Any, count: int, failed: int = 0) -> list[str]:
    """Records of sampled states, the first so many of them failed, in no target's own words."""
    lines = []
    for index, state in enumerate(workloads.sample_states(task)[:count]):
        result = (
            MeasureResult([1e10], 2, "", 0.5, 1_700_000_000 + index)
            if index < failed
            else MeasureResult([1e-3 * (1 + index)], 0, "", 0.5, 1_700_000_000 + index)
        )
        lines.append(dump_record_to_string(MeasureInput(task, state), result).rstrip("\n"))
    assert len(lines) == count
    return lines


@pytest.fixture(scope="module")
def gpu_task() -> Any:
    return workloads.make_task(workloads.shim_matmul, (128,), workloads.CUDA_TARGET)


@pytest.fixture(scope="module")
def gpu_lines(gpu_task: Any) -> list[str]:
    """As old logs have it: a target without -arch, and -1 cores."""
    lines = [
        line.replace(" -arch=sm_70", "", 1).replace("[80, 16, 64", "[-1, 16, 64", 1)
        for line in _log_lines(gpu_task, 6, failed=1)
    ]
    assert "-arch" not in lines[0]
    return lines


def test_programs_are_those_that_were_measured(gpu_task: Any, gpu_lines: list[str]) -> None:
    card = gpu_card("v100")
    rebuilder = Rebuilder(card, {'["shim_matmul", 128]': (("mlp", 2),)})
    states = workloads.sample_states(gpu_task)
    for line, state in zip(gpu_lines, states):
        record = rebuilder.record(parse_line(line))
        assert record.program.loop_nest == str(state)
        assert record.program.transform_steps == steps_of_record(line)
        assert record.record_line == line
    message = rebuilder.task_of(parse_line(gpu_lines[0]).task).message
    assert "-arch" not in message.target
    assert (message.hardware_params.num_cores, message.hardware_params.warp_size) == (0, 32)
    assert message.device == card
    assert [(use.name, use.occurrences) for use in message.networks] == [("mlp", 2)]


def test_what_cannot_be_rebuilt_says_why(gpu_lines: list[str]) -> None:
    rebuilder = Rebuilder(gpu_card("v100"), {})
    strange = gpu_lines[2].replace("shim_matmul", "nobody_registered_this")
    with pytest.raises(RecordFileError, match="nobody_registered_this"):
        rebuilder.record(parse_line(strange))
    with pytest.raises(RecordFileError, match="which device"):
        Rebuilder(None, {}).record(parse_line(gpu_lines[2]))
    # A step on a loop that the task has not.
    failed, spoiled = (
        parse_line(line.replace("[[], [[", '[[], [["FU", 1, [0, 7]], [', 1))
        for line in (gpu_lines[0], gpu_lines[2])
    )
    with pytest.raises(RecordFileError, match="transform steps"):
        rebuilder.record(spoiled)
    # A failed one may never have been a program: its steps go alone.
    assert rebuilder.record(failed).program.loop_nest == ""


def _rebuild(server: RealServer, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cdmpp_tvm.rebuild", *map(str, arguments)]
    return subprocess.run(
        [*command, "--server", server.address, "--processes", "2"], capture_output=True, text=True
    )


def _rows(data_dir: Path, query: str) -> list[tuple[Any, ...]]:
    (file,) = [
        path
        for path in data_dir.rglob("*")
        if path.is_file() and path.open("rb").read(15) == b"SQLite format 3"
    ]
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as store:
        return list(store.execute(query))


@pytest.mark.skipif(bool(real_server.why_absent()), reason=real_server.why_absent() or "-")
def test_logs_go_to_the_store_once_with_their_loop_nests(
    tmp_path: Path, gpu_lines: list[str]
) -> None:
    cpu_task = workloads.make_task(workloads.shim_conv2d_nhwc, (8, 14, 8))
    cpu_lines = _log_lines(cpu_task, 5)
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "matmul.log.gz").write_bytes(gzip.compress("\n".join(gpu_lines).encode()))
    (logs / "conv.json").write_text("\n".join(["# a comment", *cpu_lines, "{broken"]) + "\n")
    with RealServer(tmp_path / "data") as server:
        gpu = ("--device", "V100", "--task-file", _TASK_FILE)
        first = _rebuild(server, logs / "matmul.log.gz", *gpu)
        assert first.returncode == 0, first.stderr
        assert "6 records sent, 6 of them new, 1 of failed" in first.stdout
        second = _rebuild(server, logs / "conv.json", "--task-file", _TASK_FILE)
        assert second.returncode == 1
        assert "conv.json, line 7: no record" in second.stderr
        assert "5 records sent, 5 of them new" in second.stdout
        again = _rebuild(server, logs, *gpu)
        # The convolution counts once more: its device is another now.
        assert "11 records sent, 5 of them new" in again.stdout
        server.stop()
        rows = _rows(
            tmp_path / "data",
            "select source, device_name, loop_nest, record_line from records join tasks"
            " on tasks.id = task_id",
        )
    held = {line: (source, device, nest) for source, device, nest, line in rows if nest}
    assert len(rows) == 16
    assert set(held) == {*gpu_lines, *cpu_lines}
    assert {held[line][:2] for line in gpu_lines} == {("matmul.log.gz", "v100")}
    assert all("blockIdx.x" in held[line][2] for line in gpu_lines)


@pytest.mark.skipif(bool(real_server.why_absent()), reason=real_server.why_absent() or "-")
def test_records_that_were_imported_get_their_loop_nests_and_stay_one(
    tmp_path: Path, gpu_lines: list[str]
) -> None:
    log, data = tmp_path / "matmul.json", tmp_path / "data"
    log.write_text("\n".join(gpu_lines))
    cli = ["node", str(real_server.ROOT / "dist" / "cli" / "main.js"), "records", "import"]
    command = [*cli, "--device", "v100", "--data-dir", str(data), str(log)]
    imported = subprocess.run(command, capture_output=True, text=True)
    assert imported.returncode == 0, imported.stderr
    query = "select record_line, loop_nest <> '', task_id like 'log-%' from records"
    assert sorted(_rows(data, query)) == sorted((line, 0, 1) for line in gpu_lines)
    with RealServer(data) as server:
        done = _rebuild(server, log, "--device", "v100", "--task-file", _TASK_FILE)
        assert "6 records sent, 0 of them new" in done.stdout, done.stderr
        server.stop()
    assert sorted(_rows(data, query)) == sorted((line, 1, 0) for line in gpu_lines)


@pytest.mark.skipif(bool(real_server.why_absent()), reason=real_server.why_absent() or "-")
def test_logs_of_networks_need_no_task_file(tmp_path: Path) -> None:
    class Device:
        target = staticmethod(lambda: workloads.tvm.target.Target("llvm -mcpu=core-avx2"))
        hardware_params = staticmethod(
            lambda: workloads.auto_scheduler.HardwareParams(2, 32, 64, 0, 0, 0, 0, 0)
        )

    source = network_tasks(["mlp"])[0]
    log = tmp_path / "mlp.json"
    log.write_text("\n".join(_log_lines(source.search_task(Device()), 3)))
    with RealServer(tmp_path / "data") as server:
        unknown = _rebuild(server, log)
        assert unknown.returncode == 1
        assert "mlp.json, line 1 and 2 more: workload" in unknown.stderr
        known = _rebuild(server, log, "--networks", "mlp")
        assert known.returncode == 0, known.stderr
        assert "3 records sent, 3 of them new" in known.stdout
        server.stop()
        ((text,),) = _rows(tmp_path / "data", "select task_json from tasks")
    assert '"networks"' in text
    assert '"mlp"' in text


@pytest.mark.parametrize(
    ("how", "status"), [(signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_a_rebuild_that_is_ended_leaves_no_process(
    tmp_path: Path, how: signal.Signals, status: int
) -> None:
    task = workloads.make_task(workloads.shim_conv2d_nhwc, (8, 14, 8))
    lines = _log_lines(task, 5)
    log = tmp_path / "long.json"
    log.write_text("\n".join(lines * 2_000))
    with FakeServer() as server:
        command = [sys.executable, "-m", "cdmpp_tvm.rebuild", str(log), "--processes", "1"]
        options = ["--task-file", str(_TASK_FILE), "--server", server.address]
        with subprocess.Popen(
            [*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            deadline = time.monotonic() + 120
            while not server.records and process.poll() is None:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            ours = psutil.Process(process.pid).children(recursive=True)
            assert any("spawn_main" in " ".join(each.cmdline()) for each in ours)
            process.send_signal(how)
            assert process.wait(60) == status
        _, alive = psutil.wait_procs(ours, timeout=20)
        assert alive == []


def test_mistakes_on_the_command_line_are_named(tmp_path: Path) -> None:
    log = tmp_path / "log.json"
    log.write_text("{}\n")
    for arguments, says in (
        (("--device", "v1000"), "v100"),
        (("--networks", "resnet"), "resnet-18"),
        (("--device", "v100", "--task-file", tmp_path / "no.py"), "no.py"),
    ):
        command = [sys.executable, "-m", "cdmpp_tvm.rebuild", str(log), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 2, done.stdout
        assert says in done.stderr
        assert "Traceback" not in done.stderr
