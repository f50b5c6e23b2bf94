"""Programs worth measuring: random ones, and fast ones found with a model's guidance.

Random programs alone are mostly slow, and a model that has seen few fast ones ranks those badly,
which are the ones that a search is about; the fastest alone would teach it nothing of what to
avoid. Hence guided sampling, after One-Shot Tuner (Ryu, Park and Sung, 2022): part of the programs
is random, the rest is taken from an evolution under the model, the more of them the faster they are
predicted to be, but from its whole range.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..encode import StateEncoder
from ..errors import ConfigurationError
from ..lowered import lowered_features
from ..tvm_door import import_tvm
from .guides import AcceptAll, Recorder, ScoredState

RANDOM, EVOLVED = "random", "evolved"

# TVM samples a population at a time until it has so many; of a task that has few programs it would
# go on for minutes.
_ONE_SAMPLING = {"sample_init_min_population": 1}
_EVOLUTION = {
    "evolutionary_search_population": 256,
    "evolutionary_search_num_iters": 4,
    **_ONE_SAMPLING,
}
_BEST_OF_EVOLUTION = 16
_LEAST_POPULATION = 32
# Samplings that bring nothing new until the task is taken to have no more programs.
_MOST_IDLE_ROUNDS = 2
_MOST_ROUNDS = 8


@dataclass(frozen=True)
class ChosenProgram:
    """A program to measure.

    Attributes:
        state: TVM's, with all bounds known.
        steps: Its transform steps, as `StateEncoder.transform_steps` prints them.
        origin: `random` or `evolved`.
        predicted_seconds: By the model that guided the evolution; None where there is none, or
            where its scores are no latencies.
    """

    state: Any
    steps: str
    origin: str
    predicted_seconds: float | None


def sample_programs(
    task: Any,
    count: int,
    *,
    seed: int,
    model: Any | None,
    evolved_share: float,
    known_steps: Iterable[str],
) -> list[ChosenProgram]:
    """Choose distinct programs of a task that TVM can build; a few seconds.

    The same arguments give the same programs, as far as the model gives the same scores.

    Args:
        task: `SearchTask`.
        count: How many; fewer come back where the task has no more.
        seed: Of everything random here.
        model: Cost model that guides the evolution. None: all are random.
        evolved_share: Of `count`, 0 to 1.
        known_steps: Steps of programs that are not wanted again.

    Returns:
        The programs in random order, so that any part of them holds both kinds.
    """
    if not 0.0 <= evolved_share <= 1.0:
        raise ConfigurationError(f"evolved_share is {evolved_share}; expected 0 to 1.")
    generator = random.Random(seed)
    chosen = _Chosen(task, known_steps)
    try:
        evolved_count = 0 if model is None else round(count * evolved_share)
        _add_random(chosen, count - evolved_count, generator)
        if evolved_count > 0:
            _add_evolved(chosen, count - len(chosen.programs), model, generator)
        _add_random(chosen, count - len(chosen.programs), generator)
    finally:
        chosen.close()
    generator.shuffle(chosen.programs)
    return chosen.programs


def _add_random(chosen: _Chosen, room: int, generator: random.Random) -> None:
    idle = 0
    for _ in range(_MOST_ROUNDS):
        if room <= 0 or idle >= _MOST_IDLE_ROUNDS:
            return
        policy = _policy(
            chosen.task,
            AcceptAll(generator.getrandbits(30)),
            {"evolutionary_search_population": max(_LEAST_POPULATION, 2 * room), **_ONE_SAMPLING},
            generator,
        )
        added = chosen.add(list(policy.sample_initial_population()), RANDOM, room)
        idle = 0 if added else idle + 1
        room -= added


def _add_evolved(chosen: _Chosen, room: int, model: Any, generator: random.Random) -> None:
    recorder = Recorder(model)
    policy = _policy(chosen.task, recorder, dict(_EVOLUTION), generator)
    policy.evolutionary_search(policy.sample_initial_population(), _BEST_OF_EVOLUTION)
    # Python's sort is stable: equals stay in the order in which they were met.
    ranked = sorted(recorder.scored, key=lambda each: -each.score)
    order = spread_ranks(len(ranked), room, generator)
    start = 0
    while room > 0 and start < len(order):
        # A little more than is wanted, since some turn out to be known or not to build.
        part = [ranked[rank] for rank in order[start : start + room]]
        start += len(part)
        room -= chosen.add_scored(part, room, _reference_seconds(model, chosen.task))


def spread_ranks(size: int, wanted: int, generator: random.Random) -> list[int]:
    """All ranks below `size`, in the order in which to take them.

    The first `wanted` reach over all ranks, and get denser towards 0: a half of them lies in the
    first quarter. The others follow from 0 up.
    """
    first = [int(size * ((place + generator.random()) / wanted) ** 2) for place in range(wanted)]
    return list(dict.fromkeys([*first, *range(size)]))


def _policy(task: Any, model: Any, params: dict[str, Any], generator: random.Random) -> Any:
    # TVM takes a seed of 0 for none.
    seed = 1 + generator.getrandbits(30)
    return import_tvm().SketchPolicy(
        task, program_cost_model=model, params=params, seed=seed, verbose=0
    )


def _reference_seconds(model: Any, task: Any) -> float | None:
    """What a score of 1 is in seconds; None where the model does not say."""
    ask = getattr(model, "reference_seconds", None)
    return None if ask is None else float(ask(task))


class _Chosen:
    """The programs chosen so far, and what is not to be chosen again."""

    def __init__(self, task: Any, known_steps: Iterable[str]) -> None:
        self.task = task
        self.programs: list[ChosenProgram] = []
        self._encoder = StateEncoder(task)
        self._steps = set(known_steps)
        # Different steps may make the same program.
        self._texts: set[str] = set()

    def close(self) -> None:
        self._encoder.close()

    def add(self, states: Sequence[Any], origin: str, most: int) -> int:
        """Add those that are new and can be built, at most so many; returns how many."""
        fresh: list[ChosenProgram] = []
        for state, steps in zip(states, self._encoder.transform_steps(states)):
            if len(fresh) >= most:
                break
            if steps in self._steps:
                continue
            self._steps.add(steps)
            text = str(state)
            if text not in self._texts:
                self._texts.add(text)
                fresh.append(ChosenProgram(state, steps, origin, None))
        # Empty: TVM could not lower it.
        rows = lowered_features(self.task, [program.state for program in fresh])
        built = [program for program, row in zip(fresh, rows) if row != b""]
        self.programs.extend(built)
        return len(built)

    def add_scored(
        self, scored: Sequence[ScoredState], most: int, reference_seconds: float | None
    ) -> int:
        """`add` states of an evolution, and note what was predicted of them."""
        scores = {id(each.state): each.score for each in scored}
        before = len(self.programs)
        self.add([each.state for each in scored], EVOLVED, most)
        if reference_seconds is not None:
            self.programs[before:] = [
                replace(each, predicted_seconds=reference_seconds / scores[id(each.state)])
                for each in self.programs[before:]
            ]
        return len(self.programs) - before
