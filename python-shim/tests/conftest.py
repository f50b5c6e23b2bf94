"""Shared by all tests: where TVM is absent, tests that need it are skipped by name."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

# Before TVM is imported anywhere: its own guess of the cores is wrong on some machines.
os.environ.setdefault("TVM_NUM_THREADS", "2")
# TVM builds and runs programs in processes of its own, which import our workloads.
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
)

_TVM_FILES = {
    "test_cost_model.py",
    "test_cost_model_search.py",
    "test_encode_programs.py",
    "test_encode_task.py",
    "test_real_server.py",
    "test_records.py",
}


def has_auto_scheduler() -> bool:
    """Whether there is a TVM with its auto-scheduler."""
    try:
        return importlib.util.find_spec("tvm.auto_scheduler") is not None
    except (ImportError, OSError):
        return False


collect_ignore: list[str] = []
_MISSING = not has_auto_scheduler()
if _MISSING:
    collect_ignore = sorted(_TVM_FILES)


def pytest_report_header() -> str:
    """Say so where tests are left out."""
    if _MISSING:
        return f"no tvm.auto_scheduler here: left out {', '.join(sorted(_TVM_FILES))}"
    return "tvm.auto_scheduler is here"


@pytest.fixture(autouse=True)
def _no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token in the developer's environment is none of the tests' business."""
    monkeypatch.delenv("CDMPP_TOKEN", raising=False)
    monkeypatch.delenv("CDMPP_TOKEN_FILE", raising=False)
