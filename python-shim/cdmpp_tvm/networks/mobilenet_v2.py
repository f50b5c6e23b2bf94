"""MobileNet-v2 in relay (Sandler et al., 2018); `tvm.relay.testing` has the first version only."""

from __future__ import annotations

from typing import Any

from ..tvm_door import import_tvm

# (expansion, output channels, blocks, stride of the first of them)
_STAGES = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
_FIRST_CHANNELS = 32
_LAST_CHANNELS = 1280
_CLASSES = 1000


def mobilenet_v2(batch: int) -> Any:
    """The network as a relay function, channels first; its input is `data`, 224×224 pixels."""
    relay = import_tvm("tvm.relay")
    body = relay.var("data", shape=(batch, 3, 224, 224), dtype="float32")
    body = _convolution(body, "first", _FIRST_CHANNELS, kernel=3, stride=2)
    channels = _FIRST_CHANNELS
    for stage, (expansion, outputs, blocks, first_stride) in enumerate(_STAGES):
        for block in range(blocks):
            name = f"stage{stage}_block{block}"
            stride = first_stride if block == 0 else 1
            inner = _inverted_residual(body, name, channels, expansion, outputs, stride)
            body = relay.add(body, inner) if stride == 1 and channels == outputs else inner
            channels = outputs
    body = _convolution(body, "last", _LAST_CHANNELS)
    body = relay.nn.batch_flatten(relay.nn.global_avg_pool2d(body))
    body = import_tvm("tvm.relay.testing.layers").dense_add_bias(
        body, units=_CLASSES, name="classifier"
    )
    body = relay.nn.softmax(body)
    return relay.Function(relay.analysis.free_vars(body), body)


def _inverted_residual(
    data: Any, name: str, channels: int, expansion: int, outputs: int, stride: int
) -> Any:
    """Wider by `expansion`, depthwise, narrow again; no activation at the end."""
    wide = channels * expansion
    if expansion > 1:
        data = _convolution(data, f"{name}_expand", wide)
    data = _convolution(data, f"{name}_depthwise", wide, kernel=3, stride=stride, groups=wide)
    return _convolution(data, f"{name}_project", outputs, activated=False)


def _convolution(
    data: Any,
    name: str,
    channels: int,
    *,
    kernel: int = 1,
    stride: int = 1,
    groups: int = 1,
    activated: bool = True,
) -> Any:
    """Convolution, batch normalisation, and relu6 where `activated`."""
    relay, layers = import_tvm("tvm.relay"), import_tvm("tvm.relay.testing.layers")
    # What relay does not infer.
    shape = (channels, 1, kernel, kernel) if groups > 1 else None
    data = layers.conv2d(
        data,
        relay.var(f"{name}_weight", shape=shape),
        name=name,
        channels=channels,
        kernel_size=(kernel, kernel),
        strides=(stride, stride),
        padding=(kernel // 2, kernel // 2),
        groups=groups,
    )
    data = layers.batch_norm_infer(data, name=f"{name}_norm")
    return relay.clip(data, 0.0, 6.0) if activated else data
