"""Real searches of TVM with a made-up server: what it is asked, what it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tuning
import workloads
from fake_server import FakeServer, ok, unreadable
from made_up_measurements import MadeUpMeasurements, made_up_seconds
from tvm import auto_scheduler

from cdmpp_tvm import (
    CdmppModel,
    ServerUnavailableError,
    UnreadableProgramsError,
    search_policies,
)
from cdmpp_tvm.gen import predict_pb2, program_pb2


@pytest.fixture(autouse=True)
def measurements() -> Iterator[MadeUpMeasurements]:
    with MadeUpMeasurements() as made_up:
        yield made_up


@pytest.fixture(scope="module")
def task() -> Any:
    return workloads.make_task(workloads.shim_matmul, (32,))


def test_last_batch_is_sent_by_flush(
    server: FakeServer, model: CdmppModel, task: Any, tmp_path: Path
) -> None:
    log = tmp_path / "log.json"
    task.tune(tuning.options(log, 12, 4), search_policy=tuning.policy(task, model))
    lines = tuning.lines_of(log)
    assert len(lines) == 12
    assert [record.record_line for record in server.records.values()] == lines[:8]
    model.flush(log)
    assert [record.record_line for record in server.records.values()] == lines
    assert model.statistics.records_reported == 12
    model.flush(log)
    assert len(server.records) == 12


def test_callback_reports_every_batch_failed_ones_too(
    server: FakeServer,
    model: CdmppModel,
    task: Any,
    measurements: MadeUpMeasurements,
    tmp_path: Path,
) -> None:
    log = tmp_path / "log.json"
    measurements.fail_every = 3
    options = tuning.options(log, 8, 4, (model.callback,))
    task.tune(options, search_policy=tuning.policy(task, model))
    lines = tuning.lines_of(log)
    assert len(lines) == 8
    assert tuning.failures_in(log) == 3
    stored = list(server.records.values())
    assert [record.record_line for record in stored] == lines
    failed = [record for record in stored if record.error_number != 0]
    assert len(failed) == 3
    assert all("fails on purpose" in record.error_message for record in failed)
    model.flush(log)
    assert len(server.records) == 8


def test_one_version_answers_each_round(
    server: FakeServer, model: CdmppModel, task: Any, tmp_path: Path
) -> None:
    options = tuning.options(tmp_path / "log.json", 8, 4, (model.callback,))
    task.tune(options, search_policy=tuning.policy(task, model))
    # Four predicts a round: the first asks for the newest, the others for what it got.
    assert server.asked_versions == [0, 0, 0, 0, 0, 1, 1, 1]
    rounds = [(r.first_record, r.version) for r in model.statistics.rounds]
    assert rounds == [(0, 0), (4, 1)]


def test_evolution_returns_the_best_of_all_it_scored(
    server: FakeServer, model: CdmppModel, task: Any
) -> None:
    # TVM tells programs apart by their text, so here that decides.
    server.predict = lambda program: (
        ok(made_up_seconds(program.loop_nest))
        if program.loop_nest
        else unreadable("the loop nest is needed")
    )
    recorder = tuning.Recorder(model)
    policy = auto_scheduler.SketchPolicy(
        task, program_cost_model=recorder, params=dict(workloads.SMALL_SEARCH), seed=3, verbose=0
    )
    best = policy.evolutionary_search(policy.sample_initial_population(), 16)
    assert all(len(set(scores)) == 1 for scores in recorder.scores.values())
    ranked = sorted((scores[0] for scores in recorder.scores.values()), reverse=True)
    returned = [recorder.scores[str(state)][0] for state in best]
    assert len(returned) == 16
    assert len(ranked) > 50
    # TVM ranks in float32.
    np.testing.assert_allclose(sorted(returned, reverse=True), ranked[:16], rtol=1e-6)


def test_a_network_shares_one_model(server: FakeServer, model: CdmppModel, tmp_path: Path) -> None:
    server.reference_seconds = lambda registration: 1e-4 * registration
    tasks = [
        workloads.make_task(workloads.shim_matmul, (32,)),
        workloads.make_task(workloads.shim_softmax, (32, 64)),
    ]
    log = tmp_path / "log.json"
    params = dict(workloads.SMALL_SEARCH)
    policies = search_policies(tasks, model, params=params, seed=5, verbose=0)
    assert params == workloads.SMALL_SEARCH
    scheduler = auto_scheduler.TaskScheduler(tasks, strategy="round-robin", callbacks=[])
    scheduler.tune(tuning.options(log, 8, 4), search_policy=policies)
    lines = tuning.lines_of(log)
    assert len(lines) == 8
    assert {record.record_line for record in server.records.values()} == set(lines)
    assert sorted(task.workload_key for task in server.tasks.values()) == sorted(
        task.workload_key for task in tasks
    )
    assert server.calls.count("RegisterTask") == 2
    assert [r.version for r in model.statistics.rounds] == [0, 1]


def test_what_goes_wrong_ends_the_tuning_with_one_clear_exception(
    server: FakeServer, model: CdmppModel, task: Any, tmp_path: Path
) -> None:
    server.predict = lambda program: unreadable("line 1: a tab")
    with pytest.raises(UnreadableProgramsError, match="line 1: a tab"):
        task.tune(
            tuning.options(tmp_path / "log.json", 8, 4), search_policy=tuning.policy(task, model)
        )
    assert not (tmp_path / "log.json").exists()


def test_a_server_that_stays_away_ends_the_tuning_with_its_address(
    server: FakeServer, task: Any, tmp_path: Path
) -> None:
    model = CdmppModel(server.address, retry_seconds=0.5, fresh_model_wait_seconds=0)
    server.predict = _stop_after(server, 60)
    with pytest.raises(ServerUnavailableError, match=server.address):
        task.tune(
            tuning.options(tmp_path / "log.json", 8, 4), search_policy=tuning.policy(task, model)
        )


def test_a_server_that_comes_back_is_not_noticed(
    server: FakeServer, model: CdmppModel, task: Any, tmp_path: Path
) -> None:
    log = tmp_path / "log.json"
    server.predict = _stop_after(server, 60, restart_seconds=0.7)
    options = tuning.options(log, 8, 4, (model.callback,))
    task.tune(options, search_policy=tuning.policy(task, model))
    assert len(tuning.lines_of(log)) == 8
    assert {r.record_line for r in server.records.values()} == set(tuning.lines_of(log))


def _stop_after(server: FakeServer, programs: int, restart_seconds: float | None = None) -> Any:
    """Latencies by the length of the program; stops the server after so many, once."""
    seen = [0]

    def restart() -> None:
        server.stop()
        if restart_seconds is not None:
            threading.Timer(restart_seconds, server.start).start()

    def predict(program: program_pb2.Program) -> predict_pb2.Prediction:
        seen[0] += 1
        if seen[0] == programs:
            threading.Thread(target=restart).start()
        return ok(1e-6 * len(program.transform_steps))

    return predict
