"""What programs are run with."""

from __future__ import annotations

import numpy as np
import workloads

from cdmpp_tvm.collection.inputs import TaskInputs


def inputs_of(workload: object, arguments: tuple[object, ...]) -> tuple[list[object], TaskInputs]:
    task = workloads.make_task(workload, arguments)  # type: ignore[arg-type]
    tensors = list(task.compute_dag.tensors)
    return tensors, TaskInputs(tensors, {})


def test_floats_are_neither_zero_nor_denormal() -> None:
    tensors, inputs = inputs_of(workloads.shim_matmul_bias, (64, "float16"))
    a, b, c, out = (each.numpy() for each in inputs.arguments(tensors))
    for content in (a, b, c):
        assert content.dtype == np.float16
        assert content.min() >= 1
        assert content.max() <= 10
        assert content.std() > 1
    assert out.shape == (64, 64)
    assert not out.any()


def test_integers_are_indices_within_every_table() -> None:
    tensors, inputs = inputs_of(workloads.shim_gather, (7, 16, 8))
    _, index, _ = (each.numpy() for each in inputs.arguments(tensors))
    assert index.dtype == np.int32
    assert index.min() >= 0
    assert index.max() < 7
    assert len(set(index.tolist())) > 1


def test_the_same_task_has_the_same_inputs() -> None:
    tensors, first = inputs_of(workloads.shim_matmul, (32,))
    _, second = inputs_of(workloads.shim_matmul, (32,))
    for one, other in zip(first.arguments(tensors), second.arguments(tensors)):
        np.testing.assert_array_equal(one.numpy(), other.numpy())


def test_given_contents_are_used() -> None:
    task = workloads.make_task(workloads.shim_matmul, (4,))
    tensors = list(task.compute_dag.tensors)
    given = np.eye(4, dtype=np.float32)
    inputs = TaskInputs(tensors, {"A": given})
    np.testing.assert_array_equal(inputs.arguments(tensors)[0].numpy(), given)
    assert inputs.arguments(tensors)[1].numpy().std() > 1
