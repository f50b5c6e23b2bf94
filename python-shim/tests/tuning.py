"""Small real tunings, and what TVM's log of them says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tvm
import workloads
from tvm import auto_scheduler

from cdmpp_tvm import CdmppModel, search_policies


def options(
    log: Path,
    trials: int,
    per_round: int,
    callbacks: tuple[Any, ...] = (),
) -> Any:
    """Tuning options that build and run here, one after the other, quickly."""
    return auto_scheduler.TuningOptions(
        num_measure_trials=trials,
        num_measures_per_round=per_round,
        builder=auto_scheduler.LocalBuilder(n_parallel=2),
        runner=auto_scheduler.LocalRunner(number=1, repeat=2, min_repeat_ms=5, timeout=10),
        measure_callbacks=[auto_scheduler.RecordToFile(str(log)), *callbacks],
        verbose=0,
    )


def policy(task: Any, model: CdmppModel, seed: int = 7) -> Any:
    """A policy with a small population."""
    return search_policies([task], model, params=workloads.SMALL_SEARCH, seed=seed, verbose=0)[0]


def lines_of(log: Path) -> list[str]:
    """The record lines of a log."""
    return log.read_text(encoding="utf-8").splitlines()


def failures_in(log: Path) -> int:
    """How many of a log's measurements failed."""
    return sum(json.loads(line)["r"][1] != 0 for line in lines_of(log))


def largest_error(task: Any, log: Path, expected: Callable[..., Any]) -> float:
    """Compile the best program of a log, run it, and compare with numpy.

    Returns:
        The largest relative error of the last argument, the output.
    """
    schedule, arguments = task.apply_best(str(log))
    function = tvm.build(schedule, arguments, task.target)
    generator = np.random.default_rng(0)
    shapes = [tuple(int(extent) for extent in argument.shape) for argument in arguments]
    inputs = [generator.random(shape, dtype=np.float32) for shape in shapes[:-1]]
    output = tvm.nd.empty(shapes[-1], "float32")
    function(*[tvm.nd.array(value) for value in inputs], output)
    wanted = expected(*inputs)
    return float(np.max(np.abs(output.numpy() - wanted) / np.maximum(np.abs(wanted), 1e-6)))


class Recorder(auto_scheduler.cost_model.cost_model.PythonBasedModel):  # type: ignore[misc]
    """Passes everything on to a model and keeps every program's text with its score."""

    def __init__(self, model: CdmppModel) -> None:
        super().__init__()
        self.model = model
        self.scores: dict[str, list[float]] = {}

    def predict(self, task: Any, states: Any) -> list[float]:
        scores = self.model.predict(task, states)
        for state, score in zip(states, scores):
            self.scores.setdefault(str(state), []).append(score)
        return scores

    def update(self, inputs: Any, results: Any) -> None:
        self.model.update(inputs, results)
