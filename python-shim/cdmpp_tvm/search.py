"""One shared model for a whole network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .tvm_door import import_tvm

if TYPE_CHECKING:
    from .cost_model import CdmppModel


def search_policies(
    tasks: Sequence[Any], model: CdmppModel, **sketch_policy_args: Any
) -> list[Any]:
    """What `TaskScheduler.tune(search_policy=...)` takes: one policy per task, one model for all.

    Args:
        tasks: `SearchTask`s.
        model: The shared cost model.
        sketch_policy_args: For every `SketchPolicy`: params, seed, verbose, ...

    Returns:
        One `SketchPolicy` per task, in their order.
    """
    sketch_policy = import_tvm("tvm.auto_scheduler").SketchPolicy
    policies = []
    for task in tasks:
        args = dict(sketch_policy_args)
        if args.get("params") is not None:
            args["params"] = dict(args["params"])  # TVM fills its defaults into what it is given
        policies.append(sketch_policy(task, program_cost_model=model, **args))
    return policies
