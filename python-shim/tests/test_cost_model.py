"""`CdmppModel` called as TVM calls it, against a made-up server."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import workloads
from fake_server import REFERENCE_SECONDS, FakeServer, cannot_build, hashed_latency, ok, unreadable
from tvm.auto_scheduler import measure, measure_record

from cdmpp_tvm import (
    CdmppModel,
    ConfigurationError,
    RecordFileError,
    RequestRejectedError,
    UnreadableProgramsError,
    reporter,
)
from cdmpp_tvm.encode import StateEncoder
from cdmpp_tvm.gen import predict_pb2, program_pb2


def _batch(task: Any, states: list[Any], first: int) -> tuple[list[Any], list[Any]]:
    inputs = [measure.MeasureInput(task, state) for state in states]
    results = [
        measure.MeasureResult([1e-3 + i * 1e-5], 0, "", 0.5, 1700000000 + i)
        for i in range(first, first + len(states))
    ]
    return inputs, results


def test_scores_are_reference_over_latency_in_the_order_of_the_states(
    model: CdmppModel, task: Any, states: list[Any]
) -> None:
    expected = [
        REFERENCE_SECONDS / hashed_latency(program_pb2.Program(transform_steps=steps))
        for steps in StateEncoder(task).transform_steps(states)
    ]
    assert model.predict(task, states) == expected
    assert model.predict(task, states[::-1]) == expected[::-1]


def test_chunking_changes_nothing(server: FakeServer, task: Any, states: list[Any]) -> None:
    whole = CdmppModel(server.address).predict(task, states)
    server.chunks.clear()
    assert CdmppModel(server.address, chunk_size=5).predict(task, states) == whole
    sizes = [len(chunk) for chunk in server.chunks]
    assert sum(sizes) == len(states)
    assert set(sizes[:-1]) == {5}


def test_one_scale_for_the_life_of_the_model(
    server: FakeServer, model: CdmppModel, task: Any, states: list[Any]
) -> None:
    """A program's score does not depend on its company, nor on what the server says later."""
    server.reference_seconds = lambda registration: REFERENCE_SECONDS * registration
    alone = [model.predict(task, [state])[0] for state in states]
    assert model.predict(task, states) == alone
    server.tasks.clear()  # the server forgets; registered again, it names another reference
    assert model.predict(task, states) == alone
    assert server.calls.count("RegisterTask") == 2


def test_tasks_have_their_own_references(server: FakeServer, model: CdmppModel, task: Any) -> None:
    server.reference_seconds = lambda registration: REFERENCE_SECONDS * registration
    server.predict = lambda program: ok(1e-3)
    other = workloads.make_task(workloads.shim_softmax, (32, 64))
    assert set(model.predict(task, workloads.sample_states(task))) == {0.1}
    assert set(model.predict(other, workloads.sample_states(other))) == {0.2}


def test_programs_that_cannot_be_built_or_read(
    server: FakeServer, model: CdmppModel, task: Any, states: list[Any]
) -> None:
    steps = StateEncoder(task).transform_steps(states)
    bad, unknown = steps[1], steps[2]

    def predict(program: program_pb2.Program) -> predict_pb2.Prediction:
        if program.transform_steps == bad:
            return cannot_build()
        return unreadable() if program.transform_steps == unknown else ok(1.0)

    server.predict = predict
    scores = model.predict(task, states)
    assert scores[1] == float("-inf")
    assert 0 < scores[2] < min(scores[:1] + scores[3:])
    server.predict = lambda program: unreadable("line 2: what is this")
    with pytest.raises(UnreadableProgramsError, match="line 2: what is this"):
        model.predict(task, states)


def test_no_states_no_call(server: FakeServer, model: CdmppModel, task: Any) -> None:
    assert model.predict(task, []) == []
    assert list(model.predict_stages(task, [])) == []
    assert server.calls == []


def test_predict_stages_is_packed_as_tvm_wants_it(
    model: CdmppModel, task: Any, states: list[Any]
) -> None:
    packed = model.predict_stages(task, states)
    assert isinstance(packed, np.ndarray)
    assert packed.shape == (2 * len(states),)
    assert list(packed[: len(states)]) == model.predict(task, states)
    assert not packed[len(states) :].any()


def test_update_reports_every_record_failed_ones_too(
    server: FakeServer, model: CdmppModel, task: Any, states: list[Any]
) -> None:
    inputs, results = _batch(task, states[:3], 0)
    results[1] = measure.MeasureResult([1e10], 6, "timed out", 10.0, 1700000009)
    model.update(inputs, results)
    lines = [measure_record.dump_record_to_string(i, r).strip() for i, r in zip(inputs, results)]
    stored = list(server.records.values())
    assert [record.record_line for record in stored] == lines
    assert [record.error_number for record in stored] == [0, 6, 0]
    assert stored[1].error_message == "timed out"
    assert stored[0].program.loop_nest == str(states[0])
    assert json.loads(stored[0].program.transform_steps) == json.loads(lines[0])["i"][1][1]
    assert all(record.idempotency_key == "" for record in stored)  # the server's default


