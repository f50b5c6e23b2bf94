"""Logs, plain or gzip, cut into parts of so many lines."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from ..errors import RecordFileError

_GZIP_MAGIC = b"\x1f\x8b"
_ENDINGS = (".json", ".log", ".json.gz", ".log.gz")


class LogPart(NamedTuple):
    """Lines of one log that stand next to each other.

    Attributes:
        log: The log's file name, without its folder.
        first_line: Number of the first line in the log, from 1.
        lines: As they stand there, without their ends; some may be empty.
    """

    log: str
    first_line: int
    lines: list[str]


def find_logs(paths: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """The logs among paths; of a folder those below it that are named like logs, in order.

    Raises:
        RecordFileError: There is nothing there.
    """
    found = []
    for path in map(Path, paths):
        if path.is_dir():
            logs = [each for each in sorted(path.rglob("*")) if each.name.endswith(_ENDINGS)]
        else:
            logs = [path] if path.is_file() else []
        if not logs:
            raise RecordFileError(
                f"{path} is no log; expected a file, or a folder with some that end in"
                f" {', '.join(_ENDINGS)}."
            )
        found += logs
    return found


def count_lines(path: Path) -> int:
    """Lines of a log; of one that breaks off, those before."""
    lines = 0
    try:
        with _open(path) as file:
            for _ in file:
                lines += 1
    except (OSError, EOFError, zlib.error):
        pass  # whoever reads the lines says so
    return lines


def log_parts(path: Path, most_lines: int) -> Iterator[LogPart]:
    """The parts of a log, in order.

    Raises:
        RecordFileError: The log cannot be read, or not to its end; what was readable came before.
    """
    lines: list[str] = []
    first_line = 1
    try:
        with _open(path) as file:
            for line in file:
                lines.append(line.decode("utf-8", errors="replace").strip())
                if len(lines) == most_lines:
                    yield LogPart(path.name, first_line, lines)
                    first_line += len(lines)
                    lines = []
    except (OSError, EOFError, zlib.error) as error:
        if lines:
            yield LogPart(path.name, first_line, lines)
        raise RecordFileError(
            f"log {path} cannot be read beyond line {first_line + len(lines) - 1}: {error}."
        ) from error
    if lines:
        yield LogPart(path.name, first_line, lines)


def _open(path: Path) -> BinaryIO:
    with open(path, "rb") as file:
        compressed = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
    return cast(BinaryIO, gzip.open(path, "rb")) if compressed else open(path, "rb")
