"""What both sides train on: network, settings and batches as `train_bundle.mjs` wrote them."""

from __future__ import annotations

import json
import pathlib
from dataclasses import dataclass
from typing import Any

import numpy as np

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Batch:
    """P programs padded to L leaves each.

    Attributes:
        leaf_bucket: L.
        program_count: Without padding.
        arrays: leaves [P·L, F], positions, depths and mask [P·L], devices [P, D], deviceRows [P],
            and what the loss compares with.
    """

    leaf_bucket: int
    program_count: int
    arrays: Arrays


@dataclass(frozen=True)
class Bundle:
    """A folder's content.

    Attributes:
        config: The network's sizes.
        settings: Of the training.
        scale: How the network's numbers become latencies.
        learning_rate: Of every step.
        layout: Names and shapes of the weights, in the order of the flat vector.
        constants: Position codes, means and scales, decay mask, and what the loss needs.
        weights: The flat vector to begin from.
        batches: In the order of the steps.
        expected: Of the first batches from these weights: what the server's own code computes.
    """

    config: dict[str, Any]
    settings: dict[str, Any]
    scale: dict[str, Any]
    learning_rate: float
    layout: list[tuple[str, tuple[int, ...]]]
    constants: Arrays
    weights: np.ndarray
    batches: list[Batch]
    expected: dict[str, Any]

    def named(self, flat: np.ndarray) -> Arrays:
        """The parts of a flat vector by name, in their shapes."""
        parts: Arrays = {}
        start = 0
        for name, shape in self.layout:
            size = int(np.prod(shape))
            parts[name] = flat[start : start + size].reshape(shape)
            start += size
        return parts


def read_bundle(folder: pathlib.Path) -> Bundle:
    """Read `manifest.json` and the numbers beside it, which are mapped, not copied."""
    manifest = json.loads((folder / "manifest.json").read_text())
    numbers = np.memmap(folder / "numbers.bin", dtype=np.uint8, mode="r")

    def array(entry: dict[str, Any]) -> np.ndarray:
        shape = tuple(entry["shape"])
        size = int(np.prod(shape)) * 4
        part = numbers[entry["offset"] : entry["offset"] + size]
        return np.array(part).view(entry["dtype"]).reshape(shape)

    def arrays(entries: dict[str, Any]) -> Arrays:
        return {name: array(entry) for name, entry in entries.items()}

    return Bundle(
        config=manifest["config"],
        settings=manifest["settings"],
        scale=manifest["scale"],
        learning_rate=manifest["learningRate"],
        layout=[(name, tuple(shape)) for name, shape in manifest["layout"]],
        constants=arrays(manifest["constants"]),
        weights=array(manifest["weights"]),
        batches=[
            Batch(entry["leafBucket"], entry["programCount"], arrays(entry["arrays"]))
            for entry in manifest["batches"]
        ],
        expected={
            "losses": manifest["expected"]["losses"],
            "output": array(manifest["expected"]["output"]),
            "gradient": array(manifest["expected"]["gradient"]),
            "weights": array(manifest["expected"]["weights"]),
            "average": array(manifest["expected"]["average"]),
        },
    )
