"""A program that was built, or could not be, in a process of its own."""

from __future__ import annotations

from multiprocessing.connection import Connection

from .messages import (
    NO_ERROR,
    RUN_TIMEOUT,
    RUNTIME_DEVICE,
    Built,
    Timed,
    TimeProgram,
    TimingSettings,
    failed,
)
from .process_control import kill

# For the process's own bookkeeping around a timing, which has limits of its own.
_GRACE_SECONDS = 10.0
_CLOSE_SECONDS = 1.0


class BuiltProgram:
    """Holds the program's process until `close`.

    Args:
        connection: To the process.
        process_id: Its number.
        built: What it said of the build.
    """

    def __init__(self, connection: Connection, process_id: int, built: Built) -> None:
        self._connection = connection
        self._process_id = process_id
        self._is_closed = False
        self.error_number = built.error_number
        self.error_message = built.error_message
        self.build_seconds = built.seconds

    @property
    def is_valid(self) -> bool:
        """Whether it was built."""
        return self.error_number == NO_ERROR

    def time(
        self,
        threads: int,
        settings: TimingSettings,
        *,
        first_run_limit_seconds: float = 10.0,
        timeout_seconds: float = 10.0,
    ) -> Timed:
        """Time it; call this for one program at a time, with nothing else running.

        Args:
            threads: Cores that it may use.
            settings: How to time it.
            first_run_limit_seconds: See `TimeProgram`.
            timeout_seconds: See `TimeProgram`.

        Returns:
            The samples, or the failure; that of the build, if there was one.
        """
        if not self.is_valid:
            return failed(self.error_number, self.error_message, 0.0)
        request = TimeProgram(threads, settings, first_run_limit_seconds, timeout_seconds)
        slowest = settings.repeats + 2
        limit = first_run_limit_seconds * slowest + timeout_seconds + _GRACE_SECONDS
        limit += slowest * settings.min_repeat_ms / 500
        try:
            self._connection.send(request)
            if self._connection.poll(limit):
                answer = self._connection.recv()
                assert isinstance(answer, Timed)
                return answer
        except (EOFError, OSError):
            self._end_process()
            return failed(RUNTIME_DEVICE, "the program's process died", 0.0)
        self._end_process()
        return failed(RUN_TIMEOUT, f"no answer within {limit:g} s", limit)

    def close(self) -> None:
        """Let the process end, and wait until its memory is given back."""
        if self._is_closed:
            return
        self._is_closed = True
        if self.is_valid:  # a failed build's process has ended by itself
            kill(self._process_id)
        try:
            # The system closes the other end after it has freed the memory, which takes its time.
            if self._connection.poll(_CLOSE_SECONDS):
                self._connection.recv()
        except (EOFError, OSError):
            pass
        self._connection.close()

    def _end_process(self) -> None:
        self.error_number = RUNTIME_DEVICE
        self.error_message = "the program's process died in an earlier timing"
        kill(self._process_id)
