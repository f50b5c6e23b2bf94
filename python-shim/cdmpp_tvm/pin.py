"""Which version of the model answers: one for each search round.

Ansor compares the scores of different predict calls, so that all calls of a round must be answered
by one version. The first call of a round waits a little for a version that has learned from what
was last reported, then whatever version answers it is pinned until the next round begins.

The analytical estimate (version 0) cannot be pinned, since version 0 of a request names the
newest: should the server train its first model in the middle of a round, the rest of the round is
answered by that.
"""

from __future__ import annotations

import logging
import time

from .client import CostModelClient
from .errors import ConfigurationError, ModelNotFoundError
from .gen import model_pb2, predict_pb2
from .retry import NotFoundError

logger = logging.getLogger(__name__)

_POLL_SECONDS = 0.05
# How long a trainer that says it has nothing to do is believed to be about to start.
_IDLE_SECONDS = 0.5


class ModelPin:
    """Chooses versions for one search.

    Args:
        client: The server.
        model: `name`, `name@version`, or None for the server's default model. With a version, no
            other ever answers.
        fresh_model_wait_seconds: Most seconds to wait at the start of a round.

    Raises:
        ConfigurationError: `model` does not read as one.
    """

    def __init__(
        self, client: CostModelClient, model: str | None, fresh_model_wait_seconds: float
    ) -> None:
        self._client = client
        self._wait_seconds = fresh_model_wait_seconds
        self._name, version = parse_model(model)
        self._fixed = version > 0
        self._pinned: predict_pb2.ModelRef | None = None
        if self._fixed:
            self._pinned = predict_pb2.ModelRef(name=self._name, version=version)
        self._needed_sequence = 0
        self._last_answered: predict_pb2.ModelRef | None = None

    @property
    def last_answered(self) -> predict_pb2.ModelRef | None:
        """The version that answered the last call."""
        return self._last_answered

    @property
    def is_pinned(self) -> bool:
        """Whether the round's version is settled."""
        return self._pinned is not None

    def adopt(self, ref: predict_pb2.ModelRef) -> None:
        """Use this version for the rest of the round, and its model from then on."""
        self._name = ref.name
        self._fixed = False
        self._pinned = predict_pb2.ModelRef(name=ref.name, version=ref.version)
        self._last_answered = self._pinned

    def reported(self, last_sequence: int) -> None:
        """Records up to this sequence are in the store."""
        self._needed_sequence = max(self._needed_sequence, last_sequence)

    def store_was_lost(self) -> None:
        """Sequences start over."""
        self._needed_sequence = 0

    def begin_round(self) -> None:
        """Let the next call choose anew."""
        if not self._fixed:
            self._pinned = None

    def version(self) -> tuple[predict_pb2.ModelRef, float]:
        """The version to ask, and the seconds spent waiting for it."""
        if self._pinned is not None:
            return self._pinned, 0.0
        started = time.monotonic()
        self._wait_for_fresh_model(started)
        return predict_pb2.ModelRef(name=self._name), time.monotonic() - started

    def answered(self, ref: predict_pb2.ModelRef) -> None:
        """This version answered: the round's from now on."""
        asked = self._pinned
        self._last_answered = ref
        if asked is not None and asked.version == 0 and ref.version > 0:
            logger.info(
                "%s@%d replaced the analytical estimate within a round", ref.name, ref.version
            )
        if asked is None or not self._fixed:
            self._pinned = ref

    def check(self) -> None:
        """Let go of a pinned version that the server no longer keeps.

        Raises:
            ModelNotFoundError: The version was asked for by name, so no other may answer.
        """
        if self._pinned is None or self._pinned.version == 0:
            return
        try:
            self._client.get_model(self._pinned)
        except NotFoundError as error:
            text = f"{self._pinned.name}@{self._pinned.version}"
            if self._fixed:
                raise ModelNotFoundError(
                    f"model is {text}, which {self._client.address} does not keep (a server"
                    " keeps the last 8 versions); name another, or none for the newest."
                ) from error
            logger.warning("%s is gone in the middle of a round; going on with the newest", text)
            self._pinned = predict_pb2.ModelRef(name=self._name)

    def _wait_for_fresh_model(self, started: float) -> None:
        idle_since: float | None = None
        while self._needed_sequence > 0 and self._wait_seconds > 0:
            info = self._client.get_model(predict_pb2.ModelRef(name=self._name))
            now = time.monotonic()
            if info.trained_through_sequence >= self._needed_sequence:
                return
            if info.training.phase == model_pb2.TRAINING_PHASE_FROZEN:
                return
            if _is_coming(info.training):
                idle_since = None
            else:
                idle_since = now if idle_since is None else idle_since
                if now - idle_since >= _IDLE_SECONDS:
                    _tell_why_stale(info)
                    return
            if now - started >= self._wait_seconds:
                logger.info("no fresher model after %g s; going on", self._wait_seconds)
                return
            time.sleep(min(_POLL_SECONDS, self._wait_seconds))


def parse_model(model: str | None) -> tuple[str, int]:
    """`name@3` → ("name", 3); `name` → ("name", 0); None → ("", 0).

    Raises:
        ConfigurationError: Not of that form.
    """
    if model is None:
        return "", 0
    name, mark, version = model.partition("@")
    if not name or (mark and (not version.isdigit() or int(version) < 1)):
        raise ConfigurationError(
            f"model is {model!r}, expected `name` or `name@version` with a version from 1 on."
        )
    return name, int(version) if mark else 0


def _is_coming(training: model_pb2.TrainingState) -> bool:
    if training.phase == model_pb2.TRAINING_PHASE_RUNNING:
        return True
    return training.target_sequence > 0 and not training.last_failure


def _tell_why_stale(info: model_pb2.ModelInfo) -> None:
    if info.training.last_failure:
        logger.warning("the server's last training failed: %s", info.training.last_failure)
