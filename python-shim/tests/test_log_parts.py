"""Logs read in parts, and their lines, without TVM."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from cdmpp_tvm.errors import RecordFileError
from cdmpp_tvm.rebuild.log_parts import LogPart, count_lines, find_logs, log_parts
from cdmpp_tvm.rebuild.record_line import parse_line

_LINE = (
    '{"i": [["[\\"matmul\\", 8]", "cuda -keys=cuda,gpu", [-1, 16, 64, 49152, 2147483647, 1024, 8,'
    ' 32], "", 0, []], [[], [["SP", 2, 0, 8, [4, 1], 1]]]], "r": [[0.5, 0.25], 0, 4.5, 1637535076],'
    ' "v": "v0.6"}'
)


def test_parts_hold_all_lines_with_their_numbers_plain_or_gzip(tmp_path: Path) -> None:
    lines = [f"line {n}" for n in range(7)]
    (tmp_path / "plain.json").write_text("\n".join(lines) + "\n")
    # What tells gzip is the content, not the name.
    (tmp_path / "packed.log").write_bytes(gzip.compress("\n".join(lines).encode()))
    for name in ("plain.json", "packed.log"):
        parts = list(log_parts(tmp_path / name, 3))
        assert [part.first_line for part in parts] == [1, 4, 7]
        assert [line for part in parts for line in part.lines] == lines
        assert {part.log for part in parts} == {name}
        assert count_lines(tmp_path / name) == 7


def test_a_log_that_breaks_off_gives_what_it_has_and_says_where(tmp_path: Path) -> None:
    packed = gzip.compress("\n".join(f"{n} {hash(str(n))}" for n in range(5000)).encode())
    path = tmp_path / "cut.log.gz"
    path.write_bytes(packed[: len(packed) // 2])
    parts: list[LogPart] = []
    with pytest.raises(RecordFileError, match=r"cut\.log\.gz") as caught:
        parts.extend(log_parts(path, 100))
    read = sum(len(part.lines) for part in parts)
    assert 0 < read < 5000
    assert f"beyond line {read}" in str(caught.value)
    assert count_lines(path) == read


def test_folders_are_searched_for_logs(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    for name in ("b.json", "below/a.log.gz", "below/README.md"):
        (tmp_path / name).write_text("")
    names = [path.name for path in find_logs([tmp_path, tmp_path / "below" / "README.md"])]
    assert names == ["b.json", "a.log.gz", "README.md"]
    with pytest.raises(RecordFileError, match="nowhere is no log"):
        find_logs([tmp_path / "nowhere"])


def test_a_line_says_whose_measurement_it_is() -> None:
    record = parse_line(_LINE)
    assert record.task.workload_key == '["matmul", 8]'
    assert record.task.target == "cuda -keys=cuda,gpu"
    assert record.task.limits == (-1, 16, 64, 49152, 2147483647, 1024, 8, 32)
    assert record.steps == '[["SP", 2, 0, 8, [4, 1], 1]]'
    assert (record.costs_seconds, record.error_number) == ([0.5, 0.25], 0)
    assert (record.all_cost_seconds, record.timestamp_seconds) == (4.5, 1637535076)
    assert (record.version, record.line) == ("v0.6", _LINE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{", ""),
        ('"r"', '"s"'),
        ('[["SP", 2, 0, 8, [4, 1], 1]]', "{}"),
        ("[-1, 16,", "[16,"),
        ("0, 4.5", "4.5"),
        ('"cuda -keys=cuda,gpu"', "7"),
        ("[0.5, 0.25]", '["fast"]'),
    ],
)
def test_lines_that_are_no_records_are_refused(old: str, new: str) -> None:
    spoiled = _LINE.replace(old, new, 1)
    assert spoiled != _LINE
    with pytest.raises(RecordFileError, match="no record"):
        parse_line(spoiled)
    with pytest.raises(RecordFileError, match="no record"):
        parse_line(json.dumps([1]))
