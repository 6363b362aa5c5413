"""`headrope serve`: the pages on this machine."""

from __future__ import annotations

import os
import socket
import sys
from typing import Annotated

import typer
from django.conf import settings

from headrope.cli.migrate import prepare_database
from headrope.cli.screen import stop
from headrope.ledger.actions import refresh_cube

Port = Annotated[int, typer.Option(help="Port to listen on.")]
Host = Annotated[str, typer.Option(help="Address to listen on.")]


def serve(
    port: Port = 8000,
    host: Host = "127.0.0.1",
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes that compute pages.")] = 2,
) -> None:
    """Serve the pages of this ledger."""
    prepare_database()
    refresh_cube()
    run_server(host, port, workers)


def run_server(host: str, port: int, workers: int) -> None:
    """Hand over to the server; a taken port is said before it starts."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            stop(
                f"Port {port} of {host} cannot be used ({error.strerror}). Choose another with --port (make demo PORT=8001)."
            )
    if host not in ("127.0.0.1", "localhost") and host not in settings.ALLOWED_HOSTS:
        typer.echo("Pages answer only under the names in HEADROPE_HOSTS.", err=True)
    os.environ["HEADROPE_WORKERS"] = str(workers)
    arguments = [
        "--interface",
        "wsgi",
        "--host",
        host,
        "--port",
        str(port),
        "--workers",
        "1",
        "--blocking-threads",
        "64",
        "--no-ws",
        "--log-level",
        "error",
        "--factory",
        "headrope.config.front:front",
    ]
    os.execv(sys.executable, [sys.executable, "-m", "granian", *arguments])
