"""The choice among tasks, which needs no TVM."""

from __future__ import annotations

from collections import Counter

import pytest

from cdmpp_tvm.errors import ConfigurationError
from cdmpp_tvm.networks import TaskSource, choose_tasks


def _sources(network: str, kinds: dict[str, int], flops: float = 1e6) -> list[TaskSource]:
    return [
        TaskSource(
            f"{network}/{kind}-{n}", ((network, 1),), f"{network} {kind} {n}", flops * (n + 1)
        )
        for kind, count in kinds.items()
        for n in range(count)
    ]


_ALL = [
    *_sources("large", {"conv2d": 40, "dense": 2}),
    *_sources("middle", {"conv2d": 10, "dense": 10}),
    *_sources("small", {"dense": 3}),
]


def test_every_network_and_kind_gets_its_share() -> None:
    chosen = choose_tasks(_ALL, 15, None, seed=1)
    assert len({each.name for each in chosen}) == 15
    networks = Counter(each.networks[0][0] for each in chosen)
    assert networks == {"large": 6, "middle": 6, "small": 3}
    kinds = Counter(each.kind for each in chosen)
    assert abs(kinds["conv2d"] / 50 - kinds["dense"] / 15) <= 0.1


def test_the_choice_keeps_the_order_and_hangs_on_the_seed_alone() -> None:
    chosen = choose_tasks(_ALL, 10, None, seed=1)
    assert chosen == choose_tasks(_ALL, 10, None, seed=1)
    assert chosen == [each for each in _ALL if each in chosen]
    assert any(choose_tasks(_ALL, 10, None, seed=seed) != chosen for seed in range(2, 6))


def test_large_tasks_are_left_out() -> None:
    assert choose_tasks(_ALL, None, None, seed=1) == _ALL
    chosen = choose_tasks(_ALL, None, 2e6, seed=1)
    assert {each.flops for each in chosen} == {1e6, 2e6}
    assert len(choose_tasks(_ALL, 4, 2e6, seed=1)) == 4


def test_a_task_of_several_networks_serves_the_one_that_lacks_tasks() -> None:
    shared = TaskSource("large/pool-1", (("large", 1), ("tiny", 2)), "shared", 1.0)
    chosen = choose_tasks([*_sources("large", {"conv2d": 5}), shared], 2, None, seed=3)
    assert shared in chosen


def _task_file(stem: str, count: int) -> list[TaskSource]:
    return [TaskSource(f"{stem}/mine-{n}", (), f"{stem} {n}", 1e6) for n in range(count)]


def test_a_task_file_gets_the_share_of_a_network() -> None:
    files = [*_task_file("a", 40), *_task_file("b", 2)]
    chosen = choose_tasks([*files, *_sources("large", {"conv2d": 40})], 12, None, seed=1)
    stems = Counter(each.name.split("/")[0] for each in chosen)
    assert stems == {"a": 5, "b": 2, "large": 5}


def test_one_workload_is_one_task() -> None:
    network = TaskSource("large/dense-1", (("large", 3),), "same", 1.0)
    other = TaskSource("tiny/dense-1", (("tiny", 2), ("large", 9)), "same", 1.0)
    file = TaskSource("a/mine", (), "same", 1.0)
    (task,) = choose_tasks([network, file, other], None, None, seed=1)
    assert (task.name, dict(task.networks)) == ("large/dense-1", {"large": 3, "tiny": 2})
    (task,) = choose_tasks([file, network], 1, None, seed=1)
    assert (task.name, task.networks) == ("a/mine", (("large", 3),))
    many = [network, file, *_task_file("a", 3)]
    assert len(choose_tasks(many, 4, None, seed=1)) == 4
    # What serves network and file alike goes first, and then the file has its share.
    names = [
        each.name for each in choose_tasks([*many, *_sources("large", {"pool": 3})], 3, None, 1)
    ]
    assert len({name.split("/")[0] for name in names}) == 2


def test_an_empty_choice_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="most_tasks is 0"):
        choose_tasks(_ALL, 0, None, seed=1)
