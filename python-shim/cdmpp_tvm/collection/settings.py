"""What decides a collection, and what of it may change when it goes on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from ..errors import CollectionError

# Of these, what is measured already depends: another value wants another folder.
_FIXED = ("seed", "networks", "task_file", "tasks", "most_flops", "repeats", "min_repeat_ms")
# So does it on these.
_COMPILERS = ("tvm", "llvm")


@dataclass(frozen=True)
class CollectionSettings:
    """A collection, without where it is kept.

    Attributes:
        seed: Of every choice.
        networks: Names of relay networks.
        task_file: Name of the task file; empty where there is none.
        tasks: Most tasks; None: all of them.
        most_flops: Tasks with more are left out; None: none is.
        per_task: Valid programs wanted of each task, on every device.
        passes: In so many rounds over all tasks.
        repeats: Samples of a visit (see `visits.py`), or of a measurement by RPC.
        min_repeat_ms: Least length of a sample.
        most_spread: Measurements whose samples lie further apart are dropped.
        remeasured_share: Of the programs, measured again in a later pass.
        evolved_share: Of the programs chosen with a model's guidance, where there is a model.
        slow_factor: A run that takes so many times the best of its task ends as a timeout.
    """

    seed: int = 0
    networks: tuple[str, ...] = ()
    task_file: str = ""
    tasks: int | None = None
    most_flops: float | None = None
    per_task: int = 110
    passes: int = 4
    repeats: int = 2
    min_repeat_ms: int = 4
    most_spread: float = 0.1
    remeasured_share: float = 0.05
    evolved_share: float = 0.5
    slow_factor: float = 20.0

    def wanted_after(self, pass_number: int) -> int:
        """Valid programs wanted of each task when a pass is done."""
        return -(-self.per_task * pass_number // self.passes)

    def remeasured_after(self, pass_number: int) -> int:
        """Second measurements wanted of each task when a pass is done; the first has none."""
        if pass_number < 2:
            return 0
        wanted = self.per_task * self.remeasured_share
        return math.ceil(wanted * (pass_number - 1) / (self.passes - 1) - 1e-9)


def check_goes_on(stored: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Refuse to go on with a collection that was begun otherwise.

    Raises:
        CollectionError: A field differs of which depends what is measured already, or the compiler
            is another one.
    """
    for compiler in _COMPILERS:
        begun = stored.get("versions", {}).get(compiler)
        now = wanted.get("versions", {}).get(compiler)
        if begun is not None and begun != now:
            raise CollectionError(
                f"{compiler} was {begun} when this folder was begun and is {now} now, which makes"
                f" other programs of the same steps; install {compiler} {begun}, or give another"
                " folder."
            )
    for field in _FIXED:
        if stored.get(field) != wanted.get(field):
            raise CollectionError(
                f"{field} was {stored.get(field)!r} when this folder was begun and is"
                f" {wanted.get(field)!r} now; give the same value, or another folder."
            )
