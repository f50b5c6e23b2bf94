"""The command-line options that say how to reach a server."""

from __future__ import annotations

import argparse

from .client import Connection


def add_connection_options(parser: argparse.ArgumentParser) -> None:
    """Add `--server`, `--tls`, `--tls-ca`, `--token-file` and `--insecure`."""
    group = parser.add_argument_group("server")
    group.add_argument(
        "--server",
        default="localhost:50051",
        metavar="ADDRESS",
        help="host:port or unix:/path; default localhost:50051",
    )
    group.add_argument("--tls", action="store_true", help="speak TLS, trusting the system's roots")
    group.add_argument(
        "--tls-ca", metavar="FILE", help="speak TLS, trusting these authorities (PEM)"
    )
    group.add_argument(
        "--token-file",
        metavar="FILE",
        help="the server's token; else $CDMPP_TOKEN or $CDMPP_TOKEN_FILE",
    )
    group.add_argument(
        "--insecure", action="store_true", help="let the token cross a network without TLS"
    )


def connection_of(options: argparse.Namespace) -> Connection:
    """How to reach the server that the options name."""
    return Connection(
        address=options.server,
        root_certificate_file=options.tls_ca,
        tls=options.tls,
        token_file=options.token_file,
        insecure=options.insecure,
    )
