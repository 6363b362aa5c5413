"""Writes docs/reference from the code: commands with their options, settings, and the interface for programs; `make reference` runs it, a test holds it."""

from __future__ import annotations

import os
from pathlib import Path

import click
import typer
import typer.main

COMMON = (
    "Without `--as` the owner of the machine acts, from whom nothing is hidden. With it, commands that read show what that "
    "person may see, and what he may not see is as if it were not there; commands that change the books do it with his "
    "rights and in his name. `review` and `workbook` answer for each unit by itself; `landing` needs the right to see, "
    "`load` and `export` the right to define (the owner of a measure may load a folder that holds checks of it and nothing "
    "else), `people` the right to people and `audit` the right to the trail, each on the "
    "whole group; `tree` and `cascade` ask the books nothing. All others are for whoever owns the machine, and for "
    "administrators of the whole group. `--as` is no lock: whoever has the shell can leave it out.",
    "",
    "`headrope --install-completion` lets the shell complete words and options from the next terminal on; "
    "`--show-completion` prints what it would install.",
    "",
    "| status | |",
    "| --- | --- |",
    "| 0 | done |",
    "| 1 | problems were found; they stand on standard error, and nothing was changed (only `tick` does the rest of its work) |",
    "| 2 | called wrongly, or something that is not there or not to be seen |",
    "| 3 | not allowed: the person named with `--as` has not the right |",
    "",
)
DOCS = Path(__file__).parents[1] / "docs" / "reference"


def commands() -> str:
    """The page of all commands."""
    from headrope.cli import commands as all_commands  # noqa: PLC0415  after django.setup

    app = typer.Typer()
    all_commands.register(app)
    group = typer.main.get_group(app)
    lines = [
        "# Commands",
        "",
        "Made from the code.",
        "",
        *_command("headrope", group, "COMMAND"),
        *COMMON,
    ]
    for name, command in group.commands.items():
        lines += _command(f"headrope {name}", command)
        for word, inner in getattr(command, "commands", {}).items():
            lines += _command(f"headrope {name} {word}", inner)
    return "\n".join(lines).rstrip() + "\n"


def _command(name: str, command: click.Command, *words: str) -> list[str]:
    """A command's help, how it is called, and its parameters."""
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    given = [(p.metavar or p.name or "").upper() for p in arguments]
    usage = " ".join([name, "[OPTIONS]", *words] if words else [name, *given, "[OPTIONS]"])
    lines = [f"## {name}", "", (command.help or "").strip(), "", f"    {usage}", ""]
    rows = [_row(parameter) for parameter in command.params]
    return [*lines, "| | |", "| --- | --- |", *rows, ""] if rows else lines


def _row(parameter: object) -> str:
    p = parameter
    if p.param_type_name == "argument":  # type: ignore[attr-defined]
        label = (p.metavar or p.name).upper()  # type: ignore[attr-defined]
    else:
        value = "" if p.is_flag else f" {p.metavar or p.name.upper()}"  # type: ignore[attr-defined]
        label = p.opts[0] + value  # type: ignore[attr-defined]
        label += f"` or `{p.envvar}" if p.envvar else ""  # type: ignore[attr-defined]
    default = p.default  # type: ignore[attr-defined]
    shown = f" Default: {default}." if isinstance(default, int | str) and not isinstance(default, bool) else ""
    return f"| `{label}` | {p.help or ''}{shown} |"  # type: ignore[attr-defined]


def settings() -> str:
    """The page of all settings."""
    from headrope.config.environment import SETTINGS  # noqa: PLC0415  after django.setup

    rows = [f"| `{each.name}` | {each.default or '–'} | {each.help} |" for each in SETTINGS]
    head = [
        "# Settings",
        "",
        "Made from the code. Settings come from the environment; a wrong one stops the start and says how to mend it.",
        "",
    ]
    return "\n".join([*head, "| variable | default | what it does |", "| --- | --- | --- |", *rows]) + "\n"


def interface() -> str:
    """The description of the interface for programs, in OpenAPI."""
    from headrope.api.schema import written  # noqa: PLC0415  after django.setup

    return written()


def main() -> None:
    """Write all of them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headrope.config.settings")
    import django  # noqa: PLC0415  slow import

    django.setup()
    DOCS.mkdir(parents=True, exist_ok=True)
    (DOCS / "commands.md").write_text(commands(), encoding="utf-8")
    (DOCS / "settings.md").write_text(settings(), encoding="utf-8")
    (DOCS / "openapi.json").write_text(interface(), encoding="utf-8")


if __name__ == "__main__":
    main()
