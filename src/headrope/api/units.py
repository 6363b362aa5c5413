"""/units: the tree of a day, as known on another."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from headrope.api.answers import Refused
from headrope.api.auth import READ
from headrope.api.days import From, Until, from_, until
from headrope.api.paging import DEFAULT, Page, page
from headrope.api.parameters import Code, Cursor, Day, Known, Limit, Text
from headrope.api.visit import Visit, visit
from headrope.journal.queries import known_on
from headrope.org.queries import EditionRow, Node, Tree, edition_rows, tree_on

router = Router(tags=["units"], auth=READ)


class Unit(Schema):
    """A unit as it is on a day. `parent` is null for a root and where you may not see it."""

    code: str
    name: str
    name_zh: str
    kind: str
    parent: str | None
    valid_from: From
    valid_to: Until


class UnitEdition(Unit):
    """What a unit is between two days."""

    method: str
    successor: str | None


class UnitAnswer(Unit):
    """A unit with what stands around it that day, and everything that is known of it on other days."""

    path: list[str]
    children: list[str]
    editions: list[UnitEdition]


On = Annotated[Day, Field(description="The day of the tree; today where it is left out.")]


@router.get("", response=Page[Unit], operation_id="units")
def units(
    request: HttpRequest,
    on: On | None = None,
    known: Known | None = None,
    below: Annotated[Code, Field(description="This unit and all below it.")] | None = None,
    kind: Text | None = None,
    q: Annotated[Text, Field(description="A part of the code or of a name.")] | None = None,
    after: Cursor | None = None,
    limit: Limit = DEFAULT,
) -> Page[Unit]:
    """The units that stand in the tree on a day, by code."""
    seen = _Seen(visit(request), on, known)
    nodes = seen.below(below) if below else list(seen.tree.nodes.values())
    found = [node for node in nodes if seen.who.who.sees(node.id) and _fits(node, kind, q)]
    shown, following = page(found, lambda node: node.code, after, limit)
    return Page[Unit](items=[seen.unit(node) for node in shown], next=following)


@router.get("/{code}", response=UnitAnswer, operation_id="unit")
def unit(request: HttpRequest, code: Code, on: On | None = None, known: Known | None = None) -> UnitAnswer:
    """One unit: as it is on the day, or as it last was."""
    seen = _Seen(visit(request), on, known)
    return seen.answer(seen.who.unit(code))


def _fits(node: Node, kind: str | None, q: str | None) -> bool:
    texts = (node.code, node.name, node.name_zh)
    return (kind is None or node.kind == kind) and (q is None or any(q.casefold() in each.casefold() for each in texts))


class _Seen:
    """The tree of a day as known on another, as far as the caller sees it."""

    def __init__(self, who: Visit, on: date | None, known: date | None) -> None:
        self.who = who
        self.rows = edition_rows(known_on(who.past(known), who.ledger.zone))
        self.tree: Tree = tree_on(on or who.today, self.rows)
        self.codes = {row.unit: row.edition.code for row in self.rows}

    def below(self, code: str) -> list[Node]:
        """The unit of that code and those below it on the day; 404 where the caller does not see it."""
        node = self.who.unit(code)
        return list(self.tree.subtree(node.id)) if node.id in self.tree.nodes else []

    def unit(self, node: Node) -> Unit:
        """The unit as data."""
        return Unit(
            code=node.code,
            name=node.name,
            name_zh=node.name_zh,
            kind=node.kind,
            parent=self._code(node.parent),
            valid_from=from_(node.valid_from),
            valid_to=until(node.valid_to),
        )

    def _code(self, unit: int | None) -> str | None:
        return self.codes.get(unit) if unit is not None and self.who.who.sees(unit) else None

    def answer(self, node: Node) -> UnitAnswer:
        """The unit with all around it; 404 where it was not known yet."""
        rows = [row for row in self.rows if row.unit == node.id]
        if not rows:
            raise Refused(404)
        now = self.tree.nodes.get(node.id)
        shown = self.unit(now) if now else self._edition(rows[-1])
        path = [each for each in self.tree.path(node.id) if self.who.who.sees(each.id)] if now else []
        children = self.tree.children.get(node.id, []) if now else []
        return UnitAnswer(
            **{name: getattr(shown, name) for name in Unit.model_fields},
            path=[each.code for each in reversed(path)],
            children=sorted(child.code for child in children if self.who.who.sees(child.id)),
            editions=[self._edition(row) for row in rows],
        )

    def _edition(self, row: EditionRow) -> UnitEdition:
        edition = row.edition
        return UnitEdition(
            code=edition.code,
            name=edition.name,
            name_zh=edition.name_zh,
            kind=edition.kind,
            parent=self._code(row.parent),
            valid_from=from_(edition.valid_from),
            valid_to=until(edition.valid_to),
            method=edition.method,
            successor=self._code(row.successor),
        )
