"""Tune one matrix multiplication twice: with cdmpp-server, then with TVM's XGBModel.

    make demo                    # or DEMO_TRIALS=64 make demo

Same task, seed, builder, runner and measures a round for both. Writes `results/demo.json` and
leaves each side's log, which `task.apply_best` compiles, in `results/demo-<side>.ansor.json`.
"""

from __future__ import annotations

import logging
import math
import os
import pathlib
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import tvm
from local_machine import local_target
from readme_table import write_table
from result_file import FOLDER, machine, write_result
from scipy.stats import spearmanr
from server_process import ServerProcess
from tuning_clock import TuningClock
from tvm import auto_scheduler, te

from cdmpp_tvm import CdmppModel

SIZE = 512
SEED = 0
MEASURES_A_ROUND = 32
FINAL_REPEATS = 15
XGB_WARM_UP = 100  # XGBModel's num_warmup_sample: random scores until more records than this


@auto_scheduler.register_workload
def matmul_bias(size: int) -> list[Any]:
    """C = A·B + bias, float32."""
    a = te.placeholder((size, size), name="A")
    b = te.placeholder((size, size), name="B")
    bias = te.placeholder((size,), name="bias")
    k = te.reduce_axis((0, size), name="k")
    product = te.compute(
        (size, size), lambda i, j: te.sum(a[i, k] * b[k, j], axis=k), name="matmul"
    )
    return [a, b, bias, te.compute((size, size), lambda i, j: product[i, j] + bias[j], name="out")]


class Rounds(auto_scheduler.measure.PythonBasedMeasureCallback):
    """Prints a line a round, and keeps what the model thought of what was measured.

    TVM calls it with every few programs that were measured; a round is `MEASURES_A_ROUND` of them.
    """

    def __init__(self, side: str, model: Any, is_trained: Callable[[], bool], trials: int) -> None:
        super().__init__()
        self._side, self._model, self._is_trained, self._trials = side, model, is_trained, trials
        self._started = time.perf_counter()
        self._scores: list[float] = []
        self.latencies: list[float] = []
        self.rounds: list[dict[str, Any]] = []

    def callback(self, _policy: Any, inputs: Any, results: Any) -> None:
        """Called by TVM after measuring, before the model learns of it."""
        self.latencies += [
            float(np.mean([float(cost) for cost in result.costs]))
            if result.error_no == 0
            else math.inf
            for result in results
        ]
        if self._is_trained():
            dag = inputs[0].task.compute_dag
            states = [dag.infer_bound_from_state(each.state) for each in inputs]
            self._scores += list(self._model.predict(inputs[0].task, states))
        count = len(self.latencies)
        if count % MEASURES_A_ROUND == 0 or count >= self._trials:
            self._end_round()

    def _end_round(self) -> None:
        first = self.rounds[-1]["last_trial"] if self.rounds else 0
        measured = self.latencies[first:]
        best = min(self.latencies)
        correlation = None
        if len(self._scores) == len(measured):
            pairs = [(-s, m) for s, m in zip(self._scores, measured) if math.isfinite(m)]
            correlation = float(spearmanr(*zip(*pairs)).statistic) if len(pairs) > 2 else None
        self._scores = []
        seconds = time.perf_counter() - self._started
        self.rounds.append(
            {
                "first_trial": first + 1,
                "last_trial": len(self.latencies),
                "trained": self._is_trained(),
                "rank_correlation": correlation,
                "best_latency_s": best if math.isfinite(best) else None,
                "seconds": seconds,
            }
        )
        trained = "trained" if self._is_trained() else "not trained"
        shown = "" if correlation is None else f", rank correlation {correlation:.2f}"
        print(
            f"  {self._side:5s}  trials {first + 1:3d}-{len(self.latencies):<3d}"
            f"  best {best * 1e6:8.1f} us  {seconds:5.0f} s  model {trained}{shown}",
            flush=True,
        )


class TimedXGBModel(auto_scheduler.XGBModel):
    """TVM's own model as shipped, with a watch on its training."""

    def __init__(self) -> None:
        super().__init__(seed=SEED)
        self.training_seconds = 0.0
        self.records = 0

    def update(self, inputs: Any, results: Any) -> None:
        """As TVM's."""
        started = time.perf_counter()
        super().update(inputs, results)
        self.training_seconds += time.perf_counter() - started
        self.records += len(inputs)


