"""Says in one sentence what keeps this interpreter's TVM from being used, if anything does."""

import importlib
import importlib.util
import sys

PREFIX = f"set-up: CDMPP_TVM_PYTHON={sys.executable}"
REMEDY = "install TVM 0.19 or earlier there, or set CDMPP_TVM_PYTHON to nothing to have one fetched"


def main() -> None:
    try:
        tvm = importlib.import_module("tvm")
    except Exception as error:
        sys.exit(f"{PREFIX} cannot import tvm ({error}): {REMEDY}")
    if importlib.util.find_spec("tvm.auto_scheduler") is None:
        sys.exit(f"{PREFIX} has TVM {tvm.__version__}, which has no tvm.auto_scheduler: {REMEDY}")
    try:
        importlib.import_module("tvm.auto_scheduler")
    except Exception as error:
        sys.exit(
            f"{PREFIX} has TVM {tvm.__version__}, whose tvm.auto_scheduler does not load: {error}"
        )


main()
