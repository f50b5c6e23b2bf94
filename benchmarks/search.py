"""How long a whole search round takes with each cost model, and with one that costs nothing.

make bench-search            # writes results/search.json
.venv/bin/python benchmarks/search.py --quick     # a small population, writes nothing
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from collected_states import search_round
from readme_table import write_table
from result_file import machine, write_result
from rivals import (
    geometric_mean,
    made_up_measurements,
    train_server,
    trained_xgb,
    training_states,
    warm_up,
)
from search_tasks import BenchmarkTask, cpu_tasks
from server_process import ServerProcess
from tvm.auto_scheduler.cost_model.cost_model import PythonBasedModel

from cdmpp_tvm import CdmppModel

SEED = 0
RECORDS = 256
SEEDS = 7
# TVM's own; said here because they are what is measured.
FULL_SEARCH = {"evolutionary_search_population": 2048, "evolutionary_search_num_iters": 4}
QUICK_SEARCH = {"evolutionary_search_population": 256, "evolutionary_search_num_iters": 2}


class FreeModel(PythonBasedModel):  # type: ignore[misc]
    """Scores at random, in no time. For TVM's own RandomModel the search cuts itself short."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._generator = np.random.default_rng(seed)

    def predict(self, task: Any, states: Sequence[Any]) -> list[float]:
        """Between 0 and 1."""
        del task
        return list(self._generator.random(len(states)))

    def update(self, inputs: Any, results: Any) -> None:
        """Nothing is measured here."""


class WatchedModel(PythonBasedModel):  # type: ignore[misc]
    """Passes everything on to a model; counts what was asked of it and how long that took."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self._model = model
        self.programs = 0
        self.seconds = 0.0

    def predict(self, task: Any, states: Sequence[Any]) -> list[float]:
        """As the model says."""
        started = time.perf_counter()
        scores: list[float] = self._model.predict(task, states)
        self.seconds += time.perf_counter() - started
        self.programs += len(states)
        return scores

    def update(self, inputs: Any, results: Any) -> None:
        """Nothing is measured here."""


def timed_round(
    task: BenchmarkTask, model: Any, seed: int, params: dict[str, Any]
) -> dict[str, Any]:
    """One round, sampling and evolution, without measuring."""
    watched = WatchedModel(model)
    started = time.perf_counter()
    search_round(task.search_task, watched, seed, params)
    seconds = time.perf_counter() - started
    return {
        "seed": seed,
        "seconds": seconds,
        "predict_seconds": watched.seconds,
        "programs": watched.programs,
    }


def main() -> None:
    """Every task by every model, seed by seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small population, writes nothing")
    parser.add_argument("--tasks", help="names of tasks, with commas between; writes nothing")
    given = parser.parse_args()
    trial = given.quick or given.tasks is not None
    measured_on = machine()
    cores = measured_on["cores"]
    os.environ["TVM_NUM_THREADS"] = str(cores)
    tasks = cpu_tasks(cores)
    if given.tasks:
        tasks = [task for task in tasks if task.name in given.tasks.split(",")]
    params, seeds = (QUICK_SEARCH, 2) if given.quick else (FULL_SEARCH, SEEDS)
    with tempfile.TemporaryDirectory(prefix="cdmpp-bench-search-") as folder:
        rounds, trained = measure(tasks, params, seeds, pathlib.Path(folder))

    figures, rows = summary(rounds)
    print(json.dumps(figures, indent=1))
    if trial:
        print("a trial: nothing was written")
        return
    path = write_result(
        "search",
        figures,
        {"model": trained, "rounds": rounds},
        command="make bench-search",
        measured_on=measured_on,
    )
    write_table("search", rows, path)
    print(f"written: {os.path.relpath(path)}")


