"""What can go wrong, one small class each.

Messages name the field, its value and its bound, and what to do about it.
"""

from __future__ import annotations


class ShimError(Exception):
    """Root of everything that this package raises on purpose."""


class TvmMissingError(ShimError, ImportError):
    """There is no TVM here that still has `tvm.auto_scheduler`."""


class ConfigurationError(ShimError, ValueError):
    """An argument is out of its bounds."""


class UnsupportedTaskError(ShimError, ValueError):
    """A task cannot be described to the server, for example because a shape is symbolic."""


class ServerUnavailableError(ShimError, ConnectionError):
    """The server did not answer within the retry time."""


class RequestRejectedError(ShimError):
    """The server answered that it will not do what was asked."""


class ModelNotFoundError(RequestRejectedError):
    """The server has no such model, or no longer keeps that version of it."""


class ProtocolError(ShimError):
    """The server's answer breaks the wire contract, or TVM printed what nobody expected."""


class UnreadableProgramsError(ShimError):
    """The server could read not one program of a call, so nothing can be ranked."""


class RecordFileError(ShimError, ValueError):
    """A line of a tuning log cannot be turned into a record."""


class ArtifactError(ShimError, ValueError):
    """A saved model file cannot be read."""


class ProbeError(ShimError):
    """A device could not be measured, or what was measured cannot be."""


class CollectionError(ShimError):
    """Programs cannot be measured, or a collection folder does not go with what is asked."""


class StudyError(ShimError):
    """A hyper-parameter study cannot be opened, or was asked for what it does not know."""
