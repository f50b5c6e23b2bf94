"""The collector end to end: small tasks on this machine, killed and started again."""

from __future__ import annotations

import copy
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import collecting
import pytest
from fake_server import FakeServer
from tvm.auto_scheduler import measure_record

from cdmpp_tvm.collect import main
from cdmpp_tvm.collection.folder import CollectionFolder
from cdmpp_tvm.collection.server_link import ServerLink
from cdmpp_tvm.task_bundle import BundledTask, read_task_bundle, write_task_bundle

SETTINGS = [
    *("--per-task", "4", "--passes", "2", "--remeasured-share", "0.25", "--repeats", "2"),
    *("--min-repeat-ms", "2", "--most-spread", "100", "--builders", "2", "--seed", "5"),
]


def arguments(folder: Path, *more: str) -> list[str]:
    devices = ",".join(dict.fromkeys(["sse2-1t", collecting.two_threads_or_one()]))
    return [
        *(
            "--out",
            str(folder / "out"),
            "--task-file",
            str(collecting.TASK_FILE),
            "--devices",
            devices,
        ),
        *SETTINGS,
        *more,
    ]


def json_lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def measured(out: Path) -> dict[str, Counter[str]]:
    """How often each program was measured, by device."""
    return {
        path.stem: Counter(json.dumps([r["i"][0][0], r["i"][1][1]]) for r in json_lines(path))
        for path in (out / "records").glob("*.json")
    }


def chosen(out: Path) -> Counter[str]:
    """How often each program was chosen."""
    return Counter(
        json.dumps(line["steps"])
        for path in (out / "programs").glob("*.jsonl")
        for line in json_lines(path)
    )


def test_every_program_is_measured_on_every_device(tmp_path: Path) -> None:
    assert main(arguments(tmp_path)) == 0
    out = tmp_path / "out"
    records = measured(out)
    assert len(records) == len({"sse2-1t", collecting.two_threads_or_one()})
    first, *others = records.values()
    assert all(other == first for other in others)
    # Two tasks, four programs each, of which one is measured again.
    assert sorted(first.values()) == [1, 1, 1, 1, 1, 1, 2, 2]
    steps = Counter({json.dumps(json.loads(key)[1]): count for key, count in first.items()})
    assert steps == chosen(out)
    for path in (out / "records").glob("*.json"):
        inputs, results = measure_record.RecordReader(str(path)).read_lines()
        assert len(inputs) == len(results) == 10
        assert all(int(result.error_no) == 0 for result in results)
        assert all(len(result.costs) == 2 for result in results)
        threads = {int(each.task.hardware_params.num_cores) for each in inputs}
        assert threads == {int(path.stem[-2])}
        assert len(json_lines(out / "reference" / f"{path.stem}.jsonl")) >= 1
    bundle = read_task_bundle(out / "tasks.tasks")
    assert len(bundle) == 2 * len(records)
    assert {entry.task.device.name for entry in bundle} == set(records)
    settings = json.loads((out / "collection.json").read_text(encoding="utf-8"))
    assert (settings["seed"], settings["per_task"]) == (5, 4)


def test_a_finished_collection_measures_nothing_more(tmp_path: Path) -> None:
    options = arguments(tmp_path, "--per-task", "1", "--passes", "1")
    assert main(options) == 0
    before = measured(tmp_path / "out")
    assert main(options) == 0
    assert measured(tmp_path / "out") == before
    assert main(arguments(tmp_path, "--per-task", "2", "--passes", "1")) == 0
    assert all(sum(counts.values()) == 4 for counts in measured(tmp_path / "out").values())
    assert main(arguments(tmp_path, "--seed", "6")) == 1


def test_what_is_said_of_other_tasks_and_runs_stays(tmp_path: Path) -> None:
    options = arguments(tmp_path, "--per-task", "1", "--passes", "1")
    assert main(options) == 0
    out = tmp_path / "out"
    ours = read_task_bundle(out / "tasks.tasks")
    stranger = BundledTask("elsewhere/dense-1", copy.deepcopy(ours[0].task))
    stranger.task.workload_key = '["elsewhere", 1]'
    write_task_bundle(out / "tasks.tasks", [*ours, stranger])
    assert main(options) == 0
    kept = [(each.name, each.task.workload_key) for each in read_task_bundle(out / "tasks.tasks")]
    assert kept == [(each.name, each.task.workload_key) for each in (*ours, stranger)]
    settings = json.loads((out / "collection.json").read_text(encoding="utf-8"))
    assert len(settings["runs"]) == 2
    assert all(run["machine"] == settings["machine"] for run in settings["runs"])
    assert all(run["versions"] == settings["versions"] for run in settings["runs"])
    settings["versions"]["llvm"] += 1
    (out / "collection.json").write_text(json.dumps(settings), encoding="utf-8")
    assert main(options) == 1


