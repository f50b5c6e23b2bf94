"""TVM's own features of the lowered programs: extracted, sent, stored, learned from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import real_server
import tvm
import workloads
from real_server import RealServer
from tvm import auto_scheduler
from tvm.auto_scheduler import feature, measure

from cdmpp_tvm import CdmppModel, ConfigurationError, RequestRejectedError, UnreadableProgramsError
from cdmpp_tvm import lowered as lowered_module
from cdmpp_tvm.encode import StateEncoder
from cdmpp_tvm.errors import ProtocolError
from cdmpp_tvm.lowered import lowered_features

needs_server = pytest.mark.skipif(
    bool(real_server.why_absent()), reason=real_server.why_absent() or "-"
)


def _multisets(rows: list[Any]) -> list[list[list[float]]]:
    """Each state's rows as numbers, in an order of their own.

    So are the five buffers of a row: TVM gives those of equally many lines in any order.
    """
    found = []
    for part in rows:
        matrix = np.array(part, dtype=np.float32).reshape(-1, 164)
        found.append(sorted(_with_sorted_buffers(row.tolist()) for row in matrix))
    return found


def _with_sorted_buffers(row: list[float]) -> list[float]:
    buffers = sorted(row[start : start + 18] for start in range(57, 147, 18))
    return row[:57] + [value for buffer in buffers for value in buffer] + row[147:]


@pytest.mark.parametrize("target", [workloads.CPU_TARGET, workloads.CUDA_TARGET])
def test_rows_are_those_of_tvm_in_any_order(target: str) -> None:
    task = workloads.make_task(workloads.shim_matmul_bias, (64,), target)
    states = [s for s in workloads.sample_states(task) if lowered_features(task, [s])[0]]
    assert len(states) > 3
    ours = [np.frombuffer(rows or b"", "<f4") for rows in lowered_features(task, states)]
    theirs = list(feature.get_per_store_features_from_states(states, task))
    assert _multisets(ours) == _multisets(theirs)
    assert min(len(rows) for rows in ours) >= 164


def test_a_state_that_cannot_be_built_has_no_rows() -> None:
    limits = list(workloads.CUDA_HARDWARE)
    limits[3] = 16  # bytes of shared memory: no tile fits
    cramped = auto_scheduler.SearchTask(
        func=workloads.shim_matmul_bias,
        args=(64,),
        target=tvm.target.Target(workloads.CUDA_TARGET),
        hardware_params=auto_scheduler.HardwareParams(*limits),
    )
    roomy = workloads.make_task(workloads.shim_matmul_bias, (64,), workloads.CUDA_TARGET)
    states = workloads.sample_states(roomy)
    assert set(lowered_features(cramped, states)) == {b""}
    programs = StateEncoder(cramped, with_lowered_features=True).encode(states)
    # Empty is not absent: TVM was asked.
    assert all(p.HasField("lowered_features") and not p.lowered_features for p in programs)


def test_rows_with_a_number_that_is_not_finite_are_not_sent(
    monkeypatch: pytest.MonkeyPatch, task: Any, states: list[Any]
) -> None:
    def extract(*_: Any) -> bytes:
        broken = np.ones(165, np.float32)
        broken[7] = np.inf
        sound = np.ones(165, np.float32)
        sizes = np.array([2, 165, 165, 0, 0], np.int32)
        return sizes.tobytes() + broken.tobytes() + sound.tobytes()

    monkeypatch.setattr(feature._ffi_api, "GetPerStoreFeaturesFromStates", extract)
    assert lowered_features(task, states[:2]) == [None, np.ones(164, np.float32).tobytes()]
    programs = StateEncoder(task, with_lowered_features=True).encode(states[:2])
    assert [p.HasField("lowered_features") for p in programs] == [False, True]


def test_features_of_another_form_are_refused(
    monkeypatch: pytest.MonkeyPatch, task: Any, states: list[Any]
) -> None:
    monkeypatch.setattr(lowered_module, "_ROW_LENGTH", 163)
    with pytest.raises(ProtocolError, match="expected 163 a row"):
        lowered_features(task, states[:1])


def test_programs_bring_rows_only_where_they_are_wanted(task: Any, states: list[Any]) -> None:
    plain = StateEncoder(task).encode(states)
    assert not any(p.HasField("lowered_features") for p in plain)
    rich = StateEncoder(task, with_lowered_features=True).encode(states, 2, 6)
    assert [p.transform_steps for p in rich] == [p.transform_steps for p in plain[2:6]]
    assert _multisets([np.frombuffer(p.lowered_features, "<f4") for p in rich]) == _multisets(
        [np.frombuffer(rows or b"", "<f4") for rows in lowered_features(task, states[2:6])]
    )


def test_there_are_two_feature_sets() -> None:
    with pytest.raises(ConfigurationError, match="expected one of loop-nest, lowered"):
        CdmppModel("localhost:1", feature_set="lowred")


def _model(server: RealServer, feature_set: str) -> CdmppModel:
    return CdmppModel(
        server.address, retry_seconds=60, fresh_model_wait_seconds=120, feature_set=feature_set
    )


def _train(model: CdmppModel, task: Any, states: list[Any]) -> None:
    inputs = [measure.MeasureInput(task, state) for state in states]
    results = [
        measure.MeasureResult([1e-4 * (1 + i % 7)], 0, "", 0.1, 1_700_000_000 + i)
        for i in range(len(states))
    ]
    model.update(inputs, results)


def _predict_twice(model: CdmppModel, task: Any, states: list[Any]) -> None:
    """The first call of a round asks for the newest version, whichever that is."""
    model.predict(task, states)
    model.predict(task, states)


@needs_server
def test_a_model_of_lowered_features_learns_and_scores(
    tmp_path: Path, task: Any, states: list[Any]
) -> None:
    with RealServer(tmp_path / "data", "--predictor", "cdmpp-lowered") as server:
        with _model(server, "lowered") as model:
            estimates = model.predict(task, states)
            assert model.statistics.rounds[-1].version == 0
            _train(model, task, states)
            scores = model.predict(task, states)
            assert model.statistics.rounds[-1].version >= 1
            assert model.statistics.rounds[-1].trained_on == len(states)
            assert min(scores) > 0
            assert len(set(scores)) > len(scores) // 2
            assert scores != estimates
            # TVM gives the rows in another order each time; the scores stay.
            assert [model.predict(task, states) for _ in range(3)] == [scores] * 3
        with (
            _model(server, "loop-nest") as other,
            pytest.raises(
                UnreadableProgramsError, match=r'lowered_features: absent.*feature_set="lowered"'
            ),
        ):
            other.predict(task, states)


@needs_server
def test_a_model_of_loop_nest_features_is_not_asked_for_lowered_ones(
    tmp_path: Path, task: Any, states: list[Any]
) -> None:
    with RealServer(tmp_path / "data") as server, _model(server, "lowered") as model:
        _train(model, task, states)
        with pytest.raises(RequestRejectedError, match=r"feature_set is lowered.*on loop-nest"):
            _predict_twice(model, task, states)
