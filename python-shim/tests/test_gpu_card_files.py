"""The shipped cards of GPUs are those of the table."""

from __future__ import annotations

from pathlib import Path

from cdmpp_tvm.device_files import device_file_text, read_device_file
from cdmpp_tvm.gpu_card_files import gpu_device_files, main
from cdmpp_tvm.gpu_cards import gpu_card

_SHIPPED = Path(__file__).parents[2] / "datasets" / "devices"


def test_shipped_cards_are_what_the_command_writes(tmp_path: Path) -> None:
    main(["--out", str(tmp_path)])
    written = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert {"k80.json", "v100.json", "a100.json"} <= set(written)
    shipped = {
        path.name: path.read_text(encoding="utf-8")
        for path in _SHIPPED.glob("*.json")
        if read_device_file(path).how == "data-sheet"
    }
    assert shipped == written


def test_every_card_names_its_source() -> None:
    for entry in gpu_device_files():
        assert len(str(entry.about["source"])) > len("NVIDIA: ")
        assert f'"how": "{entry.how}"' in device_file_text(entry)


def test_bandwidths_of_caches_are_bytes_a_clock_times_the_clock() -> None:
    card = gpu_card("a100")
    assert card is not None
    assert card.l1_bandwidth_bytes_per_second == 128 * 1410e6
    assert card.l3_bandwidth_bytes_per_second == 5120 * 1410e6
    older = gpu_card("k80")
    assert older is not None
    assert older.l3_bandwidth_bytes_per_second == 0
