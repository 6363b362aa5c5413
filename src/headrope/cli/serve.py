"""`headrope serve` and `headrope demo`: the pages on this machine."""

from __future__ import annotations

import os
import socket
import sys
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from django.conf import settings
from django.utils import translation

from headrope.cli.migrate import prepare_database
from headrope.cli.screen import Bar, speaking, stop
from headrope.demo import papers as examples
from headrope.demo.actions import DEMO_NOW, DEMO_PASSWORD, NotEmpty, build_demo, furnish_demo
from headrope.demo.group import PEOPLE
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
    _run(host, port, workers)


def demo(
    port: Port = 8000,
    host: Host = "127.0.0.1",
    language: Annotated[
        str | None, typer.Option(help="What its people write: en or zh; else in the terminal's language.")
    ] = None,
    build_only: Annotated[bool, typer.Option("--build-only", help="Build the example group and stop.")] = False,
) -> None:
    """Build the example group (once) and serve it."""
    typer.echo("Building the example group: half a minute, the first time ...")
    prepare_database()
    _set_clock(DEMO_NOW)
    with speaking(language):
        spoken = "zh" if translation.get_language() == "zh-hans" else "en"
    try:
        with Bar() as bar:
            build_demo(spoken, bar)
            furnish_demo(bar)
    except NotEmpty:
        stop(
            "The ledger holds other figures than the example group's. Set HEADROPE_HOME to an empty folder for the demo."
        )
    if build_only:
        return
    typer.echo(f"\nHeadrope: http://{host}:{port}/\nSign in with one of these names, password {DEMO_PASSWORD}:")
    for person in PEOPLE:
        typer.echo(
            f"  {person.username:15} {person.name}, {(person.role or 'no mandate').replace('_', ' ')} {person.unit or ''}"
        )
    typer.echo("Papers for the table, ready in a moment: " + ", ".join(map(str, examples.paths(settings.HOME))))
    typer.echo("Stop with Ctrl C.\n")
    examples.begin(settings.HOME)
    _run(host, port, 2)


def _set_clock(moment: datetime) -> None:
    """Let the books' clock show that moment now, here and in the processes that are started from here."""
    shift = round((moment - datetime.now(UTC)).total_seconds())
    settings.CLOCK_SHIFT = timedelta(seconds=shift)
    os.environ["HEADROPE_CLOCK_SHIFT"] = str(shift)


def _run(host: str, port: int, workers: int) -> None:
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
