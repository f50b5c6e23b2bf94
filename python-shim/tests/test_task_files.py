"""Task definition files, and bundles of tasks for those who have no TVM."""

from __future__ import annotations

from pathlib import Path

import pytest
from tvm import auto_scheduler

from cdmpp_tvm.errors import ConfigurationError, RecordFileError
from cdmpp_tvm.gen import task_pb2
from cdmpp_tvm.local_devices import LocalDevice
from cdmpp_tvm.networks import TaskSource
from cdmpp_tvm.task_bundle import bundled_task, read_task_bundle, write_task_bundle
from cdmpp_tvm.task_files import load_task_file

_MATMUL = """
from tvm import auto_scheduler, te

@auto_scheduler.register_workload
def {name}(n):
    a, b = te.placeholder((n, n), name="A"), te.placeholder((n, n), name="B")
    k = te.reduce_axis((0, n), name="k")
    return [a, b, te.compute((n, n), lambda i, j: te.sum(a[i, k] * b[k, j], axis=k), name="C")]
"""
_DEVICE = LocalDevice("cpu-sse2-2t", "sse2", "x86-64", 2)


def _file(folder: Path, name: str, rest: str = "") -> Path:
    path = folder / f"{name}.py"
    path.write_text(_MATMUL.format(name=name) + rest, encoding="utf-8")
    return path


def test_a_file_registers_workloads_and_lists_tasks(tmp_path: Path) -> None:
    rest = 'TASKS = [("small", listed_matmul, (8,)), ("large", "listed_matmul", [16])]'
    path = _file(tmp_path, "listed_matmul", rest)
    small, large = load_task_file(path)
    assert (small.name, small.networks) == ("listed_matmul/small", ())
    assert small.workload_key == '["listed_matmul", 8]'
    assert large.workload_key == '["listed_matmul", 16]'
    assert (small.flops, large.flops) == (2 * 8**3, 2 * 16**3)
    # Run once: TVM refuses to register a name a second time.
    assert load_task_file(path) == [small, large]


def test_a_file_may_make_its_list_or_have_none(tmp_path: Path) -> None:
    rest = 'def tasks():\n    return [(f"n{n}", made_matmul, (n,)) for n in (4, 8)]'
    made = load_task_file(_file(tmp_path, "made_matmul", rest))
    assert [each.name for each in made] == ["made_matmul/n4", "made_matmul/n8"]
    assert load_task_file(_file(tmp_path, "bare_matmul")) == []
    assert auto_scheduler.ComputeDAG('["bare_matmul", 4]').flop_ct == 2 * 4**3


@pytest.mark.parametrize(
    ("rest", "says"),
    [
        ("raise KeyError('oops')", "oops"),
        ("TASKS = [('x', 'nobody_registered_this', ())]", "nobody_registered_this"),
        ("TASKS = [('a b', {name}, (4,))]", "letters"),
        ("TASKS = ['x']", "expected"),
    ],
)
def test_bad_files_are_named(tmp_path: Path, rest: str, says: str) -> None:
    name = f"bad_matmul_{abs(hash(rest))}"
    path = _file(tmp_path, name, rest.format(name=name))
    with pytest.raises(ConfigurationError, match=says) as caught:
        load_task_file(path)
    assert str(path) in str(caught.value)
    with pytest.raises(ConfigurationError, match=r"absent\.py"):
        load_task_file(tmp_path / "absent.py")


def test_a_bundle_comes_back_as_it_was_written(tmp_path: Path) -> None:
    load_task_file(_file(tmp_path, "bundled_matmul"))
    uses = (("resnet-18", 2), ("resnet-50", 3))
    source = TaskSource("resnet-18/dense-1", uses, '["bundled_matmul", 8]', 1024.0)
    entry = bundled_task(source, _DEVICE)
    assert (entry.name, entry.task.device.name) == ("resnet-18/dense-1", "cpu-sse2-2t")
    assert [(use.name, use.occurrences) for use in entry.task.networks] == list(uses)
    assert entry.task.target == str(_DEVICE.target())
    path = tmp_path / "some.tasks"
    write_task_bundle(path, [entry, entry])
    assert read_task_bundle(path) == [entry, entry]
    content = path.read_bytes()
    write_task_bundle(path, [entry, entry])
    assert path.read_bytes() == content
    assert [each.name for each in tmp_path.glob("some*")] == ["some.tasks"]


@pytest.mark.parametrize("line", ["{", '{"name": "x"}', '{"name": "x", "task": "%%"}'])
def test_broken_bundles_name_the_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "broken.tasks"
    write_task_bundle(path, [("x", task_pb2.Task())])
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(RecordFileError, match=r"line 2 of .*broken\.tasks"):
        read_task_bundle(path)
