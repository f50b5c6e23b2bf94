"""A choice among tasks that is balanced over networks and true to their kinds of operators."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

from ..errors import ConfigurationError
from .task_source import TaskSource


def choose_tasks(
    sources: Sequence[TaskSource],
    most_tasks: int | None,
    most_flops: float | None,
    seed: int,
) -> list[TaskSource]:
    """Choose tasks one by one, each time from the network that has the fewest so far, and of the
    kind of operator of which the smallest share is chosen.

    Args:
        sources: To choose from.
        most_tasks: How many. None: all that are small enough.
        most_flops: Larger tasks are left out, since measuring them takes long. None: none is.
        seed: Decides between equals.

    Returns:
        The chosen ones in the order of `sources`.
    """
    if most_tasks is not None and most_tasks < 1:
        raise ConfigurationError(f"most_tasks is {most_tasks}; expected at least 1.")
    small = [each for each in sources if most_flops is None or each.flops <= most_flops]
    if most_tasks is None or len(small) <= most_tasks:
        return small
    left = list(small)
    random.Random(seed).shuffle(left)
    of_network: Counter[str] = Counter()
    of_kind: Counter[str] = Counter()

    of_all = Counter(source.kind for source in small)

    def crowding(source: TaskSource) -> tuple[int, float]:
        # A task of several networks serves the one that has the fewest.
        fewest = min((of_network[name] for name, _ in source.networks), default=0)
        return fewest, of_kind[source.kind] / of_all[source.kind]

    chosen = set()
    for _ in range(most_tasks):
        best = min(left, key=crowding)  # the first of equals, hence the shuffle
        left.remove(best)
        chosen.add(best.workload_key)
        of_kind[best.kind] += 1
        of_network.update(name for name, _ in best.networks)
    return [each for each in small if each.workload_key in chosen]
