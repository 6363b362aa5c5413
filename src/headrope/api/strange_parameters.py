"""Parameters that an operation has not: passed over, they would let one answer be taken for another."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from headrope.api.schema import described


@cache
def _held() -> dict[tuple[str, str], tuple[str, ...]]:
    """The query parameters of each route and method."""
    paths: dict[str, Any] = described()["paths"]
    return {
        (re.sub(r"\{(\w+)\}", r"<\1>", path).lstrip("/"), method.upper()): tuple(
            each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"
        )
        for path, operations in paths.items()
        for method, operation in operations.items()
    }


def unknown_parameters(route: str, method: str, given: Iterable[str]) -> list[tuple[str, str]]:
    """What is asked for and does not exist at the route, each with the names of those that do."""
    names = _held().get((route, "GET" if method == "HEAD" else method))
    if names is None:
        return []
    return [(name, ", ".join(names) or "-") for name in given if name not in names]
