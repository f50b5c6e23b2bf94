"""How several timings become one measurement. Needs no TVM."""

from __future__ import annotations

from typing import Any, cast

import pytest

from cdmpp_tvm.collection.measurement import Due
from cdmpp_tvm.collection.messages import NO_ERROR, RUN_TIMEOUT, Timed, failed
from cdmpp_tvm.collection.visits import MOST_VISITS, Visits

DUE = cast(Due, object())


def _visited(*best_seconds: float, seconds: float = 0.05, is_quiet: bool = True) -> Visits:
    """Visits whose best samples these are, until no more are wanted."""
    visits = Visits()
    for best in best_seconds:
        assert visits.wants_more
        timed = Timed((best * 1.5, best, best * 1.1), NO_ERROR, "", seconds)
        visits.add(timed, 1.0, is_quiet=is_quiet)
    return visits


def test_two_quiet_visits_that_agree_are_enough() -> None:
    visits = _visited(1.0e-3, 1.01e-3)
    assert not visits.wants_more
    assert visits.measured(DUE, 0.2).costs_seconds == (1.0e-3, 1.01e-3)


def test_disturbed_visits_that_agree_may_both_have_been_slowed_down() -> None:
    assert _visited(1.3e-3, 1.3e-3, 1.3e-3, is_quiet=False).wants_more
    assert not _visited(1.3e-3, 1.3e-3, 1.3e-3, 1.3e-3, is_quiet=False).wants_more


def test_a_quiet_visit_does_not_vouch_for_a_faster_disturbed_one() -> None:
    visits = _visited(1.0e-3)
    visits.add(Timed((0.99e-3,), NO_ERROR, "", 0.05), 1.0, is_quiet=False)
    assert visits.wants_more
    visits.add(Timed((0.995e-3,), NO_ERROR, "", 0.05), 1.0, is_quiet=True)
    assert visits.wants_more
    visits.add(Timed((0.98e-3,), NO_ERROR, "", 0.05), 1.0, is_quiet=True)
    assert not visits.wants_more
    assert visits.measured(DUE, 0.0).costs_seconds == (0.98e-3, 0.99e-3)


def test_visits_go_on_until_two_agree() -> None:
    visits = _visited(2.0e-3, 1.5e-3, 1.2e-3, 1.0e-3, 1.02e-3)
    assert not visits.wants_more
    assert visits.measured(DUE, 0.0).mean_seconds == pytest.approx(1.01e-3)


def test_visits_that_never_agree_end() -> None:
    visits = _visited(*[1e-3 * 1.1**n for n in range(MOST_VISITS)])
    assert not visits.wants_more


def test_what_takes_long_is_visited_twice() -> None:
    assert not _visited(1.0, 1.5, seconds=1.6).wants_more


def test_a_failure_ends_the_visits_and_is_the_result() -> None:
    visits = _visited(1e-3)
    visits.add(failed(RUN_TIMEOUT, "too slow", 1.0), 1.0, is_quiet=True)
    assert not visits.wants_more
    measured: Any = visits.measured(DUE, 0.2)
    assert (measured.error_number, measured.error_message) == (RUN_TIMEOUT, "too slow")
    assert measured.all_cost_seconds == pytest.approx(0.2 + 0.05 + 1.0)


def test_each_visit_is_rescaled_by_the_drift_at_its_time() -> None:
    visits = Visits()
    for best, scale in ((2.0e-3, 0.5), (1.0e-3, 1.0)):
        visits.add(Timed((best,), NO_ERROR, "", 0.05), scale, is_quiet=True)
    assert visits.measured(DUE, 0.0).costs_seconds == (1.0e-3, 1.0e-3)
