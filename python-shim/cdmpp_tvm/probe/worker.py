"""`python -m cdmpp_tvm.probe.worker NAME`: measures one device in a process of its own.

Prints one line of JSON, the last of its standard output: the figures, or the error.
"""

from __future__ import annotations

import json
import sys

from ..errors import ShimError
from ..local_devices import local_devices
from ..tvm_door import import_tvm
from .figures import measure


def main(name: str) -> None:
    """Measure the device of that name and print what came of it."""
    answer: dict[str, object]
    try:
        tvm = import_tvm("tvm")
        llvm = tvm.target.codegen.llvm_version_major()
        versions = {"tvm": str(tvm.__version__), "llvm": str(llvm)}
        answer = {"figures": measure(local_devices([name])[0]), "versions": versions}
    except ShimError as error:
        answer = {"error": type(error).__name__, "message": str(error)}
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
