"""A call that changes something is done once: repeated under its key, it gets the answer that it got."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from hashlib import sha256
from inspect import signature
from typing import Any, Concatenate, Final, ParamSpec, cast

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from ninja import Schema

from headrope.api.answers import Refused
from headrope.api.models import Answered
from headrope.core.problems import Problem
from headrope.journal import clock
from headrope.org.models import User

HEADER: Final = "Idempotency-Key"
KEPT: Final = timedelta(days=7)
_KEY: Final = re.compile("[!-~]{1,200}")
P = ParamSpec("P")


def once(call: Callable[Concatenate[HttpRequest, P], Schema]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Do the call and keep its answer, in one transaction.

    1. The key is written first: of two that come at once the second waits here until the first has ended.
    2. The call runs. What it raises (Refused, ProblemsFound) undoes everything, so that a mended call may use the key again.
    3. The answer is kept for seven days. The same key with another call is refused (422).
    """

    @wraps(call)
    def done_once(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        key = _key(request)
        digest = _digest(request)
        user = cast(User, request.user)
        with transaction.atomic():
            row = _begun(user, key, digest, request)
            if row is None:
                return _again(user, key, digest)
            row.status, row.body = 200, call(request, *args, **kwargs).model_dump_json()
            row.save(update_fields=["status", "body"])
            return _answer(row)

    return _operation(done_once, call)


def repeatable(
    call: Callable[Concatenate[HttpRequest, P], Schema],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """As `once`, for a call that makes transactions of its own, and changes nothing when it is done again.

    1. The key is written for itself; another call under it is refused (422).
    2. The call runs. What it raises frees the key.
    3. The answer is kept. Without one, as after a power cut between 2 and 3, the repeated call runs again; so it does
       where two come at once.
    """

    @wraps(call)
    def done(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        key, digest, user = _key(request), _digest(request), cast(User, request.user)
        row = _begun(user, key, digest, request)
        if row is None:
            row = Answered.objects.get(user=user, key=key)
            if row.digest != digest or row.status is not None:
                return _again(user, key, digest)
        try:
            row.status, row.body = 200, call(request, *args, **kwargs).model_dump_json()
        except BaseException:
            Answered.objects.filter(pk=row.pk, status=None).delete()
            raise
        if not Answered.objects.filter(pk=row.pk, status=None).update(status=row.status, body=row.body):
            return _again(user, key, digest)  # the other of two was faster
        return _answer(row)

    return _operation(done, call)


def _operation(done: Callable[..., HttpResponse], call: Callable[..., Schema]) -> Callable[..., HttpResponse]:
    """The call as ninja takes it: it reads the parameters from the signature, whose types stand in the module of the call."""
    done.__signature__ = signature(call, eval_str=True)  # type: ignore[attr-defined]
    _describe(done)
    return done


def _key(request: HttpRequest) -> str:
    key = request.headers.get(HEADER, "")
    if not _KEY.fullmatch(key):
        message = "A call that changes something needs a key of its own." if not key else "The key cannot be read."
        remedy = (
            "Send the header Idempotency-Key with 1 to 200 printed characters; the same one when you repeat the call."
        )
        raise Refused(400, Problem(HEADER, message, remedy))
    return key


def _digest(request: HttpRequest) -> str:
    said = f"{request.method} {request.get_full_path()}\n".encode("utf-8", "surrogatepass")
    return sha256(said + request.body).hexdigest()


def _begun(user: User, key: str, digest: str, request: HttpRequest) -> Answered | None:
    """The new row; None where the key was used before."""
    now = clock.now()
    Answered.objects.filter(user=user, at__lt=now - KEPT).delete()
    try:
        with transaction.atomic():
            return Answered.objects.create(
                user=user, key=key, method=request.method or "", path=request.path[:2000], digest=digest, at=now
            )
    except IntegrityError:
        return None


def _again(user: User, key: str, digest: str) -> HttpResponse:
    row = Answered.objects.get(user=user, key=key)
    if row.digest != digest:
        remedy = "Send a new key with another call."
        raise Refused(422, Problem(HEADER, "This key was used for another call.", remedy))
    answer = _answer(row)
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def _answer(row: Answered) -> HttpResponse:
    return HttpResponse(row.body, status=row.status, content_type="application/json; charset=utf-8")


def _describe(operation: Any) -> None:
    """Tell the header in the description of the operation."""
    said = "The same key with the same call gives the same answer and changes nothing twice; kept for 7 days."
    schema = {"type": "string", "pattern": "^[!-~]{1,200}$"}
    parameter = {"name": HEADER, "in": "header", "required": True, "description": said, "schema": schema}

    def contribute(held: Any) -> None:
        extra = dict(held.openapi_extra or {})
        held.openapi_extra = extra | {"parameters": [*extra.get("parameters", ()), parameter]}

    operation._ninja_contribute_to_operation = [contribute]
