"""What each choice of the predictor is worth: variants trained alike, compared on validation.

make bench-ablation

Needs the data and the plan of `make bench-accuracy`, and makes them where they are not there. What
is tested is not looked at. Whoever runs this again goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
from typing import Any

from accuracy_features import export_features
from readme_table import write_table
from result_file import machine, write_result

from accuracy import CACHE, HERE, node, prepare

VARIANTS = HERE / "ablation_variants.json"


def main() -> None:
    """Train every variant, then write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small trainings, writes no result")
    parser.add_argument("--cache", type=pathlib.Path, help="where everything is kept")
    options = parser.parse_args()
    quick = options.quick
    cache = options.cache or CACHE / ("accuracy-quick" if quick else "accuracy")
    measured_on = machine()
    if not prepare(cache, "public", quick):
        raise SystemExit("the public logs are not there")
    export_features(cache / "public")
    node(cache, "ablate", "--variants", str(VARIANTS), *(["--quick"] if quick else []))
    variants = json.loads((cache / "ablation.json").read_text())
    rows = ablation_table(variants)
    for row in rows:
        print(" | ".join(row))
    if quick:
        print("a trial: nothing was written")
        return
    figures = {
        f"{metric}.{variant['name']}": variant["figures"][metric]["value"]
        for variant in variants
        for metric in ("mape", "pairwise", "peak1")
        if variant["figures"][metric] is not None
    }
    path = write_result(
        "ablation",
        figures,
        {"variants": variants},
        command="make bench-ablation",
        measured_on=measured_on,
    )
    write_table("ablation", rows, path)
    print(f"written: {os.path.relpath(path)}")


def ablation_table(variants: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    """A row a variant, each with what it differs by from the first."""
    rows: list[tuple[str, ...]] = [
        ("choice", "changed to", "MAPE, %", "difference", "pairwise, > 5 % apart", "difference")
    ]
    for variant in variants:
        figures, differences = variant["figures"], variant["differences"] or {}
        rows.append(
            (
                variant["choice"],
                variant["change"],
                _value(figures["mape"], 2),
                _interval(differences.get("mape"), 2),
                _value(figures["pairwise"], 3),
                _interval(differences.get("pairwise"), 3),
            )
        )
    return rows


def _value(estimate: dict[str, Any] | None, digits: int) -> str:
    return "-" if estimate is None else f"{estimate['value']:.{digits}f}"


def _interval(estimate: dict[str, Any] | None, digits: int) -> str:
    if estimate is None:
        return "-"
    value = f"{estimate['value']:+.{digits}f}"
    if estimate["low"] is None:
        return value
    return f"{value} ({estimate['low']:+.{digits}f} to {estimate['high']:+.{digits}f})"


if __name__ == "__main__":
    main()
