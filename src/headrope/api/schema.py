"""The description of the interface in OpenAPI 3.1, as it is served and kept in docs/reference/openapi.json."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final

from headrope.api.answers import TYPE
from headrope.api.auth import Bearer
from headrope.api.operations import api
from headrope.api.parameters import ABOUT

PREFIX: Final = "/api/v1/"
_REFUSALS: Final = {
    400: "The call cannot be read: a parameter or the body is not of the described form.",
    401: "No token, or one that is wrong, expired or revoked, or of a closed account.",
    403: "The token has not the scope.",
    404: "Not there, or not to be seen.",
    409: "Somebody else has changed it, or its state does not allow this.",
    413: "The body is too large.",
    422: "The call can be read, and something in it does not fit the books.",
    429: "Too many calls; Retry-After says how many seconds to wait.",
    503: "The figures are being added up; Retry-After says how many seconds to wait.",
}
_PROBLEM: Final = {
    "type": "object",
    "title": "Problem",
    "required": ["where", "message", "remedy", "blocking"],
    "properties": {
        "where": {"type": "string", "description": "The parameter, field, unit or cell."},
        "message": {"type": "string"},
        "remedy": {"type": "string"},
        "blocking": {"type": "boolean"},
    },
}
_REFUSED: Final = {
    "type": "object",
    "title": "Refused",
    "required": ["status", "title", "problems"],
    "properties": {
        "status": {"type": "integer"},
        "title": {"type": "string"},
        "problems": {"type": "array", "items": {"$ref": "#/components/schemas/Problem"}},
    },
}


@cache
def described() -> dict[str, Any]:
    """The whole description as plain data; not to be changed."""
    made: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=PREFIX)))
    made["components"]["schemas"] |= {"Problem": _PROBLEM, "Refused": _REFUSED}
    made["components"]["securitySchemes"]["Bearer"] = {"type": "http", "scheme": "bearer"}
    scopes = {operation.operation_id: operation.auth_callbacks for operation in _operations()}
    refused = {"content": {TYPE: {"schema": {"$ref": "#/components/schemas/Refused"}}}}
    for path in made["paths"].values():
        for operation in path.values():
            operation["parameters"] = [_plain(each) for each in operation["parameters"]]
            operation["responses"] |= {str(n): {"description": text, **refused} for n, text in _REFUSALS.items()}
            needed = [each.scope.value for each in scopes[operation["operationId"]] if isinstance(each, Bearer)]
            operation["x-scope"] = needed[0]
    return made


def _plain(parameter: dict[str, Any]) -> dict[str, Any]:
    """A parameter that may be left out is not one that may be null; its description stands beside its name."""
    schema = dict(parameter["schema"])
    forms = [each for each in schema.pop("anyOf", ()) if each != {"type": "null"}]
    schema |= forms[0] if forms else {}
    said = schema.pop("description", None) or parameter.get("description") or ABOUT.get(parameter["name"])
    schema.pop("title", None)
    return parameter | {"schema": schema} | ({"description": said} if said else {})


def _operations() -> list[Any]:
    return [
        operation
        for bound in api._get_bound_routers()
        for view in bound.path_operations.values()
        for operation in view.operations
    ]


def written() -> str:
    """The description as the text of a file."""
    return json.dumps(described(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
