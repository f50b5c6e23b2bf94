"""`--device`: what logs were measured on, since logs do not say."""

from __future__ import annotations

from pathlib import Path

from ..device_files import read_device_file
from ..errors import ConfigurationError
from ..gen import task_pb2
from ..gpu_cards import GPU_NAMES, gpu_card
from ..local_devices import local_devices

LOCAL = "local"


def card_of(text: str) -> task_pb2.DeviceCard | None:
    """The card that a choice names; None for `local`: the local CPU's, by each log's target.

    Args:
        text: A GPU of `GPU_NAMES`, a local device such as `avx2-1t`, a card file, or `local`.

    Raises:
        ConfigurationError: It names nothing.
    """
    if text == LOCAL:
        return None
    if text.endswith(".json"):
        return read_device_file(Path(text)).card
    card = gpu_card(text)
    if card is not None:
        return card
    try:
        return local_devices([text])[0].card()
    except ConfigurationError as error:
        raise ConfigurationError(
            f"{error} Or one of {', '.join(GPU_NAMES)}, a card file in .json, or {LOCAL}."
        ) from error
