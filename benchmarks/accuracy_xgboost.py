"""The rival: XGBoost over TVM's lowered features, in the two forms in which it is used.

- `rank`: TVM's `XGBModel` with what it trains by: its parameters, its sum over a program's rows
  (`pack_sum_square_error`), targets of throughput relative to the task's best, programs weighed by
  that, at most 10,000 rounds. TVM stops when its error *on what it trains on* has not fallen for 50
  rounds; here it stops by the validation side and goes back to its best round, which is cheaper
  and no worse on what it has not seen. It tells no latency.
- `pooled`: one row a program (mean, greatest and log-sum over its rows, and their number; of
  several devices also what is known of the device), regression on ln(latency).

Neither has chance in it that a seed would change much, so that each learns once for a split.
"""

from __future__ import annotations

import math
import os
import pathlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from accuracy_features import FeatureTable
from accuracy_files import LEARNED_SIDES, Side, read_manifest, write_json, write_predictions

_ROUNDS = 10_000  # TVM's
_PATIENCE = 50  # TVM's
_POOLED = {
    "max_depth": 10,
    "eta": 0.1,
    "min_child_weight": 5,
    "subsample": 0.8,
    "colsample_bytree": 0.5,
    "objective": "reg:squarederror",
    "tree_method": "hist",
    "seed": 43,
    "verbosity": 0,
}
# What is adapted to weighs as much as this share of what was trained on before.
_ADAPTATION_SHARE = 0.25


@dataclass(frozen=True)
class Parts:
    """Who is learned from, who stops the learning, who is predicted."""

    learned: list[Side]
    stopping: list[Side]
    predicted: list[Side]


def parts_of(sides: Sequence[Side], adapts: bool) -> Parts:
    """The parts of a manifest; `adapts`: what is adapted to is learned from, and stops."""
    by_side: dict[str, list[Side]] = {}
    for side in sides:
        by_side.setdefault(side.side, []).append(side)
    learned = by_side.get("train", [])
    stopping = by_side.get("validation", [])
    if adapts:
        learned = learned + by_side.get("adaptation", [])
        stopping = by_side.get("adaptation-validation") or stopping
    # Before anything is adapted to, all of the device are predicted: which of them are judged is
    # chosen later.
    predicted = [side for side in sides if side.side in ("test", "candidate")]
    return Parts(learned, stopping, predicted)


def run_job(
    dataset: pathlib.Path,
    job: dict[str, Any],
    table: FeatureTable,
    devices: dict[str, dict[str, float]],
    most_rounds: int = _ROUNDS,
) -> dict[str, Any]:
    """Train and predict as a job of the plan says; writes `predictions` and `summary.json`.

    Args:
        dataset: Its folder in the cache.
        job: Of kind `xgboost`.
        table: The dataset's features.
        devices: What is known of each device.
        most_rounds: Fewer for a trial.

    Returns:
        The summary: rounds, seconds, how many programs.
    """
    parts = parts_of(read_manifest(dataset, job["manifest"]), bool(job["adapts"]))
    started = time.perf_counter()
    learn = {"rank": _rank, "pooled": _pooled}[job["form"]]
    seconds, rounds = learn(parts, table, devices, most_rounds)
    summary = {
        "form": job["form"],
        "rounds": rounds,
        "seconds": time.perf_counter() - started,
        "learned": len(parts.learned),
        "stopping": len(parts.stopping),
        "predicted": len(parts.predicted),
    }
    write_json(dataset / "jobs" / job["id"] / "summary.json", summary)
    write_predictions(dataset, job["id"], [each.sequence for each in parts.predicted], seconds)
    return summary


def _rank(
    parts: Parts, table: FeatureTable, _devices: dict[str, Any], most_rounds: int
) -> tuple[Any, int]:
    """TVM's model; gives exp(-score): something that grows with latency."""
    from tvm.auto_scheduler.cost_model import xgb_model

    model = xgb_model.XGBModel(seed=43)  # imports xgboost into TVM's module
    best = _best_latencies(parts)
    train = _packed(xgb_model, parts.learned, table, best)
    stopping = _packed(xgb_model, parts.stopping, table, best)
    booster = xgb_model.xgb.train(
        {**model.xgb_params, "nthread": len(os.sched_getaffinity(0))},
        train,
        num_boost_round=most_rounds,
        obj=xgb_model.pack_sum_square_error,
        callbacks=[
            xgb_model.CustomCallback(
                stopping_rounds=_PATIENCE,
                metric="va-p-rmse",
                fevals=[xgb_model.pack_sum_rmse],
                evals=[(stopping, "va")],
                maximize=False,
                verbose_eval=False,
            )
        ],
    )
    rounds = int(booster.attr("best_iteration")) + 1
    rows = np.concatenate([table.of(each.sequence) for each in parts.predicted])
    counts = [table.counts[each.sequence] for each in parts.predicted]
    raw = booster.predict(xgb_model.xgb.DMatrix(rows), iteration_range=(0, rounds))
    pack_ids = np.repeat(np.arange(len(counts)), counts)
    scores = xgb_model.predict_throughput_pack_sum(raw, pack_ids)
    # By handle, which another matrix may get.
    xgb_model.dmatrix_context.context_dict.clear()
    return np.exp(-scores), rounds