def test_update_begins_a_round_and_predict_waits_for_its_model(
    server: FakeServer, model: CdmppModel, task: Any, states: list[Any]
) -> None:
    model.predict(task, states[:2])
    server.train()
    model.predict(task, states[:2])
    assert server.asked_versions == [0, 0]
    assert server.asked_pins == [False, True]
    model.update(*_batch(task, states[:2], 0))
    model.predict(task, states[:2])
    server.train()
    model.predict(task, states[:2])
    assert server.asked_versions[2:] == [0, 2]
    assert [(r.first_record, r.model) for r in model.statistics.rounds] == [
        (0, "fake@0"),
        (2, "fake@2"),
    ]
    assert model.answered_by == "fake@2"


def test_updates_of_several_tasks_in_one_call(
    server: FakeServer, model: CdmppModel, task: Any, states: list[Any]
) -> None:
    other = workloads.make_task(workloads.shim_softmax, (32, 64))
    inputs, results = _batch(task, states[:2], 0)
    more, more_results = _batch(other, workloads.sample_states(other)[:2], 2)
    model.update([*inputs, *more, *inputs], [*results, *more_results, *results])
    assert len(server.records) == 4
    assert len(server.tasks) == 2
    model.update([], [])
    with pytest.raises(ConfigurationError, match="2 inputs came with 1 results"):
        model.update(inputs, results[:1])


def test_log_of_reported_records_doubles_nothing(
    server: FakeServer, model: CdmppModel, task: Any, states: list[Any], tmp_path: Path
) -> None:
    inputs, results = _batch(task, states[:6], 0)
    log = tmp_path / "log.json"
    measure_record.save_records(str(log), inputs, results)
    model.update(inputs[:4], results[:4])
    model.update_from_file(log)
    assert len(server.records) == 6
    assert [r.record_line for r in server.records.values()] == log.read_text(
        encoding="utf-8"
    ).splitlines()
    with CdmppModel(server.address) as another:
        another.update_from_file(log)
        another.update_from_file(log)
        assert another.statistics.records_reported == 0
        assert another.statistics.records_duplicate == 12
    assert len(server.records) == 6


def test_update_from_file_reads_so_many_lines(
    server: FakeServer, model: CdmppModel, task: Any, states: list[Any], tmp_path: Path
) -> None:
    log = tmp_path / "log.json"
    measure_record.save_records(str(log), *_batch(task, states[:6], 0))
    model.update_from_file(log, 2)
    assert len(server.records) == 2
    model.update_from_file(log, 5)
    assert len(server.records) == 5


