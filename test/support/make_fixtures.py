"""Writes the fixtures of this folder: tasks as the shim sends them, with programs TVM sampled.

    .venv/bin/python test/support/make_fixtures.py [NAME ...]

Needs the environment of `make setup`. `matmul-cpu` also gets measured records, so that it
changes with the machine; the others are reproducible.
"""

import json
import os
import pathlib
import random
import sys
import tempfile

import tvm
from fixture_workloads import WORKLOADS
from google.protobuf.json_format import MessageToDict
from tvm import auto_scheduler
from tvm.auto_scheduler import HardwareParams

from cdmpp_tvm.dag import encode_task
from cdmpp_tvm.encode import StateEncoder, steps_of_record

FOLDER = pathlib.Path(__file__).parent / "fixtures"
PROGRAMS = 6
RECORDS = 96
TARGETS = {
    "cpu": ("llvm -mcpu=core-avx2", HardwareParams(2, 32, 64, 0, 0, 0, 0, 0)),
    "cuda": ("cuda -arch=sm_70", HardwareParams(80, 16, 64, 49152, 65536, 1024, 8, 32)),
}


def sample(task, count, seed=7):
    # Sampling asks the C library for numbers; without this every run would differ.
    random.seed(seed)
    policy = auto_scheduler.SketchPolicy(
        task, program_cost_model=auto_scheduler.RandomModel(), seed=seed, verbose=0
    )
    return list(policy.sample_initial_population())[:count]


def measure(task, states):
    """Really measured, the records in the order of measuring."""
    builder = auto_scheduler.LocalBuilder()
    runner = auto_scheduler.LocalRunner(number=3, repeat=3, min_repeat_ms=20)
    inputs = [auto_scheduler.MeasureInput(task, state) for state in states]
    results = runner.run(inputs, builder.build(inputs), 0)
    with tempfile.NamedTemporaryFile("r", suffix=".json") as log:
        auto_scheduler.save_records(log.name, inputs, results)
        return log.read().splitlines()


def fixture(name, kind):
    function, arguments = WORKLOADS[name]
    target, hardware = TARGETS[kind]
    task = auto_scheduler.SearchTask(
        func=function, args=arguments, target=tvm.target.Target(target), hardware_params=hardware
    )
    measured = name == "matmul" and kind == "cpu"
    states = sample(task, RECORDS if measured else PROGRAMS)
    encoder = StateEncoder(task)
    programs = [MessageToDict(program) for program in encoder.encode(states)]
    lines = measure(task, states) if measured else []
    for line, program in zip(lines, programs):
        assert json.loads(steps_of_record(line)) == json.loads(program["transformSteps"])
    return {
        "task": MessageToDict(encode_task(task)),
        "programs": programs[:PROGRAMS],
        "records": [
            {"program": program, "recordLine": line} for program, line in zip(programs, lines)
        ],
    }


def main():
    FOLDER.mkdir(exist_ok=True)
    # TVM's builders are other processes and look the workload functions up by module.
    os.environ["PYTHONPATH"] = str(FOLDER.parent)
    wanted = sys.argv[1:] or [f"{name}-{kind}" for name in WORKLOADS for kind in TARGETS]
    for full_name in wanted:
        name, _, kind = full_name.rpartition("-")
        try:
            content = fixture(name, kind)
        except Exception as error:  # TVM has no sketch for some pairs; say which
            print(f"{full_name}: left out ({str(error).strip().splitlines()[-1]})")
            continue
        (FOLDER / f"{full_name}.json").write_text(json.dumps(content, indent=1) + "\n")
        counts = f"{len(content['programs'])} programs, {len(content['records'])} records"
        print(f"{full_name}: {counts}")


if __name__ == "__main__":
    main()
