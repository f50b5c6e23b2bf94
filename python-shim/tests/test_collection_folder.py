"""The collection folder after a kill. Needs no TVM but where it says so."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cdmpp_tvm.collection.appended_lines import AppendedLines
from cdmpp_tvm.collection.description import joined
from cdmpp_tvm.collection.folder import REMEASURED, CollectionFolder, ProgramLine
from cdmpp_tvm.collection.reference import Reading
from cdmpp_tvm.collection.settings import CollectionSettings, check_goes_on
from cdmpp_tvm.errors import CollectionError

KEY = '["matmul", 64]'
STEPS = '[["AN", 2, 0, 3]]'


def record(costs: list[float], error_number: int = 0, steps: str = STEPS) -> str:
    task = [KEY, "llvm", [1, 16, 64, 0, 0, 0, 0, 0], "", 0, []]
    return json.dumps(
        {
            "i": [task, [[], json.loads(steps)]],
            "r": [costs, error_number, 0.5, 1_700_000_000],
            "v": "v0.6",
        }
    )


def test_a_torn_line_is_taken_away(tmp_path: Path) -> None:
    path = tmp_path / "new" / "lines.jsonl"
    file = AppendedLines(path)
    file.append(["one", "two"])
    file.close()
    with path.open("a", encoding="utf-8") as raw:
        raw.write("x" * 200_000)
    again = AppendedLines(path)
    again.append(["three"])
    again.close()
    assert path.read_text(encoding="utf-8") == "one\ntwo\nthree\n"


def test_a_file_of_nothing_but_a_torn_line_is_emptied(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text('{"i": [', encoding="utf-8")
    AppendedLines(path).close()
    assert path.read_text(encoding="utf-8") == ""


def test_records_are_counted_when_it_is_opened(tmp_path: Path) -> None:
    other = '[["AN", 2, 1, 3]]'
    lines = [record([2e-3, 4e-3]), record([1e-3]), record([1e10], 7, other)]
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "d-1t.json").write_text(
        "".join(f"{line}\n" for line in lines) + lines[0][:50], encoding="utf-8"
    )
    folder = CollectionFolder(tmp_path)
    done = folder.done("d-1t", KEY, STEPS)
    assert (done.measured, done.valid) == (2, 2)
    failed = folder.done("d-1t", KEY, other)
    assert (failed.measured, failed.valid) == (1, 0)
    assert folder.done("d-2t", KEY, STEPS).measured == 0
    assert folder.best_seconds("d-1t", KEY) == 1e-3
    assert folder.best_seconds("d-2t", KEY) is None
    assert folder.valid_records() == {"d-1t": 2}
    folder.close()


def test_programs_are_read_back(tmp_path: Path) -> None:
    chosen = [
        ProgramLine(1, 1, "random", STEPS),
        ProgramLine(2, 1, "evolved", '[["AN", 2, 1, 3]]', 1.5e-3),
        ProgramLine(1, 2, REMEASURED, STEPS),
    ]
    folder = CollectionFolder(tmp_path)
    assert folder.programs("net--conv2d-1") == []
    folder.append_programs("net--conv2d-1", chosen)
    folder.close()
    again = CollectionFolder(tmp_path)
    assert again.programs("net--conv2d-1") == chosen
    assert again.programs("net--conv2d-2") == []
    again.close()


def test_readings_are_read_back(tmp_path: Path) -> None:
    folder = CollectionFolder(tmp_path)
    folder.append_reading("d-1t", Reading(1_700_000_000.0, 2e-3, 1.0))
    folder.append_reading("d-1t", Reading(1_700_000_020.0, 3e-3, 0.7))
    folder.close()
    again = CollectionFolder(tmp_path)
    assert again.reference_latencies("d-1t") == [2e-3, 3e-3]
    assert again.reference_latencies("d-2t") == []
    again.close()


def test_settings_that_matter_must_stay(tmp_path: Path) -> None:
    folder = CollectionFolder(tmp_path)
    assert folder.read_settings() is None
    folder.write_settings({"seed": 3})
    assert folder.read_settings() == {"seed": 3}
    folder.close()
    check_goes_on({"seed": 3, "per_task": 10}, {"seed": 3, "per_task": 20})
    with pytest.raises(CollectionError, match=r"seed was 3 .* is 4 now"):
        check_goes_on({"seed": 3}, {"seed": 4})


def test_another_compiler_is_refused() -> None:
    begun = {"seed": 3, "versions": {"tvm": "0.17.0", "llvm": 15, "numpy": "1.26"}}
    check_goes_on(begun, {"seed": 3, "versions": {"tvm": "0.17.0", "llvm": 15, "numpy": "1.27"}})
    with pytest.raises(CollectionError, match=r"llvm was 15 .* is 16 now"):
        check_goes_on(begun, {"seed": 3, "versions": {"tvm": "0.17.0", "llvm": 16}})
    with pytest.raises(CollectionError, match=r"tvm was 0\.17\.0 .* is 0\.18 now"):
        check_goes_on(begun, {"seed": 3, "versions": {"tvm": "0.18", "llvm": 15}})


def test_each_run_keeps_its_machine() -> None:
    def said(cpu: str, devices: list[str], started: int) -> dict[str, Any]:
        machine, versions = {"cpu": cpu}, {"python": "3.11"}
        run = {"started_seconds": started, "machine": machine, "versions": versions}
        return {
            "per_task": started,
            "devices": [{"name": name} for name in devices],
            "machine": machine,
            "versions": versions,
            "runs": [run],
        }

    first = said("one", ["a", "b"], 1)
    del first["runs"][0]["machine"], first["runs"][0]["versions"]  # as folders once were
    content = joined(joined(first, said("two", ["b"], 2)), said("three", ["c"], 3))
    assert content["per_task"] == 3
    assert content["machine"] == {"cpu": "one"}
    assert [run["machine"]["cpu"] for run in content["runs"]] == ["one", "two", "three"]
    assert [run["started_seconds"] for run in content["runs"]] == [1, 2, 3]
    assert sorted(device["name"] for device in content["devices"]) == ["a", "b", "c"]


def test_a_broken_line_in_the_middle_is_named(tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "d.json").write_text(record([1.0]) + "\n{\n", encoding="utf-8")
    with pytest.raises(CollectionError, match=r"line 2 of .*d\.json"):
        CollectionFolder(tmp_path)


def test_a_second_collector_is_kept_out(tmp_path: Path) -> None:
    first = CollectionFolder(tmp_path)
    with pytest.raises(CollectionError, match=f"another collector works in {tmp_path}"):
        CollectionFolder(tmp_path)
    with pytest.raises(CollectionError):  # it took nothing from the first one
        CollectionFolder(tmp_path)
    first.close()
    CollectionFolder(tmp_path).close()


def test_a_folder_that_could_not_be_read_is_let_go_of(tmp_path: Path) -> None:
    (tmp_path / "dropped.jsonl").write_text("{\n", encoding="utf-8")
    with pytest.raises(CollectionError, match="line 1 of"):
        CollectionFolder(tmp_path)
    (tmp_path / "dropped.jsonl").write_text("", encoding="utf-8")
    CollectionFolder(tmp_path).close()


def test_a_killed_collector_holds_nothing(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib, time; from cdmpp_tvm.collection.folder_lock import FolderLock;"
        f"held = FolderLock(pathlib.Path({str(tmp_path)!r})); print('held', flush=True);"
        "time.sleep(600)"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(CollectionError):
            CollectionFolder(tmp_path)
        process.kill()
    CollectionFolder(tmp_path).close()


def test_shares_of_passes() -> None:
    settings = CollectionSettings(per_task=110, passes=4, remeasured_share=0.05)
    assert [settings.wanted_after(n) for n in (1, 2, 3, 4)] == [28, 55, 83, 110]
    assert [settings.remeasured_after(n) for n in (1, 2, 3, 4)] == [0, 2, 4, 6]
    assert CollectionSettings(passes=1).remeasured_after(1) == 0
