"""`python -m cdmpp_tvm.gpu_card_files --out FOLDER`: the table of `gpu_cards` as card files."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from .device_files import DATA_SHEET, DeviceFile, write_device_file
from .gpu_cards import GPU_NAMES, gpu_card, gpu_card_source


def gpu_device_files() -> list[DeviceFile]:
    """A file for each GPU of the table, with its source."""
    files = []
    for name in GPU_NAMES:
        card = gpu_card(name)
        assert card is not None
        files.append(DeviceFile(card, DATA_SHEET, {"source": gpu_card_source(name)}))
    return files


def main(arguments: Sequence[str] | None = None) -> None:
    """Write them all."""
    parser = argparse.ArgumentParser(
        prog="python -m cdmpp_tvm.gpu_card_files",
        description="Write the cards of GPUs, from data sheets, as datasets/devices/ ships them.",
    )
    parser.add_argument("--out", metavar="FOLDER", type=Path, required=True)
    folder = parser.parse_args(arguments).out
    for entry in gpu_device_files():
        print(write_device_file(folder, entry))


if __name__ == "__main__":
    main()
