"""What is searched: parameters as the server declares them, as optuna's distributions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import StudyError

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution


def distributions(space: Sequence[Mapping[str, Any]]) -> dict[str, BaseDistribution]:
    """Distributions by name.

    Args:
        space: Of each parameter its `name` and `kind`: `float` or `integer` with `low`, `high`
            (both included) and `scale` (`linear` or `logarithmic`), or `choice` with `choices`.

    Raises:
        StudyError: There is no parameter, two have one name, or one cannot be drawn.
    """
    if not space:
        raise StudyError("the space is empty; it must have a parameter")
    found: dict[str, BaseDistribution] = {}
    for parameter in space:
        name = parameter["name"]
        if name in found:
            raise StudyError(f"two parameters are called {name!r}")
        try:
            found[name] = _distribution(parameter)
        except ValueError as error:
            raise StudyError(f"parameter {name!r} cannot be drawn: {error}") from error
    return found


def _distribution(parameter: Mapping[str, Any]) -> BaseDistribution:
    from optuna.distributions import (
        CategoricalDistribution,
        FloatDistribution,
        IntDistribution,
    )

    kind = parameter["kind"]
    if kind == "choice":
        return CategoricalDistribution(parameter["choices"])
    low, high = parameter["low"], parameter["high"]
    log = parameter["scale"] == "logarithmic"
    if kind == "float":
        return FloatDistribution(low, high, log=log)
    if kind == "integer":
        return IntDistribution(low, high, log=log)
    raise ValueError(f"its kind is {kind!r}; it must be float, integer or choice")
