"""Programs to measure: distinct, buildable, reproducible, and spread over what is predicted."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
import tvm
import workloads
from tvm.auto_scheduler.cost_model.cost_model import PythonBasedModel

from cdmpp_tvm.collection.sampling import EVOLVED, RANDOM, sample_programs, spread_ranks
from cdmpp_tvm.encode import StateEncoder, steps_of_record
from cdmpp_tvm.errors import ConfigurationError


class _LikesShortSteps(PythonBasedModel):  # type: ignore[misc]
    """A model whose latency is the length of the steps, in microseconds; known to the test."""

    def __init__(self, task: Any) -> None:
        super().__init__()
        self._encoder = StateEncoder(task)

    def predict(self, task: Any, states: Sequence[Any]) -> list[float]:
        return [1e-3 / _seconds(steps) for steps in self._encoder.transform_steps(states)]

    def reference_seconds(self, task: Any) -> float:
        return 1e-3

    def update(self, inputs: Any, results: Any) -> None:
        raise AssertionError("nothing is measured")


def _seconds(steps: str) -> float:
    return len(steps) * 1e-6


@pytest.fixture(scope="module")
def conv_task() -> Any:
    return workloads.make_task(workloads.shim_conv2d_nhwc, (8, 14, 8))


def test_programs_are_distinct_can_be_built_and_come_again_with_the_seed(task: Any) -> None:
    def sample(seed: int, known: set[str]) -> list[Any]:
        return sample_programs(
            task, 24, seed=seed, model=None, evolved_share=0.5, known_steps=known
        )

    first = sample(5, set())
    assert len({each.steps for each in first}) == len({str(each.state) for each in first}) == 24
    assert {each.origin for each in first} == {RANDOM}
    assert all(each.predicted_seconds is None for each in first)
    assert [each.steps for each in sample(5, set())] == [each.steps for each in first]
    for each in first[:4]:
        schedule, arguments = task.compute_dag.apply_steps_from_state(each.state)
        tvm.lower(schedule, arguments)
    known = {each.steps for each in first}
    assert known.isdisjoint(each.steps for each in sample(5, known))


def test_a_model_makes_fast_programs_more_frequent_and_keeps_slow_ones(conv_task: Any) -> None:
    model = _LikesShortSteps(conv_task)
    programs = sample_programs(
        conv_task, 60, seed=2, model=model, evolved_share=0.5, known_steps=set()
    )
    assert Counter(each.origin for each in programs) == {RANDOM: 30, EVOLVED: 30}
    assert len({each.steps for each in programs}) == 60
    random_lengths = sorted(len(each.steps) for each in programs if each.origin == RANDOM)
    evolved = [each for each in programs if each.origin == EVOLVED]
    for each in evolved:
        assert each.predicted_seconds == pytest.approx(_seconds(each.steps), rel=1e-5)
    lengths = sorted(len(each.steps) for each in evolved)
    assert lengths[15] < random_lengths[15]
    assert lengths[0] <= random_lengths[0]
    assert lengths[-1] > lengths[0] * 1.1
    # Any part holds both kinds.
    assert {each.origin for each in programs[:15]} == {RANDOM, EVOLVED}


def test_a_small_task_gives_what_it_has() -> None:
    task = workloads.make_task(workloads.shim_transpose_chain, (2, 2))
    found = sample_programs(task, 200, seed=1, model=None, evolved_share=0.0, known_steps=set())
    assert 0 < len(found) < 200
    assert len({each.steps for each in found}) == len(found)
    known = {each.steps for each in found}
    more = sample_programs(task, 5, seed=9, model=None, evolved_share=0.0, known_steps=known)
    assert known.isdisjoint(each.steps for each in more)


def test_ranks_are_all_taken_the_fast_half_from_the_first_quarter() -> None:
    ranks = spread_ranks(1000, 40, random.Random(1))
    assert sorted(ranks) == list(range(1000))
    first = sorted(ranks[:40])
    assert 16 <= sum(rank < 250 for rank in first) <= 24
    assert first[-1] > 900
    assert spread_ranks(3, 10, random.Random(1))[:3] != []


def test_steps_are_written_as_records_have_them(task: Any) -> None:
    found = sample_programs(task, 2, seed=3, model=None, evolved_share=0.0, known_steps=set())
    for each in found:
        assert steps_of_record(f'{{"i": [[], [[], {each.steps}]]}}') == each.steps


def test_a_share_is_a_share(task: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"evolved_share is 1\.5"):
        sample_programs(task, 1, seed=1, model=None, evolved_share=1.5, known_steps=set())
