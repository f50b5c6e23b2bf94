"""TVM's own reader takes the logs that `cdmpp records export` writes."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import real_server
import workloads
from real_server import ROOT, RealServer
from tvm.auto_scheduler import _ffi_api, measure, measure_record

from cdmpp_tvm.client import Connection, CostModelClient
from cdmpp_tvm.dag import encode_task
from cdmpp_tvm.gen import report_pb2
from cdmpp_tvm.records import encode_record, record_line

pytestmark = pytest.mark.skipif(
    bool(real_server.why_absent()), reason=real_server.why_absent() or "-"
)

_LOGS = ROOT / os.environ.get("CDMPP_ANSOR_LOGS", "../shared/data/ansor-logs")
_LOG = _LOGS / "v100" / "conv"


def _records(*arguments: str) -> None:
    command = ["node", str(ROOT / "dist" / "cli" / "main.js"), "records", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def _read(path: Path) -> list[tuple[str, list[float], int, float, float]]:
    """What TVM's reader finds: task and steps, costs, error number, times."""
    inputs, results = measure_record.RecordReader(str(path)).read_lines()
    return [
        (
            str(_ffi_api.SerializeMeasureInput(measure_input)),
            [float(cost.value) for cost in result.costs],
            int(result.error_no),
            float(result.all_cost),
            float(result.timestamp),
        )
        for measure_input, result in zip(inputs, results)
    ]


@pytest.mark.skipif(not _LOG.is_dir(), reason="there are no public logs here")
def test_a_log_comes_back_equal(tmp_path: Path) -> None:
    packed = sorted(_LOG.glob("*.gz"))[0]
    original = tmp_path / "original.json"
    original.write_bytes(gzip.decompress(packed.read_bytes()))
    store, exported = str(tmp_path / "records.sqlite"), tmp_path / "exported.json"
    _records("import", "--device", "v100", "--store", store, str(packed))
    _records("export", "--store", store, str(exported))
    before, after = _read(original), _read(exported)
    assert len(before) > 100
    assert after == before
    assert exported.read_bytes() == original.read_bytes()


@pytest.fixture
def measured() -> tuple[Any, list[Any], list[Any]]:
    """A task, inputs and results: numbers of as many digits as a log holds."""
    task = workloads.make_task(workloads.shim_matmul_bias, (64,))
    inputs = [measure.MeasureInput(task, state) for state in workloads.sample_states(task)[:6]]
    results = [
        measure.MeasureResult([1.23457e-3 * 2**n, 2e-6], 0, "", 0.7, 1700000000 + n)
        for n in range(5)
    ]
    return task, inputs, [*results, measure.MeasureResult([1e10], 4, "no", 15.0, 1700000009)]


def test_records_that_were_in_no_log_are_written_as_tvm_writes_them(
    measured: tuple[Any, list[Any], list[Any]], tmp_path: Path
) -> None:
    task, inputs, results = measured
    lines = [record_line(*pair) for pair in zip(inputs, results)]
    records = [encode_record(*pair) for pair in zip(inputs, results, lines)]
    for number, record in enumerate(records):
        record.record_line = ""
        record.idempotency_key = f"measurement-{number}"
        # As the log has it, six digits, so that lines can be compared.
        record.costs_seconds[:] = json.loads(lines[number])["r"][0]
    with RealServer(tmp_path / "data", "--frozen") as server:
        client = CostModelClient(Connection(server.address))
        client.report(report_pb2.ReportRequest(task=encode_task(task), records=records))
        client.close()
        server.stop()
    exported = tmp_path / "exported.json"
    _records("export", "--data-dir", str(tmp_path / "data"), str(exported))
    assert exported.read_text(encoding="utf-8").splitlines() == lines
    original = tmp_path / "original.json"
    measure_record.save_records(str(original), inputs, results)
    assert _read(exported) == _read(original)
