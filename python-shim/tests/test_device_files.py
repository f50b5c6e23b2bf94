"""Device cards on disk, and the choice among them."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from cdmpp_tvm.device_files import (
    DeviceFile,
    devices_folder,
    probed_card,
    read_device_file,
    write_device_file,
)
from cdmpp_tvm.errors import ConfigurationError
from cdmpp_tvm.gen import task_pb2 as pb
from cdmpp_tvm.local_cpu import cpu_identity


def _probed(name: str, when: str = "2026-01-02", cpu: object = None) -> DeviceFile:
    card = pb.DeviceCard(name=name, kind=pb.DEVICE_KIND_CPU, cores=2, simd_bits=256)
    card.l2_cache_bytes = 2**20
    card.peak_flops = 1.5e11
    card.launch_overhead_seconds = 1.25e-6
    return DeviceFile(card, "probed", {"when": when, "cpu": cpu or cpu_identity()})


def test_a_card_comes_back_as_it_was(tmp_path: Path) -> None:
    path = write_device_file(tmp_path / "new" / "folder", _probed("mine"))
    assert read_device_file(path) == _probed("mine")
    assert [entry.name for entry in path.parent.iterdir()] == ["mine.json"]


def test_the_file_is_plain_json_with_the_fields_of_the_proto(tmp_path: Path) -> None:
    path = write_device_file(tmp_path, _probed("mine"))
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "card": {
            "name": "mine",
            "kind": "DEVICE_KIND_CPU",
            "cores": 2,
            "simd_bits": 256,
            "peak_flops": 150_000_000_000,
            "l2_cache_bytes": 1_048_576,
            "launch_overhead_seconds": 1.25e-6,
        },
        "how": "probed",
        "when": "2026-01-02",
        "cpu": cpu_identity(),
    }


def test_the_newest_card_of_this_cpu_is_found(
    probed_cards: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert probed_card(2, 256) is None
    write_device_file(probed_cards, _probed("older", "2026-01-01"))
    write_device_file(probed_cards, _probed("newer", "2026-01-03"))
    write_device_file(probed_cards, _probed("elsewhere", "2026-01-04", {"model": "other"}))
    sheet = DeviceFile(_probed("sheet").card, "data-sheet", {"source": "x", "cpu": cpu_identity()})
    write_device_file(probed_cards, sheet)
    (probed_cards / "broken.json").write_text("{", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        card = probed_card(2, 256)
    assert card is not None
    assert card.name == "newer"
    assert "broken.json is no device card" in caplog.text
    assert probed_card(1, 256) is None
    assert probed_card(2, 512) is None


@pytest.mark.parametrize(
    "text",
    [
        "nothing",
        "[]",
        "{}",
        '{"card": {"name": "mine", "speed": 1}, "how": "probed"}',
        '{"card": {"cores": 1}, "how": "probed"}',
    ],
)
def test_other_files_are_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "card.json").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"card\.json is no device card"):
        read_device_file(tmp_path / "card.json")


def test_the_folder_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CDMPP_DEVICES_DIR", str(tmp_path))
    assert devices_folder() == tmp_path
    monkeypatch.delenv("CDMPP_DEVICES_DIR")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert devices_folder() == Path("/data/cdmpp/devices")
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    monkeypatch.setenv("HOME", "/home/somebody")
    assert devices_folder() == Path("/home/somebody/.local/share/cdmpp/devices")
