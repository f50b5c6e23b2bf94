"""What one CPU can be; what TVM makes of it is in `test_local_devices_tvm.py`."""

from __future__ import annotations

from pathlib import Path

import pytest

from cdmpp_tvm import local_cpu, local_devices
from cdmpp_tvm.device_files import DeviceFile, write_device_file
from cdmpp_tvm.errors import ConfigurationError
from cdmpp_tvm.gen import task_pb2 as pb
from cdmpp_tvm.local_devices import LocalDevice

_AVX2 = "sse2 avx avx2 fma bmi1 bmi2 abm movbe f16c"
_AVX512 = _AVX2 + " avx512f avx512dq avx512cd avx512bw avx512vl"


def _pretend(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, flags: str, cores: int) -> None:
    (tmp_path / "cpuinfo").write_text(
        "vendor_id\t: Acme\ncpu family\t: 26\nmodel\t\t: 2\n"
        f"model name\t: Acme X1\nflags\t\t: fpu {flags}\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(local_cpu, "_CPU_INFO", tmp_path / "cpuinfo")
    monkeypatch.setattr(local_devices, "usable_cores", lambda: cores)


@pytest.mark.parametrize(
    ("flags", "cores", "names"),
    [
        ("sse2", 1, ["sse2-1t"]),
        # Without FMA, what is compiled for Haswell would stop at an unknown instruction.
        ("sse2 avx avx2", 1, ["sse2-1t"]),
        (_AVX2, 8, ["sse2-1t", "sse2-2t", "avx2-1t", "avx2-2t"]),
        (_AVX2 + " avx512f", 1, ["sse2-1t", "avx2-1t"]),
        (_AVX512, 2, ["sse2-1t", "sse2-2t", "avx2-1t", "avx2-2t", "avx512-1t", "avx512-2t"]),
    ],
)
def test_a_cpu_is_a_device_for_each_instruction_set_and_number_of_threads(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, flags: str, cores: int, names: list[str]
) -> None:
    _pretend(monkeypatch, tmp_path, flags, cores)
    found = local_devices.local_devices()
    assert [device.name for device in found] == [f"acme-x1-{name}" for name in names]


def test_a_selection_is_kept_in_its_order(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _pretend(monkeypatch, tmp_path, _AVX512, 4)
    assert local_devices.local_devices(["avx512-4t", "acme-x1-sse2-1t"]) == [
        LocalDevice("acme-x1-avx512-4t", "avx512", "skylake-avx512", 4),
        LocalDevice("acme-x1-sse2-1t", "sse2", "x86-64", 1),
    ]


@pytest.mark.parametrize("name", ["avx512-1t", "avx2-3t", "avx2-0t", "avx2", "other-cpu-avx2-1t"])
def test_what_the_cpu_is_not_is_refused_with_what_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    _pretend(monkeypatch, tmp_path, _AVX2, 2)
    with pytest.raises(
        ConfigurationError,
        match=rf"device is '{name}'; here it must be SET-Nt, with sse2, avx2 as SET and 1 to 2 ",
    ):
        local_devices.local_devices([name])


def test_other_cpus_make_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _pretend(monkeypatch, tmp_path, "", 2)
    with pytest.raises(ConfigurationError, match="no x86-64"):
        local_devices.local_devices()


def test_the_card_is_the_probed_one_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, probed_cards: Path
) -> None:
    _pretend(monkeypatch, tmp_path, _AVX2, 2)
    device = local_devices.local_devices(["avx2-2t"])[0]
    described = device.card()
    assert (described.name, described.cores, described.simd_bits) == (device.name, 2, 256)
    assert described.memory_bandwidth_bytes_per_second == 0
    described.memory_bandwidth_bytes_per_second = 2e10
    about = {"when": "2026-01-02", "cpu": local_cpu.cpu_identity()}
    write_device_file(probed_cards, DeviceFile(described, "probed", about))
    assert device.card() == described
    # 1 thread is another device
    assert local_devices.local_devices(["avx2-1t"])[0].card().memory_bandwidth_bytes_per_second == 0
    assert described.kind == pb.DEVICE_KIND_CPU
