"""The tables of `benchmarks/README.md`: each stands between two markers and is written by its
benchmark, from the result file, so that text and figures cannot part."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Sequence

README = pathlib.Path(__file__).parent / "README.md"


def write_table(name: str, rows: Sequence[Sequence[str]], result: pathlib.Path) -> None:
    """Replace what stands between `<!-- name:begin -->` and `<!-- name:end -->`.

    Args:
        name: Of the benchmark.
        rows: Cells; the first row is the head.
        result: The result file, which tells machine, load, date, commit and command.
    """
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    text = README.read_text()
    head, found_begin, rest = text.partition(begin)
    _, found_end, tail = rest.partition(end)
    if not found_begin or not found_end:
        raise SystemExit(f"{README.name} lacks the markers {begin} and {end}")
    content = json.loads(result.read_text())
    machine = content["machine"]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|" + "---|" * len(rows[0]))
    note = (
        f"{content['date']}, {machine['cpu']}, {machine['cores']} cores, load before "
        f"{machine['load_average_before']:.2f}, commit {content['commit']}, "
        f"`{content['command']}`. Raw samples: `results/{result.name}`."
    )
    README.write_text(f"{head}{begin}\n\n{chr(10).join(lines)}\n\n{note}\n\n{end}{tail}")
