"""An interface with one operation that changes something, to try what becomes of repeated calls."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest
from django.urls import URLResolver, path
from ninja import NinjaAPI, Schema

from headrope.api.auth import Bearer
from headrope.api.once import once
from headrope.api.operations import refuse_alike
from headrope.core.problems import Problem, ProblemsFound
from headrope.org.models import User
from headrope.org.tokens.models import Scope

api = NinjaAPI(urls_namespace="changing", docs_url=None, openapi_url=None)
refuse_alike(api)


class Name(Schema):
    """What is asked for: letters that are hung behind the name."""

    letters: str
    seconds: float = 0


class Changed(Schema):
    """The name as it is then."""

    name: str


@api.post("/names", auth=Bearer(Scope.ENTER), response=Changed)
@once
def names(request: HttpRequest, body: Name) -> Changed:
    """Hang letters behind the caller's name; refuse digits, after having done it; break at an exclamation mark."""
    user: Any = User.objects.get(pk=request.user.pk)
    user.name += body.letters
    user.save()
    time.sleep(body.seconds)
    if body.letters.isdigit():
        raise ProblemsFound([Problem("letters", "'%(text)s' are digits.", "Send letters.", {"text": body.letters})])
    if body.letters == "!":
        raise RuntimeError
    return Changed(name=user.name)


urlpatterns: list[URLResolver] = [path("api/v1/", api.urls)]
