"""A cost model for TVM's auto-scheduler that asks a cdmpp-server over gRPC.

`CdmppModel` and `search_policies` need TVM, and import it when first used; importing this package
does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import (
    ArtifactError,
    ConfigurationError,
    ModelNotFoundError,
    ProtocolError,
    RecordFileError,
    RequestRejectedError,
    ServerUnavailableError,
    ShimError,
    TvmMissingError,
    UnreadableProgramsError,
    UnsupportedTaskError,
)
from .search import search_policies
from .statistics import RoundModel, Statistics

if TYPE_CHECKING:
    from .cost_model import CdmppModel

__version__ = "0.1.0"

__all__ = [
    "ArtifactError",
    "CdmppModel",
    "ConfigurationError",
    "ModelNotFoundError",
    "ProtocolError",
    "RecordFileError",
    "RequestRejectedError",
    "RoundModel",
    "ServerUnavailableError",
    "ShimError",
    "Statistics",
    "TvmMissingError",
    "UnreadableProgramsError",
    "UnsupportedTaskError",
    "search_policies",
]


def __getattr__(name: str) -> Any:
    """Import `CdmppModel` on first use: it is the one name that TVM must be there for."""
    if name == "CdmppModel":
        from .cost_model import CdmppModel

        return CdmppModel
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
