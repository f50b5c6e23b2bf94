"""Measurements as records, from a search and from a tuning log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import workloads
from tvm.auto_scheduler import measure, measure_record

from cdmpp_tvm.errors import RecordFileError
from cdmpp_tvm.records import TaskCatalog, encode_record, read_log, record_line


@pytest.fixture(scope="module")
def measured() -> tuple[list[Any], list[Any]]:
    """Inputs and results: two good measurements, then one that failed."""
    task = workloads.make_task(workloads.shim_matmul_bias, (64,))
    inputs = [measure.MeasureInput(task, s) for s in workloads.sample_states(task)[:3]]
    results = [
        measure.MeasureResult([1.234567890123e-3, 2e-3], 0, "", 0.7, 1700000000),
        measure.MeasureResult([3e-5], 0, "", 0.6, 1700000001),
        measure.MeasureResult([1e10], 4, "compiler said no" * 5000, 15.0, 1700000002),
    ]
    return inputs, results


@pytest.fixture
def log(measured: tuple[list[Any], list[Any]], tmp_path: Path) -> Path:
    path = tmp_path / "log.json"
    measure_record.save_records(str(path), *measured)
    return path


def test_line_of_a_measurement_is_the_line_of_the_log(
    measured: tuple[list[Any], list[Any]], log: Path
) -> None:
    lines = log.read_text(encoding="utf-8").splitlines()
    assert [record_line(i, r) for i, r in zip(*measured)] == lines
    assert [line.text for line in read_log(log)] == lines
    assert [line.number for line in read_log(log)] == [1, 2, 3]


def test_record_of_the_log_is_the_record_of_the_search(
    measured: tuple[list[Any], list[Any]], log: Path
) -> None:
    catalog = TaskCatalog()
    for line, measure_input, result in zip(read_log(log), *measured):
        from_search = encode_record(measure_input, result, line.text)
        from_log = encode_record(*catalog.read(line), line.text)
        assert from_search.program.loop_nest == str(measure_input.state)
        assert from_search.program.loop_nest.count("\n") > 5
        assert from_log.program == from_search.program
        assert from_log.error_number == from_search.error_number
        assert list(from_log.costs_seconds) == pytest.approx(
            list(from_search.costs_seconds), rel=1e-5
        )  # logs hold six digits


def test_failed_measurements_are_records_with_what_went_wrong(
    measured: tuple[list[Any], list[Any]],
) -> None:
    inputs, results = measured
    record = encode_record(inputs[2], results[2], record_line(inputs[2], results[2]))
    assert (record.error_number, list(record.costs_seconds)) == (4, [1e10])
    assert record.error_message.startswith("compiler said no")
    assert len(record.error_message) < 20_000
    assert (record.all_cost_seconds, record.timestamp_seconds) == (15.0, 1700000002.0)


def test_inputs_read_from_a_log_are_made_whole(
    measured: tuple[list[Any], list[Any]], log: Path
) -> None:
    inputs, _ = measure_record.RecordReader(str(log)).read_lines()
    assert len(inputs[0].state.stages) == 0
    catalog = TaskCatalog()
    whole = [catalog.completed(measure_input) for measure_input in inputs]
    assert [str(w.state) for w in whole] == [str(i.state) for i in measured[0]]
    assert catalog.completed(measured[0][0]) is measured[0][0]


def test_only_so_many_lines_are_read(log: Path) -> None:
    text = log.read_text(encoding="utf-8")
    log.write_text("# a comment\n\n" + text, encoding="utf-8")
    assert len(list(read_log(log, 2))) == 2
    assert [line.number for line in read_log(log, 2)] == [3, 4]
    assert list(read_log(log, 0)) == []


def test_lines_that_are_no_records_are_named(log: Path, tmp_path: Path) -> None:
    with log.open("a", encoding="utf-8") as file:
        file.write('{"i": 3}\n')
    with pytest.raises(RecordFileError, match=r"line 4 of .*log\.json is no record"):
        list(read_log(log))
    with pytest.raises(RecordFileError, match="nowhere"):
        list(read_log(tmp_path / "nowhere.json"))


def test_a_workload_that_is_not_registered_is_named(log: Path) -> None:
    text = log.read_text(encoding="utf-8").replace("shim_matmul_bias", "never_registered")
    log.write_text(text, encoding="utf-8")
    with pytest.raises(RecordFileError, match=r"never_registered.* is not registered"):
        TaskCatalog().read(next(read_log(log)))


def test_a_record_that_tvm_cannot_read_is_named(log: Path) -> None:
    text = log.read_text(encoding="utf-8").replace('"v0.6"', '"v99"').replace('"SP"', '"XX"')
    log.write_text(text, encoding="utf-8")
    with pytest.raises(RecordFileError, match="line 1 is no record that this TVM reads"):
        TaskCatalog().read(next(read_log(log)))
