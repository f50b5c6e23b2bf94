"""A model version in one file: a zip of its card (JSON) and its weights."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from .errors import ArtifactError
from .gen import model_pb2

_CARD = "card.json"
_WEIGHTS = "weights.bin"


def write_artifact(path: str | os.PathLike[str], artifact: model_pb2.ModelArtifact) -> None:
    """Write a version to a file, whole or not at all."""
    target = Path(path)
    partial = target.with_name(target.name + ".part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_CARD, artifact.card)
        archive.writestr(_WEIGHTS, artifact.weights)
    os.replace(partial, target)


def read_artifact(path: str | os.PathLike[str]) -> model_pb2.ModelArtifact:
    """Read a file that `write_artifact` wrote.

    Raises:
        ArtifactError: There is no such file, or it is something else.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            card = archive.read(_CARD).decode("utf-8")
            return model_pb2.ModelArtifact(card=card, weights=archive.read(_WEIGHTS))
    except (OSError, KeyError, UnicodeDecodeError, zipfile.BadZipFile) as error:
        raise ArtifactError(
            f"model file {os.fspath(path)} cannot be read ({error}); expected one that"
            " `CdmppModel.save` wrote."
        ) from error
