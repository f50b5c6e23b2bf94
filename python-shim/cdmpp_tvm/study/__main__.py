"""`python -m cdmpp_tvm.study FILE`: a study, spoken to by lines of JSON.

A request a line on standard input, one answer each on standard output, in order. The first request
is `open`; the end of the input is the end of the process.

    {"op": "open", "seed", "about", "space", "first", "pruning"} -> {"finished", "best"}
    {"op": "ask"}                                -> {"trial", "parameters"}
    {"op": "report", "trial", "look", "value"}   -> {"prune"}
    {"op": "tell", "trial", "state", "value"}    -> {"finished", "best"}
    {"op": "summary"}                            -> {"trials", "best", "importances"}

What cannot be done is answered `{"error": MESSAGE}`, and the process goes on.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from ..errors import StudyError
from .session import StudySession


def serve(file: Path, requests: TextIO, answers: TextIO) -> None:
    """Answer requests until their end."""
    session: StudySession | None = None
    try:
        for line in requests:
            try:
                request = _parsed(line)
                if request["op"] == "open":
                    if session is not None:
                        raise StudyError("the study is open already")
                    session = StudySession(file, request)
                    answer = session.progress()
                elif session is None:
                    raise StudyError(f"the first request is {request['op']!r}; it must be 'open'")
                else:
                    answer = _answer(session, request)
            except StudyError as error:
                answer = {"error": str(error)}
            answers.write(json.dumps(answer, allow_nan=False) + "\n")
            answers.flush()
    finally:
        if session is not None:
            session.close()


def _parsed(line: str) -> Mapping[str, Any]:
    try:
        request = json.loads(line)
    except ValueError as error:
        raise StudyError(f"a request is not JSON: {error}") from error
    if not isinstance(request, dict) or not isinstance(request.get("op"), str):
        raise StudyError("a request must be an object with 'op'")
    return request


def _answer(session: StudySession, request: Mapping[str, Any]) -> dict[str, Any]:
    op = request["op"]
    try:
        if op == "ask":
            return session.ask()
        if op == "report":
            return session.report(request["trial"], request["look"], request["value"])
        if op == "tell":
            return session.tell(request["trial"], request["state"], request.get("value"))
        if op == "summary":
            return session.summary()
    except KeyError as error:
        raise StudyError(f"request {op!r} lacks {error}") from error
    raise StudyError(f"op is {op!r}; it must be open, ask, report, tell or summary")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 at the end of the input."""
    parser = argparse.ArgumentParser(
        prog="python -m cdmpp_tvm.study",
        description="Keep a hyper-parameter study, for a process that speaks lines of JSON.",
    )
    parser.add_argument("file", type=Path, help="SQLite; made where it is not there")
    options = parser.parse_args(arguments)
    # Ctrl-C reaches both processes: the one that trains decides when this one ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(options.file, sys.stdin, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
