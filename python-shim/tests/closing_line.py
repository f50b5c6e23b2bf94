"""Ends a run of pytest with one plain line, `pytest: N passed, N failed, N skipped`.

A plugin and not part of conftest.py, so that it also speaks when conftest.py cannot be loaded:
`PYTHONPATH=tests python -m pytest -p closing_line`.
"""

from __future__ import annotations

import atexit

import pytest

# What stands when pytest never comes as far as a summary: the run as a whole failed.
_counts = {"passed": 0, "failed": 1, "skipped": 0}


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    def count(*outcomes: str) -> int:
        return sum(len(terminalreporter.stats.get(outcome, [])) for outcome in outcomes)

    failed = count("failed", "error")
    if exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        failed = max(failed, 1)  # an internal error or an interrupt fails no single test
    _counts.update(
        passed=count("passed", "xpassed"), failed=failed, skipped=count("skipped", "xfailed")
    )


@atexit.register
def _print_closing_line() -> None:
    """At exit, because pytest writes its own summary after every hook."""
    words = [f"{_counts['passed']} passed", f"{_counts['failed']} failed"]
    if _counts["skipped"]:
        words.append(f"{_counts['skipped']} skipped")
    print(f"pytest: {', '.join(words)}")
