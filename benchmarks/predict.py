"""How long a predict call takes: `CdmppModel` through the real server, and TVM's `XGBModel`.

make bench-predict           # writes results/predict.json
.venv/bin/python benchmarks/predict.py --quick    # a few states, writes nothing
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from collected_states import CollectedState, as_tvm_array, collect
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
from search_tasks import BenchmarkTask, cpu_tasks, cuda_tasks
from server_process import ServerProcess

from cdmpp_tvm import CdmppModel
from cdmpp_tvm.client import Connection, CostModelClient
from cdmpp_tvm.encode import StateEncoder
from cdmpp_tvm.gen import predict_pb2, task_pb2

SEED = 0
RECORDS = 256
CACHE_OFF = ("--score-cache-mib", "0")
PARTS_SCRIPT = pathlib.Path(__file__).parent / "server_parts.mjs"
RIVALS = ("cdmpp", "xgb")


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    records: int
    states: int
    repetitions: int
    most_rounds: int
    tasks: list[BenchmarkTask]


@dataclass
class Timed:
    """Samples of one task.

    Attributes:
        states: In a repetition.
        seconds: Of each rival, one a repetition.
        print_s: Of ours: printing programs.
        wait_s: Of ours: from the last program printed to the last answer.
        valid: Share of the states that the server took for buildable.
        request_bytes: Of one state on the wire.
    """

    states: int = 0
    seconds: dict[str, list[float]] = field(default_factory=lambda: {r: [] for r in RIVALS})
    print_s: list[float] = field(default_factory=list)
    wait_s: list[float] = field(default_factory=list)
    valid: float = 0.0
    request_bytes: float = 0.0

    @property
    def ratio(self) -> float:
        """Ours / theirs, medians."""
        return float(np.median(self.seconds["cdmpp"]) / np.median(self.seconds["xgb"]))

    def state_us(self, values: list[float]) -> float:
        """Median of seconds a repetition, as microseconds a state."""
        return float(np.median(values)) * 1e6 / self.states


def time_task(
    task: BenchmarkTask, ours: CdmppModel, theirs: Any, states: list[CollectedState], plan: Plan
) -> Timed:
    """Both rivals in turns, on states that neither has seen; the first group warms up."""
    count = min(plan.states, len(states) // (plan.repetitions + 1))
    if count < 1:
        raise SystemExit(f"{task.name}: {len(states)} states for {plan.repetitions} repetitions")
    timed = Timed(states=count)
    encoder = StateEncoder(task.search_task)
    statistics = ours.statistics
    for repetition in range(plan.repetitions + 1):
        group = states[repetition * count : (repetition + 1) * count]
        array = as_tvm_array(group)
        warm = repetition == 0
        for rival in RIVALS if repetition % 2 else reversed(RIVALS):
            before = (statistics.print_seconds, statistics.answer_wait_seconds)
            model = ours if rival == "cdmpp" else theirs
            started = time.perf_counter()
            scores = model.predict(task.search_task, array)
            seconds = time.perf_counter() - started
            if warm:
                continue
            timed.seconds[rival].append(seconds)
            if rival == "cdmpp":
                timed.print_s.append(statistics.print_seconds - before[0])
                timed.wait_s.append(statistics.answer_wait_seconds - before[1])
                timed.valid += float(np.mean(np.isfinite(scores))) / plan.repetitions
    programs = encoder.encode(
        as_tvm_array(states[:count]),
        with_loop_nest=ours._tasks.of(task.search_task).needs_loop_nest,
    )
    timed.request_bytes = predict_pb2.PredictRequest(programs=programs).ByteSize() / count
    return timed


class ServerParts:
    """What the parts of the server take alone: programs and model are left in a folder for it."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._folder = folder
        self._names: list[str] = []
        folder.mkdir()

    def add_model(self, address: str) -> None:
        """The newest version."""
        client = CostModelClient(Connection(address))
        try:
            artifact = client.export_model(predict_pb2.ModelRef())
        finally:
            client.close()
        (self._folder / "card.json").write_text(artifact.card)
        (self._folder / "weights").write_bytes(artifact.weights)

    def add_task(
        self, task: BenchmarkTask, ours: CdmppModel, states: list[CollectedState], plan: Plan
    ) -> None:
        """The same groups of states as were timed."""
        known = ours._tasks.of(task.search_task)
        request = task_pb2.RegisterTaskRequest(task=known.registration.message)
        count = min(plan.states, len(states) // (plan.repetitions + 1))
        groups = [
            [
                (each.steps, str(each.state) if known.needs_loop_nest else "")
                for each in states[r * count : (r + 1) * count]
            ]
            for r in range(plan.repetitions + 1)
        ]
        (self._folder / f"{task.name}.task").write_bytes(request.SerializeToString())
        (self._folder / f"{task.name}.json").write_text(json.dumps(groups))
        self._names.append(task.name)

    def run(self) -> dict[str, list[dict[str, Any]]]:
        """Repetitions of each task."""
        (self._folder / "manifest.json").write_text(json.dumps(self._names))
        done = subprocess.run(
            ["node", str(PARTS_SCRIPT), str(self._folder)], capture_output=True, text=True
        )
        if done.returncode != 0:
            raise SystemExit(f"{PARTS_SCRIPT.name} failed:\n{done.stderr[-2000:]}")
        return dict(json.loads(done.stdout.splitlines()[-1]))


def part_us(repetitions: list[dict[str, Any]], part: str) -> float:
    """Median, microseconds a state: `features` or `forward`."""
    if part == "features":
        values = [r["features_s"] / r["programs"] for r in repetitions]
    else:
        values = [(r["predict_s"] - r["features_s"]) / r["programs"] for r in repetitions]
    return float(np.median(values)) * 1e6


def has_gpu() -> bool:
    """Whether the server's TensorFlow may find one."""
    return pathlib.Path("/dev/nvidia0").exists()


def main() -> None:
    """All tasks, one after the other; both rivals in turns within each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few states, writes nothing")
    parser.add_argument("--tasks", help="names of tasks, with commas between; writes nothing")
    parser.add_argument("--chunk-size", type=int, help="states a message; writes nothing")
    given = parser.parse_args()
    trial = given.quick or given.tasks is not None or given.chunk_size is not None
    measured_on = machine()
    cores = measured_on["cores"]
    os.environ["TVM_NUM_THREADS"] = str(cores)
    tasks = [*cpu_tasks(cores), *cuda_tasks()]
    if given.tasks:
        tasks = [task for task in tasks if task.name in given.tasks.split(",")]
    plan = Plan(128, 128, 2, 2, tasks) if given.quick else Plan(RECORDS, 2048, 7, 6, tasks)
    wanted = plan.states * (plan.repetitions + 1)
    folder = tempfile.TemporaryDirectory(prefix="cdmpp-bench-predict-")
    work = pathlib.Path(folder.name)
    model_options = {} if given.chunk_size is None else {"chunk_size": given.chunk_size}

    samples: dict[str, Timed] = {}
    parts = ServerParts(work / "parts")
    with (
        ServerProcess(work / "guide", work / "guide.log", "--frozen") as guiding,
        ServerProcess(work / "data", work / "server.log", *CACHE_OFF) as server,
        CdmppModel(guiding.address) as guide,
    ):
        known = training_states(tasks, guide, plan.records, SEED)
        records = {t.name: made_up_measurements(t, known[t.name], guide, SEED) for t in tasks}
        trained = train_server(server, list(records.values()))
        print(f"server trained on {trained['trained_on']} records", flush=True)
        with CdmppModel(server.address, **model_options) as ours:
            warm_up(ours, tasks, known)
            for task in tasks:
                started = time.perf_counter()
                theirs = trained_xgb(records.pop(task.name))
                states = collect(
                    task,
                    guide,
                    wanted,
                    seed=SEED + 1,
                    most_rounds=plan.most_rounds,
                    known={each.steps for each in known.pop(task.name)},
                )
                timed = samples[task.name] = time_task(task, ours, theirs, states, plan)
                parts.add_task(task, ours, states, plan)
                print(
                    f"  {task.name:18s} ratio {timed.ratio:.3f}"
                    f"  ours {timed.state_us(timed.seconds['cdmpp']):7.1f} us"
                    f"  xgb {timed.state_us(timed.seconds['xgb']):8.1f} us"
                    f"  {timed.states} states  {time.perf_counter() - started:.0f} s",
                    flush=True,
                )
            if ours.statistics.rounds[-1].trained_on == 0:
                raise SystemExit("the analytical estimate answered, not a trained version")
            resent = ours.statistics.programs_resent
        memory = server.resident_bytes()
        parts.add_model(server.address)
    server_parts = parts.run()

    figures: dict[str, float] = {}
    for kind in ("cpu", "cuda"):
        of_kind = [samples[task.name] for task in tasks if task.kind == kind]
        if of_kind:
            figures[f"{kind}_ratio"] = geometric_mean([timed.ratio for timed in of_kind])
    cpu_names = [task.name for task in tasks if task.kind == "cpu"]
    if cpu_names:
        figures["parse_features_us"] = geometric_mean(
            [part_us(server_parts[name], "features") for name in cpu_names]
        )
    figures["server_memory_bytes"] = memory["most"]
    figures["states_a_second"] = sum(t.states for t in samples.values()) / sum(
        float(np.median(t.seconds["cdmpp"])) for t in samples.values()
    )
    if has_gpu():
        figures["gpu_states_per_s"] = figures["states_a_second"]
    rows = [
        (
            "task",
            "states",
            "can be built",
            "ours, us",
            "XGBModel, us",
            "ratio (least to most)",
            "print",
            "wait",
            "parse + features",
            "forward",
            "rest",
            "bytes",
        )
    ]
    for name, timed in samples.items():
        ours_us = timed.state_us(timed.seconds["cdmpp"])
        printed, waited = timed.state_us(timed.print_s), timed.state_us(timed.wait_s)
        ratios = [a / b for a, b in zip(timed.seconds["cdmpp"], timed.seconds["xgb"])]
        parse, forward = (part_us(server_parts[name], part) for part in ("features", "forward"))
        figures |= {
            f"{name}_ratio": timed.ratio,
            f"{name}_us": ours_us,
            f"{name}_xgb_us": timed.state_us(timed.seconds["xgb"]),
            f"{name}_print_us": printed,
            f"{name}_wait_us": waited,
            f"{name}_parse_features_us": parse,
            f"{name}_forward_us": forward,
            f"{name}_rest_us": max(ours_us - printed - waited, 0.0),
            f"{name}_request_bytes": timed.request_bytes,
            f"{name}_states": timed.states,
        }
        rows.append(
            (
                name,
                str(timed.states),
                f"{100 * timed.valid:.0f} %",
                f"{ours_us:.1f}",
                f"{figures[f'{name}_xgb_us']:.0f}",
                f"{timed.ratio:.3f} ({min(ratios):.3f} to {max(ratios):.3f})",
                f"{printed:.1f}",
                f"{waited:.1f}",
                f"{parse:.1f}",
                f"{forward:.1f}",
                f"{figures[f'{name}_rest_us']:.1f}",
                f"{timed.request_bytes:.0f}",
            )
        )
    raw = {
        "model": trained,
        "programs_resent_with_loop_nest": resent,
        "server_memory_bytes": memory,
        "repetitions": {name: vars(timed) for name, timed in samples.items()},
        "server_parts": server_parts,
    }
    print(json.dumps(figures, indent=1))
    if trial:
        print("a trial: nothing was written")
        return
    path = write_result(
        "predict", figures, raw, command="make bench-predict", measured_on=measured_on
    )
    write_table("predict", rows, path)
    print(f"written: {os.path.relpath(path)}")


if __name__ == "__main__":
    sys.exit(main())
