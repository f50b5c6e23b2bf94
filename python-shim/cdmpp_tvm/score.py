"""Latency → score: the one conversion.

TVM's search wants a positive score, higher being better, and compares the scores of different
calls with each other. Hence `reference / latency` with a reference that is fixed per task for a
whole search, never one that depends on the other programs of a call.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from .errors import ProtocolError, UnreadableProgramsError
from .gen import predict_pb2 as pb

logger = logging.getLogger(__name__)

# Of a program that the server could not read. That says nothing about the program, so it is
# neither dropped (-inf) nor dear: it ranks below every real score, and stays a normal float32.
UNREADABLE_SCORE = 1e-30
# Of a program that cannot be built on the device; TVM drops it.
CANNOT_BUILD_SCORE = float("-inf")

_INFINITY = float("inf")
_OK = pb.PREDICTION_STATUS_OK
_UNREADABLE = pb.PREDICTION_STATUS_UNREADABLE
_CANNOT_BUILD = pb.PREDICTION_STATUS_CANNOT_BUILD

# Reasons name lines and columns: there can be as many as programs.
_MOST_WARNINGS = 20
_warned_reasons: set[str] = set()


def scores_of(
    predictions: Sequence[pb.Prediction], reference_latency_seconds: float
) -> list[float]:
    """One score per prediction, in their order.

    Args:
        predictions: What the server answered to one call.
        reference_latency_seconds: The task's reference, seconds.

    Raises:
        UnreadableProgramsError: The server could read none of the programs.
        ProtocolError: A latency is not positive and finite, or a status is unknown.
    """
    least = 2 * UNREADABLE_SCORE
    scores: list[float] = []
    unreadable: list[pb.Prediction] = []
    for prediction in predictions:  # thousands a call: each field is read once
        status = prediction.status
        if status == _OK:
            latency = prediction.latency_seconds
            if not 0.0 < latency < _INFINITY:
                raise ProtocolError(f"latency_seconds is {latency}, expected positive and finite.")
            score = reference_latency_seconds / latency
            scores.append(score if score > least else least)
        elif status == _UNREADABLE:
            unreadable.append(prediction)
            scores.append(UNREADABLE_SCORE)
        elif status == _CANNOT_BUILD:
            scores.append(CANNOT_BUILD_SCORE)
        else:
            raise ProtocolError(f"status of a prediction is {status}, expected 1, 2 or 3.")
    if unreadable and len(unreadable) == len(predictions):
        raise UnreadableProgramsError(
            f"the server could read none of {len(unreadable)} programs, first reason:"
            f" {unreadable[0].reason}; are shim and server of one release?"
        )
    for prediction in unreadable:
        _warn_once(prediction.reason, len(unreadable), len(predictions))
    return scores


def _warn_once(reason: str, unreadable: int, programs: int) -> None:
    if reason in _warned_reasons or len(_warned_reasons) >= _MOST_WARNINGS:
        return
    _warned_reasons.add(reason)
    logger.warning(
        "the server could not read %d of %d programs, which rank last: %s",
        unreadable,
        programs,
        reason,
    )
