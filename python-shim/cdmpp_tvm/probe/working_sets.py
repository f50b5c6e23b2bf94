"""How much memory to read again and again so that one level of the hierarchy answers."""

from __future__ import annotations

from collections.abc import Sequence

_MIB = 1024 * 1024


def working_sets(
    l1_bytes: int, l2_bytes: int, l3_bytes: int, threads: int
) -> dict[str, Sequence[int]]:
    """Bytes for each thread, by level; a level that is not there or not known is left out.

    Well inside the level, so that it holds them beside what else is there; and well beyond the one
    below, which would answer a part.

    Args:
        l1_bytes: Capacity of one core's cache of level 1; 0 where unknown, here and below.
        l2_bytes: Of one core's cache of level 2.
        l3_bytes: Of the cache of level 3 that all cores share.
        threads: How many read at once, each its own part.
    """
    sets: dict[str, Sequence[int]] = {}
    if l1_bytes:
        sets["l1"] = [l1_bytes // 4, l1_bytes // 2, l1_bytes * 3 // 4]
    if 0 < 6 * l1_bytes <= l2_bytes:
        sets["l2"] = sorted({max(4 * l1_bytes, l2_bytes * part // 8) for part in (2, 4, 5)})
    l3_share = l3_bytes // threads
    if 0 < 4 * l2_bytes <= l3_share:
        sets["l3"] = sorted({max(2 * l2_bytes, l3_share * part // 8) for part in (2, 4)})
    total = min(max(4 * l3_bytes, 32 * l2_bytes * threads, 128 * _MIB), 1024 * _MIB)
    sets["memory"] = [total // threads]
    return sets
