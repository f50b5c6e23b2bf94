"""What the processes of the measuring pool say to each other."""

from __future__ import annotations

from dataclasses import dataclass

from .task_transfer import PackedTask

# TVM's MeasureErrorNo, and the latency in seconds that its failed records carry.
NO_ERROR = 0
INSTANTIATION_ERROR = 1
COMPILE_HOST = 2
COMPILE_DEVICE = 3
RUNTIME_DEVICE = 4
BUILD_TIMEOUT = 6
RUN_TIMEOUT = 7
FAILED_SECONDS = 1e10

# Of an error's text; compilers quote whole programs.
MOST_ERROR_CHARACTERS = 4096


@dataclass(frozen=True)
class TimingSettings:
    """How a program is timed on one device.

    Attributes:
        repeats: Samples; each is the mean of one or more runs.
        min_repeat_ms: A sample lasts at least so long.
        budget_seconds: A slow program gets fewer samples, to stay within this where it can.
        least_repeats: But never fewer than these. Of a really slow one the first run counts.
    """

    repeats: int = 3
    min_repeat_ms: int = 20
    budget_seconds: float = 0.5
    least_repeats: int = 1


@dataclass(frozen=True)
class PrepareTask:
    """To the zygote: programs of this task will follow."""

    task_id: int
    packed: PackedTask


@dataclass(frozen=True)
class ForgetTask:
    """To the zygote: no more programs of this task."""

    task_id: int


@dataclass(frozen=True)
class StartProgram:
    """To the zygote, with a socket: build this record line's program in a process of its own."""

    task_id: int
    line: str


@dataclass(frozen=True)
class Started:
    """From a program's process, first of all."""

    process_id: int


@dataclass(frozen=True)
class Built:
    """From a program's process: it is built, or could not be."""

    error_number: int
    error_message: str
    seconds: float


@dataclass(frozen=True)
class TimeProgram:
    """To a program's process.

    Attributes:
        threads: Cores that it may use.
        first_run_limit_seconds: A first run that takes longer is ended as a timeout.
        timeout_seconds: Everything after the first run; so much is allowed beyond what the
            settings and the first run let expect.
    """

    threads: int
    settings: TimingSettings
    first_run_limit_seconds: float
    timeout_seconds: float


@dataclass(frozen=True)
class FirstRun:
    """From the process that times, to the one that waits for it."""

    seconds: float


@dataclass(frozen=True)
class Timed:
    """The outcome of one timing.

    Attributes:
        costs_seconds: The samples; `FAILED_SECONDS` alone where there are none.
        error_number: TVM's.
        error_message: Empty where there was no error.
        seconds: That it took, all told.
    """

    costs_seconds: tuple[float, ...]
    error_number: int
    error_message: str
    seconds: float


def failed(error_number: int, error_message: str, seconds: float) -> Timed:
    """A timing that gave no samples."""
    return Timed((FAILED_SECONDS,), error_number, error_message[:MOST_ERROR_CHARACTERS], seconds)
