"""Device cards as JSON files, and those that were probed on this machine.

A file holds the card with the field names of `proto/cdmpp/v1/task.proto`, and how it came about.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from google.protobuf import json_format

from .errors import ConfigurationError
from .gen import task_pb2 as pb
from .local_cpu import cpu_identity

_LOG = logging.getLogger(__name__)

PROBED = "probed"
DATA_SHEET = "data-sheet"


@dataclass(frozen=True)
class DeviceFile:
    """A device card and where its figures come from.

    Attributes:
        card: The figures.
        how: `probed` (measured on the device) or `data-sheet`.
        about: What else the file says: of probed cards `when`, `cpu`, `instruction_set`, `target`,
            `versions` and `measured`; of data sheets `source`.
    """

    card: pb.DeviceCard
    how: str
    about: Mapping[str, Any] = field(default_factory=dict)


def devices_folder() -> Path:
    """Where probed cards lie: `CDMPP_DEVICES_DIR`, else `cdmpp/devices` in the data folder."""
    chosen = os.environ.get("CDMPP_DEVICES_DIR")
    if chosen:
        return Path(chosen)
    data = os.environ.get("XDG_DATA_HOME", "")
    # The XDG base directory specification has relative paths ignored.
    base = Path(data) if data.startswith("/") else Path.home() / ".local" / "share"
    return base / "cdmpp" / "devices"


def probed_card(cores: int, simd_bits: int) -> pb.DeviceCard | None:
    """The newest card of the devices folder that was probed on a CPU like this machine's.

    Args:
        cores: Threads that run a program.
        simd_bits: Width of a vector register.
    """
    here = cpu_identity()
    found = [
        entry
        for entry in _readable_files(devices_folder())
        if entry.how == PROBED
        and entry.about.get("cpu") == here
        and (entry.card.cores, entry.card.simd_bits) == (cores, simd_bits)
    ]
    newest = max(found, key=lambda entry: str(entry.about.get("when", "")), default=None)
    return newest.card if newest else None


def write_device_file(folder: Path, entry: DeviceFile) -> Path:
    """Write `<name>.json`, whole or not at all; the folder is made. Returns the file's path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{entry.card.name}.json"
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=folder, suffix=".partial", delete=False
    ) as file:
        file.write(device_file_text(entry))
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)
    return path


def device_file_text(entry: DeviceFile) -> str:
    """The file's text: indented, known figures only, so that it is read and compared by people."""
    content = {"card": _card_fields(entry.card), "how": entry.how, **entry.about}
    return json.dumps(content, indent=2) + "\n"


def read_device_file(path: Path) -> DeviceFile:
    """Read what `write_device_file` wrote.

    Raises:
        ConfigurationError: The file cannot be read, or holds no card.
    """
    try:
        content = dict(json.loads(path.read_text(encoding="utf-8")))
        card = json_format.ParseDict(content.pop("card"), pb.DeviceCard())
        if not card.name:
            raise ValueError("card.name is empty, it is required")
        return DeviceFile(card=card, how=str(content.pop("how")), about=content)
    except (OSError, ValueError, TypeError, KeyError, json_format.Error) as error:
        raise ConfigurationError(
            f"{path} is no device card ({error!r}); delete it, or probe the device again."
        ) from error


def _readable_files(folder: Path) -> list[DeviceFile]:
    """A broken card must not stop a tuner: it is named in the log and left out."""
    files = []
    for path in sorted(folder.glob("*.json")):
        try:
            files.append(read_device_file(path))
        except ConfigurationError as error:
            _LOG.warning("%s", error)
    return files


def _card_fields(card: pb.DeviceCard) -> dict[str, Any]:
    """As `json_format` would write it, but numbers of 64 bits as numbers: all are below 2**53."""
    kind = pb.DeviceKind.Name(card.kind)
    fields = {entry.name: value for entry, value in card.ListFields()}
    # Rates and times are floats in the message; whole ones read better without `.0`.
    plain = {
        name: int(value) if isinstance(value, float) and value.is_integer() else value
        for name, value in fields.items()
    }
    return {**plain, "kind": kind}
