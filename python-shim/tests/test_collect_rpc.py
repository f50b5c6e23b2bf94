"""Measuring through a real RPC tracker and server on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import collecting
import pytest
import workloads
from tvm.rpc.server import Server
from tvm.rpc.tracker import Tracker

from cdmpp_tvm.collect import main
from cdmpp_tvm.collection.messages import NO_ERROR, TimingSettings
from cdmpp_tvm.collection.rpc_measurer import RpcMeasurer
from cdmpp_tvm.errors import CollectionError, ConfigurationError

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


def test_a_tracker_that_is_not_there_is_named() -> None:
    settings = TimingSettings()
    with pytest.raises(ConfigurationError, match="host:port"):
        RpcMeasurer("nowhere", KEY, settings)
    with pytest.raises(CollectionError, match="no machine of key 'collected'"):
        RpcMeasurer("127.0.0.1:1", KEY, settings)
