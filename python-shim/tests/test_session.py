"""Rounds, pinned versions, reports: what the server sees of a search, without TVM."""

from __future__ import annotations

import logging
import threading
import time

import pytest
from fake_server import FakeServer

from cdmpp_tvm.client import Connection
from cdmpp_tvm.errors import ConfigurationError, ModelNotFoundError
from cdmpp_tvm.gen import model_pb2, predict_pb2, program_pb2, report_pb2, task_pb2
from cdmpp_tvm.pin import parse_model
from cdmpp_tvm.session import RegisteredTask, Session, _parts

TASK = task_pb2.Task(workload_key='["w"]', target="llvm", compute_dag_text="dag")
GPU_TASK = task_pb2.Task(workload_key='["w"]', target="cuda", compute_dag_text="dag")
PROGRAMS = [[program_pb2.Program(transform_steps="[1]")]]


def _session(server: FakeServer, model: str | None = None, wait_seconds: float = 3.0) -> Session:
    return Session(Connection(server.address, 10.0), model, wait_seconds, "tuner")


def _records(*numbers: int) -> list[report_pb2.MeasuredRecord]:
    return [report_pb2.MeasuredRecord(record_line=f'{{"n": {n}}}') for n in numbers]


def _version(session: Session, task: RegisteredTask) -> int:
    return session.predict(task, PROGRAMS).model.version


def test_one_version_answers_a_round(server: FakeServer) -> None:
    session = _session(server)
    task = session.register(TASK)
    session.report(task, _records(1))
    session.pin.begin_round()
    assert _version(session, task) == 1
    server.train()
    server.train()
    assert [_version(session, task) for _ in range(3)] == [1, 1, 1]
    session.pin.begin_round()
    assert _version(session, task) == 3


def test_version_0_answers_the_round_that_it_began(server: FakeServer) -> None:
    session = _session(server)
    task = session.register(TASK)
    assert _version(session, task) == 0
    server.train()  # by another tuner's records
    assert [_version(session, task) for _ in range(2)] == [0, 0]
    session.pin.begin_round()
    assert _version(session, task) == 1


@pytest.mark.parametrize("line", ["fake", ""])
def test_a_server_that_knows_neither_pins_nor_lines_replaces_version_0(
    server: FakeServer, line: str
) -> None:
    server.knows_pinned = False
    server.line_of = lambda task: line
    session = _session(server)
    task = session.register(TASK)
    assert _version(session, task) == 0
    server.train()
    server.train()
    assert _version(session, task) == 2
    server.train()
    assert _version(session, task) == 2


def test_each_line_has_a_round_of_its_own(server: FakeServer) -> None:
    server.line_of = lambda task: "fake-gpu" if task.target == "cuda" else "fake-cpu"
    session = _session(server)
    cpu, gpu = session.register(TASK), session.register(GPU_TASK)
    assert (cpu.line, gpu.line) == ("fake-cpu", "fake-gpu")
    assert _version(session, cpu) == 0
    server.train()
    assert [_version(session, task) for task in (gpu, cpu, gpu)] == [1, 0, 1]
    assert [r.model for r in session.statistics.rounds] == ["fake-cpu@0", "fake-gpu@1"]
    assert session.statistics.answered_by == "fake-gpu@1"
    session.report(gpu, _records(1))
    session.pin.begin_round()
    assert _version(session, cpu) == 2
    assert server.asked_names == []  # of CPU tasks there is nothing that a model should learn first
    assert _version(session, gpu) == 2
    assert set(server.asked_names) == {"fake-gpu"}


def test_a_loaded_version_answers_the_tasks_of_its_line(server: FakeServer) -> None:
    server.line_of = lambda task: "fake-gpu" if task.target == "cuda" else "fake-cpu"
    session = _session(server)
    cpu, gpu = session.register(TASK), session.register(GPU_TASK)
    server.train()
    session.pin.adopt(predict_pb2.ModelRef(name="fake-gpu", version=1))
    server.train()
    assert [_version(session, task) for task in (cpu, gpu)] == [2, 1]
    named = _session(server, model="fake-cpu")
    named.pin.adopt(predict_pb2.ModelRef(name="fake-gpu", version=1))
    assert [_version(named, named.register(task)) for task in (TASK, GPU_TASK)] == [1, 1]
    named.pin.begin_round()
    assert _version(named, named.register(TASK)) == 2


