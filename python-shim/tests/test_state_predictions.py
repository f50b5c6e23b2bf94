"""Steps alone first, the loop nest where the server cannot do without: what it is sent."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import workloads
from fake_server import REFERENCE_SECONDS, FakeServer, hashed_latency, ok, unreadable

from cdmpp_tvm import CdmppModel, UnreadableProgramsError
from cdmpp_tvm.encode import StateEncoder
from cdmpp_tvm.gen import predict_pb2, program_pb2


def _refusing(server: FakeServer, refused: set[str]) -> None:
    """A server that wants the loop nest of programs with these steps."""

    def predict(program: program_pb2.Program) -> predict_pb2.Prediction:
        if program.transform_steps in refused and not program.loop_nest:
            return unreadable("step 3: ZZ is not known")
        return ok(hashed_latency(program))

    server.predict = predict


def _expected(task: Any, states: list[Any]) -> list[float]:
    return [
        REFERENCE_SECONDS / hashed_latency(program_pb2.Program(transform_steps=steps))
        for steps in StateEncoder(task).transform_steps(states)
    ]


def test_steps_alone_are_sent(
    server: FakeServer, model: CdmppModel, task: Any, states: list[Any]
) -> None:
    assert model.predict(task, states) == _expected(task, states)
    (sent,) = server.chunks
    assert [p.transform_steps for p in sent] == StateEncoder(task).transform_steps(states)
    assert {p.loop_nest for p in sent} == {""}
    assert model.statistics.programs_resent == 0


def test_only_what_needs_it_is_sent_again_and_put_in_its_place(
    server: FakeServer,
    model: CdmppModel,
    task: Any,
    states: list[Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    steps = StateEncoder(task).transform_steps(states)
    _refusing(server, {steps[1], steps[4]})
    with caplog.at_level(logging.WARNING):
        assert model.predict(task, states) == _expected(task, states)
        assert [len(chunk) for chunk in server.chunks] == [len(states), 2]
        assert [p.loop_nest for p in server.chunks[1]] == [str(states[1]), str(states[4])]
        assert model.predict(task, states) == _expected(task, states)
    assert [len(chunk) for chunk in server.chunks] == [len(states), 2] * 2
    assert model.statistics.programs_resent == 4
    assert model.statistics.programs_scored == 2 * len(states)
    assert len(caplog.records) == 1
    assert f"could not read 2 of {len(states)} programs" in caplog.text
    assert "step 3: ZZ is not known" in caplog.text


def test_a_task_that_mostly_needs_it_pays_twice_only_once(
    server: FakeServer,
    model: CdmppModel,
    task: Any,
    states: list[Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    steps = StateEncoder(task).transform_steps(states)
    most = len(states) // 2 + 1
    _refusing(server, set(steps[:most]))
    other = workloads.make_task(workloads.shim_softmax, (32, 64))
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert model.predict(task, states) == _expected(task, states)
    sizes = [len(chunk) for chunk in server.chunks]
    assert sizes == [len(states), most, len(states), len(states)]
    assert all(p.loop_nest for chunk in server.chunks[1:] for p in chunk)
    assert len(caplog.records) == 1
    assert "all programs of this task go" in caplog.text
    model.predict(other, workloads.sample_states(other))
    assert {p.loop_nest for p in server.chunks[-1]} == {""}  # of another task nothing is known


def test_one_version_answers_what_is_merged(
    server: FakeServer, model: CdmppModel, task: Any, states: list[Any]
) -> None:
    """A server that does not know `pinned`: a training in between must not mix two scales."""
    server.knows_pinned = False
    steps = StateEncoder(task).transform_steps(states)

    def predict(program: program_pb2.Program) -> predict_pb2.Prediction:
        if program.transform_steps == steps[0] and not program.loop_nest:
            if server.newest == 0:
                server.train()
            return unreadable()
        return ok(1e-3 if server.newest == 0 else 2e-3)

    server.predict = predict
    assert set(model.predict(task, states)) == {REFERENCE_SECONDS / 2e-3}
    assert server.asked_versions == [0, 0, 1]
    assert server.asked_pins == [False, True, True]
    assert [len(chunk) for chunk in server.chunks] == [len(states), 1, len(states)]


def test_what_no_text_makes_readable_is_not_remembered(
    server: FakeServer,
    model: CdmppModel,
    task: Any,
    states: list[Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.predict = lambda program: unreadable("line 1: a tab")
    with caplog.at_level(logging.WARNING):
        with pytest.raises(UnreadableProgramsError, match="line 1: a tab"):
            model.predict(task, states)
        assert "loop nests too" not in caplog.text
    server.chunks.clear()
    server.predict = lambda program: ok(1e-3)
    model.predict(task, states)
    assert [{p.loop_nest for p in chunk} for chunk in server.chunks] == [{""}]
