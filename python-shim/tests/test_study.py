"""Studies as the server speaks to them; what the search makes of them is tested from there."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from cdmpp_tvm.study.__main__ import serve

_SPACE = [
    {"name": "x", "kind": "float", "low": -1, "high": 1, "scale": "linear"},
    {"name": "kind", "kind": "choice", "choices": ["a", "b"]},
]


def _opening(**changes: Any) -> dict[str, Any]:
    return {
        "op": "open",
        "seed": 1,
        "about": {"fold": "one"},
        "space": _SPACE,
        "first": [],
        "pruning": {"startupTrials": 2, "warmUpLooks": 0},
        **changes,
    }


def _answers(file: Path, *requests: Any) -> list[dict[str, Any]]:
    lines = [each if isinstance(each, str) else json.dumps(each) for each in requests]
    output = io.StringIO()
    serve(file, io.StringIO("".join(f"{line}\n" for line in lines)), output)
    return [json.loads(line) for line in output.getvalue().splitlines()]


def test_the_first_request_opens_the_study(tmp_path: Path) -> None:
    answers = _answers(tmp_path / "study", {"op": "ask"}, _opening(), _opening(), {"op": "ask"})
    assert answers[0]["error"] == "the first request is 'ask'; it must be 'open'"
    assert answers[1] == {"finished": 0, "best": None}
    assert answers[2]["error"] == "the study is open already"
    assert answers[3]["trial"] == 0


@pytest.mark.parametrize(
    ("request_line", "reason"),
    [
        ("{", "a request is not JSON"),
        ("[]", "a request must be an object with 'op'"),
        ('{"op": "sing"}', "op is 'sing'; it must be open, ask, report, tell or summary"),
        ('{"op": "report", "trial": 0}', "request 'report' lacks 'look'"),
        (
            '{"op": "tell", "trial": 0, "state": "complete"}',
            "trial 0 is told 'complete' with None; it must be 'complete' with a value",
        ),
        ('{"op": "tell", "trial": 9, "state": "pruned"}', "trial is 9; it must be one"),
    ],
)
def test_what_cannot_be_done_is_answered(tmp_path: Path, request_line: str, reason: str) -> None:
    answers = _answers(
        tmp_path / "study", _opening(), {"op": "ask"}, request_line, {"op": "summary"}
    )
    assert reason in answers[2]["error"]
    assert answers[3] == {"trials": [], "best": None, "importances": {}}


@pytest.mark.parametrize(
    ("space", "reason"),
    [
        ([], "the space is empty"),
        ([*_SPACE, _SPACE[0]], "two parameters are called 'x'"),
        ([{"name": "x", "kind": "list"}], "request 'open' lacks 'low'"),
        (
            [{"name": "x", "kind": "list", "low": 0, "high": 1, "scale": "linear"}],
            "its kind is 'list'; it must be float, integer or choice",
        ),
        (
            [{"name": "x", "kind": "float", "low": 2, "high": 1, "scale": "linear"}],
            "parameter 'x' cannot be drawn",
        ),
        (
            [{"name": "x", "kind": "float", "low": 0, "high": 1, "scale": "logarithmic"}],
            "parameter 'x' cannot be drawn",
        ),
    ],
)
def test_a_space_that_cannot_be_searched_is_refused(
    tmp_path: Path, space: list[Any], reason: str
) -> None:
    answers = _answers(tmp_path / "study", _opening(space=space), _opening())
    assert reason in answers[0]["error"]
    # What was refused holds no lock, and the process goes on.
    assert answers[1]["finished"] == 0


def test_optuna_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    [answer] = _answers(tmp_path / "study", _opening())
    assert "optuna cannot be imported" in answer["error"]
    assert "pip install 'cdmpp-tvm[tune]'" in answer["error"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    [answer] = _answers(tmp_path / "nowhere" / "study", _opening())
    assert "cannot be locked" in answer["error"]
    assert "nowhere" in answer["error"]


def test_names_of_files_may_hold_what_urls_may_not(tmp_path: Path) -> None:
    file = tmp_path / "a study? 100% #1"
    _answers(file, _opening(), {"op": "ask"}, {"op": "tell", "trial": 0, "state": "pruned"})
    assert file.is_file()
    assert _answers(file, _opening())[0]["finished"] == 1
