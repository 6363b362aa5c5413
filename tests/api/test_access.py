"""Every operation for the whole cast: what each may see, and that what he may not see answers like what is not there."""

from __future__ import annotations

import json
import re

import pytest

from headrope.api.schema import described
from headrope.ledger.actions import refresh_cube
from headrope.org.tokens.models import Scope
from tests.api.conftest import CAST, Call, Caller, NewToken, problems, token
from tests.conftest import Place

# Statuses in the order of CAST: office, clerk of T0302, head of T03, head of T01, leader, supervision, finance, viewer,
# administrator (all of T), outsider.
_SEEN, _T03, _T0302 = (200, 404, 404, 404, *[200] * 5, 404), (200, 404, 200, 404, *[200] * 5, 404), (200, 200, 200, 404, *[200] * 5, 404)  # fmt: skip
_ALL, _WITH_MANDATE = (200,) * 10, (*[200] * 9, 404)
_NOBODY = (404,) * 10
# On T0302: office, finance and the clerk and head above enter and submit; the head and the office accept. Whoever may do
# it meets another row version (409), whoever may only see it 403.
_ENTERS, _ACCEPTS = (409, 409, 409, 404, 403, 403, 409, 403, 403, 404), (409, 403, 409, 404, 403, 403, 403, 403, 403, 404)  # fmt: skip
_FORM = "/submissions/T0302/FINANCE/2023-07"
# Of locks: the group office and the administrator. Of later due days: who accepts. A wrong reason meets 422.
_LOCKS, _EXTENDS = (
    (422, 403, 403, 404, 403, 403, 403, 403, 422, 404),
    (422, 403, 422, 404, 403, 403, 403, 403, 403, 404),
)
# A file that is none is read and answered; a file that nobody has sent is not there.
_UPLOADS, _TAKES = (
    (200, 200, 200, 404, 403, 403, 200, 403, 403, 404),
    (404, 404, 404, 404, 404, 404, 404, 404, 404, 404),
)
# The finance of the group owns measures, and so she may put checks.
_DEFINES = (422, *[404] * 5, 422, 404, 422, 404)
CHANGES = {
    ("put", _FORM): _ENTERS,
    ("post", f"{_FORM}/submit"): _ENTERS,
    ("post", f"{_FORM}/recall"): _ENTERS,
    ("post", f"{_FORM}/accept"): _ACCEPTS,
    ("post", f"{_FORM}/return"): _ACCEPTS,
    ("post", f"{_FORM}/reopen"): _ACCEPTS,
    ("post", f"{_FORM}/lock"): _LOCKS,
    ("post", f"{_FORM}/unlock"): _LOCKS,
    ("post", f"{_FORM}/extend"): _EXTENDS,
    ("post", f"{_FORM}/files?name=july.csv"): _UPLOADS,
    ("post", "/submissions/T03/WORKS/2023-07/files?name=july.csv"): _NOBODY,
    ("post", f"{_FORM}/files/999/take"): _TAKES,
    ("post", "/definitions/checks"): _DEFINES,
    ("post", "/gaps/T03/2023-H1/PROFIT/answer"): (422, 404, 422, 404, *[403] * 5, 404),
    ("post", "/gaps/T0302/2023-H1/PROFIT/answer"): (422, 403, 422, 404, *[403] * 5, 404),
    ("post", "/gaps/NONE/2023-H1/PROFIT/answer"): _NOBODY,
    ("post", "/gaps/T03/2023-H1/NONE/answer"): _NOBODY,
    ("put", "/submissions/NONE/FINANCE/2023-07"): _NOBODY,
    ("put", "/submissions/T0302/NONE/2023-07"): _NOBODY,
    ("put", "/submissions/T0302/FINANCE/2023-Q3"): _NOBODY,
}
BODIES = {
    "reopen": {"row_version": 0, "reason": "x"},
    "lock": {},
    "unlock": {"reason": ""},
    "extend": {"day": "2023-08-31", "reason": ""},
    "take": {"row_version": 0, "base": 0},
    "answer": {"row_version": 99, "words": ""},
    "checks": {"rows": [{"code": "X", "kind": "none"}], "seq": 10**15},
}
CALLS = {
    "/me": _ALL,
    "/units": _ALL,
    "/units?below=T03": _T03,
    "/units/T": _SEEN,
    "/units/T03": _T03,
    "/units/T0302": _T0302,
    "/units/T0305": _T0302,
    "/units/T01": (200, 404, 404, 200, *[200] * 5, 404),
    "/units/NONE": _NOBODY,
    "/measures": _WITH_MANDATE,
    "/measures/PROFIT": _WITH_MANDATE,
    "/measures/NONE": _NOBODY,
    "/forms": _WITH_MANDATE,
    "/duties": _WITH_MANDATE,
    "/duties?unit=T0302": _T0302,
    "/duties?unit=NONE": _NOBODY,
    "/versions": _WITH_MANDATE,
    "/figures?unit=T&period=2023-H1": _SEEN,
    "/figures?unit=T0302&period=2023-H1": _T0302,
    "/figures?unit=T0302&unit=T&period=2023-H1": _SEEN,
    "/figures?unit=T03&below=all&period=2023-H1&measure=PROFIT": _T03,
    "/figures?unit=NONE&period=2023-H1": _NOBODY,
    "/figures/vintages?unit=T0302&measure=PROFIT&period=2023-H1": _T0302,
    "/figures/vintages?unit=NONE&measure=PROFIT&period=2023-H1": _NOBODY,
    "/origin?unit=T&measure=PROFIT&period=2023-H1": _SEEN,
    "/origin?unit=T03&measure=PROFIT&period=2023-H1": _T03,
    "/origin?unit=NONE&measure=PROFIT&period=2023-H1": _NOBODY,
    "/review/T/2023-H1": _SEEN,
    "/review/T0302/2023-H1": _T0302,
    "/review/NONE/2023-H1": _NOBODY,
    "/sheet/T/2023-H1": _SEEN,
    "/sheet/T0302/2023-H1": _T0302,
    "/sheet/NONE/2023-H1": _NOBODY,
    "/landing/runs": _WITH_MANDATE,
    "/landing/T/2023": _SEEN,
    "/landing/T0302/2023?below=children": _T0302,
    "/landing/NONE/2023": _NOBODY,
    "/gaps/T/2023-H1": _SEEN,
    "/gaps/T0302/2023-H1": _T0302,
    "/gaps/NONE/2023-H1": _NOBODY,
    "/gaps/T03/2023-H1/PROFIT": _T03,
    "/gaps/T03/2023-H1/NONE": _NOBODY,
    "/gaps/NONE/2023-H1/PROFIT": _NOBODY,
    "/gaps/T03/2023-H1/PROFIT/files/999": _NOBODY,
    "/causes": _WITH_MANDATE,
    "/rules": _WITH_MANDATE,
    "/benchmarks": _WITH_MANDATE,
    "/benchmarks/T03/2023-H1?set=INDUSTRY": _T03,
    "/benchmarks/NONE/2023-H1?set=INDUSTRY": _NOBODY,
    "/lists/T/2023-H1": _SEEN,
    "/lists/T03/2023-H1": _T03,
    "/lists/NONE/2023-H1": _NOBODY,
    "/meetings": _ALL,
    "/meetings/1": _SEEN,
    "/meetings/999": _NOBODY,
    "/meetings/1/notes": _SEEN,
    "/meetings/1/notes?unit=NONE": _NOBODY,
    "/meetings/999/notes": _NOBODY,
    "/submissions?unit=T&form=FINANCE&period=2023-07": _SEEN,
    "/submissions?unit=T0302&form=FINANCE&period=2023-07": _T0302,
    "/submissions/T0302/FINANCE/2023-07": _T0302,
    "/submissions/T01/FINANCE/2023-07": (200, 404, 404, 200, *[200] * 5, 404),
    "/submissions/NONE/FINANCE/2023-07": _NOBODY,
    "/postings": (200, *[404] * 7, 200, 404),
    "/postings/1/file": _NOBODY,
    **dict.fromkeys((f"/definitions/{kind}" for kind in ("measures", "forms", "duties")), (200, *[404] * 7, 200, 404)),
    "/definitions/checks": (200, *[404] * 5, 200, 404, 200, 404),
    **dict.fromkeys((f"/definitions/{kind}" for kind in ("calendars", "unit_calendars")), (200, *[404] * 7, 200, 404)),
    **dict.fromkeys((f"/definitions/{kind}" for kind in ("holdings", "segments")), (200, *[404] * 7, 200, 404)),
}


