"""Tasks as the server sees them: every stage, axis, tensor and expression."""

from __future__ import annotations

import json
import re
from typing import Any, Callable

import pytest
import tvm
from dag_text import print_stage
from tvm import auto_scheduler, te, topi
from workloads import (
    ALL,
    CPU_TARGET,
    CUDA_HARDWARE,
    CUDA_TARGET,
    make_task,
    name_of,
    sample_states,
    shim_argmax,
    shim_layer_norm,
    shim_matmul,
    shim_matmul_bias,
    shim_same_names,
    shim_shifted_reduction,
    shim_winograd,
)

from cdmpp_tvm.dag import dag_text, encode_task
from cdmpp_tvm.encode import StateEncoder
from cdmpp_tvm.expression import MAX_DEPTH
from cdmpp_tvm.gen import task_pb2 as pb

Workload = tuple[Callable[..., Any], tuple[Any, ...]]

# What the text does not tell apart or prints in another form, and the wire does not.
_NOT_COMPARABLE = {"shim_argmax", "shim_shifted_reduction"}
# Integers that become floats are sent as TVM simplifies them.
_WINDOW = (
    "float32((((min((((ax2*2) - 1) + 2), 14) - ((ax2*2) - 1)) + 1)"
    "*((min((((ax3*2) - 1) + 2), 14) - ((ax3*2) - 1)) + 1)))"
)


def _shapes(task: pb.Task) -> dict[str, tuple[int, ...]]:
    return {tensor.name: tuple(tensor.shape) for tensor in task.tensors}


def _walk(node: pb.Expression) -> list[pb.Expression]:
    return [node] + [deeper for operand in node.operands for deeper in _walk(operand)]


@pytest.mark.parametrize("workload", ALL, ids=name_of)
def test_expressions_printed_again_are_tvms_text(workload: Workload) -> None:
    task = make_task(*workload)
    encoded = encode_task(task)
    assert all(stage.kind != pb.STAGE_KIND_OPAQUE for stage in encoded.stages)
    if workload[0].__name__ in _NOT_COMPARABLE:
        return
    shapes = _shapes(encoded)
    printed = [
        line for stage in encoded.stages for line in print_stage(stage, shapes.get(stage.name, ()))
    ]
    expected = dag_text(task.compute_dag).replace("tir.if_then_else(", "select(")
    expected = expected.replace(_WINDOW, "float32(9)")
    # TVM does not number operations of one name.
    assert re.sub(r"#\d+", "", "\n".join(printed)) == expected.strip()


@auto_scheduler.register_workload
def shim_global_pool(channels: int, hw: int) -> list[Any]:
    x = te.placeholder((1, channels, hw, hw), name="data")
    return [x, topi.nn.global_pool(x, "avg")]


def test_an_extent_that_tvm_left_as_a_sum_is_a_number() -> None:
    encoded = encode_task(make_task(shim_global_pool, (8, 7)))
    pooled = next(stage for stage in encoded.stages if stage.name == "adaptive_pool_sum")
    assert [axis.extent for axis in pooled.reduce_axes] == [7, 7]


@pytest.mark.parametrize("workload", ALL, ids=name_of)
def test_stages_come_in_the_order_that_steps_count_in(workload: Workload) -> None:
    task = make_task(*workload)
    encoded = encode_task(task)
    stages = task.compute_dag.get_init_state().stages
    names = [re.sub(r"#\d+$", "", stage.name) for stage in encoded.stages]
    assert names == [str(stage.op.name) for stage in stages]
    for stage, iterators in zip(encoded.stages, [stage.iters for stage in stages]):
        axes = [*stage.axes, *stage.reduce_axes]
        assert [axis.name for axis in axes] == [str(iterator.name) for iterator in iterators]
        assert [axis.extent for axis in axes] == [
            int(iterator.range.extent) for iterator in iterators
        ]


@pytest.mark.parametrize("target", [CPU_TARGET, CUDA_TARGET])
def test_steps_split_the_axes_of_the_stage_that_they_number(target: str) -> None:
    """An SP step holds stage, iterator and extent; the stage at that place has that extent."""
    task = make_task(shim_matmul_bias, (64,), target)
    encoded = encode_task(task)
    states = sample_states(task)
    splits = 0
    for text in StateEncoder(task).transform_steps(states):
        for step in json.loads(text):
            if step[0] in ("CR", "CHW", "CHR", "RF"):
                break  # stages are counted anew from here on
            if step[0] == "SP":
                stage = encoded.stages[step[1]]
                extents = {axis.extent for axis in [*stage.axes, *stage.reduce_axes]}
                assert step[3] in extents
                splits += 1
    assert splits > 0


@pytest.mark.parametrize("workload", ALL, ids=name_of)
def test_every_name_in_an_expression_is_known(workload: Workload) -> None:
    encoded = encode_task(make_task(*workload))
    tensors = {tensor.name: tensor for tensor in encoded.tensors}
    assert len(tensors) == len(encoded.tensors)
    assert len({stage.name for stage in encoded.stages}) == len(encoded.stages)
    for stage in encoded.stages:
        axes = {axis.name for axis in [*stage.axes, *stage.reduce_axes]}
        for body in stage.bodies:
            for node in _walk(body):
                assert node.kind != pb.EXPRESSION_KIND_UNSPECIFIED
                assert node.dtype
                if node.kind == pb.EXPRESSION_KIND_AXIS:
                    assert node.name in axes
                if node.kind == pb.EXPRESSION_KIND_LOAD:
                    assert len(node.operands) == len(tensors[node.name].shape)
                    assert node.dtype == tensors[node.name].dtype