def test_version_0_can_be_asked_for_by_name(server: FakeServer) -> None:
    server.train()
    session = _session(server, model="fake@0")
    task = session.register(TASK)
    assert _version(session, task) == 0
    session.report(task, _records(1))
    session.pin.begin_round()
    assert _version(session, task) == 0


def test_reporting_alone_does_not_change_the_version(server: FakeServer) -> None:
    session = _session(server)
    task = session.register(TASK)
    session.report(task, _records(1))
    assert _version(session, task) == 1
    session.report(task, _records(2))
    assert server.newest == 2
    assert _version(session, task) == 1


def test_first_predict_of_a_round_waits_for_a_model_that_learned_from_the_report(
    server: FakeServer,
) -> None:
    server.trains = False
    session = _session(server)
    task = session.register(TASK)
    _version(session, task)
    session.report(task, _records(1, 2))
    session.pin.begin_round()
    server.phase = model_pb2.TRAINING_PHASE_RUNNING
    threading.Timer(0.6, server.train).start()
    started = time.monotonic()
    assert _version(session, task) == 1
    assert 0.5 < time.monotonic() - started < 2
    assert 0.5 < session.statistics.fresh_model_wait_seconds < 2


def test_a_model_that_learned_from_less_is_not_fresh(server: FakeServer) -> None:
    server.trains = False
    session = _session(server, wait_seconds=0.7)
    task = session.register(TASK)
    session.report(task, _records(1))
    server.train()  # learns from the first record only
    session.report(task, _records(2))
    session.pin.begin_round()
    server.phase = model_pb2.TRAINING_PHASE_RUNNING
    started = time.monotonic()
    assert _version(session, task) == 1
    assert time.monotonic() - started >= 0.7


def test_wait_is_bounded(server: FakeServer) -> None:
    server.trains = False
    server.phase = model_pb2.TRAINING_PHASE_RUNNING
    session = _session(server, wait_seconds=0.8)
    task = session.register(TASK)
    session.report(task, _records(1))
    started = time.monotonic()
    assert _version(session, task) == 0
    assert 0.7 < time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("phase", "target", "failure", "most_seconds"),
    [
        (model_pb2.TRAINING_PHASE_FROZEN, 0, "", 0.4),
        (model_pb2.TRAINING_PHASE_IDLE, 0, "", 1.5),
        (model_pb2.TRAINING_PHASE_IDLE, 1, "loss is NaN", 1.5),
    ],
)
def test_nothing_is_waited_for_that_will_not_come(
    server: FakeServer,
    phase: model_pb2.TrainingPhase,
    target: int,
    failure: str,
    most_seconds: float,
) -> None:
    server.trains = False
    server.phase, server.target_sequence, server.last_failure = phase, target, failure
    session = _session(server, wait_seconds=20.0)
    task = session.register(TASK)
    session.report(task, _records(1))
    started = time.monotonic()
    _version(session, task)
    assert time.monotonic() - started < most_seconds


def test_wait_can_be_turned_off(server: FakeServer) -> None:
    server.trains = False
    server.phase = model_pb2.TRAINING_PHASE_RUNNING
    session = _session(server, wait_seconds=0.0)
    task = session.register(TASK)
    session.report(task, _records(1))
    _version(session, task)
    assert "GetModel" not in server.calls


def test_a_version_asked_for_by_name_is_the_only_one(server: FakeServer) -> None:
    server.train()
    server.train()
    session = _session(server, model="fake@1")
    task = session.register(TASK)
    assert _version(session, task) == 1
    session.report(task, _records(1))
    session.pin.begin_round()
    assert _version(session, task) == 1
    del server.versions[1]
    with pytest.raises(ModelNotFoundError, match=r"fake@1.*does not keep"):
        _version(session, task)


