"""Predict calls while the server trains, against the same calls while it does not.

make bench-retrain           # writes results/retrain.json
.venv/bin/python benchmarks/retrain.py --quick    # few calls and records, writes nothing
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any

import numpy as np
from collected_states import LEAST_SCORE, CollectedState, as_tvm_array, collect
from readme_table import write_table
from result_file import machine, write_result
from rivals import Measurements, made_up_measurements, train_server, trained_xgb
from search_tasks import BenchmarkTask, cpu_tasks
from server_process import ServerProcess

from cdmpp_tvm import CdmppModel
from cdmpp_tvm.client import Connection, CostModelClient
from cdmpp_tvm.encode import StateEncoder
from cdmpp_tvm.gen import model_pb2, predict_pb2, program_pb2

SEED = 0
TASK = "matmul"
STATES_A_REQUEST = 512
SETS = 16
RECORDS = 2000
REQUESTS = 1000
XGB_UPDATES = 3
LEAST_BUSY = 0.95
CACHE_OFF = ("--score-cache-mib", "0")
_SAMPLE_SECONDS = 0.05
_REPORT_SECONDS = 0.5


class BusyTrainer:
    """Within it the server trains without end: new records reach it all the time.

    Attributes:
        samples: Whether the trainer was at work, looked at every 50 ms: (when, answer).
        versions: What was said of each version that came: number → (records, seconds).
    """

    def __init__(self, address: str, measurements: Measurements) -> None:
        self._address = address
        self._inputs, self._results = measurements
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._report, daemon=True),
            threading.Thread(target=self._watch, daemon=True),
        ]
        self.samples: list[tuple[float, bool]] = []
        self.versions: dict[int, tuple[int, float]] = {}

    @property
    def is_busy(self) -> bool:
        """As the last look said."""
        return bool(self.samples) and self.samples[-1][1]

    def busy_share(self, since: float, until: float) -> float:
        """Share of the looks between two times that found the trainer at work."""
        looks = [busy for when, busy in self.samples if since <= when <= until]
        return sum(looks) / max(len(looks), 1)

    def __enter__(self) -> BusyTrainer:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _report(self) -> None:
        with CdmppModel(self._address) as model:
            for measure_input, result in zip(self._inputs, self._results):
                if self._stop.is_set():
                    return
                model.update([measure_input], [result])
                self._stop.wait(_REPORT_SECONDS)

    def _watch(self) -> None:
        client = CostModelClient(Connection(self._address))
        while not self._stop.wait(_SAMPLE_SECONDS):
            info = client.get_model(predict_pb2.ModelRef())
            busy = info.training.phase == model_pb2.TRAINING_PHASE_RUNNING
            self.samples.append((time.monotonic(), busy))
            self.versions[info.model.version] = (info.trained_on, info.training_seconds)
        client.close()


class Requests:
    """Predict calls of encoded programs over one channel, each timed."""

    def __init__(
        self, address: str, task_id: str, sets: Sequence[Sequence[program_pb2.Program]]
    ) -> None:
        self._client = CostModelClient(Connection(address))
        self._task_id = task_id
        self._sets = sets
        self._next = 0
        self.unreadable = 0

    def timed(self, count: int) -> Iterator[float]:
        """Seconds of each call; the sets take turns."""
        for _ in range(count):
            programs = self._sets[self._next % len(self._sets)]
            self._next += 1
            started = time.perf_counter()
            answer = self._client.predict_stream(
                self._task_id, predict_pb2.ModelRef(), "bench", [programs]
            )
            yield time.perf_counter() - started
            if answer.trained_on == 0:
                raise SystemExit("the analytical estimate answered, not a trained version")
            self.unreadable += sum(
                p.status == predict_pb2.PREDICTION_STATUS_UNREADABLE for p in answer.predictions
            )

    def close(self) -> None:
        """Close the channel."""
        self._client.close()


def measure(
    task: BenchmarkTask, records: int, requests: int, work: pathlib.Path
) -> tuple[dict[str, float], dict[str, Any]]:
    """Figures and samples."""
    with (
        ServerProcess(work / "guide", work / "guide.log", "--frozen") as guiding,
        CdmppModel(guiding.address) as guide,
    ):
        spare = requests  # one record each 0.5 s lasts longer than the calls do
        wanted = records + spare + SETS * STATES_A_REQUEST
        states = collect(task, guide, wanted, seed=SEED, most_rounds=6)
        valid = [each for each in states if each.score > LEAST_SCORE]
        if len(valid) < records + spare + STATES_A_REQUEST:
            raise SystemExit(f"{len(valid)} distinct states, wanted {wanted}")
        learned = made_up_measurements(task, valid[:records], guide, SEED)
        later = made_up_measurements(task, valid[records : records + spare], guide, SEED)
        asked = valid[records + spare :]
        known = guide._tasks.of(task.search_task)
        task_message, with_loop_nest = known.registration.message, known.needs_loop_nest
    sets = encoded_sets(task, asked, with_loop_nest)
    print(f"  {len(sets)} sets of {STATES_A_REQUEST} states", flush=True)

    with ServerProcess(work / "data", work / "server.log", *CACHE_OFF) as server:
        trained = train_server(server, [learned])
        client = CostModelClient(Connection(server.address))
        task_id = client.register_task(task_message).task_id
        client.close()
        calls = Requests(server.address, task_id, sets)
        list(calls.timed(max(requests // 10, len(sets))))
        idle = list(calls.timed(requests))
        print(f"  idle: p99 {percentile(idle, 99) * 1e3:.1f} ms", flush=True)
        with BusyTrainer(server.address, later) as trainer:
            while not trainer.is_busy:
                time.sleep(_SAMPLE_SECONDS)
            since = time.monotonic()
            busy = list(calls.timed(requests))
            share = trainer.busy_share(since, time.monotonic())
            while max(trainer.versions) == trained["version"]:
                time.sleep(_SAMPLE_SECONDS)
        print(f"  busy: p99 {percentile(busy, 99) * 1e3:.1f} ms, {100 * share:.1f} %", flush=True)
        unreadable = calls.unreadable
        calls.close()
    xgb_seconds = []
    for _ in range(XGB_UPDATES):
        started = time.perf_counter()
        trained_xgb(learned)
        xgb_seconds.append(time.perf_counter() - started)

    again = [
        seconds
        for version, (_, seconds) in trainer.versions.items()
        if version > trained["version"]
    ]
    figures: dict[str, float] = {
        "p99_ratio": percentile(busy, 99) / percentile(idle, 99),
        "p50_ratio": percentile(busy, 50) / percentile(idle, 50),
        "trainer_busy_share": share,
        "first_training_s": trained["training_s"],
        "retrain_s": float(np.median(again)) if again else 0.0,
        "xgb_update_s": float(np.median(xgb_seconds)),
        "records": trained["trained_on"],
        "requests": requests,
        "versions_published_meanwhile": len(again),
    }
    for label, values in (("idle", idle), ("busy", busy)):
        for percent in (50, 90, 99, 100):
            name = "max" if percent == 100 else f"p{percent}"
            figures[f"{label}_{name}_s"] = percentile(values, percent)
    samples = {
        "model": trained,
        "idle_s": idle,
        "busy_s": busy,
        "trainings": [[v, *seen] for v, seen in sorted(trainer.versions.items())],
        "xgb_update_s": xgb_seconds,
        "unreadable": unreadable,
    }
    return figures, samples


def encoded_sets(
    task: BenchmarkTask, states: Sequence[CollectedState], with_loop_nest: bool
) -> list[list[program_pb2.Program]]:
    """Sets of distinct programs, as large as one request."""
    encoder = StateEncoder(task.search_task)
    count = min(SETS, len(states) // STATES_A_REQUEST)
    return [
        encoder.encode(
            as_tvm_array(states[i * STATES_A_REQUEST : (i + 1) * STATES_A_REQUEST]),
            with_loop_nest=with_loop_nest,
        )
        for i in range(count)
    ]


def percentile(values: Sequence[float], percent: float) -> float:
    """Of all values, not smoothed: one that was measured."""
    return float(np.percentile(values, percent, method="higher"))


def main() -> None:
    """Idle first, then busy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few calls, writes nothing")
    quick = parser.parse_args().quick
    measured_on = machine()
    cores = measured_on["cores"]
    os.environ["TVM_NUM_THREADS"] = str(cores)
    task = next(each for each in cpu_tasks(cores) if each.name == TASK)
    records, requests = (300, 100) if quick else (RECORDS, REQUESTS)
    with tempfile.TemporaryDirectory(prefix="cdmpp-bench-retrain-") as folder:
        figures, samples = measure(task, records, requests, pathlib.Path(folder))
    print(json.dumps(figures, indent=1))
    if quick:
        print("a trial: nothing was written")
        return
    if figures["trainer_busy_share"] < LEAST_BUSY:
        raise SystemExit(f"the trainer was busy {figures['trainer_busy_share']:.3f} of the time")
    path = write_result(
        "retrain", figures, samples, command="make bench-retrain", measured_on=measured_on
    )
    rows = [
        ("", "idle", "while training"),
        *(
            (
                f"{name}, ms",
                *(f"{figures[f'{label}_{name}_s'] * 1e3:.1f}" for label in ("idle", "busy")),
            )
            for name in ("p50", "p90", "p99", "max")
        ),
    ]
    rows += [
        ("", "cdmpp-server", "TVM's XGBModel"),
        (
            f"learning from {figures['records']:.0f} records, s",
            f"{figures['first_training_s']:.1f} from nothing, {figures['retrain_s']:.1f} again",
            f"{figures['xgb_update_s']:.1f}",
        ),
    ]
    write_table("retrain", rows, path)
    print(f"written: {os.path.relpath(path)}")


if __name__ == "__main__":
    sys.exit(main())