def test_task_carries_target_limits_and_texts() -> None:
    task = make_task(shim_matmul, (128,), CUDA_TARGET)
    encoded = encode_task(task, pb.DeviceCard(name="some-gpu"), [("bert-tiny", 2)])
    limits = encoded.hardware_params
    assert encoded.workload_key == '["shim_matmul", 128]'
    assert encoded.target == str(task.target)
    assert encoded.device.name == "some-gpu"
    assert list(encoded.networks) == [pb.NetworkUse(name="bert-tiny", occurrences=2)]
    assert (
        limits.num_cores,
        limits.vector_unit_bytes,
        limits.cache_line_bytes,
        limits.max_shared_memory_per_block,
        limits.max_local_memory_per_block,
        limits.max_threads_per_block,
        limits.max_vthread_extent,
        limits.warp_size,
    ) == CUDA_HARDWARE
    assert encoded.initial_loop_nest == str(task.compute_dag.get_init_state())
    assert "matmul(i, j) += (A[i, k]*B[k, j])" in encoded.compute_dag_text
    assert encoded.stages[2].attributes["layout_free_placeholders"] == "[B]"
    assert not encode_task(task).HasField("device")


def test_outputs_of_one_stage_have_their_own_sums() -> None:
    encoded = encode_task(make_task(shim_layer_norm, (32, 64)))
    sums = next(stage for stage in encoded.stages if stage.name == "A_red_temp")
    assert [tensor.name for tensor in encoded.tensors][1:3] == ["A_red_temp.v0", "A_red_temp.v1"]
    assert [body.name for body in sums.bodies] == ["sum", "sum"]
    assert [len(body.operands) for body in sums.bodies] == [1, 1]
    assert sums.bodies[0].operands[0].kind == pb.EXPRESSION_KIND_LOAD
    square = sums.bodies[1].operands[0]
    assert (square.name, [operand.name for operand in square.operands]) == ("mul", ["A", "A"])


def test_argmax_is_another_combiner_of_both_sources() -> None:
    encoded = encode_task(make_task(shim_argmax, (32, 64)))
    stage = next(stage for stage in encoded.stages if stage.name == "A_red_temp")
    assert [body.name for body in stage.bodies] == ["other", "other"]
    assert [operand.name for operand in stage.bodies[0].operands] == ["k1", "A"]
    assert [tensor.dtype for tensor in encoded.tensors][1:3] == ["int32", "float32"]


def test_start_of_a_reduction_axis_is_added_where_it_is_used() -> None:
    encoded = encode_task(make_task(shim_shifted_reduction, (16,)))
    stage = encoded.stages[1]
    assert (stage.reduce_axes[0].name, stage.reduce_axes[0].extent) == ("k", 14)
    index = stage.bodies[0].operands[0].operands[1]
    assert (index.name, index.operands[0].name, index.operands[1].value) == ("add", "k", 2.0)


def test_equal_names_are_numbered_and_loads_follow() -> None:
    encoded = encode_task(make_task(shim_same_names, (16,)))
    assert [stage.name for stage in encoded.stages][-1] == "T_add#1"
    loads = [node.name for node in _walk(encoded.stages[-1].bodies[0])]
    assert "T_add" in loads
    assert "T_add#1" not in loads


def test_deep_select_chain_is_sent_whole() -> None:
    encoded = encode_task(make_task(shim_winograd, (14, 8, 8)))
    matrix = next(stage for stage in encoded.stages if stage.name == "B")
    constants = [n for n in _walk(matrix.bodies[0]) if n.kind == pb.EXPRESSION_KIND_SELECT]
    assert len(constants) == 36
    assert pb.Task.FromString(encoded.SerializeToString()) == encoded


@auto_scheduler.register_workload
def shim_tower(depth: int) -> list[Any]:
    x = te.placeholder((8,), name="x")

    def body(i: Any) -> Any:
        value = x[i]
        for _ in range(depth):
            value = tvm.tir.exp(value)
        return value

    return [x, te.compute((8,), body, name="tower")]


def test_stage_at_the_depth_limit_passes_the_wire_and_one_beyond_is_opaque() -> None:
    # The load's index is the deepest node: depth + 2.
    deepest = encode_task(make_task(shim_tower, (MAX_DEPTH - 2,)))
    assert deepest.stages[1].kind == pb.STAGE_KIND_COMPUTE
    request = pb.RegisterTaskRequest(task=deepest)
    assert pb.RegisterTaskRequest.FromString(request.SerializeToString()) == request
    beyond = encode_task(make_task(shim_tower, (MAX_DEPTH - 1,)))
    assert beyond.stages[1].kind == pb.STAGE_KIND_OPAQUE
    assert not beyond.stages[1].bodies
    assert [axis.extent for axis in beyond.stages[1].axes] == [8]