def test_every_operation_has_a_row() -> None:
    """A new operation is not open to anybody before somebody has said to whom."""
    wanted = [(way, path.removeprefix("/api/v1")) for path, ways in described()["paths"].items() for way in ways]
    asked = [("get", call.partition("?")[0]) for call in CALLS]
    asked += [(method, path.partition("?")[0]) for method, path in CHANGES]

    def has_row(way: str, path: str) -> bool:
        pattern = re.sub(r"\{\w+\}", "[^/]+", path)
        return any(way == method and re.fullmatch(pattern, each) for method, each in asked)

    assert [each for each in wanted if not has_row(*each)] == []


@pytest.mark.parametrize("path", CALLS)
def test_call_answers_the_cast_by_its_mandates(call: Call, path: str) -> None:
    answers = tuple(call(who)(path).status_code for who in CAST)

    assert dict(zip(CAST, answers, strict=True)) == dict(zip(CAST, CALLS[path], strict=True))


@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_change_is_made_by_nobody_else(own: Place, method: str, path: str) -> None:
    if path.startswith("/gaps/"):
        refresh_cube()  # an answer is given to figures
    body = json.dumps(BODIES.get(path.rpartition("/")[2].partition("?")[0], {"row_version": 99}))
    more = {"data": body, "content_type": "application/json", "headers": {"Idempotency-Key": f"{method}{path}"}}

    answers = tuple(Caller(token(who))(path, method, **more).status_code for who in CAST)

    assert dict(zip(CAST, answers, strict=True)) == dict(zip(CAST, CHANGES[method, path], strict=True))


