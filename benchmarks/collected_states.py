"""Distinct states from the predict calls of real searches, with what guided them there."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import tvm
from search_tasks import BenchmarkTask
from tvm import auto_scheduler
from tvm.auto_scheduler.cost_model.cost_model import PythonBasedModel

from cdmpp_tvm.encode import StateEncoder

# TVM's own sampling drops what scores less.
LEAST_SCORE = -1e10
# A search whose rounds bring fewer new states than this share of what is wanted has run dry.
_LEAST_GAIN = 0.02


@dataclass(frozen=True)
class CollectedState:
    """A state, its transform steps, and its score by the model that guided the search."""

    state: Any
    steps: str
    score: float


class RecordingModel(PythonBasedModel):  # type: ignore[misc]
    """Passes scores on from another model and keeps every distinct state that was scored."""

    def __init__(self, guide: Any, task: Any, known: set[str]) -> None:
        super().__init__()
        self._guide = guide
        self._encoder = StateEncoder(task)
        self._known = set(known)
        self.collected: list[CollectedState] = []

    def predict(self, task: Any, states: Sequence[Any]) -> list[float]:
        """As the guide says."""
        scores: list[float] = self._guide.predict(task, states)
        for index, steps in enumerate(self._encoder.transform_steps(states)):
            if steps not in self._known:
                self._known.add(steps)
                self.collected.append(CollectedState(states[index], steps, scores[index]))
        return scores

    def update(self, inputs: Any, results: Any) -> None:
        """Nothing is measured here."""


def collect(
    task: BenchmarkTask,
    guide: Any,
    wanted: int,
    *,
    seed: int,
    most_rounds: int,
    params: dict[str, Any] | None = None,
    known: set[str] | None = None,
) -> list[CollectedState]:
    """Search without measuring until enough distinct states were scored.

    Args:
        task: To search.
        guide: The cost model that the searches follow.
        wanted: States; fewer come back where the rounds bring no new ones.
        seed: Of the first round; each round has its own.
        most_rounds: Searches at most.
        params: Of `SketchPolicy`. None: TVM's own.
        known: Steps of states that are not wanted again.

    Returns:
        The states in random order, so that no part of them is early or late in a search.
    """
    recorder = RecordingModel(guide, task.search_task, known or set())
    found = recorder.collected
    for round_number in range(most_rounds):
        before = len(found)
        search_round(task.search_task, recorder, seed + round_number, params)
        if len(found) >= wanted or len(found) - before < _LEAST_GAIN * wanted:
            break
    random.Random(seed).shuffle(found)
    return found[:wanted]


def search_round(task: Any, model: Any, seed: int, params: dict[str, Any] | None = None) -> None:
    """One round of TVM's search up to the choice of what to measure."""
    given = {} if params is None else {"params": dict(params)}
    policy = auto_scheduler.SketchPolicy(
        task, program_cost_model=model, seed=seed, verbose=0, **given
    )
    policy.evolutionary_search(policy.sample_initial_population(), 64)


def as_tvm_array(states: Sequence[CollectedState]) -> Any:
    """As TVM's search hands states to a cost model."""
    return tvm.runtime.convert([each.state for each in states])
