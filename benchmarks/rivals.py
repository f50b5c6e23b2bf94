"""Both rivals, trained on the same made-up measurements."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from collected_states import LEAST_SCORE, CollectedState, as_tvm_array, collect
from search_tasks import BenchmarkTask
from server_process import ServerProcess
from tvm import auto_scheduler
from tvm.auto_scheduler import measure

from cdmpp_tvm import CdmppModel
from cdmpp_tvm.client import Connection, CostModelClient
from cdmpp_tvm.gen import model_pb2, predict_pb2

NOISE = 0.2  # standard deviation of ln(latency) around the estimate
# Sampling for training needs a spread, not a whole search.
_SMALL_SEARCH = {
    "evolutionary_search_population": 1024,
    "evolutionary_search_num_iters": 2,
    "sample_init_min_population": 64,
}
_POLL_SECONDS = 0.2
_WARM_UP_CALLS = 4

Measurements = tuple[list[Any], list[Any]]


def training_states(
    tasks: Sequence[BenchmarkTask], guide: CdmppModel, count: int, seed: int
) -> dict[str, list[CollectedState]]:
    """So many states of each task that can be built, sampled by short searches."""
    found = {}
    for task in tasks:
        states = collect(task, guide, 8 * count, seed=seed, most_rounds=12, params=_SMALL_SEARCH)
        valid = [each for each in states if each.score > LEAST_SCORE][:count]
        if len(valid) < count:
            raise SystemExit(f"{task.name}: {len(valid)} states can be built, wanted {count}")
        found[task.name] = valid
    return found


def made_up_measurements(
    task: BenchmarkTask, states: Sequence[CollectedState], guide: CdmppModel, seed: int
) -> Measurements:
    """Latencies as the guide predicts them, with noise."""
    generator = np.random.default_rng(seed)
    reference = guide._tasks.of(task.search_task).registration.reference_latency_seconds
    inputs = [measure.MeasureInput(task.search_task, each.state) for each in states]
    noise = np.exp(NOISE * generator.standard_normal(len(states)))
    results = [
        measure.MeasureResult([float(reference / each.score * factor)], 0, "", 0.1, float(i))
        for i, (each, factor) in enumerate(zip(states, noise))
    ]
    return inputs, results


def trained_xgb(measurements: Measurements) -> auto_scheduler.XGBModel:
    """TVM's own model as shipped, after one update."""
    model = auto_scheduler.XGBModel(seed=0)
    inputs, results = measurements
    if len(inputs) <= model.num_warmup_sample:
        raise SystemExit(f"{len(inputs)} records: XGBModel scores at random up to 100")
    model.update(inputs, results)
    return model


def train_server(server: ServerProcess, measurements: Sequence[Measurements]) -> dict[str, Any]:
    """Report all, let the server learn once, wait for the version that has.

    Returns:
        What the server says of that version: name, version, records, seconds.
    """
    with CdmppModel(server.address) as model:
        for inputs, results in measurements:
            model.report(inputs, results, learn=False)
        model.flush()
        records = model.statistics.store_records
    client = CostModelClient(Connection(server.address))
    try:
        info = wait_for_training(client, records)
    finally:
        client.close()
    return {
        "name": info.model.name,
        "version": info.model.version,
        "trained_on": info.trained_on,
        "training_s": info.training_seconds,
        "parameters": info.parameter_count,
    }


def warm_up(
    model: CdmppModel, tasks: Sequence[BenchmarkTask], states: dict[str, list[CollectedState]]
) -> None:
    """Calls on the states that were learned from: V8 compiles the server's readers in them."""
    for _ in range(_WARM_UP_CALLS):
        for task in tasks:
            model.predict(task.search_task, as_tvm_array(states[task.name]))


def wait_for_training(
    client: CostModelClient, sequence: int, most_seconds: float = 900.0
) -> model_pb2.ModelInfo:
    """Until a version has learned from so many records and nothing trains any more."""
    started = time.monotonic()
    while True:
        info = client.get_model(predict_pb2.ModelRef())
        if info.training.last_failure:
            raise SystemExit(f"training failed: {info.training.last_failure}")
        idle = info.training.phase == model_pb2.TRAINING_PHASE_IDLE
        if idle and info.model.version >= 1 and info.trained_through_sequence >= sequence:
            return info
        if time.monotonic() - started > most_seconds:
            raise SystemExit(f"no trained version after {most_seconds:g} s")
        time.sleep(_POLL_SECONDS)


def geometric_mean(values: Sequence[float]) -> float:
    """Of positive numbers."""
    return math.exp(sum(math.log(value) for value in values) / len(values))