def tune(
    side: str, task: Any, model: Any, trials: int, callbacks: list[Any], log: pathlib.Path
) -> dict[str, Any]:
    """One side of the table; wall seconds and those spent in measuring."""
    log.unlink(missing_ok=True)
    random.seed(SEED)
    np.random.seed(SEED)
    options = auto_scheduler.TuningOptions(
        num_measure_trials=trials,
        num_measures_per_round=MEASURES_A_ROUND,
        builder=auto_scheduler.LocalBuilder(timeout=30),
        runner=auto_scheduler.LocalRunner(timeout=30, number=1, repeat=3, min_repeat_ms=50),
        measure_callbacks=[auto_scheduler.RecordToFile(str(log)), *callbacks],
        verbose=0,
    )
    policy = auto_scheduler.SketchPolicy(task, program_cost_model=model, seed=SEED, verbose=0)
    with TuningClock() as clock:
        started = time.perf_counter()
        task.tune(options, search_policy=policy)
        wall = time.perf_counter() - started
    print(f"  {side:5s} done in {wall:.0f} s", flush=True)
    return {"wall_seconds": wall, "measure_seconds": clock.measure_seconds}


def built_best(task: Any, log: pathlib.Path) -> Any:
    """The best program of a log, compiled by TVM's normal path and checked against numpy."""
    schedule, arguments = task.apply_best(str(log))
    function = tvm.build(schedule, arguments, task.target)
    device = tvm.cpu()
    generator = np.random.default_rng(SEED)
    a, b = (generator.standard_normal((SIZE, SIZE), dtype=np.float32) for _ in range(2))
    bias = generator.standard_normal(SIZE, dtype=np.float32)
    buffers = [tvm.nd.array(x, device) for x in (a, b, bias, np.zeros((SIZE, SIZE), np.float32))]
    function(*buffers)
    np.testing.assert_allclose(buffers[3].numpy(), a @ b + bias, rtol=1e-3, atol=1e-3)
    evaluator = function.time_evaluator(function.entry_name, device, number=20)
    return lambda: evaluator(*buffers).mean


def remeasure(functions: dict[str, Any]) -> dict[str, list[float]]:
    """Interleaved, so that drift of the machine meets both alike; seconds."""
    samples: dict[str, list[float]] = {side: [] for side in functions}
    for side in functions:
        functions[side]()  # warm
    for _ in range(FINAL_REPEATS):
        for side, function in functions.items():
            samples[side].append(float(function()))
    return samples


def records_in(data_dir: pathlib.Path) -> int:
    """Counted in the store itself, after the server has stopped."""
    (file,) = data_dir.glob("**/*.sqlite")
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        return int(connection.execute("SELECT COUNT(*) FROM records").fetchone()[0])


def has_trained(model: CdmppModel) -> bool:
    """Whether a trained version answered in the round under way."""
    rounds = model.statistics.rounds
    return bool(rounds) and rounds[-1].trained_on > 0


def first_trained_trial(rounds: list[dict[str, Any]]) -> int:
    """0: in no round."""
    return next((r["first_trial"] for r in rounds if r["trained"]), 0)


def mean_correlation(rounds: list[dict[str, Any]]) -> float:
    """Over the rounds in which the model was trained; 0 where there was none."""
    values = [r["rank_correlation"] for r in rounds if r["rank_correlation"] is not None]
    return float(np.mean(values)) if values else 0.0


def print_table(rows: list[tuple[str, str, str]]) -> None:
    """Three columns."""
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    for i, row in enumerate(rows):
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
        if i == 0:
            print("  " + "  ".join("-" * width for width in widths))


