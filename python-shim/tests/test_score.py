"""The one conversion from latencies to scores."""

from __future__ import annotations

import logging

import numpy as np
import pytest
from fake_server import cannot_build, ok, unreadable

from cdmpp_tvm import score
from cdmpp_tvm.errors import ProtocolError, UnreadableProgramsError
from cdmpp_tvm.gen import predict_pb2
from cdmpp_tvm.score import UNREADABLE_SCORE, scores_of


@pytest.fixture(autouse=True)
def _forget_warnings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(score, "_warned_reasons", set())


def test_score_is_reference_over_latency() -> None:
    assert scores_of([ok(2e-3), ok(5e-4)], 1e-3) == [0.5, 2.0]


def test_scale_does_not_depend_on_the_other_programs_of_a_call() -> None:
    alone = scores_of([ok(3e-3)], 1e-3)
    beside_faster = scores_of([ok(3e-3), ok(1e-6)], 1e-3)
    assert beside_faster[0] == alone[0]


def test_what_cannot_be_built_is_dropped_and_what_cannot_be_read_ranks_last() -> None:
    slowest = ok(1e9)
    scores = scores_of([cannot_build(), unreadable(), slowest, ok(1e-3)], 1e-12)
    assert scores[0] == float("-inf")
    assert scores[0] < 0 < scores[1] < scores[2] < scores[3]
    # TVM holds scores in float32; weights of 0 in all places would make its choice void.
    assert np.float32(UNREADABLE_SCORE) > 0


def test_unreadable_programs_are_warned_of_once_per_reason(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            scores_of([unreadable("reason one"), unreadable("reason two"), ok(1.0)], 1.0)
    messages = [record.getMessage() for record in caplog.records]
    assert [m.rsplit(": ", 1)[1] for m in messages] == ["reason one", "reason two"]
    assert "2 of 3 programs" in messages[0]


def test_warnings_end_somewhere(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for line in range(100):
            scores_of([unreadable(f"line {line}"), ok(1.0)], 1.0)
    assert len(caplog.records) == 20


def test_a_call_with_no_readable_program_raises() -> None:
    with pytest.raises(UnreadableProgramsError, match=r"none of 2 programs.*line 9: no stage"):
        scores_of([unreadable("line 9: no stage"), unreadable("other")], 1.0)
    assert scores_of([], 1.0) == []
    assert scores_of([cannot_build(), unreadable()], 1.0) == [float("-inf"), UNREADABLE_SCORE]


@pytest.mark.parametrize("latency", [0.0, -1.0, float("nan"), float("inf")])
def test_a_latency_that_is_none_is_refused(latency: float) -> None:
    with pytest.raises(ProtocolError, match="latency_seconds is"):
        scores_of([ok(latency)], 1.0)


def test_an_unknown_status_is_refused() -> None:
    with pytest.raises(ProtocolError, match="status of a prediction is 0"):
        scores_of([predict_pb2.Prediction(latency_seconds=1.0)], 1.0)
