"""The accuracy benchmark's tables, from what the judge said."""

from __future__ import annotations

from typing import Any

Rows = list[tuple[str, ...]]

#: key → (must be, aim); errors and `cpu_*` in percent, the rest as shares.
GOALS = {
    "sample_mape": ("≤ 10", "7"),
    "device_protocol_mape": ("≤ 10.85", "7"),
    "task_mape": ("≤ 35", "14.03"),
    "task_pairwise": ("≥ 0.80", "0.90"),
    "task_peak1": ("≥ 0.93", "0.97"),
    "fewshot_mape": ("≤ 22", "10.85"),
    "fewshot_pairwise": ("≥ 0.82", "0.90"),
    "zeroshot_mape": ("≤ 32", "20"),
    "zeroshot_pairwise": ("≥ 0.81", "0.85"),
    "sampler_gain": ("≥ 0.10", "0.25"),
    "cpu_network_mape": ("≤ 30", "14.03"),
    "cpu_network_pairwise": ("≥ 0.82", "0.90"),
    "cpu_device_mape": ("≤ 15", "noise floor + 4"),
    "pairwise_gain_min": ("> 0", "0.03"),
}
_STAGES = {"final": "", "source": ", before adapting"}
_SUBSETS = {"all": "", "absent-elsewhere": ", tasks of no other device"}


def figure_table(verdict: dict[str, Any]) -> Rows:
    """A row a figure that is told, those with goals first."""
    figures, intervals = verdict["figures"], verdict["intervals"]
    rows: Rows = [("figure", "value", "95 % interval", "must be", "aim")]
    for key in [*(key for key in GOALS if key in figures), *(k for k in figures if k not in GOALS)]:
        low, high = intervals.get(key, (None, None))
        is_percent = key.endswith("_mape")
        rows.append(
            (
                f"`{key}`",
                _number(figures[key], is_percent),
                "-"
                if low is None
                else f"{_number(low, is_percent)} to {_number(high, is_percent)}",
                *GOALS.get(key, ("", "")),
            )
        )
    return rows


def arm_table(verdict: dict[str, Any]) -> Rows:
    """A row a protocol, stage and predictor."""
    rows: Rows = [
        (
            "protocol",
            "predictor",
            "MAPE, %",
            "median APE, %",
            "pairwise, > 5 % apart",
            "pairwise, all",
            "Spearman",
            "peak@1",
            "peak@5",
            "tasks",
            "not ranked",
        )
    ]
    for each in verdict["protocols"]:
        name = each["protocol"] + _STAGES[each["stage"]] + _SUBSETS[each["subset"]]
        for arm in each["arms"]:
            figures = arm["figures"]
            rows.append(
                (
                    name,
                    arm["name"],
                    _value(figures["mape"], True),
                    _value(figures["median-ape"], True),
                    *(
                        _value(figures[key], False)
                        for key in ("pairwise", "pairwise-all", "spearman", "peak1", "peak5")
                    ),
                    str(each["tasks"]),
                    str(each["leftOutOfRank"]),
                )
            )
    return rows


def sampler_table(verdict: dict[str, Any]) -> Rows:
    """A row a comparison of samplers."""
    rows: Rows = [("protocol", "sampler", "against", "share of MAPE saved", "95 % interval")]
    for each in verdict["samplers"]:
        saved = each["savedShare"]
        interval = (
            "-"
            if saved["low"] is None
            else f"{_number(saved['low'], False)} to {_number(saved['high'], False)}"
        )
        row = (each["protocol"], each["sampler"], each["other"])
        rows.append((*row, _number(saved["value"], False), interval))
    return rows


def _value(estimate: dict[str, Any] | None, is_percent: bool) -> str:
    return "-" if estimate is None else _number(estimate["value"], is_percent)


def _number(value: float, is_percent: bool) -> str:
    return f"{value:.2f}" if is_percent else f"{value:.3f}"
