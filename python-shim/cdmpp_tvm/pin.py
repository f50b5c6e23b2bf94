"""Which version of the model answers: one for each search round.

Ansor compares the scores of different predict calls, so that all calls of a round must be answered
by one version. The first call of a round waits a little for a version that has learned from what
was last reported, then whatever version answers it is pinned until the next round begins.

A server has a line of versions for each kind of target (`cdmpp-cpu`, `cdmpp-gpu`) and says which
one a task belongs to; each line has a pin of its own.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from .client import CostModelClient
from .errors import ConfigurationError, ModelNotFoundError
from .gen import model_pb2, predict_pb2
from .retry import NotFoundError

logger = logging.getLogger(__name__)

_POLL_SECONDS = 0.05
# How long a trainer that says it has nothing to do is believed to be about to start.
_IDLE_SECONDS = 0.5


@dataclass
class _Line:
    """What is known of one line of versions.

    Attributes:
        pinned: The round's version; None: not settled.
        answered: Name of the model that answered last; empty: none did.
        needed_sequence: Records up to this one were reported for its tasks.
    """

    pinned: predict_pb2.ModelRef | None = None
    answered: str = ""
    needed_sequence: int = 0


class ModelPin:
    """Chooses versions for one search.

    Args:
        client: The server.
        model: `name`, `name@version`, or None for the server's model for each task. With a version,
            no other ever answers.
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
        self._fixed = version is not None
        # What answers for every task: until the next round, or for ever where it is fixed.
        self._everywhere: predict_pb2.ModelRef | None = None
        if version is not None:
            self._everywhere = _exactly(self._name, version)
        self._lines: dict[str, _Line] = {}
        self._last_answered: predict_pb2.ModelRef | None = None

    @property
    def last_answered(self) -> predict_pb2.ModelRef | None:
        """The version that answered the last call; the newest of its line for the estimate."""
        return self._last_answered

    @property
    def newest(self) -> predict_pb2.ModelRef:
        """The newest version of the model that was asked for."""
        return predict_pb2.ModelRef(name=self._name)

    def is_pinned(self, line: str) -> bool:
        """Whether the round's version is settled for the tasks of a line."""
        return self._pinned(line) is not None

    def adopt(self, ref: predict_pb2.ModelRef) -> None:
        """Use this version for the rest of the round, and its model from then on.

        Where no model was asked for by name, the tasks of its own line alone do.
        """
        adopted = _exactly(ref.name, ref.version)
        self._last_answered = adopted
        if self._name:
            self._name, self._fixed, self._everywhere = ref.name, False, adopted
            return
        # A server with one model for all tasks names no line.
        for line in (ref.name, ""):
            self._line(line).pinned = adopted

    def reported(self, line: str, last_sequence: int) -> None:
        """Records up to this sequence are in the store, of tasks of this line."""
        known = self._line(line)
        known.needed_sequence = max(known.needed_sequence, last_sequence)

    def store_was_lost(self) -> None:
        """Sequences start over."""
        for known in self._lines.values():
            known.needed_sequence = 0

    def begin_round(self) -> None:
        """Let the next call choose anew."""
        if self._fixed:
            return
        self._everywhere = None
        for known in self._lines.values():
            known.pinned = None

    def version(self, line: str) -> tuple[predict_pb2.ModelRef, float]:
        """The version to ask for a task of this line, and the seconds spent waiting for it."""
        pinned = self._pinned(line)
        if pinned is not None:
            return pinned, 0.0
        started = time.monotonic()
        self._wait_for_fresh_model(line, started)
        return self.newest, time.monotonic() - started

    def answered(self, line: str, ref: predict_pb2.ModelRef, trained_on: int) -> None:
        """This version answered for a task of this line: the round's from now on."""
        known = self._line(line)
        asked = self._pinned(line)
        known.answered = ref.name
        version = _exactly(ref.name, ref.version)
        # The estimate has no weights to save: whoever asks for them means the newest.
        self._last_answered = version if trained_on > 0 else predict_pb2.ModelRef(name=ref.name)
        if not self._fixed and asked is not None and asked.version == 0 and ref.version > 0:
            # Of a server that does not know `pinned`.
            logger.info("%s@%d replaced version 0 within a round", ref.name, ref.version)
            self._everywhere = None
        if self._everywhere is None:
            known.pinned = version

    def check(self, line: str) -> None:
        """Let go of a pinned version that the server no longer keeps.

        Raises:
            ModelNotFoundError: The version was asked for by name, so no other may answer.
        """
        pinned = self._pinned(line)
        if pinned is None or (pinned.version == 0 and not self._fixed):
            return
        try:
            self._client.get_model(pinned)
        except NotFoundError as error:
            text = f"{pinned.name}@{pinned.version}"
            if self._fixed:
                raise ModelNotFoundError(
                    f"model is {text}, which {self._client.address} does not keep (a server"
                    " keeps the last 8 versions); name another, or none for the newest."
                ) from error
            logger.warning("%s is gone in the middle of a round; going on with the newest", text)
            self._everywhere = None
            self._line(line).pinned = self.newest

    def _line(self, line: str) -> _Line:
        return self._lines.setdefault(line, _Line())

    def _pinned(self, line: str) -> predict_pb2.ModelRef | None:
        return self._line(line).pinned if self._everywhere is None else self._everywhere

    def _wait_for_fresh_model(self, line: str, started: float) -> None:
        known = self._line(line)
        # What answered is a line even where the name asked for is that of all lines.
        name = known.answered or self._name or line
        idle_since: float | None = None
        while known.needed_sequence > 0 and self._wait_seconds > 0:
            info = self._client.get_model(predict_pb2.ModelRef(name=name))
            now = time.monotonic()
            if info.trained_through_sequence >= known.needed_sequence:
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


def parse_model(model: str | None) -> tuple[str, int | None]:
    """`name@3` → ("name", 3); `name` → ("name", None); None → ("", None).

    Raises:
        ConfigurationError: Not of that form.
    """
    if model is None:
        return "", None
    name, mark, version = model.partition("@")
    if not name or (mark and not (version.isascii() and version.isdigit())):
        raise ConfigurationError(
            f"model is {model!r}, expected `name` or `name@version` with a version from 0 on."
        )
    return name, int(version) if mark else None


def _exactly(name: str, version: int) -> predict_pb2.ModelRef:
    """The version as it stands: 0 is version 0, not the newest."""
    return predict_pb2.ModelRef(name=name, version=version, pinned=True)


def _is_coming(training: model_pb2.TrainingState) -> bool:
    if training.phase == model_pb2.TRAINING_PHASE_RUNNING:
        return True
    return training.target_sequence > 0 and not training.last_failure


def _tell_why_stale(info: model_pb2.ModelInfo) -> None:
    if info.training.last_failure:
        logger.warning("the server's last training failed: %s", info.training.last_failure)