def main() -> None:
    """Both sides, then the table."""
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    trials = int(os.environ.get("DEMO_TRIALS", "128"))
    if trials < 2:
        raise SystemExit(f"DEMO_TRIALS is {trials}; it must be at least 2")
    measured_on = machine()
    cores = measured_on["cores"]
    os.environ["TVM_NUM_THREADS"] = str(cores)
    target, hardware = local_target(cores)
    task = auto_scheduler.SearchTask(
        func=matmul_bias, args=(SIZE,), target=target, hardware_params=hardware
    )
    FOLDER.mkdir(exist_ok=True)
    logs = {side: FOLDER / f"demo-{side}.ansor.json" for side in ("cdmpp", "xgb")}
    work = pathlib.Path(tempfile.mkdtemp(prefix="cdmpp-demo-"))
    print(
        f"matmul with bias, {SIZE}³, on {measured_on['cpu']}, {cores} cores, {trials} trials a side"
    )

    with ServerProcess(work / "data", work / "server.log") as server:
        model = CdmppModel(server.address)
        watch = Rounds("cdmpp", model, lambda: has_trained(model), trials)
        cdmpp = tune("cdmpp", task, model, trials, [watch, model.callback], logs["cdmpp"])
        model.flush(logs["cdmpp"])
        training_seconds = float(server.model_info()["totalTrainingSeconds"])
        statistics = model.statistics
        model.close()
    waited = statistics.fresh_model_wait_seconds
    records = records_in(work / "data")

    xgb_model = TimedXGBModel()
    xgb_watch = Rounds("xgb", xgb_model, lambda: xgb_model.records > XGB_WARM_UP, trials)
    xgb = tune("xgb", task, xgb_model, trials, [xgb_watch], logs["xgb"])

    print("checking against numpy and measuring the two programs again ...", flush=True)
    final = remeasure({side: built_best(task, log) for side, log in logs.items()})
    latency = {side: float(np.median(samples)) for side, samples in final.items()}
    search = {
        "cdmpp": cdmpp["wall_seconds"] - cdmpp["measure_seconds"] - waited,
        "xgb": xgb["wall_seconds"] - xgb["measure_seconds"] - xgb_model.training_seconds,
    }
    flops = 2 * SIZE**3 + SIZE**2
    lines = {side: len(log.read_text().splitlines()) for side, log in logs.items()}
    first = {
        "cdmpp": first_trained_trial(watch.rounds),
        "xgb": first_trained_trial(xgb_watch.rounds),
    }
    if records != lines["cdmpp"]:
        raise SystemExit(f"the store holds {records} records, the log {lines['cdmpp']}")

    rows = [
        ("", "cdmpp-server", "TVM's XGBModel"),
        ("best latency, us", *(f"{latency[s] * 1e6:.1f}" for s in logs)),
        ("GFLOP/s", *(f"{flops / latency[s] / 1e9:.1f}" for s in logs)),
        ("search, s", *(f"{search[s]:.1f}" for s in logs)),
        ("measuring, s", f"{cdmpp['measure_seconds']:.1f}", f"{xgb['measure_seconds']:.1f}"),
        (
            "training, s",
            f"{training_seconds:.1f}, beside the search; waited {waited:.1f}",
            f"{xgb_model.training_seconds:.1f}, in the search",
        ),
        ("records kept", f"{records} of {lines['cdmpp']} log lines", "none: the log is all"),
        ("model trained from trial", *(str(first[s]) if first[s] else "never" for s in logs)),
        (
            "scores before that",
            "analytical estimate",
            f"random: its first {XGB_WARM_UP} records",
        ),
        (
            "rank correlation, trained rounds",
            *(
                f"{mean_correlation(w.rounds):.2f}" if first[s] else "-"
                for s, w in (("cdmpp", watch), ("xgb", xgb_watch))
            ),
        ),
    ]
    print()
    print_table(rows)
    figures = {
        "cdmpp_latency_s": latency["cdmpp"],
        "xgb_latency_s": latency["xgb"],
        "cdmpp_search_s": search["cdmpp"],
        "xgb_search_s": search["xgb"],
        "cdmpp_measure_s": cdmpp["measure_seconds"],
        "xgb_measure_s": xgb["measure_seconds"],
        "cdmpp_training_s": training_seconds,
        "cdmpp_training_wait_s": waited,
        "xgb_training_s": xgb_model.training_seconds,
        "cdmpp_trained_from_trial": first["cdmpp"],
        "xgb_trained_from_trial": first["xgb"],
        "trials": trials,
        "records": records,
        "rank_correlation": mean_correlation(watch.rounds),
        "xgb_rank_correlation": mean_correlation(xgb_watch.rounds),
    }
    samples = {
        "final_latency_s": final,
        "cdmpp": {"rounds": watch.rounds, "latency_s": finite(watch.latencies), **cdmpp},
        "xgb": {"rounds": xgb_watch.rounds, "latency_s": finite(xgb_watch.latencies), **xgb},
    }
    trials_text = f"DEMO_TRIALS={trials} " if "DEMO_TRIALS" in os.environ else ""
    path = write_result(
        "demo", figures, samples, command=f"{trials_text}make demo", measured_on=measured_on
    )
    write_table("demo", rows, path)
    written = [os.path.relpath(each) for each in (path, *logs.values())]
    print(f"\nwritten: {', '.join(written)}")


def finite(latencies: list[float]) -> list[float | None]:
    """JSON has no infinity: a failed measurement is null."""
    return [x if math.isfinite(x) else None for x in latencies]


if __name__ == "__main__":
    sys.exit(main())
