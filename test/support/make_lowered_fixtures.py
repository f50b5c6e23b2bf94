"""Writes what TVM's lowering says of the programs of the fixtures: its rows, and their names.

    .venv/bin/python test/support/make_lowered_fixtures.py

After `make_fixtures.py`, whose programs it reads. The order of rows differs from run to run.
"""

import base64
import json
import zlib

import tvm
from fixture_workloads import WORKLOADS
from make_fixtures import FOLDER, TARGETS
from tvm import auto_scheduler
from tvm.auto_scheduler import feature, measure, measure_record

from cdmpp_tvm.lowered import lowered_features


def make_task(full_name):
    name, _, kind = full_name.rpartition("-")
    function, arguments = WORKLOADS[name]
    target, hardware = TARGETS[kind]
    return auto_scheduler.SearchTask(
        func=function, args=arguments, target=tvm.target.Target(target), hardware_params=hardware
    )


def states_of(task, programs):
    """The states that the steps of the programs make."""
    initial = measure.MeasureInput(task, task.compute_dag.get_init_state())
    result = measure.MeasureResult([0.0], 0, "", 0.0, 0.0)
    record = json.loads(measure_record.dump_record_to_string(initial, result))
    states = []
    for program in programs:
        record["i"][1][1] = json.loads(program["transformSteps"])
        read, _ = measure_record.load_record_from_string(json.dumps(record))
        state = task.compute_dag.infer_bound_from_state(read.state)
        assert str(state) == program["loopNest"]
        states.append(state)
    return states


def packed_rows(full_name, programs):
    """base64 of zlib of each program's rows; empty where TVM could not build it."""
    task = make_task(full_name)
    return [
        base64.b64encode(zlib.compress(rows, 9)).decode() if rows else ""
        for rows in lowered_features(task, states_of(task, programs))
    ]


def main():
    folder = FOLDER / "lowered"
    folder.mkdir(exist_ok=True)
    names = [str(name) for name in feature.get_per_store_feature_names()]
    (folder / "names.json").write_text(json.dumps(names) + "\n")
    for path in sorted(FOLDER.glob("*.json")):
        content = json.loads(path.read_text())
        records = [record["program"] for record in content["records"]]
        rows = {
            "programs": packed_rows(path.stem, content["programs"]),
            "records": packed_rows(path.stem, records),
        }
        (folder / path.name).write_text(json.dumps(rows, indent=0) + "\n")


if __name__ == "__main__":
    main()
