"""A choice among tasks that is balanced over networks and true to their kinds of operators."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ..errors import ConfigurationError
from .task_source import TaskSource


def choose_tasks(
    sources: Sequence[TaskSource],
    most_tasks: int | None,
    most_flops: float | None,
    seed: int,
) -> list[TaskSource]:
    """Choose tasks one by one, each time from the network that has the fewest so far, and of the
    kind of operator of which the smallest share is chosen. A task file counts as a network.

    Args:
        sources: To choose from.
        most_tasks: How many. None: all that are small enough.
        most_flops: Larger tasks are left out, since measuring them takes long. None: none is.
        seed: Decides between equals.

    Returns:
        The chosen ones in the order of `sources`; of those of one workload, which are one task, the
        first, with the networks of all.
    """
    if most_tasks is not None and most_tasks < 1:
        raise ConfigurationError(f"most_tasks is {most_tasks}; expected at least 1.")
    groups = _groups(sources)
    merged = _merged(sources)
    small = [each for each in merged if most_flops is None or each.flops <= most_flops]
    if most_tasks is None or len(small) <= most_tasks:
        return small
    left = list(small)
    random.Random(seed).shuffle(left)
    of_network: Counter[str] = Counter()
    of_kind: Counter[str] = Counter()

    of_all = Counter(source.kind for source in small)

    def crowding(source: TaskSource) -> tuple[int, float]:
        # A task of several networks serves the one that has the fewest.
        fewest = min(of_network[name] for name in groups[source.workload_key])
        return fewest, of_kind[source.kind] / of_all[source.kind]

    chosen = set()
    for _ in range(most_tasks):
        best = min(left, key=crowding)  # the first of equals, hence the shuffle
        left.remove(best)
        chosen.add(best.workload_key)
        of_kind[best.kind] += 1
        of_network.update(groups[best.workload_key])
    return [each for each in small if each.workload_key in chosen]


def _groups(sources: Sequence[TaskSource]) -> dict[str, set[str]]:
    """Networks and task files, by workload."""
    groups: dict[str, set[str]] = {}
    for source in sources:
        names = {name for name, _ in source.networks}
        file = f"{source.name.rpartition('/')[0]}/"  # no network has a slash in its name
        groups.setdefault(source.workload_key, set()).update(names or {file})
    return groups


def _merged(sources: Sequence[TaskSource]) -> list[TaskSource]:
    """One source a workload."""
    merged: dict[str, TaskSource] = {}
    for source in sources:
        first = merged.setdefault(source.workload_key, source)
        if first is not source:
            networks = tuple({**dict(source.networks), **dict(first.networks)}.items())
            merged[source.workload_key] = replace(first, networks=networks)
    return list(merged.values())
