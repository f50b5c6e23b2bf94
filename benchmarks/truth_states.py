"""Distinct programs of a task, as a search meets them: sampled ones and mutated ones."""

from __future__ import annotations

import random
from typing import Any

import tvm
from operators import OPERATORS
from tvm import auto_scheduler
from tvm.auto_scheduler.cost_model.cost_model import PythonBasedModel

#: kind -> (target, its eight HardwareParams); a CUDA target needs no GPU so
TARGETS = {
    "cpu": ("llvm -mcpu=core-avx2", (2, 32, 64, 0, 0, 0, 0, 0)),
    "cuda": ("cuda -arch=sm_70", (80, 16, 64, 49152, 65536, 1024, 8, 32)),
}
SEED = 7
MAX_ROUNDS = 8


class AcceptAll(PythonBasedModel):
    """Random scores from its own seed, and no program refused."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._random = random.Random(seed)

    def update(self, _inputs: Any, _results: Any) -> None:
        """There is nothing to learn."""

    def predict(self, _task: Any, states: Any) -> list[float]:
        """One score a state, positive."""
        return [0.1 + self._random.random() for _ in states]


def make_task(operator: str, kind: str, hardware: tuple[int, ...] | None = None) -> Any:
    """A `SearchTask` of an operator; `hardware` in place of the target's limits."""
    function, arguments = OPERATORS[operator]
    target, usual = TARGETS[kind]
    return auto_scheduler.SearchTask(
        func=function,
        args=arguments,
        target=tvm.target.Target(target),
        hardware_params=auto_scheduler.HardwareParams(*(hardware or usual)),
    )


def distinct_states(task: Any, count: int, seed: int = SEED, mutated: float = 0.5) -> list[Any]:
    """Up to `count` distinct programs, valid or not, about `mutated` of them from an evolution.

    A task that has fewer gives what it has.
    """
    found: dict[str, Any] = {}
    for attempt in range(MAX_ROUNDS):
        # Sampling asks the C library for numbers; without this every run would differ.
        random.seed(seed + attempt)
        policy = auto_scheduler.SketchPolicy(
            task,
            program_cost_model=AcceptAll(seed + attempt),
            params={
                "evolutionary_search_population": max(64, count),
                "evolutionary_search_num_iters": 3,
                "sample_init_min_population": max(32, count // 2),
            },
            seed=seed + attempt,
            verbose=0,
        )
        sampled = list(policy.sample_initial_population())
        before = len(found)
        room = count - before
        _take(found, sampled, round(room * (1 - mutated)))
        _take(found, list(policy.evolutionary_search(sampled, count)), count - len(found))
        _take(found, sampled, count - len(found))
        if len(found) in (before, count):
            break
    return list(found.values())


def _take(found: dict[str, Any], states: list[Any], room: int) -> None:
    for state in states:
        if room <= 0:
            return
        key = str(state)
        if key not in found:
            found[key] = state
            room -= 1
