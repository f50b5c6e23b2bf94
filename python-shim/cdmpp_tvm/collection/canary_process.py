"""The process of one canary: `python -m cdmpp_tvm.collection.canary_process DESCRIPTOR CORE`."""

from __future__ import annotations

import os
import signal
import sys
import time
from multiprocessing.connection import Connection

import numpy as np

from .process_control import die_with_parent

# Three matrices of it fit into the first-level cache's neighbourhood: 8 products take 0.05 ms.
_SIZE = 96
_PRODUCTS = 8
_SAMPLES = 3


def main(descriptor: int, core: int) -> None:
    """Answer each message with the best time of a few samples in seconds, as text."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the collector's to answer
    os.sched_setaffinity(0, {core})
    left = np.linspace(0.5, 1.5, _SIZE * _SIZE, dtype=np.float32).reshape(_SIZE, _SIZE)
    right = left.T.copy()
    product = np.empty_like(left)
    with Connection(descriptor) as connection:
        while True:
            try:
                connection.recv_bytes()
            except (EOFError, OSError):
                return
            best = float("inf")
            for _ in range(_SAMPLES):
                started = time.perf_counter()
                for _ in range(_PRODUCTS):
                    np.dot(left, right, out=product)
                best = min(best, time.perf_counter() - started)
            connection.send_bytes(repr(best).encode())


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