def measure(
    tasks: list[BenchmarkTask], params: dict[str, Any], seeds: int, work: pathlib.Path
) -> tuple[dict[str, dict[str, list[dict[str, Any]]]], dict[str, Any]]:
    """Task → model → rounds; and what the server learned."""
    with (
        ServerProcess(work / "guide", work / "guide.log", "--frozen") as guiding,
        CdmppModel(guiding.address) as guide,
    ):
        known = training_states(tasks, guide, RECORDS, SEED)
        records = {t.name: made_up_measurements(t, known[t.name], guide, SEED) for t in tasks}
    with ServerProcess(work / "data", work / "server.log") as server:
        trained = train_server(server, list(records.values()))
    xgb = {task.name: trained_xgb(records[task.name]) for task in tasks}
    rounds: dict[str, dict[str, list[dict[str, Any]]]] = {
        task.name: {"cdmpp": [], "xgb": [], "free": []} for task in tasks
    }
    for seed in range(1, seeds + 1):
        # Started anew: what the score cache holds of the last seed's rounds would help this one.
        with (
            ServerProcess(work / "data", work / f"server-{seed}.log") as server,
            CdmppModel(server.address) as ours,
        ):
            warm_up(ours, tasks, known)
            for task in tasks:
                models = {"cdmpp": ours, "xgb": xgb[task.name], "free": FreeModel(seed)}
                names = list(models) if seed % 2 else list(reversed(models))
                for name in names:
                    cached = ours.statistics.programs_cached
                    done = timed_round(task, models[name], seed, params)
                    if name == "cdmpp":
                        done["cached"] = ours.statistics.programs_cached - cached
                    rounds[task.name][name].append(done)
                last = {name: rounds[task.name][name][-1]["seconds"] for name in models}
                print(
                    f"  seed {seed}  {task.name:14s}"
                    + "".join(f"  {name} {seconds:6.1f} s" for name, seconds in last.items()),
                    flush=True,
                )
            if ours.statistics.rounds[-1].trained_on == 0:
                raise SystemExit("the analytical estimate answered, not a trained version")
    return rounds, trained


def summary(
    rounds: dict[str, dict[str, list[dict[str, Any]]]],
) -> tuple[dict[str, float], list[tuple[str, ...]]]:
    """Figures, and rows for people."""

    def median(name: str, model: str) -> float:
        return float(np.median([done["seconds"] for done in rounds[name][model]]))

    figures: dict[str, float] = {
        f"{label}_ratio": geometric_mean(
            [median(name, model) / median(name, "xgb") for name in rounds]
        )
        for label, model in (("cpu", "cdmpp"), ("floor", "free"))
    }
    ours = [done for name in rounds for done in rounds[name]["cdmpp"]]
    figures["cache_hit_rate"] = sum(d["cached"] for d in ours) / sum(d["programs"] for d in ours)
    rows: list[tuple[str, ...]] = [
        (
            "task",
            "ours, s",
            "XGBModel, s",
            "free, s",
            "ratio",
            "floor",
            "programs",
            "from the cache",
        )
    ]
    for name, models in rounds.items():
        seconds = {model: median(name, model) for model in models}
        programs = float(np.median([done["programs"] for done in models["cdmpp"]]))
        hits = sum(d["cached"] for d in models["cdmpp"]) / sum(
            d["programs"] for d in models["cdmpp"]
        )
        figures |= {
            f"{name}_ratio": seconds["cdmpp"] / seconds["xgb"],
            f"{name}_floor_ratio": seconds["free"] / seconds["xgb"],
            f"{name}_s": seconds["cdmpp"],
            f"{name}_xgb_s": seconds["xgb"],
            f"{name}_free_s": seconds["free"],
            f"{name}_cache_hit_rate": hits,
        }
        rows.append(
            (
                name,
                *(f"{seconds[model]:.1f}" for model in ("cdmpp", "xgb", "free")),
                f"{figures[f'{name}_ratio']:.3f}",
                f"{figures[f'{name}_floor_ratio']:.3f}",
                f"{programs:.0f}",
                f"{100 * hits:.0f} %",
            )
        )
    return figures, rows


if __name__ == "__main__":
    sys.exit(main())
