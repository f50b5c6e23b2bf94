"""A file of lines that only grows, and is whole after a kill at any moment."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

_STEP_BYTES = 1 << 16


class AppendedLines:
    """Lines are on disk when `append` returns. A line that a kill has cut is taken away.

    Args:
        path: The file; made with its folder where it is missing.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        _cut_torn_line(path)
        self._file = path.open("ab")
        _sync_folder(path.parent)

    def append(self, lines: Iterable[str]) -> None:
        """Add lines, given without their ends."""
        self._file.write("".join(f"{line}\n" for line in lines).encode("utf-8"))
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _cut_torn_line(path: Path) -> None:
    if not path.exists():
        return
    with path.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        keep = end
        while keep > 0:
            start = max(0, keep - _STEP_BYTES)
            file.seek(start)
            place = file.read(keep - start).rfind(b"\n")
            if place >= 0:
                keep = start + place + 1
                break
            keep = start
        if keep < end:
            file.truncate(keep)
            os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """A new file's name must be on disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
