"""How fast logs are rebuilt: lines → states → printed programs → a real server's store."""

from __future__ import annotations

import os
import pathlib
import statistics
import tempfile
import time
from typing import Any

from server_process import ServerProcess

from cdmpp_tvm.client import Connection
from cdmpp_tvm.gpu_cards import gpu_card
from cdmpp_tvm.rebuild import RebuildPool, RebuildSettings, RebuildSummary

ROOT = pathlib.Path(__file__).resolve().parent.parent
TASK_FILE = ROOT / "benchmarks" / "public_log_tasks.py"
DEVICE = "v100"
WARM_UP = "elementwise/ansor_relu_128_1008_42_42.log.gz"
#: 1,000 records each of every kind of operator that has as many, in the mixture of the logs.
LOGS = (
    "conv/ansor_conv2d_128_128_28_28_128_3_3_1_SAME.log.gz",
    "conv/ansor_conv2d_128_1024_14_14_256_1_1_1_SAME.log.gz",
    "conv/ansor_conv2d_128_1024_14_14_2048_1_1_2_VALID.log.gz",
    "matmul/ansor_matmul_1024_1024_4096.log.gz",
    "pooling/ansor_avg_pooling_128_168_42_42_3_3_1_SAME.log.gz",
)


def logs_folder() -> pathlib.Path:
    """Where the public logs lie, whether they are there or not."""
    chosen = os.environ.get("CDMPP_ANSOR_LOGS")
    return pathlib.Path(chosen) if chosen else ROOT.parent / "shared" / "data" / "ansor-logs"


def measure_rebuild(runs: int = 3) -> tuple[dict[str, float], dict[str, Any]]:
    """Rebuild the logs of `LOGS`, each run into a fresh server.

    The clock starts when every process has rebuilt a first log: what starting costs does not
    depend on how much is rebuilt.

    Args:
        runs: How often; the median counts.

    Returns:
        Figures (`rebuild_records_per_s`) and samples. Without the logs no figures, and
        `{"absent": <what is not there>}`.
    """
    folder = logs_folder() / DEVICE
    wanted = [folder / name for name in (WARM_UP, *LOGS)]
    absent = [str(path.relative_to(folder)) for path in wanted if not path.is_file()]
    if absent:
        return {}, {"absent": absent}
    samples = [_one_run(wanted[0], wanted[1:]) for _ in range(runs)]
    rates = [sample["records"] / sample["seconds"] for sample in samples]
    figures = {"rebuild_records_per_s": statistics.median(rates)}
    return figures, {"logs": LOGS, "runs": samples}


def _one_run(warm_up: pathlib.Path, logs: list[pathlib.Path]) -> dict[str, Any]:
    processes = len(os.sched_getaffinity(0))
    card = gpu_card(DEVICE)
    assert card is not None
    with tempfile.TemporaryDirectory(prefix="cdmpp-rebuild-") as folder:
        scratch = pathlib.Path(folder)
        with ServerProcess(scratch / "data", scratch / "server.log") as server:
            settings = RebuildSettings(
                connection=Connection(address=server.address),
                device=card.SerializeToString(),
                task_files=(str(TASK_FILE),),
            )
            with RebuildPool(settings, processes) as pool:
                # One part for each process, so that none starts within the measured time.
                _complete(pool.rebuild([warm_up] * processes))
                started = time.perf_counter()
                summary = _complete(pool.rebuild(logs))
                seconds = time.perf_counter() - started
    return {"records": summary.records, "seconds": seconds, "processes": processes}


def _complete(summary: RebuildSummary) -> RebuildSummary:
    if summary.complaints():
        raise SystemExit("\n".join(summary.complaints()))
    return summary
