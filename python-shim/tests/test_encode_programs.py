"""Programs as the server sees them: what TVM prints, and the steps of its records."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import tvm
import workloads
from tvm.auto_scheduler import measure, measure_record

from cdmpp_tvm import encode
from cdmpp_tvm.encode import StateEncoder, steps_of_record
from cdmpp_tvm.errors import ProtocolError
from cdmpp_tvm.record_writer import FastRecordWriter, PlainRecordWriter


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


def test_programs_are_the_records_steps_and_on_demand_the_print(
    task: Any, states: list[Any]
) -> None:
    encoder = StateEncoder(task)
    programs = encoder.encode(states, with_loop_nest=True)
    assert len(programs) == len(states)
    for program, state in zip(programs, states):
        assert program.loop_nest == str(state)
        recorded = json.loads(_record_of(task, state))["i"][1][1]
        assert json.loads(program.transform_steps) == recorded
        assert steps_of_record(_record_of(task, state)) == json.dumps(recorded)
    steps_alone = encoder.encode(states)
    assert [p.transform_steps for p in steps_alone] == [p.transform_steps for p in programs]
    assert {p.loop_nest for p in steps_alone} == {""}


def test_a_part_of_the_states(task: Any, states: list[Any]) -> None:
    encoder = StateEncoder(task)
    whole = encoder.encode(states, with_loop_nest=True)
    assert encoder.encode(states, 2, 5, with_loop_nest=True) == whole[2:5]
    assert encoder.transform_steps(states, 9) == [p.transform_steps for p in whole[9:]]


@pytest.mark.parametrize("writer", [PlainRecordWriter, FastRecordWriter])
def test_writers_take_arrays_objects_and_what_python_wraps(
    task: Any, states: list[Any], writer: Any
) -> None:
    wrapped = _wrapped(task, states)
    objects = [state.state_object for state in wrapped]
    encoder = StateEncoder(task)
    expected = [json.loads(_record_of(task, state))["i"][1][1] for state in states]
    encoder._writer = writer(task, encoder._file.path)
    for given in (wrapped, objects, tvm.runtime.convert(objects)):
        assert [json.loads(text) for text in encoder.transform_steps(given)] == expected


def test_this_tvm_is_called_the_fast_way(task: Any) -> None:
    assert isinstance(StateEncoder(task)._writer, FastRecordWriter)


def test_where_the_c_interface_differs_the_plain_writer_writes(
    task: Any, states: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = StateEncoder(task).transform_steps(states)

    def write_something_else(self: Any, _: Any, first: int, last: int) -> None:
        Path(self._path).write_text("{}\n" * (last - first), encoding="utf-8")

    monkeypatch.setattr(FastRecordWriter, "write", write_something_else)
    encoder = StateEncoder(task)
    assert isinstance(encoder._writer, PlainRecordWriter)
    assert encoder.transform_steps(states) == expected


def test_what_tvm_refuses_is_an_error_and_leaves_the_writer_usable(
    task: Any, states: list[Any]
) -> None:
    encoder = StateEncoder(task)
    array = tvm.runtime.convert([state.state_object for state in _wrapped(task, states)])
    with pytest.raises(ProtocolError, match="out of bound"):
        encoder.transform_steps(array, 0, len(array) + 1)
    assert len(encoder.transform_steps(array)) == len(array)


def _wrapped(task: Any, states: list[Any]) -> list[Any]:
    return [task.compute_dag.infer_bound_from_state(state) for state in states]


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
