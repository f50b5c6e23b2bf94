"""Ends a run of pytest with one plain line, `pytest: N passed, N failed, N skipped`.

A plugin and not part of conftest.py, so that it also speaks when conftest.py cannot be loaded:
`PYTHONPATH=tests python -m pytest -p closing_line`.
"""

from __future__ import annotations

import pytest

_stats: dict[str, list[object]] = {}


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    _stats.update(terminalreporter.stats)


def _count(*outcomes: str) -> int:
    return sum(len(_stats.get(outcome, [])) for outcome in outcomes)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """The last hook there is: pytest's own summary stands above."""
    words = [f"{_count('passed', 'xpassed')} passed", f"{_count('failed', 'error')} failed"]
    skipped = _count("skipped", "xfailed")
    if skipped:
        words.append(f"{skipped} skipped")
    print(f"pytest: {', '.join(words)}")
