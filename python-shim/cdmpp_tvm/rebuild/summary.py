"""What became of all logs of a rebuild."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from .worker import BrokenLine, PartResult

_MOST_NAMED = 20


@dataclass
class RebuildSummary:
    """Counts of a rebuild.

    Attributes:
        logs: Read, those that break off too.
        lines: Read, empty ones too.
        accepted: Records that are new to the server.
        duplicates: Records that it knew.
        failed: Records of failed measurements among them.
        broken: How many lines of each log gave no record, by log and reason.
        first_broken: The first of them.
        unreadable: What is wrong with logs that could not be read to their end.
        task_id: Of some task whose records were sent; empty: none was.
    """

    logs: int = 0
    lines: int = 0
    accepted: int = 0
    duplicates: int = 0
    failed: int = 0
    broken: Counter[tuple[str, str]] = field(default_factory=Counter)
    first_broken: dict[tuple[str, str], BrokenLine] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)
    task_id: str = ""

    def add(self, part: PartResult) -> None:
        """Count a part of a log."""
        self.lines += part.lines
        self.accepted += part.accepted
        self.duplicates += part.duplicates
        self.failed += part.failed
        self.task_id = self.task_id or part.task_id
        for line in part.broken:
            kind = (line.log, line.reason)
            self.broken[kind] += 1
            known = self.first_broken.get(kind)
            # Parts come back in any order.
            if known is None or line.number < known.number:
                self.first_broken[kind] = line

    @property
    def records(self) -> int:
        """Records that the server has acknowledged."""
        return self.accepted + self.duplicates

    def complaints(self) -> list[str]:
        """What could not be rebuilt, a line each, at most some twenty."""
        named = [
            f"{line.log}, line {line.number}"
            + (f" and {self.broken[kind] - 1:,} more" if self.broken[kind] > 1 else "")
            + f": {line.reason}"
            for kind, line in sorted(self.first_broken.items())
        ]
        if len(named) > _MOST_NAMED:
            more = len(named) - _MOST_NAMED
            named = [*named[:_MOST_NAMED], f"... and {more:,} more logs or reasons"]
        return [*self.unreadable, *named]

    def __str__(self) -> str:
        return (
            f"{self.lines:,} lines of {self.logs:,} logs: {self.records:,} records sent,"
            f" {self.accepted:,} of them new, {self.failed:,} of failed measurements;"
            f" {sum(self.broken.values()):,} lines gave none"
        )
