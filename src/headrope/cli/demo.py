"""`headrope demo`: the example group, built once and served."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from django.conf import settings
from django.utils import translation

from headrope.cli.migrate import prepare_database
from headrope.cli.screen import Bar, speaking, stop
from headrope.cli.serve import Host, Port, run_server
from headrope.demo import papers as examples
from headrope.demo.actions import DEMO_NOW, DEMO_PASSWORD, NotEmpty, build_demo, furnish_demo
from headrope.demo.group import PEOPLE


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
    run_server(host, port, 2)


def _set_clock(moment: datetime) -> None:
    """Let the books' clock show that moment now, here and in the processes that are started from here."""
    shift = round((moment - datetime.now(UTC)).total_seconds())
    settings.CLOCK_SHIFT = timedelta(seconds=shift)
    os.environ["HEADROPE_CLOCK_SHIFT"] = str(shift)
