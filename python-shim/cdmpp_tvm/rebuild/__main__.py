"""`python -m cdmpp_tvm.rebuild`: see `--help`."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from ..connection_options import add_connection_options, connection_of
from ..errors import ShimError
from ..networks import NETWORK_NAMES, network_tasks
from .device_choice import card_of
from .log_parts import count_lines, find_logs
from .pool import RebuildPool
from .settings import RebuildSettings, registered_workloads
from .summary import RebuildSummary


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status: 1 where some of the logs gave no record."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ends the processes
    try:
        summary = _run(options)
    except ShimError as error:
        print(f"cdmpp_tvm.rebuild: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("cdmpp_tvm.rebuild: stopped; what was sent is kept", file=sys.stderr)
        return 130
    for complaint in summary.complaints():
        print(complaint, file=sys.stderr)
    print(summary)
    return 1 if summary.broken or summary.unreadable else 0


def _run(options: argparse.Namespace) -> RebuildSummary:
    logs = find_logs(options.logs)
    settings = _settings(options)
    lines = sum(count_lines(log) for log in logs)
    with RebuildPool(settings, options.processes) as pool:
        with tqdm(total=lines, unit=" lines", disable=None) as progress:
            summary = pool.rebuild(logs, progress.update)
        if not options.no_learning:
            pool.learn(summary)
    return summary


def _settings(options: argparse.Namespace) -> RebuildSettings:
    sources = network_tasks([name for text in options.networks for name in text.split(",") if name])
    card = card_of(options.device)
    return RebuildSettings(
        connection=connection_of(options),
        device=None if card is None else card.SerializeToString(),
        task_files=tuple(str(Path(path).resolve()) for path in options.task_file),
        networks=tuple((source.workload_key, source.networks) for source in sources),
        registered=registered_workloads(sources) if sources else (),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cdmpp_tvm.rebuild",
        description="Rebuild the programs of tuning logs and send them to a server with what was"
        " measured of them. May be stopped and run again: nothing is stored twice.",
    )
    parser.add_argument(
        "logs", nargs="+", metavar="LOG", help="a tuning log, plain or gzip, or a folder of logs"
    )
    parser.add_argument(
        "--device",
        default="local",
        help="what the logs were measured on: a GPU such as v100, a local device such as avx2-1t,"
        " a card file, or local (default): this machine's CPU by each log's target",
    )
    parser.add_argument(
        "--task-file",
        action="append",
        default=[],
        metavar="FILE",
        help="Python file that registers the workloads of the logs; may be given several times",
    )
    parser.add_argument(
        "--networks",
        action="append",
        default=[],
        metavar="NAME,...",
        help=f"networks that the logs are of: {', '.join(NETWORK_NAMES)}",
    )
    parser.add_argument(
        "--processes", type=int, help="how many work at once; default: as many as cores"
    )
    parser.add_argument(
        "--no-learning", action="store_true", help="the server shall not learn from the records yet"
    )
    add_connection_options(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
