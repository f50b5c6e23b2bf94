"""How right the predictor is, against XGBoost over TVM's features, under named protocols.

make bench-accuracy

Everything is kept below a cache folder, and whoever runs this again goes on where it was stopped:
the data, TVM's features, each training, each prediction. `--quick` runs one small job of each kind
in a cache of its own and writes no result.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import subprocess
from typing import Any

from accuracy_data import prepare_cpu, prepare_public, register_networks, register_public
from accuracy_features import FeatureTable, extract_dataset
from accuracy_files import predictions_path
from accuracy_tables import arm_table, figure_table, sampler_table
from accuracy_xgboost import run_job
from readme_table import write_table
from result_file import machine, write_result

HERE = pathlib.Path(__file__).resolve().parent
CACHE = HERE / ".cache"
PROTOCOLS = HERE / "accuracy_protocols.json"
ENTRY = HERE.parent / "dist" / "accuracy" / "main.js"
DATASETS = ("public", "cpu")
_QUICK_ROUNDS = 30


def main() -> None:
    """Data, features, plan, XGBoost, ours, verdict."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small jobs, writes no result")
    parser.add_argument("--cache", type=pathlib.Path, help="where everything is kept")
    parser.add_argument(
        "--only", default="", help="run jobs whose names begin so; then no result is written"
    )
    options = parser.parse_args()
    quick = options.quick
    cache = options.cache or CACHE / ("accuracy-quick" if quick else "accuracy")
    measured_on = machine()
    datasets = [name for name in DATASETS if prepare(cache, name, quick)]
    node(cache, "plan", *(["--quick"] if quick else []), *datasets)
    plan = json.loads((cache / "plan.json").read_text())
    for name in datasets:
        run_jobs(cache, name, plan["jobs"], options.only, quick)
    node(cache, "judge", *(["--quick"] if quick else []))
    verdict = json.loads((cache / "verdict.json").read_text())
    print(json.dumps(verdict["figures"], indent=1), flush=True)
    for missing in verdict["missing"]:
        print(f"not told: {missing}")
    if quick or options.only:
        print("a trial: nothing was written")
        return
    write(cache, datasets, verdict, measured_on)


def prepare(cache: pathlib.Path, name: str, quick: bool) -> bool:
    """Store, programs and features of a dataset; False where there is none."""
    dataset = cache / name
    there = prepare_public(dataset, quick) if name == "public" else prepare_cpu(dataset)
    if not there:
        print(f"dataset {name} is not there: its figures are left out", flush=True)
        return False
    node(cache, "programs", name)
    if name == "public":
        register_public()
    else:
        register_networks(CACHE)
    print(json.dumps({name: extract_dataset(dataset)}), flush=True)
    return True


def run_jobs(
    cache: pathlib.Path, name: str, jobs: list[dict[str, Any]], only: str, quick: bool
) -> None:
    """XGBoost as early as it can be, then ours, then XGBoost on what ours had to choose first."""
    dataset = cache / name
    wanted = [job for job in jobs if job["dataset"] == name and job["id"].startswith(only)]
    run_xgboost(dataset, wanted, quick)
    node(cache, "run", "--only", only, *(["--quick"] if quick else []), name)
    run_xgboost(dataset, wanted, quick)


def run_xgboost(dataset: pathlib.Path, jobs: list[dict[str, Any]], quick: bool) -> None:
    """Those that can be run and are not done."""
    table = None
    for job in jobs:
        if job["kind"] != "xgboost" or predictions_path(dataset, job["id"]).exists():
            continue
        if not (dataset / "jobs" / f"{job['manifest']}.jsonl.gz").exists():
            continue
        # Half a gigabyte, which who has nothing left to do can do without.
        table = table or FeatureTable(dataset)
        devices = json.loads((dataset / "devices.json").read_text())
        rounds = {"most_rounds": _QUICK_ROUNDS} if quick else {}
        summary = run_job(dataset, job, table, devices, **rounds)
        print(json.dumps({"job": job["id"], **summary}), flush=True)


def node(cache: pathlib.Path, command: str, *arguments: str) -> None:
    """Run a command of the side in TypeScript."""
    cores = str(len(os.sched_getaffinity(0)))
    environment = {
        **os.environ,
        "TF_NUM_INTRAOP_THREADS": cores,
        "TF_NUM_INTEROP_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
    }
    entry = ["node", "--max-old-space-size=12000", str(ENTRY), command]
    paths = ["--cache", str(cache), "--protocols", str(PROTOCOLS)]
    subprocess.run([*entry, *paths, *arguments], check=True, env=environment)


def write(
    cache: pathlib.Path,
    datasets: list[str],
    verdict: dict[str, Any],
    measured_on: dict[str, Any],
) -> None:
    """The result file and the tables."""
    samples = {
        "intervals": verdict["intervals"],
        "protocols": verdict["protocols"],
        "samplers": verdict["samplers"],
        "missing": verdict["missing"],
        "jobs": {name: summaries(cache / name) for name in datasets},
    }
    path = write_result(
        "accuracy",
        verdict["figures"],
        samples,
        command="make bench-accuracy",
        measured_on=measured_on,
    )
    write_table("accuracy", figure_table(verdict), path)
    write_table("accuracy-arms", arm_table(verdict), path)
    write_table("accuracy-samplers", sampler_table(verdict), path)
    print(f"written: {os.path.relpath(path)}")


def summaries(dataset: pathlib.Path) -> dict[str, Any]:
    """What each job said of itself."""
    jobs = dataset / "jobs"
    return {
        str(path.parent.relative_to(jobs)): json.loads(path.read_text())
        for path in sorted(jobs.rglob("summary.json"))
    }


if __name__ == "__main__":
    main()