def test_a_pinned_version_that_is_gone_gives_way_to_the_newest(
    server: FakeServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.train()
    session = _session(server)
    task = session.register(TASK)
    assert _version(session, task) == 1
    server.train()
    del server.versions[1]
    with caplog.at_level(logging.WARNING):
        assert _version(session, task) == 2
    assert "fake@1 is gone" in caplog.text
    assert _version(session, task) == 2


def test_a_forgotten_task_is_registered_again_and_keeps_its_reference(server: FakeServer) -> None:
    server.reference_seconds = lambda registration: 1e-4 * registration
    session = _session(server)
    task = session.register(TASK)
    assert task.reference_latency_seconds == pytest.approx(1e-4)
    server.tasks.clear()
    assert _version(session, task) == 0
    assert server.calls.count("RegisterTask") == 2
    assert task.reference_latency_seconds == pytest.approx(1e-4)
    server.tasks.clear()
    session.report(task, _records(1))
    assert len(server.records) == 1


def test_a_lost_store_gets_its_records_again(server: FakeServer) -> None:
    session = _session(server)
    task = session.register(TASK)
    session.report(task, _records(1, 2, 3))
    server.records.clear()
    server.tasks.clear()
    server.versions = {0: 0}
    session.report(task, _records(4))
    session.report(task, _records(1, 2, 3, 4))
    assert len(server.records) == 4
    session.pin.begin_round()
    started = time.monotonic()
    _version(session, task)  # sequences started over: the old ones are not waited for
    assert time.monotonic() - started < 1


def test_a_record_is_sent_once_and_counted_once(server: FakeServer) -> None:
    session = _session(server)
    task = session.register(TASK)
    session.report(task, _records(1, 2))
    session.report(task, _records(2, 3))
    assert server.calls.count("Report") == 2
    session.report(task, _records(1, 2, 3))
    assert server.calls.count("Report") == 2
    other = _session(server)
    other.report(other.register(TASK), _records(1, 2, 3, 4))
    assert len(server.records) == 4
    assert (other.statistics.records_reported, other.statistics.records_duplicate) == (1, 3)
    assert (session.statistics.records_reported, session.statistics.records_duplicate) == (3, 4)


def test_learning_can_be_put_off(server: FakeServer) -> None:
    session = _session(server)
    task = session.register(TASK)
    session.learn()
    assert "Report" not in server.calls  # nothing was put off
    session.report(task, _records(1, 2), learn=False)
    session.report(task, _records(3), learn=False)
    assert (len(server.records), server.newest) == (3, 0)
    session.learn()
    assert server.versions == {0: 0, 1: 3}
    session.learn()
    assert server.calls.count("Report") == 3
    session.report(task, _records(4), learn=False)
    session.report(task, _records(5))
    session.learn()
    assert server.versions == {0: 0, 1: 3, 2: 5}
    assert server.calls.count("Report") == 5


def test_rounds_are_noted_with_their_first_record(server: FakeServer) -> None:
    session = _session(server)
    task = session.register(TASK)
    _version(session, task)
    for first in (0, 16):
        session.report(task, _records(*range(first, first + 16)))
        session.pin.begin_round()
        _version(session, task)
        _version(session, task)
    rounds = [(r.first_record, r.version, r.trained_on) for r in session.statistics.rounds]
    assert rounds == [(0, 0, 0), (16, 1, 16), (32, 2, 32)]


def test_parts_fit_one_report_each() -> None:
    many = _records(*range(9000))
    assert [len(part) for part in _parts(many)] == [4096, 4096, 808]
    heavy = [report_pb2.MeasuredRecord(record_line="x" * 20_000_000) for _ in range(3)]
    assert [len(part) for part in _parts(heavy)] == [1, 1, 1]
    assert list(_parts([])) == []


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        (None, ("", None)),
        ("cdmpp", ("cdmpp", None)),
        ("cdmpp-cpu@12", ("cdmpp-cpu", 12)),
        ("cdmpp-gpu@0", ("cdmpp-gpu", 0)),
    ],
)
def test_model_names(text: str | None, parsed: tuple[str, int | None]) -> None:
    assert parse_model(text) == parsed


@pytest.mark.parametrize("text", ["", "@3", "cdmpp@", "cdmpp@-1", "cdmpp@x"])
def test_model_names_that_are_none(text: str) -> None:
    with pytest.raises(ConfigurationError, match="name@version"):
        parse_model(text)
