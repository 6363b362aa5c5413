"""The tree of units, loaded branch by branch, and the search that the mast opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.views.decorators.http import require_safe

from headrope.org.queries import Node, find_units
from headrope.web import tables
from headrope.web.access import Visit, visit
from headrope.web.units import trees

MOST_FOUND, MOST_BELOW = 12, 200


@dataclass(slots=True)
class Branch:
    """A unit of the tree; `below` is filled where the branch is open, `edit` for whoever may change it."""

    code: str
    name: str
    href: str
    count: int
    here: bool = False
    below: list[Branch] = field(default_factory=list)
    left_out: int = 0
    edit: str = ""


@dataclass(slots=True)
class Found:
    """A unit that fits the search, with the visible units above it."""

    code: str
    name: str
    href: str
    path: str


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The tree, open at the unit in `at`; with `q` the units that fit."""
    who = visit(request)
    text = request.GET.get("q", "").strip()
    at = who.unit(request.GET["at"]) if request.GET.get("at") else None
    opened = {node.id for node in who.who.now.tree.path(at.id)} if at and at.id in who.who.now.tree.nodes else set()
    everything = "all" in request.GET
    tops = [_branch(who, node, opened, at, everything, open_=len(who.who.starts) == 1) for node in who.who.starts]
    found = _found(who, text, 100) if text else []
    shown = {"tops": tops, "q": text, "found": found, "edits": bool(who.who.editable), "at": at.code if at else ""}
    shown["foot"] = trees.foot(who)
    return render(request, "units/page.html", shown)


@require_safe
def found(request: HttpRequest) -> HttpResponse:
    """The units that fit what is being typed; links keep the page's period and questions."""
    who = visit(request)
    text = request.GET.get("q", "").strip()
    period, tail = request.GET.get("period", ""), request.GET.get("tail", "")
    listed = _found(who, text, MOST_FOUND, f"{quote(period)}/" if period else "", tail)
    return render(request, "units/_found.html", {"found": listed, "q": text})


@require_safe
def below(request: HttpRequest, unit: str) -> HttpResponse:
    """The children of a unit as a fragment."""
    who = visit(request)
    node = who.unit(unit)
    branch = _branch(who, node, set(), None, "all" in request.GET, open_=True)
    return render(request, "units/_below.html", {"branch": branch})


@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """All units that the person sees, for the grid; 304 where the browser has them already."""
    who = visit(request)
    mark = trees.mark(who)
    if request.headers.get("If-None-Match") == mark:
        return HttpResponseNotModified(headers={"ETag": mark})
    return HttpResponse(trees.body(who, mark), content_type="application/json", headers={"ETag": mark})


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """All units that the person sees as .xlsx, in the order of the tree."""
    who = visit(request)
    return tables.answer(trees.sheet(who), f"units {who.today.isoformat()}")


def _branch(who: Visit, node: Node, opened: set[int], at: Node | None, everything: bool, open_: bool = False) -> Branch:
    children = who.who.now.tree.children.get(node.id, [])
    branch = Branch(
        node.code, node.shown_name(who.language), _href(node), len(children), at is not None and node.id == at.id
    )
    if who.who.edits(node.id):
        branch.edit = f"/organisation/{quote(node.code)}/"
    if open_ or node.id in opened:
        shown = children if everything else _first(children, opened)
        branch.below = [_branch(who, child, opened, at, everything) for child in shown]
        branch.left_out = len(children) - len(shown)
    return branch


def _first(children: Sequence[Node], opened: set[int]) -> list[Node]:
    """The first children, and the one on the way to the open unit wherever it stands."""
    return [child for place, child in enumerate(children) if place < MOST_BELOW or child.id in opened]


def _href(node: Node, rest: str = "") -> str:
    return f"/review/{quote(node.code)}/{rest}"


def _found(who: Visit, text: str, most: int, period: str = "", tail: str = "") -> list[Found]:
    rest = period + (f"?{tail}" if period and tail else "")
    listed = []
    for node in find_units(who.who, text, most):
        above = [each for each in who.who.now.tree.path(node.id)[1:] if who.who.sees(each.id)]
        path = " › ".join(each.shown_name(who.language) for each in reversed(above))
        listed.append(Found(node.code, node.shown_name(who.language), _href(node, rest), path))
    return listed
