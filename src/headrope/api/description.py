"""The description of the interface: as a page to read, without any script, and as OpenAPI for programs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from headrope.api.limits import MOST_BYTES, PER_MINUTE
from headrope.api.schema import described


@dataclass(frozen=True)
class Parameter:
    """A parameter or a field: its name, the form of its values, and what it means."""

    name: str
    form: str
    needed: bool
    about: str


@dataclass(frozen=True)
class OperationText:
    """An operation as it is printed: how it is called, what it takes and what it gives."""

    id: str
    method: str
    path: str
    summary: str
    about: str
    scope: str
    takes: list[Parameter]
    gives: list[Parameter]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All operations in words."""
    limits = {"calls": f"{PER_MINUTE:,}", "bytes": f"{MOST_BYTES:,}"}
    return render(request, "api/page.html", {"operations": operations(), "limits": limits})


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The description for programs."""
    return HttpResponse(json.dumps(described(), ensure_ascii=False), content_type="application/json; charset=utf-8")


def operations() -> list[OperationText]:
    """The operations in the order of their paths."""
    made = described()
    return [
        _text(made, path, method, each) for path, methods in made["paths"].items() for method, each in methods.items()
    ]


def _text(made: dict[str, Any], path: str, method: str, each: dict[str, Any]) -> OperationText:
    first, _, rest = each.get("description", "").partition("\n\n")
    answer = each["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
    body = each.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    takes = [
        Parameter(p["name"], form(made, p["schema"]), p.get("required", False), _about(p)) for p in each["parameters"]
    ]
    return OperationText(
        each["operationId"], method.upper(), path, first, " ".join(rest.split()), each["x-scope"], [*takes, *_fields(made, body)],
        _fields(made, answer),
    )  # fmt: skip


def _about(part: dict[str, Any]) -> str:
    return str(
        part.get("description") or part.get("schema", {}).get("description") or _inner(part).get("description", "")
    )


def _inner(part: dict[str, Any]) -> dict[str, Any]:
    """The described one of several forms."""
    forms = part.get("schema", part).get("anyOf", [])
    return next((each for each in forms if "description" in each), {})


def _fields(made: dict[str, Any], schema: dict[str, Any], before: str = "", depth: int = 4) -> list[Parameter]:
    """The fields of an answer or a body, those inside others behind the names of these."""
    held, found = _resolved(made, schema), []
    for name, each in held.get("properties", {}).items():
        about = str(each.get("description", ""))
        found.append(Parameter(before + name, form(made, each), name in held.get("required", ()), about))
        inner = next((part for part in _parts(each) if "$ref" in part), None)
        if inner is not None and depth:
            found += _fields(made, inner, f"{before}{name}.", depth - 1)
    return found


def _parts(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The forms that a value, or each value of a list or of named values, may have."""
    inside = schema.get("items") or schema.get("additionalProperties") or schema
    return list(inside.get("anyOf", [inside])) if isinstance(inside, dict) else []


def _resolved(made: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = made["components"]["schemas"][name] if name else schema
    return found


def form(made: dict[str, Any], schema: dict[str, Any]) -> str:
    """The form of a value in few words: text, number, date, one of some words, a list of something."""
    if "$ref" in schema:
        return "object"
    if "enum" in schema or "const" in schema:
        return " | ".join(map(str, schema.get("enum", [schema.get("const")])))
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(form(made, each) for each in schema["anyOf"] if each.get("type") != "null"))
    if schema.get("type") == "array":
        return f"[{form(made, schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type", "object"))
