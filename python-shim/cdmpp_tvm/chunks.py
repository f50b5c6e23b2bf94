"""States → chunks of printed programs, made while the server scores the chunk before."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from .encode import StateEncoder
from .gen import program_pb2


class Chunks:
    """Chunks of printed programs: printed when first asked for, then kept for a second try.

    Args:
        encoder: Of the states' task.
        states: What to print.
        chunk_size: States of one chunk; the last may have fewer.
        with_loop_nest: Print the loop nests too, where the steps alone will not do.

    Attributes:
        print_seconds: Spent printing so far.
    """

    def __init__(
        self,
        encoder: StateEncoder,
        states: Sequence[Any],
        chunk_size: int,
        *,
        with_loop_nest: bool = False,
    ) -> None:
        self._encoder = encoder
        self._states = states
        self._chunk_size = chunk_size
        self._with_loop_nest = with_loop_nest
        self._printed: list[list[program_pb2.Program]] = []
        self.print_seconds = 0.0

    def __iter__(self) -> Iterator[list[program_pb2.Program]]:
        count = len(self._states)
        for index in range((count + self._chunk_size - 1) // self._chunk_size):
            if index == len(self._printed):
                started = time.perf_counter()
                first = index * self._chunk_size
                last = min(first + self._chunk_size, count)
                self._printed.append(
                    self._encoder.encode(
                        self._states, first, last, with_loop_nest=self._with_loop_nest
                    )
                )
                self.print_seconds += time.perf_counter() - started
            yield self._printed[index]
