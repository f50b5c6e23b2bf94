"""Calls made again while a server restarts: exponential backoff with jitter, bounded in time."""

from __future__ import annotations

import logging
import random
import time
from typing import Callable, TypeVar

import grpc

from .errors import RequestRejectedError, ServerUnavailableError

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 2.0

_RETRYABLE = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
# How grpc words a connection that a killed process left behind.
_BROKEN_CONNECTION = ("RST_STREAM", "Stream removed", "GOAWAY", "Connection reset", "Socket closed")


class NotFoundError(RequestRejectedError):
    """NOT_FOUND: a task that the server has forgotten, or a version that it no longer keeps."""


class RetryPolicy:
    """How long and how often a call is made again.

    Args:
        address: The server's, for messages.
        retry_seconds: Most seconds from the first failure of a call to giving up. 0: one try.
        pause: Lets so many seconds pass, or fewer where it sees the server come back.
    """

    def __init__(
        self,
        address: str,
        retry_seconds: float,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._address = address
        self._pause = pause
        self.retry_seconds = retry_seconds
        # Jitter only: it must not draw from the generator that a user has seeded.
        self._random = random.Random()

    def run(self, what: str, attempt: Callable[[], Result]) -> Result:
        """Call `attempt` until it succeeds.

        Args:
            what: The call's name, for messages.
            attempt: May raise `grpc.RpcError`; everything else passes through.

        Raises:
            ServerUnavailableError: No answer within the retry time.
            NotFoundError: The server answered NOT_FOUND.
            RequestRejectedError: The server answered with any other final status.
        """
        first_failure: float | None = None
        tries = 0
        while True:
            tries += 1
            try:
                return attempt()
            except grpc.RpcError as error:
                now = time.monotonic()
                first_failure = now if first_failure is None else first_failure
                waited = now - first_failure
                remaining = self.retry_seconds - waited
                if not is_retryable(error):
                    raise self._final(what, error) from error
                if remaining <= 0:
                    raise ServerUnavailableError(
                        f"{what} of {self._address} failed {tries} times in {waited:.1f} s"
                        f" (retry_seconds {self.retry_seconds:g}): {describe(error)}; start"
                        " the server with `npx cdmpp serve`, or give a longer retry_seconds."
                    ) from error
                if tries == 1:
                    logger.warning(
                        "%s of %s failed (%s); trying for %g s",
                        what,
                        self._address,
                        describe(error),
                        self.retry_seconds,
                    )
                self._pause(min(remaining, self._pause_seconds(tries)))

    def _pause_seconds(self, tries: int) -> float:
        longest = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2.0 ** min(tries - 1, 16))
        return longest * self._random.uniform(0.5, 1.0)

    def _final(self, what: str, error: grpc.RpcError) -> RequestRejectedError:
        text = f"{what} was refused by {self._address}: {describe(error)}."
        if error.code() == grpc.StatusCode.NOT_FOUND:
            return NotFoundError(text)
        if error.code() == grpc.StatusCode.UNAUTHENTICATED:
            return RequestRejectedError(text + " Give token_file, or set CDMPP_TOKEN.")
        return RequestRejectedError(text)


def is_retryable(error: grpc.RpcError) -> bool:
    """Whether the same call may succeed when the server is back."""
    code = error.code()
    if code in _RETRYABLE:
        return True
    if code in (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.CANCELLED):
        return any(words in (error.details() or "") for words in _BROKEN_CONNECTION)
    return False


def describe(error: grpc.RpcError) -> str:
    """`UNAVAILABLE: connection refused`."""
    return f"{error.code().name}: {error.details()}"