@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_change_without_its_scope_is_refused(call: Call, new_token: NewToken, method: str, path: str) -> None:
    answer = new_token("office")(path, method, data=b"{}", content_type="application/json")

    assert (answer.status_code, problems(answer)[0][1][:28]) == (403, "The token has not the scope ")
    assert call("")(path, method).status_code == 401


@pytest.mark.parametrize("path", [*CALLS, "/nothing", "/", "/units/T/more"])
def test_call_without_a_token_learns_nothing(call: Call, path: str) -> None:
    answer = call("")(path)

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.content == call("")("/me").content


def test_hidden_and_missing_are_one_answer(call: Call) -> None:
    clerk = call("clerk")
    pairs = [
        ("/units/T01", "/units/NONE"),
        ("/review/T01/2023-H1", "/review/NONE/2023-H1"),
        ("/figures?unit=T01&period=2023-H1", "/figures?unit=NONE&period=2023-H1"),
        ("/origin?unit=T01&measure=PROFIT&period=2023-H1", "/origin?unit=NONE&measure=PROFIT&period=2023-H1"),
        ("/postings", "/nothing"),
        ("/landing/T01/2023", "/landing/NONE/2023"),
        ("/gaps/T01/2023-H1", "/gaps/NONE/2023-H1"),
        ("/gaps/T01/2023-H1/PROFIT", "/gaps/NONE/2023-H1/PROFIT"),
        ("/sheet/T01/2023-H1", "/sheet/NONE/2023-H1"),
        ("/meetings/1/notes", "/meetings/999/notes"),
    ]

    for hidden, missing in pairs:
        assert clerk(hidden).content == clerk(missing).content
        assert call("office")(hidden).status_code == 200  # there is something to hide


def test_lists_hold_only_what_is_seen(call: Call) -> None:
    """T03 with its three units; T0305 was merged into T0302, which answers for it."""

    def codes(who: str, path: str, name: str) -> list[str]:
        return sorted({item[name] for item in call(who).data(path)["items"]})

    assert codes("clerk", "/units?limit=1000", "code") == ["T0302"]
    assert codes("head", "/units?limit=1000", "code") == ["T03", "T0301", "T0302", "T0303"]
    assert codes("outsider", "/units?limit=1000", "code") == []
    assert codes("clerk", "/duties?limit=1000", "unit") == ["T0302", "T0305"]
    assert len(codes("office", "/units?limit=1000", "code")) > 40


def test_nothing_above_is_named(call: Call) -> None:
    """To the clerk the unit stands at the top: neither its parent nor the way to it is said."""
    found = call("clerk").data("/units/T0302")

    assert (found["parent"], found["path"]) == (None, ["T0302"])
    assert call("office").data("/units/T0302")["path"] == ["T", "T03", "T0302"]


def test_closed_units_below_are_counted_only_for_who_sees_them(call: Call) -> None:
    everything = call("office").data("/origin?unit=T03&measure=PROFIT&period=2021-H1")

    assert [part["unit"] for part in everything["below"]] == ["T0301", "T0302", "T0303", "T0305"]
    assert everything["hidden"] == 0


@pytest.mark.parametrize("scope", [scope for scope in Scope if scope != Scope.READ])
def test_token_without_the_scope_reads_nothing(call: Call, new_token: NewToken, scope: Scope) -> None:
    answer = new_token("office", scopes=(scope,))("/units")

    assert answer.status_code == 403
    assert problems(answer) == [("Authorization", "The token has not the scope read.", "Make a token with this scope.")]


def test_every_operation_asks_for_a_scope() -> None:
    wanted = {way["operationId"]: way["x-scope"] for ways in described()["paths"].values() for way in ways.values()}

    assert set(wanted.values()) <= set(Scope.values)
    assert all(way["security"] == [{"Bearer": []}] for ways in described()["paths"].values() for way in ways.values())


def test_openapi_is_for_tokens_and_for_who_is_signed_in(call: Call) -> None:
    answer = call("outsider")("/openapi.json")

    assert json.loads(answer.content) == described()
    assert call("")("/openapi.json").status_code == 401