def test_a_kill_at_any_moment_costs_no_record_and_doubles_none(tmp_path: Path) -> None:
    options = arguments(tmp_path)
    out = tmp_path / "out"
    sizes = [0]
    for records_more in (1, 5):
        command = [sys.executable, "-m", "cdmpp_tvm.collect", *options]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        wanted = sizes[-1] + records_more
        deadline = time.monotonic() + 120
        while count_lines(out) < wanted and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.002)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        sizes.append(count_lines(out))
    assert sizes[0] < sizes[1] < sizes[2]
    kept = {path: path.read_bytes() for path in (out / "records").glob("*.json")}
    for path in (out / "records").glob("*.json"):  # as if the last write had been cut
        with path.open("ab") as file:
            file.write(b'{"i": [["[\\"collected')
    assert main(options) == 0
    for path, content in kept.items():
        assert path.read_bytes().startswith(content)
    for counts in measured(out).values():
        assert sorted(counts.values()) == [1, 1, 1, 1, 1, 1, 2, 2]
    assert sum(chosen(out).values()) == 10


def count_lines(out: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in (out / "records").glob("*.json"))


def test_programs_that_scatter_are_dropped_and_replaced(tmp_path: Path) -> None:
    options = arguments(
        tmp_path, "--per-task", "2", "--passes", "1", "--most-spread", "0", "--repeats", "3"
    )
    assert main(options) == 0
    out = tmp_path / "out"
    dropped = json_lines(out / "dropped.jsonl")
    assert len(dropped) > 4
    assert all(line["reason"].startswith("spread") for line in dropped)
    assert sum(chosen(out).values()) > 4  # programs were chosen in the place of dropped ones
    before = count_lines(out), len(dropped)
    assert main([*options, "--time-budget-minutes", "0"]) == 0
    assert (count_lines(out), len(json_lines(out / "dropped.jsonl"))) == before


def test_a_server_guides_and_is_told(tmp_path: Path, server: FakeServer) -> None:
    assert main(arguments(tmp_path, "--server", server.address)) == 0
    out = tmp_path / "out"
    lines = [line for path in (out / "records").glob("*.json") for line in path.open()]
    reported = {record.record_line for record in server.records.values()}
    assert reported == {line.rstrip("\n") for line in lines}
    origins = Counter(
        line["origin"] for path in (out / "programs").glob("*") for line in json_lines(path)
    )
    assert origins["evolved"] > 0
    assert origins["random"] > 0
    # It learned between the passes and after the last, not while anything was measured.
    assert len(server.versions) - 1 <= 2 * len(measured(out))
    assert len(server.versions) > 1


def test_a_server_is_told_of_earlier_runs(tmp_path: Path, server: FakeServer) -> None:
    assert main(arguments(tmp_path, "--passes", "1", "--per-task", "2")) == 0
    out = tmp_path / "out"
    lines = {line.rstrip("\n") for path in (out / "records").glob("*.json") for line in path.open()}
    # Not one program more is wanted: what is reported was there before.
    again = arguments(tmp_path, "--passes", "1", "--per-task", "2", "--server", server.address)
    assert main(again) == 0
    assert {record.record_line for record in server.records.values()} == lines
    learned = server.newest
    assert server.versions[learned] == len(lines)
    assert main(again) == 0
    assert len(server.records) == len(lines)
    assert server.newest == learned


def test_closing_the_link_does_not_let_the_server_learn(tmp_path: Path, server: FakeServer) -> None:
    assert main(arguments(tmp_path, "--passes", "1", "--per-task", "1")) == 0
    names = ["sse2-1t", collecting.two_threads_or_one()]
    devices = collecting.devices(*dict.fromkeys(names))
    link = ServerLink(server.address, devices)
    folder = CollectionFolder(tmp_path / "out")
    link.report_earlier(folder.record_files(device.name for device in devices))
    folder.close()
    link.close()
    assert len(server.records) == 2 * len(devices)
    assert server.newest == 0


def test_what_contradicts_itself_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--out", str(tmp_path / "a")]) == 1
    assert "--networks" in capsys.readouterr().err
    assert main(arguments(tmp_path, "--tracker", "localhost:9190")) == 1
    assert "--device-name" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(arguments(tmp_path, "--per-task", "0"))
