"""Messages, some with a file descriptor, over a socket between two processes of one user."""

from __future__ import annotations

import pickle
import socket
import struct
from typing import Any

_HEADER = struct.Struct("<Q")


def send(control: socket.socket, message: Any, descriptor: int | None = None) -> None:
    """Send a message, and a descriptor that the other process gets a copy of."""
    payload = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    header = _HEADER.pack(len(payload))
    if descriptor is None:
        control.sendall(header)
    else:
        socket.send_fds(control, [header], [descriptor])
    control.sendall(payload)


def receive(control: socket.socket) -> tuple[Any, int | None] | None:
    """The next message and its descriptor; None when the other end has closed."""
    try:
        header, descriptors, _, _ = socket.recv_fds(control, _HEADER.size, 1)
        while header and len(header) < _HEADER.size:
            header += _exactly(control, _HEADER.size - len(header))
        if not header:
            return None
        payload = _exactly(control, _HEADER.unpack(header)[0])
    except (EOFError, ConnectionError):
        return None
    return pickle.loads(payload), descriptors[0] if descriptors else None


def _exactly(control: socket.socket, count: int) -> bytes:
    content = bytearray()
    while len(content) < count:
        part = control.recv(count - len(content))
        if not part:
            raise EOFError
        content += part
    return bytes(content)