def test_a_long_log_goes_in_parts_and_is_learned_from_once(
    server: FakeServer,
    model: CdmppModel,
    task: Any,
    states: list[Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reporter, "_RECORDS_A_REPORT", 2)
    log = tmp_path / "log.json"
    measure_record.save_records(str(log), *_batch(task, states[:5], 0))
    model.update_from_file(log)
    assert server.calls.count("Report") == 4  # three parts, then: learn
    assert server.versions == {0: 0, 1: 5}


def test_callback_leaves_learning_to_the_search_and_flush(
    server: FakeServer, model: CdmppModel, task: Any, states: list[Any]
) -> None:
    inputs, results = _batch(task, states[:6], 0)
    model.callback.callback(None, inputs[:4], results[:4])
    assert (len(server.records), server.newest) == (4, 0)
    model.update(inputs[:4], results[:4])
    assert server.versions == {0: 0, 1: 4}
    model.callback.callback(None, inputs[4:], results[4:])
    assert (len(server.records), server.newest) == (6, 1)
    model.flush()
    assert server.versions == {0: 0, 1: 4, 2: 6}


def test_a_record_that_cannot_be_made_does_not_stand_in_the_way(
    server: FakeServer, model: CdmppModel, task: Any, states: list[Any], tmp_path: Path
) -> None:
    log = tmp_path / "log.json"
    measure_record.save_records(str(log), *_batch(task, states[:1], 0))
    text = log.read_text(encoding="utf-8").replace("shim_matmul_bias", "never_registered")
    log.write_text(text, encoding="utf-8")
    with pytest.raises(RecordFileError, match="never_registered"):
        model.update(*measure_record.RecordReader(str(log)).read_lines())
    model.update(*_batch(task, states[1:2], 1))
    assert len(server.records) == 1


def test_update_takes_what_a_record_reader_gives(
    server: FakeServer, model: CdmppModel, task: Any, states: list[Any], tmp_path: Path
) -> None:
    log = tmp_path / "log.json"
    measure_record.save_records(str(log), *_batch(task, states[:3], 0))
    model.update(*measure_record.RecordReader(str(log)).read_lines())
    model.update_from_file(log)
    assert len(server.records) == 3
    assert [r.program.loop_nest for r in server.records.values()] == [str(s) for s in states[:3]]


def test_what_the_server_refuses_does_not_stand_in_the_way_for_ever(
    server: FakeServer, model: CdmppModel, task: Any, states: list[Any]
) -> None:
    import grpc

    model.predict(task, states[:1])
    server.required_failures = [grpc.StatusCode.INVALID_ARGUMENT]
    with pytest.raises(RequestRejectedError):
        model.update(*_batch(task, states[:1], 0))
    model.update(*_batch(task, states[1:2], 1))
    assert len(server.records) == 1


def test_save_and_load(
    server: FakeServer, model: CdmppModel, task: Any, states: list[Any], tmp_path: Path
) -> None:
    assert model.answered_by is None
    with pytest.raises(RequestRejectedError, match="the estimate has no weights"):
        model.save(tmp_path / "model.zip")
    model.update(*_batch(task, states[:1], 0))
    model.predict(task, states[:1])
    server.train()
    model.save(tmp_path / "model.zip")  # the version that answered, not the newest
    with CdmppModel(server.address) as other:
        other.load(tmp_path / "model.zip")
        loaded = server.newest
        assert server.imported is not None
        assert (server.imported.card, server.imported.weights) == (
            '{"version": 1}',
            b"\x00\x01weights",
        )
        server.train()
        other.predict(task, states[:1])
        assert server.asked_versions[-1] == loaded
        other.update(*_batch(task, states[1:2], 1))
        other.predict(task, states[:1])
        assert other.statistics.rounds[-1].version == server.newest


def test_statistics_add_up(model: CdmppModel, task: Any, states: list[Any]) -> None:
    started = time.perf_counter()
    model.predict(task, states)
    model.update(*_batch(task, states[:3], 0))
    model.predict(task, states)
    seconds = time.perf_counter() - started
    statistics = model.statistics
    assert (statistics.predict_calls, statistics.programs_scored) == (2, 2 * len(states))
    assert (statistics.records_reported, statistics.records_duplicate) == (3, 0)
    parts = statistics.print_seconds + statistics.answer_wait_seconds
    assert 0 < parts < statistics.predict_seconds < seconds
    assert 0 < statistics.report_seconds < seconds


def test_unsent_last_batch_is_spoken_of(
    server: FakeServer, task: Any, states: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), CdmppModel(server.address) as model:
        model.update(*_batch(task, states[:1], 0))
        model.predict(task, states)
    assert "flush(log_file)" in caplog.text
    caplog.clear()
    with caplog.at_level(logging.WARNING), CdmppModel(server.address) as model:
        model.update(*_batch(task, states[:1], 0))
        model.predict(task, states)
        model.flush()
    assert caplog.text == ""


def test_closed_models_say_so(server: FakeServer, task: Any, states: list[Any]) -> None:
    model = CdmppModel(server.address)
    model.close()
    model.close()
    with pytest.raises(ConfigurationError, match="is closed"):
        model.predict(task, states)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("retry_seconds", -1),
        ("fresh_model_wait_seconds", -0.1),
        ("chunk_size", 0),
        ("chunk_size", 4097),
        ("deadline_seconds", 0),
        ("model", "x@y"),
    ],
)
def test_arguments_out_of_bounds_are_named(argument: str, value: object) -> None:
    with pytest.raises(ConfigurationError, match=f"{argument} is .*{value}.*expected"):
        CdmppModel(**{argument: value})


_PROCESS = """
import sys
sys.path.insert(0, {tests!r})
import workloads
from tvm.auto_scheduler import measure
from cdmpp_tvm import CdmppModel, ServerUnavailableError

task = workloads.make_task(workloads.shim_matmul_bias, (64,))
model = CdmppModel({address!r}, retry_seconds=0.2)
model.predict(task, workloads.sample_states(task)[:1])
print("stop", flush=True)
sys.stdin.readline()
inputs = [measure.MeasureInput(task, s) for s in workloads.sample_states(task)[:2]]
results = [measure.MeasureResult([1e-3], 0, "", 0.1, 17 + i) for i in range(2)]
try:
    model.callback.callback(None, inputs, results)
except ServerUnavailableError:
    print("start", flush=True)
sys.stdin.readline()
"""


def test_records_that_could_not_be_sent_are_sent_when_the_process_ends(server: FakeServer) -> None:
    script = textwrap.dedent(_PROCESS).format(
        tests=str(Path(__file__).parent), address=server.address
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "stop\n"
        server.stop()
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "start\n"
        assert not server.records
        server.start()
        process.stdin.write("\n")
        process.stdin.close()
        assert process.wait(60) == 0
    assert len(server.records) == 2
