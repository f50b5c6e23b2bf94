"""The one door to TVM: imported on first use, with one sentence where it is missing."""

from __future__ import annotations

import importlib
from types import ModuleType

from .errors import TvmMissingError


def import_tvm(module: str = "tvm.auto_scheduler") -> ModuleType:
    """Import a module of TVM.

    Args:
        module: Full name, for example `tvm.auto_scheduler.cost_model.cost_model`.

    Raises:
        TvmMissingError: There is no TVM, or one without its auto-scheduler.
    """
    try:
        importlib.import_module("tvm.auto_scheduler")
        return importlib.import_module(module)
    except (ImportError, OSError) as error:
        raise TvmMissingError(
            f"`{module}` cannot be imported ({error}); cdmpp_tvm needs a TVM up to 0.19, the last"
            " with `tvm.auto_scheduler`: run `make setup` or install one."
        ) from error
