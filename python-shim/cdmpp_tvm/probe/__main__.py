"""`python -m cdmpp_tvm.probe`: writes a card for each local device."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..device_files import devices_folder, write_device_file
from ..errors import ConfigurationError, ShimError
from ..gen import task_pb2 as pb
from ..local_devices import local_devices
from .card import probe_device


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0: all written, 1: failed, 2: asked for wrongly."""
    options = _parser().parse_args(arguments)
    try:
        names = options.devices.split(",") if options.devices else None
        for device in local_devices(names):
            entry = probe_device(device)
            path = write_device_file(Path(options.out or devices_folder()), entry)
            print(f"{_line(entry.card)} -> {path}", flush=True)
            wavering = wavering_figures(entry.about["measured"])
            if wavering:
                print(
                    f"{device.name}: {', '.join(wavering)} wavered by more than a fifth; probe"
                    " again when the machine does nothing else",
                    flush=True,
                )
    except ShimError as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, ConfigurationError) else 1
    return 0


def wavering_figures(measured: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Rates whose median run was a fifth below the best: other work took its share."""
    return [
        name
        for name, figure in measured.items()
        if name != "launch_overhead_seconds" and figure["median"] < 0.8 * figure["best"]
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cdmpp_tvm.probe",
        description="Measure this machine's CPU as devices, a few seconds each, and write a card"
        " for each. On a machine that does nothing else.",
    )
    parser.add_argument(
        "--devices",
        metavar="NAME,...",
        help="such as avx2-1t,avx512-2t: instruction set and threads; default: each instruction"
        " set of the CPU with one thread and with two",
    )
    parser.add_argument(
        "--out",
        metavar="FOLDER",
        help="where to write <name>.json; default: the devices folder (CDMPP_DEVICES_DIR), where"
        " cost models find the cards",
    )
    return parser


def _line(card: pb.DeviceCard) -> str:
    giga = 1e9
    return (
        f"{card.name}: {card.peak_flops / giga:.1f} GFLOP/s at {card.clock_hertz / giga:.2f} GHz;"
        f" read L1 {card.l1_bandwidth_bytes_per_second / giga:.1f}"
        f" and L2 {card.l2_bandwidth_bytes_per_second / giga:.1f} GB/s a core,"
        f" L3 {card.l3_bandwidth_bytes_per_second / giga:.1f}"
        f" and memory {card.memory_bandwidth_bytes_per_second / giga:.1f} GB/s in all;"
        f" {card.launch_overhead_seconds * 1e6:.2f} us a parallel region"
    )


if __name__ == "__main__":
    sys.exit(main())
