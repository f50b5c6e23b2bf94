"""Programs as the server sees them: what TVM prints, and the steps of its records."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
import workloads
from tvm.auto_scheduler import measure, measure_record

from cdmpp_tvm import encode
from cdmpp_tvm.encode import StateEncoder, steps_of_record
from cdmpp_tvm.errors import ProtocolError


@pytest.fixture(scope="module", params=[workloads.CPU_TARGET, workloads.CUDA_TARGET])
def task(request: pytest.FixtureRequest) -> Any:
    return workloads.make_task(workloads.shim_matmul_bias, (64,), request.param)


@pytest.fixture(scope="module")
def states(task: Any) -> list[Any]:
    found = workloads.sample_states(task)
    assert len(found) >= 10
    return found


def _record_of(task: Any, state: Any) -> str:
    result = measure.MeasureResult([0.25], 0, "", 1.0, 2.0)
    return str(measure_record.dump_record_to_string(measure.MeasureInput(task, state), result))


def test_programs_are_the_print_and_the_records_steps(task: Any, states: list[Any]) -> None:
    programs = StateEncoder(task).encode(states)
    assert len(programs) == len(states)
    for program, state in zip(programs, states):
        assert program.loop_nest == str(state)
        recorded = json.loads(_record_of(task, state))["i"][1][1]
        assert json.loads(program.transform_steps) == recorded
        assert steps_of_record(_record_of(task, state)) == json.dumps(recorded)


def test_order_is_kept_and_calls_do_not_mix(task: Any, states: list[Any]) -> None:
    encoder = StateEncoder(task)
    once = encoder.transform_steps(states)
    assert len(set(once)) == len(once)
    assert encoder.transform_steps(list(reversed(states))) == list(reversed(once))
    assert encoder.transform_steps(states[3:5]) == once[3:5]
    assert encoder.transform_steps([]) == []


def test_cut_falls_back_to_reading_the_line(task: Any, states: list[Any]) -> None:
    encoder = StateEncoder(task)
    expected = [json.loads(text) for text in encoder.transform_steps(states)]
    encoder._prefix, encoder._suffix = "something else", ""
    assert [json.loads(text) for text in encoder.transform_steps(states)] == expected


def test_without_memory_files_a_temporary_one_is_used_and_removed(
    task: Any, states: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = StateEncoder(task).transform_steps(states)
    monkeypatch.delattr(os, "memfd_create")
    encoder = StateEncoder(task)
    path = encoder._file.path
    assert encoder.transform_steps(states) == expected
    assert os.path.getsize(path) == 0
    encoder.close()
    assert not os.path.exists(path)


def test_fewer_lines_than_states_is_an_error(
    task: Any, states: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = StateEncoder(task)
    monkeypatch.setattr(encode._MemoryFile, "take", lambda self: "one line\n")
    with pytest.raises(ProtocolError, match=f"1 record lines for {len(states)} states"):
        encoder.transform_steps(states)


@pytest.mark.parametrize("line", ["", "{}", '{"i": [[], [[], 3]]}', "not json"])
def test_what_is_no_record_is_refused(line: str) -> None:
    with pytest.raises(ProtocolError, match="holds no transform steps"):
        steps_of_record(line)
