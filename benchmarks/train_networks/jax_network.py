"""The network of `src/model`, its loss and its optimiser in JAX, as a user would write them.

P programs of L leaves, R = P·L rows, width d, H heads, M decoders of width e. What a name or a
number is for stands in the TypeScript files; here is only the same arithmetic.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .bundle import Batch, Bundle

Arrays = dict[str, jax.Array]


class JaxTraining:
    """A training in progress: weights, moments and average, each a tree of named arrays."""

    name = "jax"

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._constants = {name: jnp.asarray(values) for name, values in bundle.constants.items()}
        self._decay_mask = self._tree(bundle.constants["decayMask"])
        # Copies: a step gives its memory back, so that no two may share one array.
        weights = self._tree(bundle.weights)
        self._state = {
            "weights": weights,
            "first": jax.tree.map(jnp.zeros_like, weights),
            "second": jax.tree.map(jnp.zeros_like, weights),
            "average": jax.tree.map(jnp.copy, weights),
        }
        self._steps = 0
        self._step = jax.jit(self._one_step, static_argnums=6, donate_argnums=0)
        self._value_and_grad = jax.jit(jax.value_and_grad(self._loss), static_argnums=2)

    def forward(self, batch: Batch) -> np.ndarray:
        """[M, P, 2]."""
        run = jax.jit(self._forward, static_argnums=2)
        return np.asarray(run(self._state["weights"], batch.arrays, batch.leaf_bucket))

    def gradient(self, batch: Batch) -> tuple[float, np.ndarray]:
        """Loss and gradient [N] at the weights as they are."""
        loss, gradient = self._value_and_grad(
            self._state["weights"], batch.arrays, batch.leaf_bucket
        )
        return float(loss), self._flat(gradient)

    def step(self, batch: Batch, learning_rate: float) -> Callable[[], float]:
        """One step of the optimiser; what is returned waits for it and tells the loss."""
        self._steps += 1
        optimizer = self._bundle.settings["optimizer"]
        self._state, loss = self._step(
            self._state,
            batch.arrays,
            np.float32(learning_rate),
            np.float32(1 / (1 - optimizer["beta1"] ** self._steps)),
            np.float32(1 / (1 - optimizer["beta2"] ** self._steps)),
            np.float32(min(optimizer["averageDecay"], (1 + self._steps) / (10 + self._steps))),
            batch.leaf_bucket,
        )
        return lambda: float(loss)

    def weights(self) -> np.ndarray:
        """[N]"""
        return self._flat(self._state["weights"])

    def average(self) -> np.ndarray:
        """[N]"""
        return self._flat(self._state["average"])

    def _tree(self, flat: np.ndarray) -> Arrays:
        return {name: jnp.array(part) for name, part in self._bundle.named(flat).items()}

    def _flat(self, tree: Arrays) -> np.ndarray:
        return np.concatenate([np.asarray(tree[name]).ravel() for name, _ in self._bundle.layout])

    def _one_step(
        self,
        state: dict[str, Arrays],
        arrays: Arrays,
        learning_rate: jax.Array,
        first_scale: jax.Array,
        second_scale: jax.Array,
        average_decay: jax.Array,
        leaf_bucket: int,
    ) -> tuple[dict[str, Arrays], jax.Array]:
        optimizer = self._bundle.settings["optimizer"]
        beta1, beta2 = optimizer["beta1"], optimizer["beta2"]
        loss, gradient = jax.value_and_grad(self._loss)(state["weights"], arrays, leaf_bucket)
        norm = jnp.sqrt(sum(jnp.sum(jnp.square(part)) for part in gradient.values()))
        clip = jnp.minimum(1.0, optimizer["clipNorm"] / jnp.maximum(norm, 1e-12))

        def moments(m: jax.Array, v: jax.Array, g: jax.Array) -> tuple[jax.Array, jax.Array]:
            g = g * clip
            return m * beta1 + g * (1 - beta1), v * beta2 + jnp.square(g) * (1 - beta2)

        both = {
            name: moments(state["first"][name], state["second"][name], g)
            for name, g in gradient.items()
        }

        def moved(name: str) -> jax.Array:
            first, second = both[name]
            weights = state["weights"][name]
            denominator = jnp.sqrt(second * second_scale) + optimizer["epsilon"]
            pulled = weights * self._decay_mask[name] * (learning_rate * optimizer["weightDecay"])
            return weights - first * (learning_rate * first_scale) / denominator - pulled

        weights = {name: moved(name) for name in gradient}
        return {
            "weights": weights,
            "first": {name: first for name, (first, _) in both.items()},
            "second": {name: second for name, (_, second) in both.items()},
            "average": {
                name: state["average"][name] * average_decay + weights[name] * (1 - average_decay)
                for name in weights
            },
        }, loss

    def _loss(self, weights: Arrays, arrays: Arrays, leaf_bucket: int) -> jax.Array:
        output = self._forward(weights, arrays, leaf_bucket)
        return training_loss(output, arrays, self._bundle.scale, self._bundle.settings["loss"])

    def _forward(self, parameters: Arrays, arrays: Arrays, leaf_bucket: int) -> jax.Array:
        config, constants = self._bundle.config, self._constants
        dense = functools.partial(_dense, parameters)
        layer_norm = functools.partial(_layer_norm, parameters)
        leaves = _standardised(arrays["leaves"], constants["leafMean"], constants["leafScale"])
        programs = leaves.shape[0] // leaf_bucket
        table = constants["sinusoids"]
        places = jnp.concatenate([table[arrays["positions"]], table[arrays["depths"]]], 1)
        x = dense("embedding", leaves) + places * parameters["embedding.position_gain"]
        mask = arrays["mask"]
        logit_mask = ((mask - 1) * 1e9).reshape(programs, 1, 1, leaf_bucket)
        for i in range(config["layers"]):
            layer = f"encoder.{i}"
            attending = layer_norm(f"{layer}.attention_norm", x)
            joint = dense(f"{layer}.attention_in", attending)
            mixed = _attention(joint, logit_mask, config["heads"], leaf_bucket)
            x = x + dense(f"{layer}.attention_out", mixed)
            feeding = layer_norm(f"{layer}.feed_forward_norm", x)
            hidden = jax.nn.relu(dense(f"{layer}.feed_forward_in", feeding))
            x = x + dense(f"{layer}.feed_forward_out", hidden)
        x = layer_norm("encoder.norm", x)

        present = mask.reshape(programs, leaf_bucket, 1)
        encoded = x.reshape(programs, leaf_bucket, config["width"])
        total = jnp.sum(encoded * present, 1)
        mean = total / jnp.sum(present, 1)
        most = jnp.max(encoded + (present - 1) * 1e9, 1)
        pooled = jnp.concatenate([mean, most, total / 8], 1)
        embedding = jax.nn.relu(dense("pooling", pooled))
        if config["deviceWidth"] > 0:
            devices = _standardised(
                arrays["devices"], constants["deviceMean"], constants["deviceScale"]
            )
            card = jax.nn.relu(dense("device_in", devices))
            if "device_table" in parameters:
                card = card + parameters["device_table"][arrays["deviceRows"]]
            gain, shift = jnp.split(dense("device_out", card), 2, 1)
            embedding = embedding * (gain + 1) + shift
        hidden = jax.nn.relu(dense("decoder_in", embedding))
        hidden = hidden.reshape(programs, config["decoders"], config["decoderWidth"])
        hidden = hidden.transpose(1, 0, 2)
        return hidden @ parameters["decoder_out.weight"] + parameters["decoder_out.bias"]


def _dense(parameters: Arrays, name: str, x: jax.Array) -> jax.Array:
    return x @ parameters[f"{name}.weight"] + parameters[f"{name}.bias"]


def _layer_norm(parameters: Arrays, name: str, x: jax.Array) -> jax.Array:
    mean = jnp.mean(x, 1, keepdims=True)
    centred = x - mean
    variance = jnp.mean(jnp.square(centred), 1, keepdims=True)
    standard = centred * jax.lax.rsqrt(variance + 1e-5)
    return standard * parameters[f"{name}.gain"] + parameters[f"{name}.bias"]


def _standardised(x: jax.Array, mean: jax.Array, scale: jax.Array) -> jax.Array:
    return jnp.clip((x - mean) * scale, -5, 5)


def _attention(joint: jax.Array, logit_mask: jax.Array, heads: int, leaf_bucket: int) -> jax.Array:
    rows, joint_width = joint.shape
    programs, head_width = rows // leaf_bucket, joint_width // (3 * heads)
    apart = joint.reshape(programs, leaf_bucket, 3 * heads, head_width).transpose(0, 2, 1, 3)
    query, key, value = jnp.split(apart, 3, 1)
    logits = query * head_width**-0.5 @ key.transpose(0, 1, 3, 2) + logit_mask
    mixed = jax.nn.softmax(logits) @ value
    return mixed.transpose(0, 2, 1, 3).reshape(rows, heads * head_width)


def training_loss(
    output: jax.Array, arrays: Arrays, scale: dict[str, Any], settings: dict[str, Any]
) -> jax.Array:
    """As `trainingLoss` of src/training/losses.ts; output [M, P, 2]."""
    means, log_variances = output[..., 0], output[..., 1]
    decoders = means.shape[0]
    weights = arrays["weights"]
    per_decoder = jnp.sum(weights) * decoders

    def average(x: jax.Array) -> jax.Array:
        return jnp.sum(x * weights) / per_decoder

    error = means - arrays["targets"]
    size = jnp.abs(error)
    inside = jnp.minimum(size, settings["huberLimit"])
    huber = jnp.square(inside) / 2 + (size - inside) * settings["huberLimit"]
    clipped = jnp.clip(log_variances, *scale["logVarianceRange"])
    squared = jax.lax.stop_gradient(jnp.square(error))
    likelihood = (clipped + squared * jnp.exp(-clipped)) / 2
    loss = average(huber) * settings["absoluteWeight"]
    loss += average(likelihood) * settings["likelihoodWeight"]

    predicted = means * scale["targetDeviation"] + scale["targetMean"] + arrays["bases"]
    measured = arrays["logLatencies"]
    difference = predicted - measured
    inside = jnp.minimum(difference, settings["relativeLimit"])
    relative = jnp.exp(inside) * (difference - inside + 1) - 1
    smoothing = settings["relativeSmoothing"]
    loss += settings["relativeWeight"] * average(
        jnp.sqrt(jnp.square(relative) + smoothing**2) - smoothing
    )
    return loss + settings["rankingWeight"] * _ranking(
        predicted, measured, weights, arrays, scale["gapUnit"], settings
    )


def _ranking(
    predicted: jax.Array,
    measured: jax.Array,
    weights: jax.Array,
    arrays: Arrays,
    gap_unit: float,
    settings: dict[str, Any],
) -> jax.Array:
    programs, tasks = arrays["rankPrograms"], arrays["rankTasks"]
    decoders, (rows, slots) = predicted.shape[0], tasks.shape
    if rows == 0:
        return jnp.float32(0)
    gaps = _differences(measured[programs].reshape(rows, slots)) / gap_unit
    same_task = tasks[:, None, :] == tasks[:, :, None]
    raw = jnp.clip(gaps, 0, settings["rankingGapLimit"]) * same_task
    raw = raw * weights[programs].reshape(rows, slots, 1)
    pair_weights = raw / ((jnp.sum(raw) + 1e-6) * decoders)
    latencies = predicted[:, programs].reshape(decoders, rows, slots)
    temperature = settings["rankingTemperature"]
    predicted_gaps = _differences(latencies) * (1 / (gap_unit * temperature))
    entropy = jax.nn.softplus(-predicted_gaps) * pair_weights
    if settings["ranking"] == "soft":
        entropy += predicted_gaps * (jax.nn.sigmoid(-gaps / temperature) * pair_weights)
    return jnp.sum(entropy)


def _differences(x: jax.Array) -> jax.Array:
    """[..., K] -> [..., K, K], element i, j the j-th minus the i-th."""
    return x[..., None, :] - x[..., :, None]
