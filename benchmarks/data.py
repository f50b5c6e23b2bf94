"""Rates of making data, ours against TVM's own, and what the shipped dataset holds.

make bench-data
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import subprocess
import tempfile
from typing import Any

from data_collector import PROGRAMS_A_TASK, compare_collectors
from data_rebuild import measure_rebuild
from readme_table import write_table
from result_file import machine, write_result

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATASET = ROOT / "datasets" / "cpu"
QUICK_PROGRAMS_A_TASK = 4


def main() -> None:
    """Collector, rebuild, dataset, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few programs, writes nothing")
    quick = parser.parse_args().quick
    measured_on = machine()
    figures: dict[str, float] = {}
    samples: dict[str, Any] = {}
    parts = {
        "collector": lambda: compare_collectors(
            QUICK_PROGRAMS_A_TASK if quick else PROGRAMS_A_TASK
        ),
        "rebuild": lambda: measure_rebuild(1 if quick else 3),
        "dataset": imported_dataset,
    }
    for name, measure in parts.items():
        found, samples[name] = measure()
        figures.update(found)
        print(json.dumps({name: found}, indent=1), flush=True)
    if quick:
        print("a trial: nothing was written")
        return
    path = write_result(
        "data", figures, samples, command="make bench-data", measured_on=measured_on
    )
    write_table("data", rates(figures), path)
    write_table("dataset", dataset_table(samples["dataset"]), path)
    print(f"written: {os.path.relpath(path)}")


def imported_dataset() -> tuple[dict[str, float], dict[str, Any]]:
    """What `cdmpp records stats` says of a store that the shipped dataset was imported into.

    Counts and noise floors of its card are held against it: a card that says otherwise fails.
    """
    if not (DATASET / "card.json").is_file():
        return {}, {"absent": str(DATASET.relative_to(ROOT))}
    card = json.loads((DATASET / "card.json").read_text())
    with tempfile.TemporaryDirectory(prefix="cdmpp-bench-data-") as folder:
        store = str(pathlib.Path(folder) / "records.sqlite")
        _cdmpp("import", str(DATASET), "--store", store)
        stats = json.loads(_cdmpp("stats", "--store", store, "--json").splitlines()[0])
    counted = {device["name"]: device["validRecords"] for device in stats["devices"]}
    said = {device["name"]: device["validRecords"] for device in card["devices"]}
    if counted != said:
        raise SystemExit(f"the card says {said}, the imported store counts {counted}")
    floors = {
        device["name"]: device["noiseFloor"]
        for device in card["devices"]
        if device["noiseFloor"]["pairs"] > 0
    }
    figures = {f"records.{name}": float(count) for name, count in counted.items()}
    figures |= {
        f"noise_floor_mape.{name}": floor["medianPercent"] for name, floor in floors.items()
    }
    one_thread = [floor["medianPercent"] for name, floor in floors.items() if name.endswith("-1t")]
    if one_thread:
        figures["noise_floor_mape"] = max(one_thread)
    figures["dataset_tasks"] = float(card["total"]["computations"])
    figures["dataset_networks"] = float(len(card["networks"]))
    figures["dataset_bytes"] = float(sum(file["bytes"] for file in card["files"]))
    return figures, {"devices": card["devices"], "networks": card["networks"]}


def _cdmpp(*arguments: str) -> str:
    command = ["node", str(ROOT / "dist" / "cli" / "main.js"), "records", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def rates(figures: dict[str, float]) -> list[tuple[str, ...]]:
    """Rows for people."""
    rows: list[tuple[str, ...]] = [("", "ours", "TVM's own")]
    for name, infix in (("one device", "one_device_"), ("two devices", "")):
        if f"collector_{infix}ratio" in figures:
            rows += _comparison(figures, name, infix)
    rebuilt = figures.get("rebuild_records_per_s")
    rows.append(("logs rebuilt, records/s", "no logs" if rebuilt is None else f"{rebuilt:.0f}", ""))
    return rows


def _comparison(figures: dict[str, float], name: str, infix: str) -> list[tuple[str, ...]]:
    return [
        (
            f"{name}: programs built and timed, valid records/s",
            f"{figures[f'collector_{infix}records_per_s']:.2f}",
            f"{figures[f'tvm_{infix}records_per_s']:.2f}",
        ),
        (
            f"{name}: measured twice, median difference, %",
            f"{figures[f'collector_{infix}repetition_mape']:.2f}",
            f"{figures[f'tvm_{infix}repetition_mape']:.2f}",
        ),
        (f"{name}: ratio of rates", f"{figures[f'collector_{infix}ratio']:.2f}", "1"),
    ]


def dataset_table(dataset: dict[str, Any]) -> list[tuple[str, ...]]:
    """A row a device."""
    rows: list[tuple[str, ...]] = [
        ("device", "tasks", "valid records", "programs", "measured again", "noise floor, median %")
    ]
    for device in dataset.get("devices", []):
        floor = device["noiseFloor"]
        median = floor["medianPercent"]
        rows.append(
            (
                device["name"],
                str(device["tasks"]),
                str(device["validRecords"]),
                str(device["programs"]),
                str(floor["pairs"]),
                "-" if median is None else f"{median:.2f}",
            )
        )
    return rows


if __name__ == "__main__":
    main()
