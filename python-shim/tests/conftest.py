"""Shared by all tests: where TVM is absent, tests that need it are skipped by name."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_server import FakeServer

# Before TVM is imported anywhere: its own guess of the cores is wrong on some machines.
os.environ.setdefault("TVM_NUM_THREADS", "2")
# TVM builds and runs programs in processes of its own, which import our workloads.
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
)

_TVM_FILES = {
    "test_accuracy.py",
    "test_collect.py",
    "test_collect_rpc.py",
    "test_collection_inputs.py",
    "test_collection_measurer.py",
    "test_collection_pool.py",
    "test_collection_threads.py",
    "test_cost_model.py",
    "test_cost_model_search.py",
    "test_encode_programs.py",
    "test_encode_task.py",
    "test_exported_log.py",
    "test_local_devices_tvm.py",
    "test_lowered.py",
    "test_networks.py",
    "test_probe.py",
    "test_readme.py",
    "test_rebuild.py",
    "test_real_server.py",
    "test_records.py",
    "test_sampling.py",
    "test_state_predictions.py",
    "test_task_files.py",
    "test_truth.py",
}


def has_auto_scheduler() -> bool:
    """Whether there is a TVM with its auto-scheduler."""
    try:
        return importlib.util.find_spec("tvm.auto_scheduler") is not None
    except (ImportError, OSError, RuntimeError):
        return False


_MISSING = not has_auto_scheduler()


class _SkippedItem(pytest.Item):
    def runtest(self) -> None:
        pytest.skip("there is no tvm.auto_scheduler here")


class _SkippedModule(pytest.Module):
    """Stands for a file that cannot even be imported without TVM."""

    def collect(self) -> list[pytest.Item]:
        return [_SkippedItem.from_parent(self, name="all_tests_of_this_file")]


def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> pytest.Module | None:
    """Skip files that need TVM, by name, where it is missing."""
    if _MISSING and module_path.name in _TVM_FILES:
        return _SkippedModule.from_parent(parent, path=module_path)
    return None


@pytest.fixture(autouse=True)
def _no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token in the developer's environment is none of the tests' business."""
    monkeypatch.delenv("CDMPP_TOKEN", raising=False)
    monkeypatch.delenv("CDMPP_TOKEN_FILE", raising=False)


@pytest.fixture(autouse=True)
def probed_cards(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: Any) -> Path:
    """The folder of probed cards, empty: what this machine was measured at decides no test."""
    folder = Path(tmp_path_factory.mktemp("devices"))
    monkeypatch.setenv("CDMPP_DEVICES_DIR", str(folder))
    return folder


@pytest.fixture
def server() -> Iterator[FakeServer]:
    """A made-up server, at work."""
    with FakeServer() as running:
        yield running


@pytest.fixture
def model(server: FakeServer) -> Iterator[Any]:
    """A cost model that asks the made-up server. Needs TVM."""
    from cdmpp_tvm import CdmppModel

    with CdmppModel(server.address, retry_seconds=10, fresh_model_wait_seconds=2) as made:
        yield made


@pytest.fixture(scope="module")
def task() -> Any:
    """A small matrix multiplication. Needs TVM."""
    import workloads

    return workloads.make_task(workloads.shim_matmul_bias, (64,))


@pytest.fixture(scope="module")
def states(task: Any) -> list[Any]:
    """Sampled states of the task."""
    import workloads

    return workloads.sample_states(task)
