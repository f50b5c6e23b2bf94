"""The data of the accuracy benchmark: stores made of the public logs and of the shipped dataset.

Both parts may be stopped and run again: nothing is stored twice, and what is complete is marked.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import pathlib
import pickle
import subprocess
import sys

from accuracy_files import write_json
from data_rebuild import TASK_FILE, logs_folder
from server_process import ServerProcess

from cdmpp_tvm.networks import NETWORK_NAMES, network_tasks
from cdmpp_tvm.rebuild.settings import register_workloads, registered_workloads
from cdmpp_tvm.task_files import load_task_file

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "datasets" / "cpu"
PUBLIC_DEVICES = ("v100", "k80", "a100")
_QUICK_LOGS = 10
_QUICK_LINES = 80


def prepare_public(dataset: pathlib.Path, quick: bool = False) -> bool:
    """The public logs of all devices, rebuilt into `<dataset>/records.sqlite`.

    Args:
        dataset: Folder in the cache.
        quick: The first lines of a few logs only.

    Returns:
        Whether the logs are there at all.
    """
    logs = logs_folder()
    if not all((logs / device).is_dir() for device in PUBLIC_DEVICES):
        return False
    missing = [name for name in PUBLIC_DEVICES if not _mark(dataset, name).exists()]
    if not missing:
        return True
    if quick:
        logs = _few_lines(logs, dataset / "logs")
    dataset.mkdir(parents=True, exist_ok=True)
    store = ("--store", str(dataset / "records.sqlite"), "--frozen")
    with ServerProcess(dataset / "server", dataset / "server.log", *store) as server:
        for device in missing:
            _rebuild(server.address, device, logs / device)
            write_json(_mark(dataset, device), {"device": device})
    return True


def prepare_cpu(dataset: pathlib.Path) -> bool:
    """The shipped dataset, imported into `<dataset>/records.sqlite`; again when it has changed.

    Returns:
        Whether there is one.
    """
    card = SHIPPED / "card.json"
    if not card.is_file():
        return False
    digest = hashlib.sha256(card.read_bytes()).hexdigest()
    mark = _mark(dataset, "cpu")
    if mark.exists() and json.loads(mark.read_text())["card"] == digest:
        return True
    dataset.mkdir(parents=True, exist_ok=True)
    # Imports add: of a part that was replaced nothing may be left.
    for path in dataset.glob("records.sqlite*"):
        path.unlink()
    main = str(ROOT / "dist" / "cli" / "main.js")
    store = str(dataset / "records.sqlite")
    command = ["node", main, "records", "import", str(SHIPPED), "--store", store]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    write_json(mark, {"card": digest})
    return True


def register_public() -> None:
    """The workloads of the public logs, in this process."""
    load_task_file(TASK_FILE)


def register_networks(cache: pathlib.Path) -> None:
    """The workloads of all networks, in this process: extracted once, which takes minutes."""
    path = cache / "networks.pickle"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        entries = registered_workloads(network_tasks(NETWORK_NAMES))
        unfinished = path.with_name(path.name + ".unfinished")
        unfinished.write_bytes(pickle.dumps(entries))
        os.replace(unfinished, path)
    register_workloads(pickle.loads(path.read_bytes()))


def _mark(dataset: pathlib.Path, name: str) -> pathlib.Path:
    return dataset / f"complete-{name}.json"


def _rebuild(address: str, device: str, logs: pathlib.Path) -> None:
    command = [sys.executable, "-m", "cdmpp_tvm.rebuild", "--server", address, "--device", device]
    command += ["--task-file", str(TASK_FILE), "--no-learning", str(logs)]
    # 1: some lines gave no record; the others are stored.
    status = subprocess.run(command).returncode
    if status not in (0, 1):
        raise SystemExit(f"rebuilding the logs of {device} failed with status {status}")


def _few_lines(logs: pathlib.Path, out: pathlib.Path) -> pathlib.Path:
    """The first lines of a few logs of each device; V100 and K80 share their shapes."""
    for device in PUBLIC_DEVICES:
        for path in _spread(sorted(_log_names(logs / device) & _shared(logs, device))):
            target = out / device / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with gzip.open(logs / device / path, "rb") as source, gzip.open(target, "wb") as sink:
                for _, line in zip(range(_QUICK_LINES), source):
                    sink.write(line)
    return out


def _shared(logs: pathlib.Path, device: str) -> set[str]:
    twin = {"v100": "k80", "k80": "v100"}.get(device, device)
    return _log_names(logs / twin)


def _log_names(folder: pathlib.Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*.gz")}


def _spread(names: list[str]) -> list[str]:
    step = max(1, len(names) // _QUICK_LOGS)
    return names[::step][:_QUICK_LOGS]
