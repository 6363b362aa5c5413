"""Turns the tree of a mapping into its records; every key and every word is checked, and all problems come at once."""

from __future__ import annotations

import dataclasses
import difflib
from typing import Any

from headrope.core.problems import Problem
from headrope.ledger.mapping.keys import RECORDS, Layout, Plan
from headrope.ledger.mapping.takes import READERS, WordError, one_of
from headrope.ledger.mapping.tree import List, Node, Table, TreeError, Word, parse


def read_plan(name: str, text: str) -> tuple[Plan | None, list[Problem]]:
    """The plan that a mapping's text is; None and all its problems where it is none."""
    try:
        tree = parse(text)
    except TreeError as error:
        return None, [Problem(f"{name}, line {error.line}", error.message, error.remedy, error.values)]
    reader = Reader(name)
    plan = reader.plan(tree)
    return (None if reader.problems else plan), reader.problems


def key_of(name: str) -> str:
    """The key of a record's field."""
    return name.rstrip("_").replace("_", "-")


def keys_of(record: type) -> dict[str, dataclasses.Field[Any]]:
    """The fields of a record by key."""
    return {key_of(field.name): field for field in dataclasses.fields(record) if field.metadata}


def takes_of(field: dataclasses.Field[Any]) -> str:
    """What a field's key takes."""
    return str(field.metadata["takes"])


def is_needed(field: dataclasses.Field[Any]) -> bool:
    """Whether a key must be given."""
    return field.default is dataclasses.MISSING


class Reader:
    """Reads one mapping; what is wrong gathers in `problems`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []

    def plan(self, tree: Table) -> Plan | None:
        """The whole mapping: keys of a layout may stand at the top, for all layouts."""
        shared = tuple(pair for pair in tree.items if pair[0].text in keys_of(Layout))
        own = tuple(pair for pair in tree.items if pair[0].text not in keys_of(Layout))
        listed = next((node for word, node in own if word.text == "layouts"), Table(tree.line, ()))
        plan: Plan | None = self.record(
            Plan, Table(tree.line, tuple(pair for pair in own if pair[0].text != "layouts"))
        )
        nodes = listed.items if isinstance(listed, List) else (listed,)
        before = len(self.problems)
        layouts: list[Layout] = []
        for node in nodes:
            if (layout := self.record(Layout, _with(node, shared))) is not None:
                layouts.append(layout)
        # What is wrong with a shared key is wrong for each layout, and told once.
        self.problems[before:] = {str(problem): problem for problem in self.problems[before:]}.values()
        if plan is None or self.problems:
            return None
        if plan.mapping != 1:
            error = WordError("Mappings of edition %(given)s are not known.", "Write mapping: 1.", given=plan.mapping)
            self.say(tree.line, error)
        for layout in layouts:
            self._check_layout(layout)
        return dataclasses.replace(plan, layouts=tuple(layouts))

    def _check_layout(self, layout: Layout) -> None:
        """What only shows when several keys are seen together."""
        unit = layout.unit
        if all(each is None for each in (unit.text, unit.from_, unit.cell, unit.column, unit.header)):
            self.say(
                unit.line, WordError("unit: says not where the unit stands.", "Add column, header, cell, from or text.")
            )
        if layout.when and (layout.when.cell is None) != (layout.when.matches is None):
            self.say(layout.when.line, WordError("cell and matches belong together.", "Write both, or contains."))
        for column in layout.columns:
            if sum(each is not None for each in (column.column, column.header, column.pattern)) != 1:
                self.say(
                    column.line, WordError("A column is found by column, header or pattern.", "Write one of them.")
                )
            if column.measure is None and layout.measure is None:
                self.say(column.line, WordError("The measure of the column is not said.", "Add measure:."))
            if not column.period and not layout.period:
                self.say(
                    column.line,
                    WordError("The period of the column is not said.", "Add period: to the layout or to the column."),
                )
            if layout.header is None and (column.header or column.pattern):
                self.say(
                    column.line, WordError("Columns are found by a header, and header: is missing.", "Add header:.")
                )

    def say(self, line: int, error: WordError) -> None:
        """Report what is wrong in a line."""
        self.problems.append(Problem(f"{self.name}, line {line}", error.message, error.remedy, error.values))

    def record(self, record: type, node: Node) -> Any:
        """The record that a node describes; None where something in it is wrong, which is reported."""
        short = getattr(record, "SHORT", None)
        if isinstance(node, Word) and node.text is None:
            node = Table(node.line, ())
        elif short and isinstance(node, Word):
            node = Table(node.line, ((Word(node.line, short), node),))
        if not isinstance(node, Table):
            self.say(
                node.line,
                WordError(
                    "Keys are expected here: %(keys)s.", "Write them as key: value.", keys=", ".join(keys_of(record))
                ),
            )
            return None
        fields, before = keys_of(record), len(self.problems)
        values: dict[str, Any] = {}
        for word, value in node.items:
            field = fields.get(word.text or "")
            if field is None:
                self._unknown(word, list({**fields, **(keys_of(Layout) if record is Plan else {})}))
            else:
                values[field.name] = self._value(takes_of(field), word.text or "", value)
        for name, field in fields.items():
            if is_needed(field) and field.name not in values:
                self.say(
                    node.line,
                    WordError(
                        "The key %(key)s is missing.", "%(says)s", key=name, says=f"It says: {field.metadata['says']}."
                    ),
                )
        return None if len(self.problems) > before else record(line=node.line, **values)

    def _unknown(self, word: Word, known: list[str]) -> None:
        close = difflib.get_close_matches((word.text or "").casefold().replace("_", "-"), known, 1)
        remedy = "Did you mean %(close)s?" if close else "Known keys: %(known)s."
        values = {"key": word.text, "close": close[0] if close else "", "known": ", ".join(known)}
        self.say(word.line, WordError("%(key)s is not a key of this place.", remedy, **values))

    def _value(self, takes: str, key: str, node: Node) -> Any:
        try:
            if takes in RECORDS:
                return self.record(RECORDS[takes], node)
            if takes.startswith("list of "):
                items = node.items if isinstance(node, List) else (node,)
                return tuple(self.record(RECORDS[takes[8:-1]], item) for item in items)
            if takes.startswith("one of "):
                return one_of(node, takes[7:].split(", "))
            return READERS[takes](node)
        except WordError as error:
            error.values.setdefault("key", key)
            self.say(node.line, error)
            return None


def _with(node: Node, shared: tuple[tuple[Word, Node], ...]) -> Node:
    """A layout with the keys that all share, and its columns' numbers with those of the layout."""
    if not isinstance(node, Table):
        return node
    said = {word.text for word, _ in node.items}
    items = (*node.items, *(pair for pair in shared if pair[0].text not in said))
    number = next((value for word, value in items if word.text == "number"), None)
    if isinstance(number, Table):
        items = tuple((word, _numbered(value, number) if word.text == "columns" else value) for word, value in items)
    return Table(node.line, items)


def _numbered(columns: Node, number: Table) -> Node:
    if isinstance(columns, List):
        return List(columns.line, tuple(_numbered(column, number) for column in columns.items))
    if not isinstance(columns, Table):
        return columns
    return Table(
        columns.line,
        tuple((word, _filled_up(value, number) if word.text == "number" else value) for word, value in columns.items),
    )


def _filled_up(node: Node, other: Table) -> Node:
    if not isinstance(node, Table):
        return node
    said = {word.text for word, _ in node.items}
    return Table(node.line, (*node.items, *(pair for pair in other.items if pair[0].text not in said)))
