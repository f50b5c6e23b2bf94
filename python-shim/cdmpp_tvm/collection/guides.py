"""Cost models that stand between a search and what guides it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..tvm_door import import_tvm

# Less is what a program gets that the server could not read, or that cannot be built.
_LEAST_SCORE = 1e-20

_BASE = import_tvm("tvm.auto_scheduler.cost_model.cost_model").PythonBasedModel


class ScoredState(NamedTuple):
    """A state as the search met it; the score is positive."""

    state: Any
    score: float


class AcceptAll(_BASE):  # type: ignore[misc, valid-type]
    """Random scores from its own seed: no program is refused, none is preferred."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._random = random.Random(seed)

    def predict(self, _task: Any, states: Sequence[Any]) -> list[float]:
        """One positive score a state."""
        return [0.1 + self._random.random() for _ in states]

    def update(self, _inputs: Any, _results: Any) -> None:
        """There is nothing to learn."""


class Recorder(_BASE):  # type: ignore[misc, valid-type]
    """Passes scores on from another model and keeps the states that got one.

    Args:
        guide: The model.

    Attributes:
        scored: In the order in which they were met; a state that comes again is there again.
    """

    def __init__(self, guide: Any) -> None:
        super().__init__()
        self._guide = guide
        self.scored: list[ScoredState] = []

    def predict(self, task: Any, states: Sequence[Any]) -> list[float]:
        """As the guide says."""
        scores: list[float] = self._guide.predict(task, states)
        self.scored.extend(
            ScoredState(states[index], score)
            for index, score in enumerate(scores)
            if score > _LEAST_SCORE
        )
        return scores

    def update(self, _inputs: Any, _results: Any) -> None:
        """Nothing is measured here."""
