"""States → predictions: by their transform steps alone, with the loop nest where that must be.

The steps cost a fifth of what the print of a loop nest does. A server that cannot read a program
from them alone answers UNREADABLE; such programs are sent once more with both texts. A task most
of whose programs need that is sent so from then on, lest every call pay twice.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from .chunks import Chunks
from .client import StreamAnswer
from .gen import predict_pb2
from .session import Session
from .tasks import KnownTask

logger = logging.getLogger(__name__)


def predict_states(
    session: Session, known: KnownTask, states: Sequence[Any], chunk_size: int
) -> list[predict_pb2.Prediction]:
    """One prediction per state, in their order, all by one version of the model.

    Args:
        session: Whom to ask.
        known: The states' task.
        states: At least one.
        chunk_size: States of one message.
    """
    answer = _ask(session, known, states, chunk_size, known.needs_loop_nest)
    if known.needs_loop_nest:
        return answer.predictions
    refused = [
        index
        for index, prediction in enumerate(answer.predictions)
        if prediction.status == predict_pb2.PREDICTION_STATUS_UNREADABLE
    ]
    if not refused:
        return answer.predictions
    reason = answer.predictions[refused[0]].reason
    session.statistics.programs_resent += len(refused)
    again = _ask(session, known, [states[i] for i in refused], chunk_size, True)
    _learn_from(known, again.predictions, refused, len(states), reason)
    if _version(again) != _version(answer):
        # The version changed in between, as one may that the server does not pin or keep: no mix.
        return _ask(session, known, states, chunk_size, True).predictions
    merged = answer.predictions
    for index, prediction in zip(refused, again.predictions):
        merged[index] = prediction
    return merged


def _ask(
    session: Session,
    known: KnownTask,
    states: Sequence[Any],
    chunk_size: int,
    with_loop_nest: bool,
) -> StreamAnswer:
    chunks = Chunks(known.encoder, states, chunk_size, with_loop_nest=with_loop_nest)
    try:
        return session.predict(known.registration, chunks)
    finally:
        session.statistics.print_seconds += chunks.print_seconds


def _learn_from(
    known: KnownTask,
    again: Sequence[predict_pb2.Prediction],
    refused: Sequence[int],
    states: int,
    reason: str,
) -> None:
    """Remember, and say once, what the second try has shown."""
    helped = sum(p.status != predict_pb2.PREDICTION_STATUS_UNREADABLE for p in again)
    known.needs_loop_nest = 2 * helped > states
    if helped == 0 or known.told_of_loop_nest:
        return
    known.told_of_loop_nest = True
    workload = known.registration.message.workload_key
    what = "all programs of this task go" if known.needs_loop_nest else "they went"
    logger.warning(
        "the server could not read %d of %d programs of %s from their transform steps alone;"
        " %s with their printed loop nests too, which takes longer: %s",
        len(refused),
        states,
        workload,
        what,
        reason,
    )


def _version(answer: StreamAnswer) -> tuple[str, int]:
    return answer.model.name, answer.model.version
