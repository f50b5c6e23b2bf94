"""The networks by name, as relay modules; nothing is downloaded."""

from __future__ import annotations

from typing import Any, Callable

from ..errors import ConfigurationError
from ..tvm_door import import_tvm
from .mobilenet_v2 import mobilenet_v2
from .normalisation import folded_normalisations
from .parameters import typed_parameters, vector_parameters
from .recurrent import lstm_cells
from .transformer import attention, bert

_IMAGE = (3, 224, 224)
_CLASSES = 1000


def _testing(name: str) -> Any:
    return import_tvm(f"tvm.relay.testing.{name}")


def _densenet(batch: int) -> Any:
    # The one that gives its function only together with parameters.
    module, _ = _testing("densenet").get_workload(121, batch_size=batch)
    return module["main"]


# Name → the function of a network for a batch size, inputs named data, ...
_BUILDERS: dict[str, Callable[[int], Any]] = {
    "resnet-18": lambda batch: _testing("resnet").get_net(batch, _CLASSES, 18, _IMAGE),
    "resnet-50": lambda batch: _testing("resnet").get_net(batch, _CLASSES, 50, _IMAGE),
    "mobilenet-v1": lambda batch: _testing("mobilenet").mobile_net(data_shape=(batch, *_IMAGE)),
    "mobilenet-v2": mobilenet_v2,
    "squeezenet": lambda batch: _testing("squeezenet").get_net(
        batch, _IMAGE, _CLASSES, "1.1", "float32"
    ),
    "densenet-121": _densenet,
    "inception-v3": lambda batch: _testing("inception_v3").get_net(
        batch, _CLASSES, (3, 299, 299), "float32"
    ),
    "vgg-16": lambda batch: _testing("vgg").get_net(batch, _IMAGE, _CLASSES, "float32", 16),
    "dcgan": lambda batch: _testing("dcgan").get_net(batch),
    "mlp": lambda batch: _testing("mlp").get_net(batch),
    "lstm-cells": lstm_cells,
    "bert-tiny": lambda batch: bert(batch, layers=2, hidden=128, heads=2),
    "bert-base": lambda batch: bert(batch, layers=12, hidden=768, heads=12),
    "attention": attention,
}

NETWORK_NAMES: tuple[str, ...] = tuple(_BUILDERS)


def network_module(name: str, batch: int = 1) -> tuple[Any, dict[str, Any]]:
    """A network, its convolutions channels last (NHWC), as the auto-scheduler likes them on CPUs.

    Transposed convolutions stay as they are: TVM has them channels first only. Batch normalisations
    are folded, as at inference.

    Args:
        name: One of `NETWORK_NAMES`.
        batch: Images or sequences of one call; at least 1.

    Returns:
        The `IRModule`, and made-up values of those parameters that must be constants.

    Raises:
        ConfigurationError: There is no network of that name, or the batch is empty.
    """
    if name not in _BUILDERS:
        raise ConfigurationError(
            f"network is {name!r}; expected one of {', '.join(NETWORK_NAMES)}."
        )
    if batch < 1:
        raise ConfigurationError(f"batch is {batch}; expected at least 1.")
    tvm = import_tvm("tvm")
    passes = import_tvm("tvm.relay.transform")
    module = passes.InferType()(tvm.IRModule.from_expr(_BUILDERS[name](batch)))
    channels_last = tvm.transform.Sequential(
        [
            passes.InferType(),
            passes.ConvertLayout({"nn.conv2d": ["NHWC", "default"]}),
            passes.InferType(),
        ]
    )
    with tvm.transform.PassContext(opt_level=3):
        module = folded_normalisations(channels_last(typed_parameters(module)))
    return module, vector_parameters(module)
