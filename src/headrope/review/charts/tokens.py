"""The look's colours for paper, for pictures in documents; a test holds them against the print rules of headrope.css."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PAPER = {
    "--paper": "#fff",
    "--ink": "#14171c",
    "--ink-2": "#454b55",
    "--ink-3": "#626874",
    "--rule": "#dcdde0",
    "--rule-strong": "#14171c",
    "--accent": "#1d3f9e",
    "--behind": "#b0231a",
    "--watch": "#845400",
    "--watch-fill": "#d08a00",
    "--ahead": "#0a665a",
    "--hatch": "#b9bcc3",
    "--band": "#e4e7ee",
    "--fan-80": "#dbe2f3",
    "--fan-50": "#b9c7e8",
    "--bar": "#2b3038",
    "--bar-soft": "#c9ccd2",
}


def coloured(spec: Any, face: str, tokens: Mapping[str, str] = PAPER) -> Any:
    """The spec with every token's value in its place and `face` as the family of its letters.

    Only a text that is a token and nothing else is one: a unit may be called anything. KeyError for an unknown token.

    >>> coloured({"color": "$--bar", "name": "about $--bar"}, "Inter")
    {'color': '#2b3038', 'name': 'about $--bar'}
    """
    if isinstance(spec, str) and spec.startswith("$--"):
        return face if spec == "$--face" else tokens[spec[1:]]
    if isinstance(spec, Mapping):
        return {key: value if key == "values" else coloured(value, face, tokens) for key, value in spec.items()}
    if isinstance(spec, (list, tuple)):
        return [coloured(each, face, tokens) for each in spec]
    return spec
