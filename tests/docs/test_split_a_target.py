"""The example of the how-to page on splitting a target gives what the page shows."""

from __future__ import annotations

import json
import re
from pathlib import Path

import typer
from typer.testing import CliRunner

from headrope.cli import commands

PAGE = (Path(__file__).parents[2] / "docs/how-to/split-a-target.md").read_text(encoding="utf-8")


def test_the_example_is_split_as_the_page_says(tmp_path: Path) -> None:
    (example,) = re.findall(r"```csv\n(.*?)```", PAGE, re.S)
    shown = re.findall(r"^ +([A-Z][A-Za-z ]+?)  +([\d,.−]+)  .*?([A-Z][^%]*?)(?:, \.\.\.)?$", PAGE, re.M)
    (tmp_path / "units.csv").write_text(example, encoding="utf-8")
    app = typer.Typer()
    commands.register(app)

    done = CliRunner().invoke(app, ["cascade", str(tmp_path), "3900", "--json"])

    units = json.loads(done.stdout)["units"]
    assert len(shown) == len(units) == 6
    for (name, share, reason), unit in zip(shown, units, strict=True):
        assert unit["name"] == name
        assert unit["share"]["exact"] == share.replace(",", "")
        assert unit["reason"]["text"]["en"].startswith(reason)
