"""Device cards: the local CPU's, and those of data sheets."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cdmpp_tvm import local_cpu
from cdmpp_tvm.device import device_card, local_cpu_card
from cdmpp_tvm.device_files import DeviceFile, write_device_file
from cdmpp_tvm.errors import ConfigurationError
from cdmpp_tvm.gen import task_pb2 as pb
from cdmpp_tvm.gpu_cards import GPU_NAMES, gpu_card
from cdmpp_tvm.instruction_sets import simd_bits


class _Target:
    def __init__(self, text: str) -> None:
        self.kind = SimpleNamespace(name=text.split()[0])
        self._text = text

    def __str__(self) -> str:
        return self._text


def _task(target: str, cores: int = 2) -> Any:
    return SimpleNamespace(target=_Target(target), hardware_params=SimpleNamespace(num_cores=cores))


@pytest.mark.parametrize(
    ("target", "bits"),
    [
        ("llvm -keys=cpu -mcpu=skylake-avx512", 512),
        ("llvm -mcpu=cascadelake", 512),
        ("llvm -mcpu=icelake-server", 512),
        ("llvm -mcpu=znver4", 512),
        ("llvm -mattr=+avx2,+avx512f", 512),
        ("llvm -mcpu=core-avx2", 256),
        ("llvm -mcpu=haswell", 256),
        ("llvm -mcpu=skylake", 256),
        ("llvm -mcpu=znver2", 256),
        ("llvm -mcpu=x86-64", 128),
        ("llvm -keys=cpu", 128),
        ("llvm -mtriple=aarch64-linux-gnu -mattr=+neon", 128),
    ],
)
def test_vector_width_is_the_targets(target: str, bits: int) -> None:
    assert simd_bits(target) == bits


def test_local_card_is_what_the_system_says() -> None:
    card = local_cpu_card(2, "llvm -mcpu=core-avx2")
    assert card.name.startswith("local-")
    assert card.name == card.name.lower()
    assert " " not in card.name
    assert (card.kind, card.cores, card.simd_bits) == (pb.DEVICE_KIND_CPU, 2, 256)
    # 8 float32 lanes, multiply and add, two ports
    assert card.peak_flops == pytest.approx(2 * card.clock_hertz * 8 * 2 * 2)
    assert card.memory_bytes % 1024**3 == 0
    assert card.memory_bytes > 0
    assert card.memory_bandwidth_bytes_per_second == 0  # nobody measured it
    assert local_cpu_card(2, "llvm -mcpu=core-avx2") == card


def test_what_the_system_does_not_say_is_unknown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(local_cpu, "_CPU_FOLDER", tmp_path)
    monkeypatch.setattr(local_cpu, "_CPU_INFO", tmp_path / "cpuinfo")
    monkeypatch.setattr(local_cpu, "_system_figure", lambda name: 0)
    card = local_cpu_card(0, "llvm")
    assert card == pb.DeviceCard(name="local-cpu", kind=pb.DEVICE_KIND_CPU, simd_bits=128)


def test_caches_and_clock_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / "cpuinfo").write_text(
        "model name\t: Some(R) CPU X-1 @ 2.60GHz\ncpu MHz\t\t: 2596.120\n", encoding="utf-8"
    )
    for index, (level, kind, size) in enumerate(
        [("1", "Data", "48K"), ("1", "Instruction", "32K"), ("2", "Unified", "2M")]
    ):
        folder = tmp_path / "cache" / f"index{index}"
        folder.mkdir(parents=True)
        (folder / "level").write_text(level, encoding="utf-8")
        (folder / "type").write_text(kind, encoding="utf-8")
        (folder / "size").write_text(size, encoding="utf-8")
    monkeypatch.setattr(local_cpu, "_CPU_FOLDER", tmp_path)
    monkeypatch.setattr(local_cpu, "_CPU_INFO", tmp_path / "cpuinfo")
    monkeypatch.setattr(local_cpu, "_system_figure", lambda name: 0)
    card = local_cpu_card(4, "llvm")
    assert card.name == "local-some-x-1"
    assert card.clock_hertz == 2.6e9
    assert (card.l1_cache_bytes, card.l2_cache_bytes, card.l3_cache_bytes) == (
        48 * 1024,
        2 * 1024 * 1024,
        0,
    )


def test_a_probed_card_of_the_same_vectors_and_cores_is_taken(probed_cards: Path) -> None:
    probed = pb.DeviceCard(
        name="my-cpu-avx2-2t", kind=pb.DEVICE_KIND_CPU, cores=2, simd_bits=256, peak_flops=1e11
    )
    about = {"when": "2026-01-02", "cpu": local_cpu.cpu_identity()}
    write_device_file(probed_cards, DeviceFile(probed, "probed", about))
    assert device_card(_task("llvm -mcpu=core-avx2", 2)) == probed
    renamed = device_card(_task("llvm -mcpu=core-avx2", 2), name="local-cpu")
    assert renamed is not None
    assert (renamed.name, renamed.peak_flops) == ("local-cpu", 1e11)
    for other in (_task("llvm -mcpu=core-avx2", 1), _task("llvm -mcpu=skylake-avx512", 2)):
        card = device_card(other)
        assert card is not None
        assert card.name.startswith("local-")


def test_gpu_targets_get_a_card_only_when_told_which() -> None:
    task = _task("cuda -arch=sm_70", 80)
    assert device_card(task) is None
    card = device_card(task, "Tesla V100".replace("Tesla ", ""))
    assert card is not None
    assert (card.name, card.kind, card.cores) == ("v100", pb.DEVICE_KIND_GPU, 80)
    with pytest.raises(ConfigurationError, match="device is 'abacus', expected one of k80"):
        device_card(task, "abacus")


def test_callers_card_and_name_win() -> None:
    mine = pb.DeviceCard(name="mine", cores=3)
    assert device_card(_task("llvm"), mine) == mine
    renamed = device_card(_task("llvm"), mine, "other")
    assert renamed is not None
    assert (renamed.name, renamed.cores, mine.name) == ("other", 3, "mine")
    local = device_card(_task("llvm -mcpu=core-avx2"), name="build-7")
    assert local is not None
    assert (local.name, local.cores, local.simd_bits) == ("build-7", 2, 256)


@pytest.mark.parametrize("name", GPU_NAMES)
def test_data_sheets_are_consistent(name: str) -> None:
    """Peak = multiprocessors × clock × lanes × 2, with the lanes a multiprocessor can have."""
    card = gpu_card(name)
    assert card is not None
    lanes = card.peak_flops / (card.cores * card.clock_hertz * 2)
    assert min(abs(lanes / known - 1) for known in (64, 128, 192)) < 0.04
    assert card.memory_bandwidth_bytes_per_second > 1e11
    assert card.memory_bytes >= 11 * 1024**3
    assert gpu_card(f"NVIDIA {name.upper().replace('-', ' ')}") == card
