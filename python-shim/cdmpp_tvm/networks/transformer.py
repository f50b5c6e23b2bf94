"""BERT's encoder and attention alone, in relay (Vaswani et al., 2017; Devlin et al., 2019)."""

from __future__ import annotations

import math
from typing import Any

from ..tvm_door import import_tvm

_BERT_SEQUENCE = 128
_FEED_FORWARD_WIDENING = 4
# A long sequence with few heads, where the products of attention outweigh the dense layers.
_ATTENTION_SEQUENCE, _ATTENTION_HIDDEN, _ATTENTION_HEADS = 384, 256, 4


def bert(batch: int, *, layers: int, hidden: int, heads: int) -> Any:
    """Encoder layers over sequences of 128 embedded tokens; the input `data` is embedded already.

    Args:
        batch: Sequences.
        layers: Encoder layers, one after the other.
        hidden: Width of a token's vector.
        heads: Divide `hidden`.
    """
    relay = import_tvm("tvm.relay")
    body = relay.var("data", shape=(batch * _BERT_SEQUENCE, hidden), dtype="float32")
    for layer in range(layers):
        name = f"layer{layer}"
        attended = _attention(body, batch, _BERT_SEQUENCE, hidden, heads, name)
        body = _normalised(relay.add(body, attended), hidden, f"{name}_attention_norm")
        inner = _gelu(_dense(body, _FEED_FORWARD_WIDENING * hidden, f"{name}_widen"))
        inner = _dense(inner, hidden, f"{name}_narrow")
        body = _normalised(relay.add(body, inner), hidden, f"{name}_output_norm")
    return relay.Function(relay.analysis.free_vars(body), body)


def attention(batch: int) -> Any:
    """Self-attention of many heads over sequences of 384 tokens, nothing around it."""
    relay = import_tvm("tvm.relay")
    shape = (batch * _ATTENTION_SEQUENCE, _ATTENTION_HIDDEN)
    body = _attention(
        relay.var("data", shape=shape, dtype="float32"),
        batch,
        _ATTENTION_SEQUENCE,
        _ATTENTION_HIDDEN,
        _ATTENTION_HEADS,
        "attention",
    )
    return relay.Function(relay.analysis.free_vars(body), body)


def _attention(data: Any, batch: int, sequence: int, hidden: int, heads: int, name: str) -> Any:
    """(batch·sequence × hidden) → the same shape."""
    relay = import_tvm("tvm.relay")
    size = hidden // heads

    def by_head(what: str, axes: tuple[int, ...], shape: tuple[int, ...]) -> Any:
        split = relay.reshape(
            _dense(data, hidden, f"{name}_{what}"), (batch, sequence, heads, size)
        )
        return relay.reshape(relay.transpose(split, axes), (batch * heads, *shape))

    query = by_head("query", (0, 2, 1, 3), (sequence, size))
    key = by_head("key", (0, 2, 1, 3), (sequence, size))
    # relay's product of batches transposes its second operand.
    value = by_head("value", (0, 2, 3, 1), (size, sequence))
    scale = relay.const(1.0 / math.sqrt(size), "float32")
    weights = relay.nn.softmax(relay.multiply(relay.nn.batch_matmul(query, key), scale), axis=-1)
    context = relay.reshape(relay.nn.batch_matmul(weights, value), (batch, heads, sequence, size))
    joined = relay.reshape(relay.transpose(context, (0, 2, 1, 3)), (batch * sequence, hidden))
    return _dense(joined, hidden, f"{name}_output")


def _dense(data: Any, units: int, name: str) -> Any:
    return import_tvm("tvm.relay.testing.layers").dense_add_bias(data, units=units, name=name)


def _normalised(data: Any, hidden: int, name: str) -> Any:
    relay = import_tvm("tvm.relay")
    gamma = relay.var(f"{name}_gamma", shape=(hidden,), dtype="float32")
    beta = relay.var(f"{name}_beta", shape=(hidden,), dtype="float32")
    return relay.nn.layer_norm(data, gamma, beta, axis=-1)


def _gelu(data: Any) -> Any:
    relay = import_tvm("tvm.relay")
    half, one = relay.const(0.5, "float32"), relay.const(1.0, "float32")
    error = relay.erf(relay.multiply(data, relay.const(math.sqrt(0.5), "float32")))
    return relay.multiply(relay.multiply(data, half), relay.add(one, error))
