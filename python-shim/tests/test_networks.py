"""Networks by name, and the tasks they are made of."""

from __future__ import annotations

import math
from collections import Counter

import pytest
import workloads
from tvm import auto_scheduler
from tvm.target import Target

from cdmpp_tvm.errors import ConfigurationError
from cdmpp_tvm.networks import NETWORK_NAMES, network_module, network_tasks
from cdmpp_tvm.networks.operator_kind import operator_kind

_LEARNED = ("weight", "bias", "gamma", "beta")


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        # As published, without the normalisations' of convolutional networks; of BERT the encoder
        # without embeddings and pooler.
        ("mobilenet-v2", 3_504_872 - 34_112),
        ("bert-tiny", 396_544),
        ("bert-base", 85_054_464),
        ("resnet-50", 25_557_032 - 53_120),
    ],
)
def test_a_network_has_as_many_parameters_as_its_papers_say(name: str, parameters: int) -> None:
    module, _ = network_module(name)
    found = sum(
        math.prod(int(extent) for extent in variable.checked_type.shape)
        for variable in module["main"].params
        if str(variable.name_hint).endswith(_LEARNED)
    )
    assert found == parameters


def test_convolutions_are_channels_last() -> None:
    module, _ = network_module("squeezenet", batch=2)
    text = str(module["main"])
    assert 'data_layout="NHWC"' in text
    assert text.count("nn.conv2d") == text.count('kernel_layout="HWIO"')
    assert [int(extent) for extent in module["main"].ret_type.shape] == [2, 1000]


def test_tasks_are_named_counted_and_the_same_each_time() -> None:
    sources = network_tasks(["bert-tiny"])
    assert network_tasks(["bert-tiny"]) == sources
    assert len({source.name for source in sources}) == len(sources)
    assert len({source.workload_key for source in sources}) == len(sources)
    by_kind = {
        kind: sum(uses for each in sources if each.kind == kind for _, uses in each.networks)
        for kind in {each.kind for each in sources}
    }
    # Of each of the two layers: query, key, value, output, two of the feed-forward part.
    assert by_kind["dense"] == 12
    assert by_kind["batch-matmul"] == 4
    assert by_kind["softmax"] == 2
    assert all(each.networks == (("bert-tiny", each.networks[0][1]),) for each in sources)
    assert all(each.name.startswith("bert-tiny/") for each in sources)


def test_tasks_of_equal_structure_come_once_with_all_their_networks() -> None:
    alone = {name: network_tasks([name]) for name in ("mlp", "lstm-cells", "bert-tiny")}
    together = network_tasks([*alone, *alone])
    expected: dict[str, list[tuple[str, int]]] = {}
    for name in NETWORK_NAMES:
        for source in alone.get(name, []):
            expected.setdefault(source.workload_key, []).extend(source.networks)
    assert {each.workload_key: list(each.networks) for each in together} == expected
    assert [each.networks[0][0] for each in together] == sorted(
        (each.networks[0][0] for each in together), key=NETWORK_NAMES.index
    )


def test_a_source_makes_the_task_of_a_device() -> None:
    class Device:
        def target(self) -> Target:
            return Target("llvm -mcpu=core-avx2")

        def hardware_params(self) -> auto_scheduler.HardwareParams:
            return auto_scheduler.HardwareParams(3, 32, 64, 0, 0, 0, 0, 0)

    source = network_tasks(["mlp"])[0]
    task = source.search_task(Device())
    assert task.workload_key == source.workload_key
    assert task.compute_dag.flop_ct == source.flops > 0
    assert (task.target.attrs["mcpu"], task.hardware_params.num_cores) == ("core-avx2", 3)
    # Elsewhere weights lie in memory as the program wants them: TVM fails to do so for these.
    assert task.layout_rewrite_option == 0
    policy = auto_scheduler.SketchPolicy(
        task, params={"sample_init_min_population": 2}, seed=1, verbose=0
    )
    state = next(iter(policy.sample_initial_population()))
    task.compute_dag.apply_steps_from_state(state, layout_rewrite=task.layout_rewrite_option)
    assert source.name == "mlp/dense-1"


def test_kinds_tell_operators_apart() -> None:
    kinds = Counter(
        operator_kind(workloads.make_task(function, arguments).compute_dag)
        for function, arguments in workloads.ALL
    )
    assert kinds["winograd"] == 1
    assert kinds["depthwise"] == 1
    assert kinds["softmax"] == 2  # one is added to something
    assert kinds["batch-matmul"] == 1
    assert kinds["transposed-conv2d"] == 1
    assert kinds["elementwise"] == 5
    assert (kinds["max-pool"], kinds["avg-pool"]) == (1, 1)


def test_unknown_networks_and_empty_batches_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="resnet-18, resnet-50"):
        network_tasks(["resnet"])
    with pytest.raises(ConfigurationError, match="batch is 0"):
        network_module("mlp", batch=0)
