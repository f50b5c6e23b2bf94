"""Task bundles (`*.tasks`): tasks as the server knows them, one a line, so that records of a log
can be told whose they are without TVM.

A line is JSON: `{"name": "resnet-18/conv2d-3", "task": "<base64 of a cdmpp.v1.Task>"}`.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

from google.protobuf.message import DecodeError

from .dag import encode_task
from .errors import RecordFileError
from .gen import task_pb2
from .networks.task_source import MeasuredDevice, TaskSource


class BundledTask(NamedTuple):
    """A line of a bundle."""

    name: str
    task: task_pb2.Task


class DescribedDevice(MeasuredDevice, Protocol):
    """A device with a card."""

    def card(self) -> task_pb2.DeviceCard:
        """What is known of the device."""


def bundled_task(source: TaskSource, device: DescribedDevice, task: Any = None) -> BundledTask:
    """Describe a task on a device.

    Args:
        source: The task.
        device: The device.
        task: `source.search_task(device)`, where it is at hand.
    """
    task = source.search_task(device) if task is None else task
    return BundledTask(source.name, encode_task(task, device.card(), source.networks))


def write_task_bundle(path: str | os.PathLike[str], tasks: Iterable[BundledTask]) -> None:
    """Write a bundle: whole, or not at all."""
    scratch = f"{os.fspath(path)}.part"
    with open(scratch, "w", encoding="utf-8") as file:
        for name, task in tasks:
            # The same task gives the same bytes, also where it has a map.
            content = task.SerializeToString(deterministic=True)
            text = base64.b64encode(content).decode("ascii")
            file.write(json.dumps({"name": name, "task": text}) + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(scratch, path)


def read_task_bundle(path: str | os.PathLike[str]) -> list[BundledTask]:
    """Read a bundle.

    Raises:
        RecordFileError: There is no such file, or a line is no task.
    """
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except OSError as error:
        raise RecordFileError(f"bundle {os.fspath(path)} cannot be read: {error}.") from error
    return [_read_line(path, number, line) for number, line in enumerate(lines, 1) if line]


def _read_line(path: str | os.PathLike[str], number: int, line: str) -> BundledTask:
    try:
        fields = json.loads(line)
        content = base64.b64decode(fields["task"], validate=True)
        return BundledTask(str(fields["name"]), task_pb2.Task.FromString(content))
    except (ValueError, LookupError, TypeError, binascii.Error, DecodeError) as error:
        raise RecordFileError(
            f"line {number} of {os.fspath(path)} is no task ({error}); expected what"
            " `write_task_bundle` wrote."
        ) from error
