"""Trains our network in one framework, told by lines of JSON what to do.

    python -m train_networks.rival tensorflow|jax FOLDER

FOLDER is what `train_bundle.mjs` wrote. Requests on standard input, one answer each:

    {"op": "check"} -> how far the results are from those of the server's own code
    {"op": "run"}   -> {"seconds", "programs"} of one step on each batch
"""

from __future__ import annotations

import json
import pathlib
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from .bundle import Bundle, read_bundle

CHECKED_STEPS = 3
# Each further one is another shape to compile.
CHECKED_BATCHES = 4


def check(create: Callable[[Bundle], Any], bundle: Bundle) -> dict[str, float]:
    """Relative differences, by what is compared; see `check` in benchmarks/train.py."""
    expected = bundle.expected
    training = create(bundle)
    loss_errors, gradient_error = [], 0.0
    checked = list(zip(bundle.batches, expected["losses"]))[:CHECKED_BATCHES]
    for i, (batch, expected_loss) in enumerate(checked):
        loss, gradient = training.gradient(batch)
        loss_errors.append(abs(loss - expected_loss) / abs(expected_loss))
        if i == 0:
            gradient_error = _distance(gradient, expected["gradient"])
    output = training.forward(bundle.batches[0])
    for i in range(CHECKED_STEPS):
        training.step(bundle.batches[i % len(bundle.batches)], bundle.learning_rate)()
    start = bundle.weights
    return {
        "output": float(
            np.max(np.abs(output - expected["output"])) / np.max(np.abs(expected["output"]))
        ),
        "loss": float(max(loss_errors)),
        "gradient": gradient_error,
        # Of how far the steps went, not of how large weights are.
        "step": _distance(training.weights() - start, expected["weights"] - start),
        "average": _distance(training.average() - start, expected["average"] - start),
    }


def _distance(actual: np.ndarray, expected: np.ndarray) -> float:
    return float(np.linalg.norm(actual - expected) / np.linalg.norm(expected))


def run(training: Any, bundle: Bundle) -> dict[str, float]:
    """One step on each batch; waits for the last, as nobody reads the losses in between."""
    started = time.perf_counter()
    for batch in bundle.batches:
        wait = training.step(batch, bundle.learning_rate)
    loss = wait()
    seconds = time.perf_counter() - started
    if not np.isfinite(loss):
        raise SystemExit(f"the loss is {loss}")
    return {"seconds": seconds, "programs": sum(batch.program_count for batch in bundle.batches)}


def main() -> None:
    """Answer until the input ends."""
    framework, folder = sys.argv[1:]
    bundle = read_bundle(pathlib.Path(folder))
    if framework == "tensorflow":
        from .tensorflow_network import TensorflowTraining as Training
    elif framework == "jax":
        from .jax_network import JaxTraining as Training  # type: ignore[assignment]
    else:
        raise SystemExit(f"framework is {framework!r}; it must be tensorflow or jax")
    training = Training(bundle)
    for line in sys.stdin:
        op = json.loads(line)["op"]
        answer = check(Training, bundle) if op == "check" else run(training, bundle)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
