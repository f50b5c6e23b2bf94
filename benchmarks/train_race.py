"""Time to the same validation error: our network against the original's, both in tfjs."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
from typing import Any

import numpy as np
from train_workers import native_environment

HERE = pathlib.Path(__file__).resolve().parent
SEEDS = (1, 2, 3)
# What the original is given, in times of what ours takes for all of its schedule.
MOST_TIMES_OURS = 5
# The target is this far above the worse of the two best errors: a minimum is reached by chance.
TARGET_ALLOWANCE = 1.02
#: Contestants of train_race.mjs with the prefix of their figures.
ORIGINALS = {"original": "original_own", "original network": "original_network"}


def race(data: dict[str, Any], quick: bool) -> tuple[dict[str, float], list[dict[str, Any]]]:
    """Figures, and every look that was taken.

    The target of two contestants is the worse of the best errors that they reach, and a little
    more: each has reached it. `original_time_ratio` is ours over the faster of the originals'.
    """
    runs: list[dict[str, Any]] = []
    ratios: dict[str, list[float]] = {name: [] for name in ORIGINALS}
    targets: dict[str, list[float]] = {name: [] for name in ORIGINALS}
    for seed in SEEDS[:1] if quick else SEEDS:
        ours = _run("ours", seed, {**data, **({"steps": 30} if quick else {})})
        runs.append(ours)
        for name in ORIGINALS:
            limits: dict[str, Any] = {
                "seconds": MOST_TIMES_OURS * ours["seconds"],
                "stopAt": best(ours),
            }
            theirs = _run(name, seed, {**data, **limits, **({"steps": 6} if quick else {})})
            runs.append(theirs)
            target = TARGET_ALLOWANCE * max(best(ours), best(theirs))
            targets[name].append(target)
            ratios[name].append(seconds_to(ours, target) / seconds_to(theirs, target))
    by_name = {name: [run for run in runs if run["contestant"] == name] for name in ORIGINALS}
    ours_all = [run for run in runs if run["contestant"] == "ours"]
    figures = {
        # Of one seed the faster original counts.
        "original_time_ratio": float(np.median(np.max(list(ratios.values()), axis=0))),
        "our_best_mape": float(np.median([best(run) for run in ours_all])),
        "our_seconds": float(np.median([run["seconds"] for run in ours_all])),
        "original_parameters": float(by_name["original"][0]["parameterCount"]),
        "race_programs": float(ours_all[0]["programs"]),
        "race_leaves": float(ours_all[0]["leafCount"]),
    }
    for name, key in ORIGINALS.items():
        figures[f"{key}_best_mape"] = float(np.median([best(run) for run in by_name[name]]))
        figures[f"{key}_target_mape"] = float(np.median(targets[name]))
        figures[f"{key}_time_ratio"] = float(np.median(ratios[name]))
    return figures, runs


def best(run: dict[str, Any]) -> float:
    """The least error of all looks, percent."""
    return min(mape for _, _, mape in run["points"])


def seconds_to(run: dict[str, Any], target: float) -> float:
    """Seconds of training until the first look at which the error was no more than `target`."""
    return next(seconds for seconds, _, mape in run["points"] if mape <= target)


def _run(contestant: str, seed: int, request: dict[str, Any]) -> dict[str, Any]:
    told = json.dumps({"contestant": contestant, "seed": seed, "seconds": 0, **request})
    done = subprocess.run(
        ["node", str(HERE / "train_race.mjs"), told],
        check=True,
        env={**os.environ, **native_environment()},
        stdout=subprocess.PIPE,
        text=True,
    )
    run = json.loads(done.stdout)
    print(
        f"  {contestant}, seed {seed}: {best(run):.1f} % after {run['seconds']:.0f} s",
        flush=True,
    )
    return {"seed": seed, **run}
