"""Measuring through a real RPC tracker and server on loopback."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import collecting
import pytest
import workloads
from tvm.rpc.server import Server
from tvm.rpc.tracker import Tracker

from cdmpp_tvm.collect import main
from cdmpp_tvm.collection.messages import NO_ERROR, TimingSettings
from cdmpp_tvm.collection.remote_device import remote_device
from cdmpp_tvm.collection.rpc_measurer import RpcMeasurer
from cdmpp_tvm.collection.watchdog import call_within
from cdmpp_tvm.device_files import DeviceFile, write_device_file
from cdmpp_tvm.errors import CollectionError, ConfigurationError
from cdmpp_tvm.task_bundle import read_task_bundle

KEY = "collected"


@pytest.fixture(scope="module")
def tracker() -> Iterator[str]:
    """The address of a tracker that lends this machine."""
    tracking = Tracker(host="127.0.0.1", port=19190, port_end=19990, silent=True)
    address = ("127.0.0.1", tracking.port)
    serving = Server("127.0.0.1", 19190, 19990, tracker_addr=address, key=KEY, silent=True)
    yield f"127.0.0.1:{tracking.port}"
    serving.terminate()
    tracking.terminate()


def test_programs_are_measured_through_the_tracker(tracker: str) -> None:
    where = collecting.on_device(workloads.shim_matmul_bias, 64)
    settings = TimingSettings(repeats=2, min_repeat_ms=1)
    measurer = RpcMeasurer(tracker, KEY, settings, builders=2)
    measured = list(measurer.measure(collecting.dues(where, 3)))
    assert [each.error_number for each in measured] == [NO_ERROR] * 3
    assert [each.due.program for each in measured] == [1, 2, 3]
    assert all(len(each.costs_seconds) == 2 for each in measured)
    assert all(0 < each.mean_seconds < 1 for each in measured)


def test_a_collection_is_made_through_the_tracker(tracker: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = [
        *("--out", str(out), "--task-file", str(collecting.TASK_FILE), "--devices", "sse2-1t"),
        *("--per-task", "2", "--passes", "1", "--repeats", "2", "--min-repeat-ms", "1"),
        *("--tracker", tracker, "--key", KEY, "--device-name", "far-board-1t"),
        *("--most-spread", "100", "--builders", "2"),
    ]
    assert main(options) == 0
    lines = (out / "records" / "far-board-1t.json").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 4
    assert all(json.loads(line)["r"][1] == NO_ERROR for line in lines)
    cards = [entry.task.device for entry in read_task_bundle(out / "tasks.tasks")]
    assert {card.name for card in cards} == {"far-board-1t"}
    assert not any(card.clock_hertz or card.memory_bytes for card in cards)


def test_a_board_or_tracker_that_goes_away_makes_no_records() -> None:
    tracking = Tracker(host="127.0.0.1", port=19190, port_end=19990, silent=True)
    address = ("127.0.0.1", tracking.port)
    serving = Server("127.0.0.1", 19190, 19990, tracker_addr=address, key=KEY, silent=True)
    try:
        where = collecting.on_device(workloads.shim_matmul_bias, 64)
        dues = collecting.dues(where, 1)
        measurer = RpcMeasurer(
            f"127.0.0.1:{tracking.port}",
            KEY,
            TimingSettings(repeats=2, min_repeat_ms=1),
            builders=1,
            connect_seconds=5.0,
        )
        assert [each.error_number for each in measurer.measure(dues)] == [NO_ERROR]
        serving.terminate()
        with pytest.raises(CollectionError, match="no machine of key 'collected'"):
            list(measurer.measure(dues))
        tracking.terminate()
        with pytest.raises(CollectionError, match="no machine of key 'collected'"):
            list(measurer.measure(dues))
    finally:
        serving.terminate()
        tracking.terminate()


def test_a_call_that_hangs_is_ended_with_the_processes_that_it_waits_for() -> None:
    started: list[subprocess.Popen[bytes]] = []

    def hang() -> int:
        started.append(subprocess.Popen(["sleep", "600"]))
        return started[-1].wait()

    with pytest.raises(TimeoutError, match=r"0\.5 s"):
        call_within(0.5, hang)
    assert started[0].wait(10) == -signal.SIGKILL
    assert call_within(60, lambda: 7) == 7
    with pytest.raises(KeyError):
        call_within(60, lambda: {}["absent"])


def test_what_is_not_known_of_a_board_stays_unknown(tmp_path: Path) -> None:
    (local,) = collecting.devices()
    card = remote_device(local, "far-board-1t", None).card()
    known = {field.name for field, _ in card.ListFields()}
    assert known == {"name", "kind", "cores", "simd_bits"}
    assert (card.name, card.cores, card.simd_bits) == ("far-board-1t", 1, local.simd_bits)
    card.memory_bandwidth_bytes_per_second = 3e9
    card.name = "probed-there"
    path = write_device_file(tmp_path, DeviceFile(card, "probed"))
    given = remote_device(local, "far-board-1t", path).card()
    assert given.name == "far-board-1t"
    assert given.memory_bandwidth_bytes_per_second == 3e9
    card.cores = 4
    path = write_device_file(tmp_path, DeviceFile(card, "probed"))
    with pytest.raises(ConfigurationError, match=r"cores in .* is 4"):
        remote_device(local, "far-board-1t", path)


def test_a_tracker_that_is_not_there_is_named() -> None:
    settings = TimingSettings()
    with pytest.raises(ConfigurationError, match="host:port"):
        RpcMeasurer("nowhere", KEY, settings)
    with pytest.raises(CollectionError, match="no machine of key 'collected'"):
        RpcMeasurer("127.0.0.1:1", KEY, settings)
