"""How far a collection is: a bar where there is a terminal, else a line now and then."""

from __future__ import annotations

import sys

import tqdm

_LINE_SECONDS = 30.0


class Progress:
    """Counts kept latencies; shows their rate and the time left.

    Args:
        total: Wanted.
        done: Kept before this run, which the rate leaves out.
    """

    def __init__(self, total: int, done: int) -> None:
        # Its thread would wake up while programs are timed.
        tqdm.tqdm.monitor_interval = 0
        on_terminal = sys.stderr.isatty()
        self._failed = 0
        self._dropped = 0
        self._bar = tqdm.tqdm(
            total=max(total, done),
            initial=done,
            unit="record",
            smoothing=0.02,
            mininterval=0.5 if on_terminal else _LINE_SECONDS,
            dynamic_ncols=on_terminal,
        )

    def at(self, task_name: str, pass_number: int, passes: int) -> None:
        """Say what is measured from now on."""
        self._bar.set_description(f"pass {pass_number}/{passes} {task_name}", refresh=False)

    def note(self, is_valid: bool, is_dropped: bool) -> None:
        """Count one measurement."""
        if is_valid:
            self._bar.update(1)
        elif is_dropped:
            self._dropped += 1
        else:
            self._failed += 1
        if self._failed or self._dropped:
            self._bar.set_postfix(failed=self._failed, dropped=self._dropped, refresh=False)

    def close(self) -> None:
        """Leave the bar as it is."""
        self._bar.close()