def _best_latencies(parts: Parts) -> dict[str, float]:
    best: dict[str, float] = {}
    for side in parts.learned + parts.stopping:
        assert side.side in LEARNED_SIDES
        best[side.task_id] = min(best.get(side.task_id, math.inf), side.latency_seconds)
    return best


def _packed(
    xgb_model: Any, sides: Sequence[Side], table: FeatureTable, best: dict[str, float]
) -> Any:
    features = np.empty(len(sides), object)
    for index, side in enumerate(sides):
        features[index] = table.of(side.sequence)
    throughputs = np.array([best[side.task_id] / side.latency_seconds for side in sides])
    numbers = {name: number for number, name in enumerate(sorted(best))}
    tasks = np.array([numbers[side.task_id] for side in sides])
    return xgb_model.pack_sum_xgbmatrix(features, throughputs, tasks, throughputs)


def _pooled(
    parts: Parts, table: FeatureTable, devices: dict[str, dict[str, float]], most_rounds: int
) -> tuple[Any, int]:
    import xgboost

    names = {each.device for each in parts.learned + parts.predicted}
    known = devices if len(names) > 1 else {}
    train = xgboost.DMatrix(
        pooled_rows(parts.learned, table, known),
        label=_log_latencies(parts.learned),
        weight=_weights(parts),
    )
    stopping = xgboost.DMatrix(
        pooled_rows(parts.stopping, table, known), label=_log_latencies(parts.stopping)
    )
    booster = xgboost.train(
        {
            **_POOLED,
            "base_score": float(_log_latencies(parts.learned).mean()),
            "nthread": len(os.sched_getaffinity(0)),
        },
        train,
        num_boost_round=most_rounds,
        evals=[(stopping, "va")],
        early_stopping_rounds=_PATIENCE,
        verbose_eval=False,
    )
    rounds = int(booster.best_iteration) + 1
    rows = xgboost.DMatrix(pooled_rows(parts.predicted, table, known))
    return np.exp(booster.predict(rows, iteration_range=(0, rounds)).astype(np.float64)), rounds


def pooled_rows(
    sides: Sequence[Side], table: FeatureTable, devices: dict[str, dict[str, float]]
) -> Any:
    """[N, 3 × 164 + 1 + device numbers]: one row a program.

    TVM's columns are log2(1 + x), but for a few that are shares; so the log-sum is of magnitudes
    what the sum is of logarithms' arguments.
    """
    counts = np.array([table.counts[each.sequence] for each in sides])
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
    rows = np.concatenate([table.of(each.sequence) for each in sides])
    columns = [
        np.add.reduceat(rows, starts) / counts[:, None],
        np.maximum.reduceat(rows, starts),
        np.logaddexp2.reduceat(rows, starts),
        counts[:, None].astype(np.float32),
    ]
    if devices:
        keys = sorted({key for device in devices.values() for key in device})
        numbers = {
            name: [math.log2(1 + max(0.0, device.get(key, 0.0))) for key in keys]
            for name, device in devices.items()
        }
        columns.append(np.array([numbers[each.device] for each in sides], np.float32))
    return np.concatenate(columns, axis=1).astype(np.float32)


def _log_latencies(sides: Sequence[Side]) -> Any:
    return np.log([each.latency_seconds for each in sides])


def _weights(parts: Parts) -> Any:
    adapted = np.array([each.side == "adaptation" for each in parts.learned])
    if not adapted.any() or adapted.all():
        return np.ones(len(adapted))
    share = _ADAPTATION_SHARE * (~adapted).sum() / adapted.sum()
    return np.where(adapted, max(1.0, share), 1.0)
