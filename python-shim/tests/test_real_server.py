"""The whole way: TVM's own search, the shim, the real server, and what it stored and learned."""

from __future__ import annotations

import hashlib
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import real_server
import tuning
import workloads
from made_up_measurements import MadeUpMeasurements
from real_server import RealServer
from tvm import auto_scheduler
from tvm.auto_scheduler import measure

from cdmpp_tvm import CdmppModel, search_policies
from cdmpp_tvm.artifact import read_artifact
from cdmpp_tvm.encode import StateEncoder
from cdmpp_tvm.gen import model_pb2, predict_pb2, program_pb2

pytestmark = pytest.mark.skipif(
    bool(real_server.why_absent()), reason=real_server.why_absent() or "-"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """One server for all tests of this file that do not kill theirs."""
    with RealServer(tmp_path_factory.mktemp("server") / "data") as running:
        yield running


def _model(server: RealServer) -> CdmppModel:
    """Patient: on a busy machine the server starts and learns slowly."""
    return CdmppModel(server.address, retry_seconds=60, fresh_model_wait_seconds=120)


def _stored(address: str, log: Path) -> tuple[int, int]:
    """What a stranger's report of the whole log says: records new to the store, all in it."""
    with CdmppModel(address, retry_seconds=30) as stranger:
        stranger.update_from_file(log)
        return stranger.statistics.records_reported, stranger.statistics.store_records


def _train_on_made_up_times(model: CdmppModel, task: Any, states: list[Any]) -> None:
    inputs = [measure.MeasureInput(task, state) for state in states]
    results = [
        measure.MeasureResult([1e-4 * (1 + i % 7)], 0, "", 0.1, 1_700_000_000 + i)
        for i in range(len(states))
    ]
    model.update(inputs, results)


def test_a_matmul_is_tuned_and_right(server: RealServer, tmp_path: Path) -> None:
    task = workloads.make_task(workloads.shim_matmul, (128,))
    log = tmp_path / "log.json"
    with _model(server) as model:
        options = tuning.options(log, 16, 8, (model.callback,))
        task.tune(options, search_policy=tuning.policy(task, model))
        rounds = model.statistics.rounds
    assert len(tuning.lines_of(log)) == 16
    assert tuning.largest_error(task, log, lambda a, b: a @ b) < 1e-4
    assert _stored(server.address, log)[0] == 0
    # The analytical estimate served the first round, a model that had learned from it the second.
    assert [(r.first_record, r.version > 0, r.trained_on) for r in rounds] == [
        (0, False, 0),
        (8, True, 8),
    ]
    assert {r.name for r in rounds} == {"cdmpp-cpu"}


def test_evolution_returns_the_best_by_the_model(server: RealServer) -> None:
    task = workloads.make_task(workloads.shim_conv2d, (16, 14, 16, 3, 1, 1))
    states = workloads.sample_states(task)
    with _model(server) as model:
        _train_on_made_up_times(model, task, states)
        recorder = tuning.Recorder(model)
        policy = auto_scheduler.SketchPolicy(
            task,
            program_cost_model=recorder,
            params=dict(workloads.SMALL_SEARCH),
            seed=3,
            verbose=0,
        )
        best = policy.evolutionary_search(policy.sample_initial_population(), 16)
        assert model.statistics.rounds[-1].trained_on > 0
    scores = recorder.scores
    returned = {str(state) for state in best}
    assert len(returned) == 16
    assert len(scores) > 50
    # Programs of one text may differ in their steps; TVM takes them for one.
    worst_returned = min(max(scores[text]) for text in returned)
    best_left_out = max(min(found) for text, found in scores.items() if text not in returned)
    assert best_left_out <= worst_returned * (1 + 1e-6)
    # Else nearly equal scores would make any choice the best.
    assert max(max(found) for found in scores.values()) > 1.2 * worst_returned


def test_a_network_of_two_tasks_shares_one_model(server: RealServer, tmp_path: Path) -> None:
    tasks = [
        workloads.make_task(workloads.shim_matmul, (64,)),
        workloads.make_task(workloads.shim_softmax, (64, 128)),
    ]
    log = tmp_path / "log.json"
    with _model(server) as model, MadeUpMeasurements():
        policies = search_policies(tasks, model, params=workloads.SMALL_SEARCH, seed=5, verbose=0)
        scheduler = auto_scheduler.TaskScheduler(tasks, strategy="round-robin", callbacks=[])
        scheduler.tune(tuning.options(log, 16, 4), search_policy=policies)
        statistics = model.statistics
    lines = tuning.lines_of(log)
    assert len(lines) == statistics.records_reported == 16
    assert sum("shim_softmax" in line for line in lines) == 8
    assert _stored(server.address, log)[0] == 0
    versions = [r.version for r in statistics.rounds]
    assert len(versions) == 4
    assert versions == sorted(versions)
    assert versions[-1] > versions[0]


def _predictions(
    model: CdmppModel, task: Any, programs: list[program_pb2.Program]
) -> list[predict_pb2.Prediction]:
    registration = model._tasks.of(task).registration
    return model._session.predict(registration, [programs[:7], programs[7:]]).predictions


def test_a_socket_of_this_machine_serves_as_a_port_does(tmp_path: Path) -> None:
    task = workloads.make_task(workloads.shim_matmul_bias, (64,))
    states = workloads.sample_states(task)
    server = RealServer(tmp_path / "data")
    server.address = f"unix:{tmp_path}/cdmpp.sock"
    with server, _model(server) as model:
        assert server.address == f"unix:{tmp_path}/cdmpp.sock"
        by_socket = model.predict(task, states)
        _train_on_made_up_times(model, task, states)
        assert model.statistics.store_records == len(states)
        assert model.predict(task, states) != by_socket
    with RealServer(tmp_path / "other") as other, _model(other) as model:
        assert model.predict(task, states) == by_socket


def test_the_same_programs_get_the_same_bits(tmp_path: Path) -> None:
    task = workloads.make_task(workloads.shim_matmul_bias, (64,))
    states = workloads.sample_states(task)
    programs = StateEncoder(task).encode(states, with_loop_nest=True)
    server = RealServer(tmp_path / "data")
    with server, _model(server) as model:
        _train_on_made_up_times(model, task, states)
        first = [p.latency_seconds for p in _predictions(model, task, programs)]
        assert model.statistics.rounds[-1].trained_on == len(states)
        assert len(set(first)) > len(first) // 2
        again = [p.latency_seconds for p in _predictions(model, task, programs)]
        assert again == first

        order = list(range(len(programs)))
        random.Random(4).shuffle(order)
        shuffled = _predictions(model, task, [programs[i] for i in order])
        assert [p.latency_seconds for p in shuffled] == [first[i] for i in order]

        spoiled = [*programs[:3], program_pb2.Program(loop_nest="for for for"), *programs[3:]]
        mixed = _predictions(model, task, spoiled)
        assert mixed[3].status == predict_pb2.PREDICTION_STATUS_UNREADABLE
        assert mixed[3].reason
        assert [p.latency_seconds for p in mixed[:3] + mixed[4:]] == first

        server.kill()
        server.start()
        assert [p.latency_seconds for p in _predictions(model, task, programs)] == first
        assert np.isfinite(first).all()


def test_tuning_outlives_a_killed_server_with_every_record(tmp_path: Path) -> None:
    task = workloads.make_task(workloads.shim_matmul, (64,))
    log = tmp_path / "log.json"
    server = RealServer(tmp_path / "data")
    with (
        server,
        _model(server) as model,
        MadeUpMeasurements() as measurements,
    ):
        measurements.fail_every = 5
        killer = _KillBetweenRounds(server, after_batch=1)
        options = tuning.options(log, 12, 4, (model.callback, killer))
        task.tune(options, search_policy=tuning.policy(task, model))
        assert killer.batches == 3
        lines = tuning.lines_of(log)
        assert len(lines) == len(set(lines)) == 12
        assert tuning.failures_in(log) == 3
        assert model.statistics.records_reported == 12
        assert _stored(server.address, log) == (0, 12)
        server.kill()
        server.start()
        assert _stored(server.address, log) == (0, 12)


class _KillBetweenRounds(measure.PythonBasedMeasureCallback):  # type: ignore[misc]
    """Kills the server after a batch was measured and reported; starts it a second later."""

    def __init__(self, server: RealServer, after_batch: int) -> None:
        super().__init__()
        self._server = server
        self._after_batch = after_batch
        self.batches = 0

    def callback(self, policy: Any, inputs: Any, results: Any) -> None:
        self.batches += 1
        if self.batches == self._after_batch:
            self._server.kill()
            threading.Timer(1.0, self._server.start).start()


def test_flush_brings_in_the_last_batch_with_its_failures(tmp_path: Path) -> None:
    task = workloads.make_task(workloads.shim_matmul, (64,))
    log = tmp_path / "log.json"
    server = RealServer(tmp_path / "data")
    with server, MadeUpMeasurements() as measurements:
        measurements.fail_every = 4
        with _model(server) as model:
            task.tune(tuning.options(log, 8, 4), search_policy=tuning.policy(task, model))
            assert model.statistics.store_records == 4
            model.flush(log)
            assert model.statistics.store_records == 8
            model.flush(log)
        assert tuning.failures_in(log) == 2
        assert _stored(server.address, log) == (0, 8)


def test_a_version_goes_to_a_file_and_to_another_server(tmp_path: Path) -> None:
    task = workloads.make_task(workloads.shim_matmul, (64,))
    states = workloads.sample_states(task)
    file = tmp_path / "model.zip"
    server = RealServer(tmp_path / "data")
    with server, _model(server) as model:
        _train_on_made_up_times(model, task, states)
        scores = model.predict(task, states)
        model.save(file)
    other = RealServer(tmp_path / "other")
    with other, _model(other) as model:
        estimate = model.predict(task, states)
        assert estimate != scores
        model.load(file)
        assert model.predict(task, states) == scores


def test_a_search_begins_with_the_shipped_model(tmp_path: Path) -> None:
    task = workloads.make_task(workloads.shim_matmul, (64,))
    states = workloads.sample_states(task)
    server = RealServer(tmp_path / "data")
    with server, _model(server) as model:
        _train_on_made_up_times(model, task, states)
        scores = model.predict(task, states)
        model.save(tmp_path / "model.zip")
    artifact = read_artifact(tmp_path / "model.zip")
    _write_model_folder(tmp_path / "models" / "cdmpp-cpu", artifact)
    shipped = RealServer(tmp_path / "other", "--models", str(tmp_path / "models"))
    with shipped, _model(shipped) as model:
        assert model.predict(task, states) == scores
        assert model.answered_by == "cdmpp-cpu@0"
        assert model.statistics.rounds[-1].trained_on == len(states)
        _train_on_made_up_times(model, task, states[:8])
        assert model.predict(task, states) != scores
        assert model.answered_by == "cdmpp-cpu@1"
    with shipped, CdmppModel(shipped.address, model="cdmpp-cpu@0", retry_seconds=60) as first:
        assert first.predict(task, states) == scores


def _write_model_folder(folder: Path, artifact: model_pb2.ModelArtifact) -> None:
    folder.mkdir(parents=True)
    files = {"card.json": artifact.card.encode(), "weights.bin": artifact.weights}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    sums = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items()]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
