"""The network of `src/model`, its loss and its optimiser in TensorFlow, as a user would write them.

P programs of L leaves, R = P·L rows, width d, H heads, M decoders of width e. What a name or a
number is for stands in the TypeScript files; here is only the same arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from .bundle import Batch, Bundle

Tensors = dict[str, tf.Tensor]


class TensorflowTraining:
    """A training in progress: weights, moments and average, one flat variable each."""

    name = "tensorflow"

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._constants = {name: tf.constant(values) for name, values in bundle.constants.items()}
        self._weights = tf.Variable(bundle.weights)
        zeros = np.zeros_like(bundle.weights)
        self._first, self._second = tf.Variable(zeros), tf.Variable(zeros)
        self._average = tf.Variable(bundle.weights)
        self._steps = 0
        self._step = tf.function(self._one_step, reduce_retracing=False)

    def forward(self, batch: Batch) -> np.ndarray:
        """[M, P, 2]."""
        parameters = self._split(self._weights)
        arrays = {name: tf.constant(values) for name, values in batch.arrays.items()}
        output = self._forward(parameters, arrays, batch.leaf_bucket)
        return np.asarray(output)

    def gradient(self, batch: Batch) -> tuple[float, np.ndarray]:
        """Loss and gradient [N] at the weights as they are."""
        arrays = {name: tf.constant(values) for name, values in batch.arrays.items()}
        with tf.GradientTape() as tape:
            loss = self._loss(self._weights, arrays, batch.leaf_bucket)
        return float(loss), np.asarray(tape.gradient(loss, self._weights))

    def step(self, batch: Batch, learning_rate: float) -> Callable[[], float]:
        """One step of the optimiser; what is returned waits for it and tells the loss."""
        self._steps += 1
        optimizer = self._bundle.settings["optimizer"]
        loss = self._step(
            batch.arrays,
            batch.leaf_bucket,
            tf.constant(learning_rate, tf.float32),
            tf.constant(1 / (1 - optimizer["beta1"] ** self._steps), tf.float32),
            tf.constant(1 / (1 - optimizer["beta2"] ** self._steps), tf.float32),
            tf.constant(
                min(optimizer["averageDecay"], (1 + self._steps) / (10 + self._steps)),
                tf.float32,
            ),
        )
        return lambda: float(loss)

    def weights(self) -> np.ndarray:
        """[N]"""
        return np.asarray(self._weights)

    def average(self) -> np.ndarray:
        """[N]"""
        return np.asarray(self._average)

    def _split(self, flat: tf.Tensor) -> Tensors:
        sizes = [int(np.prod(shape)) for _, shape in self._bundle.layout]
        parts = tf.split(flat, sizes)
        return {
            name: tf.reshape(part, shape) for (name, shape), part in zip(self._bundle.layout, parts)
        }

    def _one_step(
        self,
        arrays: Tensors,
        leaf_bucket: int,
        learning_rate: tf.Tensor,
        first_scale: tf.Tensor,
        second_scale: tf.Tensor,
        average_decay: tf.Tensor,
    ) -> tf.Tensor:
        optimizer = self._bundle.settings["optimizer"]
        beta1, beta2 = optimizer["beta1"], optimizer["beta2"]
        with tf.GradientTape() as tape:
            loss = self._loss(self._weights, arrays, leaf_bucket)
        gradient = tape.gradient(loss, self._weights)
        norm = tf.norm(gradient)
        gradient *= tf.minimum(1.0, optimizer["clipNorm"] / tf.maximum(norm, 1e-12))
        first = self._first * beta1 + gradient * (1 - beta1)
        second = self._second * beta2 + tf.square(gradient) * (1 - beta2)
        denominator = tf.sqrt(second * second_scale) + optimizer["epsilon"]
        pulled = (
            self._weights
            * self._constants["decayMask"]
            * (learning_rate * optimizer["weightDecay"])
        )
        moved = self._weights - first * (learning_rate * first_scale) / denominator - pulled
        self._first.assign(first)
        self._second.assign(second)
        self._average.assign(self._average * average_decay + moved * (1 - average_decay))
        self._weights.assign(moved)
        return loss

    def _loss(self, flat: tf.Tensor, arrays: Tensors, leaf_bucket: int) -> tf.Tensor:
        output = self._forward(self._split(flat), arrays, leaf_bucket)
        return training_loss(output, arrays, self._bundle.scale, self._bundle.settings["loss"])

    def _forward(self, parameters: Tensors, arrays: Tensors, leaf_bucket: int) -> tf.Tensor:
        config, constants = self._bundle.config, self._constants
        width, decoders = config["width"], config["decoders"]
        leaves = _standardised(arrays["leaves"], constants["leafMean"], constants["leafScale"])
        programs = leaves.shape[0] // leaf_bucket
        table = constants["sinusoids"]
        places = tf.concat(
            [tf.gather(table, arrays["positions"]), tf.gather(table, arrays["depths"])], 1
        )
        x = _dense(parameters, "embedding", leaves)
        x += places * parameters["embedding.position_gain"]
        mask = arrays["mask"]
        logit_mask = tf.reshape((mask - 1) * 1e9, [programs, 1, 1, leaf_bucket])
        for i in range(config["layers"]):
            layer = f"encoder.{i}"
            attending = _layer_norm(parameters, f"{layer}.attention_norm", x)
            joint = _dense(parameters, f"{layer}.attention_in", attending)
            mixed = _attention(joint, logit_mask, config["heads"], leaf_bucket)
            x += _dense(parameters, f"{layer}.attention_out", mixed)
            feeding = _layer_norm(parameters, f"{layer}.feed_forward_norm", x)
            hidden = tf.nn.relu(_dense(parameters, f"{layer}.feed_forward_in", feeding))
            x += _dense(parameters, f"{layer}.feed_forward_out", hidden)
        x = _layer_norm(parameters, "encoder.norm", x)

        present = tf.reshape(mask, [programs, leaf_bucket, 1])
        encoded = tf.reshape(x, [programs, leaf_bucket, width])
        total = tf.reduce_sum(encoded * present, 1)
        mean = total / tf.reduce_sum(present, 1)
        most = tf.reduce_max(encoded + (present - 1) * 1e9, 1)
        pooled = tf.concat([mean, most, total / 8], 1)
        embedding = tf.nn.relu(_dense(parameters, "pooling", pooled))
        if config["deviceWidth"] > 0:
            devices = _standardised(
                arrays["devices"], constants["deviceMean"], constants["deviceScale"]
            )
            card = tf.nn.relu(_dense(parameters, "device_in", devices))
            if "device_table" in parameters:
                card += tf.gather(parameters["device_table"], arrays["deviceRows"])
            gain, shift = tf.split(_dense(parameters, "device_out", card), 2, 1)
            embedding = embedding * (gain + 1) + shift
        hidden = tf.nn.relu(_dense(parameters, "decoder_in", embedding))
        hidden = tf.transpose(
            tf.reshape(hidden, [programs, decoders, config["decoderWidth"]]), [1, 0, 2]
        )
        return hidden @ parameters["decoder_out.weight"] + parameters["decoder_out.bias"]


def _dense(parameters: Tensors, name: str, x: tf.Tensor) -> tf.Tensor:
    return x @ parameters[f"{name}.weight"] + parameters[f"{name}.bias"]


def _layer_norm(parameters: Tensors, name: str, x: tf.Tensor) -> tf.Tensor:
    mean, variance = tf.nn.moments(x, axes=[1], keepdims=True)
    standard = (x - mean) * tf.math.rsqrt(variance + 1e-5)
    return standard * parameters[f"{name}.gain"] + parameters[f"{name}.bias"]


def _standardised(x: tf.Tensor, mean: tf.Tensor, scale: tf.Tensor) -> tf.Tensor:
    return tf.clip_by_value((x - mean) * scale, -5, 5)


def _attention(joint: tf.Tensor, logit_mask: tf.Tensor, heads: int, leaf_bucket: int) -> tf.Tensor:
    rows, joint_width = joint.shape
    programs, head_width = rows // leaf_bucket, joint_width // (3 * heads)
    apart = tf.reshape(joint, [programs, leaf_bucket, 3 * heads, head_width])
    query, key, value = tf.split(tf.transpose(apart, [0, 2, 1, 3]), 3, 1)
    logits = tf.matmul(query * head_width**-0.5, key, transpose_b=True) + logit_mask
    mixed = tf.matmul(tf.nn.softmax(logits), value)
    return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [rows, heads * head_width])


def training_loss(
    output: tf.Tensor, arrays: Tensors, scale: dict[str, Any], settings: dict[str, Any]
) -> tf.Tensor:
    """As `trainingLoss` of src/training/losses.ts; output [M, P, 2]."""
    means, log_variances = output[..., 0], output[..., 1]
    decoders = means.shape[0]
    weights = arrays["weights"]
    per_decoder = tf.reduce_sum(weights) * decoders

    def average(x: tf.Tensor) -> tf.Tensor:
        return tf.reduce_sum(x * weights) / per_decoder

    error = means - arrays["targets"]
    size = tf.abs(error)
    inside = tf.minimum(size, settings["huberLimit"])
    huber = tf.square(inside) / 2 + (size - inside) * settings["huberLimit"]
    least, most = scale["logVarianceRange"]
    clipped = tf.clip_by_value(log_variances, least, most)
    likelihood = (clipped + tf.stop_gradient(tf.square(error)) * tf.exp(-clipped)) / 2
    loss = average(huber) * settings["absoluteWeight"]
    loss += average(likelihood) * settings["likelihoodWeight"]

    predicted = means * scale["targetDeviation"] + scale["targetMean"] + arrays["bases"]
    measured = arrays["logLatencies"]
    difference = predicted - measured
    inside = tf.minimum(difference, settings["relativeLimit"])
    relative = tf.exp(inside) * (difference - inside + 1) - 1
    smoothing = settings["relativeSmoothing"]
    loss += settings["relativeWeight"] * average(
        tf.sqrt(tf.square(relative) + smoothing**2) - smoothing
    )
    return loss + settings["rankingWeight"] * _ranking(
        predicted, measured, weights, arrays, scale["gapUnit"], settings
    )


def _ranking(
    predicted: tf.Tensor,
    measured: tf.Tensor,
    weights: tf.Tensor,
    arrays: Tensors,
    gap_unit: float,
    settings: dict[str, Any],
) -> tf.Tensor:
    programs, tasks = arrays["rankPrograms"], arrays["rankTasks"]
    decoders, (rows, slots) = predicted.shape[0], tasks.shape
    if rows == 0:
        return tf.constant(0.0)

    def in_slots(x: tf.Tensor) -> tf.Tensor:
        return tf.reshape(tf.gather(x, programs), [rows, slots])

    gaps = _differences(in_slots(measured)) / gap_unit
    same_task = tf.cast(tasks[:, None, :] == tasks[:, :, None], tf.float32)
    raw = tf.clip_by_value(gaps, 0, settings["rankingGapLimit"])
    raw = raw * in_slots(weights)[:, :, None] * same_task
    pair_weights = raw / ((tf.reduce_sum(raw) + 1e-6) * decoders)
    latencies = tf.reshape(tf.gather(predicted, programs, axis=1), [decoders, rows, slots])
    temperature = settings["rankingTemperature"]
    predicted_gaps = _differences(latencies) * (1 / (gap_unit * temperature))
    entropy = tf.nn.softplus(-predicted_gaps) * pair_weights
    if settings["ranking"] == "soft":
        entropy += predicted_gaps * (tf.sigmoid(-gaps / temperature) * pair_weights)
    return tf.reduce_sum(entropy)


def _differences(x: tf.Tensor) -> tf.Tensor:
    """[..., K] -> [..., K, K], element i, j the j-th minus the i-th."""
    return x[..., None, :] - x[..., :, None]
