"""Training in tfjs against the same training in TensorFlow and JAX, and our network against the
original's.

make bench-train             # writes results/train.json
.venv/bin/python benchmarks/train.py --quick    # few and small, made-up programs; writes nothing
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import subprocess
import tempfile
from typing import Any

import numpy as np
from readme_table import write_table
from result_file import machine, write_result
from train_environment import ensure_environment
from train_race import ORIGINALS, race
from train_workers import FRAMEWORKS, Worker, native_environment, start_workers

HERE = pathlib.Path(__file__).resolve().parent
DATASET = HERE.parent / "datasets" / "cpu"
MOST_PROGRAMS = 20_000
BATCHES = 12
ROUNDS = 9
WARM_UP_ROUNDS = 2
BUSY_LOAD = 0.5
# Relative; of what `check` in train_networks/rival.py compares. Steps of Adam divide by the root of
# what may be next to nothing, so that rounding shows more there.
LARGEST_ERRORS = {"output": 1e-4, "loss": 1e-4, "gradient": 1e-3, "step": 2e-2, "average": 2e-2}


def main() -> None:
    """The frameworks first, then the race."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="made-up programs; writes nothing")
    parser.add_argument(
        "--store",
        type=pathlib.Path,
        help="SQLite store whose programs are learned from; default the shipped dataset, or"
        " made-up programs where there is none",
    )
    options = parser.parse_args()
    measured_on = machine()
    if measured_on["load_average_before"] > BUSY_LOAD:
        print(f"the load is {measured_on['load_average_before']:.2f}: figures will be too low")
    python = ensure_environment()
    with tempfile.TemporaryDirectory(prefix="cdmpp-bench-train-") as name:
        folder = pathlib.Path(name)
        data = training_data(options.store, options.quick, folder)
        figures, samples = compare_frameworks(python, folder, data, options.quick)
        print(json.dumps(figures, indent=1), flush=True)
        race_figures, race_samples = race(data, options.quick)
        print(json.dumps(race_figures, indent=1), flush=True)
    figures |= race_figures
    samples["race"] = race_samples
    if options.quick:
        print("a trial: nothing was written")
        return
    path = write_result(
        "train", figures, samples, command="make bench-train", measured_on=measured_on
    )
    write_table("train", rates(figures), path)
    write_table("train-race", race_rows(figures), path)
    print(f"written: {os.path.relpath(path)}")


def training_data(store: pathlib.Path | None, quick: bool, folder: pathlib.Path) -> dict[str, Any]:
    """What `loadExamples` of train_examples.mjs takes."""
    if quick:
        return {"mostPrograms": 1500}
    if store is not None:
        return {
            "store": str(store.resolve()),
            "source": "a store of the user's",
            "mostPrograms": MOST_PROGRAMS,
        }
    if (DATASET / "card.json").is_file():
        imported = folder / "records.sqlite"
        main_js = HERE.parent / "dist" / "cli" / "main.js"
        command = ["node", main_js, "records", "import", DATASET, "--store", imported]
        subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
        source = str(DATASET.relative_to(HERE.parent))
        return {"store": str(imported), "source": source, "mostPrograms": MOST_PROGRAMS}
    return {"mostPrograms": MOST_PROGRAMS}


def compare_frameworks(
    python: pathlib.Path, folder: pathlib.Path, data: dict[str, Any], quick: bool
) -> tuple[dict[str, float], dict[str, Any]]:
    """Programs a second of the same steps on the same batches."""
    request = {"batches": 4 if quick else BATCHES, **data}
    command = ["node", str(HERE / "train_bundle.mjs"), str(folder), json.dumps(request)]
    environment = {**os.environ, **native_environment()}
    done = subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE, text=True)
    made = json.loads(done.stdout)
    print(json.dumps(made), flush=True)
    rounds = 3 if quick else ROUNDS
    with start_workers(python, folder) as workers:
        errors = {worker.name: check(worker) for worker in workers if worker.name != "tfjs"}
        print(json.dumps({"relative errors": errors}), flush=True)
        for worker in workers:
            for _ in range(WARM_UP_ROUNDS):
                worker.run()
        samples: dict[str, list[float]] = {worker.name: [] for worker in workers}
        for turn in range(rounds):
            order = workers[turn % len(workers) :] + workers[: turn % len(workers)]
            for worker in order:
                answer = worker.run()
                samples[worker.name].append(answer["programs"] / answer["seconds"])
    rates = {name: float(np.median(values)) for name, values in samples.items()}
    # Ours packs its batches as it goes; what the others are given is packed.
    packing = made["packSecondsPerProgram"]
    ours = 1 / (1 / rates["tfjs"] + packing)
    fastest = max(rates[name] for name in FRAMEWORKS if name != "tfjs")
    figures = {
        "framework_ratio": ours / fastest,
        "step_ratio": rates["tfjs"] / fastest,
        "tfjs_programs_per_s": ours,
        "tfjs_steps_programs_per_s": rates["tfjs"],
        **{f"{name}_programs_per_s": rates[name] for name in FRAMEWORKS if name != "tfjs"},
        "parameters": made["parameters"],
    }
    return figures, {"programs_per_s": samples, "bundle": made, "relative_errors": errors}


def check(worker: Worker) -> dict[str, float]:
    """Ends the benchmark where a framework computes something else than ours does."""
    errors = worker.check()
    for name, largest in LARGEST_ERRORS.items():
        if not errors[name] <= largest:
            raise SystemExit(
                f"{worker.name} differs from ours: {name} by {errors[name]:.2e}, relative; it must"
                f" be at most {largest:.0e}: train_networks/ lags behind src/model or src/training"
            )
    return errors


def rates(figures: dict[str, float]) -> list[tuple[str, ...]]:
    """Rows for people."""
    names = {"tfjs": "tfjs (ours)", "tensorflow": "TensorFlow, `tf.function`", "jax": "JAX, `jit`"}
    fastest = max(figures["tensorflow_programs_per_s"], figures["jax_programs_per_s"])
    return [
        ("", "programs/s", "to the faster rival"),
        *(
            (names[name], f"{rate:.0f}", f"{rate / fastest:.2f}")
            for name in FRAMEWORKS
            for rate in [figures[f"{name}_programs_per_s"]]
        ),
        (
            "tfjs, batches ready",
            f"{figures['tfjs_steps_programs_per_s']:.0f}",
            f"{figures['step_ratio']:.2f}",
        ),
    ]


def race_rows(figures: dict[str, float]) -> list[tuple[str, ...]]:
    """Rows for people."""
    rows = [("", "weights", "best MAPE, %", "target, %", "our time / its time to the target")]
    rows.append(
        ("ours", f"{figures['parameters']:.0f}", f"{figures['our_best_mape']:.1f}", "", "1")
    )
    for name, key in ORIGINALS.items():
        rows.append(
            (
                name,
                f"{figures['original_parameters']:.0f}",
                f"{figures[f'{key}_best_mape']:.1f}",
                f"{figures[f'{key}_target_mape']:.1f}",
                f"{figures[f'{key}_time_ratio']:.3f}",
            )
        )
    return rows


if __name__ == "__main__":
    main()
