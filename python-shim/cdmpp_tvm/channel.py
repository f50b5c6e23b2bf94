"""The gRPC channel to a server: address, TLS, token, message limits."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import grpc

from .errors import ConfigurationError

# Of one message in either direction; the server's limit too.
MAX_MESSAGE_BYTES = 64 * 1024 * 1024

TOKEN_VARIABLE = "CDMPP_TOKEN"
TOKEN_FILE_VARIABLE = "CDMPP_TOKEN_FILE"

_AT_ONCE_SECONDS = 0.02
_LOOPBACK = ("localhost", "127.", "[::1]", "::1")


def open_channel(
    address: str,
    root_certificate_file: str | os.PathLike[str] | None,
    tls: bool,
    token: str | None,
    insecure: bool,
) -> grpc.Channel:
    """Open a channel; it connects on first use.

    Args:
        address: `host:port` or `unix:/path`.
        root_certificate_file: PEM file of who signed the server's certificate; turns TLS on.
        tls: Use TLS with the system's root certificates.
        token: Kept from crossing a network in the clear, unless `insecure`.
        insecure: See `token`.

    Raises:
        ConfigurationError: An address or file is not usable, or the token would cross a network
            in the clear.
    """
    if not address.strip():
        raise ConfigurationError("address is empty, expected host:port or unix:/path.")
    if root_certificate_file is not None or tls:
        roots = None
        if root_certificate_file is not None:
            roots = _read(Path(root_certificate_file), "root_certificate_file")
        credentials = grpc.ssl_channel_credentials(root_certificates=roots)
        return grpc.secure_channel(address, credentials, options=_options(address))
    if token is not None and not is_local(address) and not insecure:
        raise ConfigurationError(
            f"the token would cross the network to {address} in the clear; give"
            " root_certificate_file or tls=True, or insecure=True where the network is trusted."
        )
    return grpc.insecure_channel(address, options=_options(address))


def wait_for_connection(channel: grpc.Channel, seconds: float) -> None:
    """Pause between two tries of a call, shorter where the connection comes up meanwhile.

    A mere sleep would not do: while no call is under way, grpc works at a connection only as long
    as somebody waits for it, and a call that finds none fails at once.
    """
    started = time.monotonic()
    ready = grpc.channel_ready_future(channel)
    try:
        ready.result(timeout=seconds)
    except grpc.FutureTimeoutError:
        return
    finally:
        ready.cancel()
    if time.monotonic() - started < _AT_ONCE_SECONDS:
        # It was up all the time: the server itself asked for patience.
        time.sleep(seconds)


def is_local(address: str) -> bool:
    """Whether the address does not leave this machine."""
    return address.startswith(("unix:", *_LOOPBACK))


def read_token(token_file: str | os.PathLike[str] | None) -> str | None:
    """The token, from `token_file`, else $CDMPP_TOKEN, else the file $CDMPP_TOKEN_FILE.

    Raises:
        ConfigurationError: The file cannot be read or is empty.
    """
    if token_file is None:
        token = os.environ.get(TOKEN_VARIABLE, "").strip()
        if token:
            return token
        token_file = os.environ.get(TOKEN_FILE_VARIABLE, "").strip() or None
    if token_file is None:
        return None
    token = _read(Path(token_file), "token_file").decode("utf-8", errors="replace").strip()
    if not token:
        raise ConfigurationError(f"token_file {token_file} is empty, expected one token.")
    return token


def metadata_of(token: str | None) -> tuple[tuple[str, str], ...]:
    """What goes with every call."""
    return () if token is None else (("authorization", f"Bearer {token}"),)


def _options(address: str) -> list[tuple[str, Any]]:
    options: list[tuple[str, Any]] = [
        ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
        ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
        # grpc's own retries lose a streamed call for ever, past its deadline, when the server goes
        # away in the moment it starts (1.62 to 1.76, every second time); `RetryPolicy` does it.
        ("grpc.enable_retries", 0),
        # A restarted server is found again within a second, not after grpc's two minutes.
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", 1000),
        # Despite its name the time that one attempt to connect is given.
        ("grpc.min_reconnect_backoff_ms", 5000),
    ]
    if is_local(address):
        # An http_proxy in the environment is not meant for this machine itself.
        options.append(("grpc.enable_http_proxy", 0))
    return options


def _read(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{what} {path} cannot be read: {error}.") from error
