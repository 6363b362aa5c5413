"""Reads YAML into nodes that know their lines and keep every word as it is written.

No word is guessed at: 001, no and 2023-06 stay texts, and each key says itself what it takes. Anchors, tags and
several documents have no use here and are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

LARGEST, DEEPEST = 1_000_000, 20
NOTHING = ("", "~", "null")


@dataclass(frozen=True)
class Word:
    """A scalar; `text` is None where nothing stands."""

    line: int
    text: str | None


@dataclass(frozen=True)
class List:
    """A sequence."""

    line: int
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Table:
    """A mapping with its keys in order."""

    line: int
    items: tuple[tuple[Word, Node], ...]


Node = Word | List | Table


class TreeError(Exception):
    """The text is no YAML that we take: `line`, and the message and remedy as message ids."""

    def __init__(self, line: int, message: str, remedy: str = "", **values: object) -> None:
        super().__init__(message % values)
        self.line, self.message, self.remedy, self.values = line, message, remedy, values


def parse(text: str) -> Table:
    """The tree of a text whose outermost level has keys; else a TreeError."""
    if len(text) > LARGEST:
        raise TreeError(1, "The mapping is larger than %(most)s characters.", most=f"{LARGEST:,}")
    try:
        events = [event for event in yaml.parse(text, Loader=yaml.SafeLoader) if not _is_frame(event)]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or str(error).splitlines()[0]
        remedy = "Look at the indentation and the quotes there."
        line = mark.line + 1 if mark else 1
        raise TreeError(line, "This is not YAML: %(error)s.", remedy, error=said) from error
    _check(events)
    queue = iter(events)
    first = next(queue, None)
    if not isinstance(first, MappingStartEvent):
        raise TreeError(1, "The mapping has no keys.", "Begin with mapping: 1.")
    table = _node(first, queue)
    if not isinstance(table, Table) or next(queue, None) is not None:
        raise TreeError(1, "The file holds several documents.", "Keep one.")
    return table


def _is_frame(event: Event) -> bool:
    kept = (AliasEvent, ScalarEvent, CollectionStartEvent, MappingEndEvent, SequenceEndEvent)
    return not isinstance(event, kept) and not (isinstance(event, DocumentStartEvent) and event.tags)


def _line(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _check(events: list[Event]) -> None:
    depth = 0
    for event in events:
        line = _line(event)
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            message = "Anchors and aliases (& and *) are not taken."
            raise TreeError(line, message, "Write it out, or put what all layouts share at the top.")
        if getattr(event, "tag", None):
            raise TreeError(line, "The tag %(tag)s is not taken.", "Take it out.", tag=event.tag)  # type: ignore[attr-defined]
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, MappingEndEvent | SequenceEndEvent)
        if depth > DEEPEST:
            raise TreeError(line, "The mapping is nested deeper than %(most)s levels.", most=DEEPEST)


def _node(event: Event, queue: Iterator[Event]) -> Node:
    line = _line(event)
    if isinstance(event, ScalarEvent):
        return Word(line, None if event.style is None and event.value in NOTHING else event.value)
    if isinstance(event, SequenceStartEvent):
        items = []
        while not isinstance(item := next(queue), SequenceEndEvent):
            items.append(_node(item, queue))
        return List(line, tuple(items))
    pairs: list[tuple[Word, Node]] = []
    while not isinstance(item := next(queue), MappingEndEvent):
        key = _node(item, queue)
        if not isinstance(key, Word) or key.text is None:
            raise TreeError(_line(item), "A key is a word.", "Write it as key: value.")
        if any(key.text == other.text for other, _ in pairs):
            raise TreeError(key.line, "The key %(key)s stands there twice.", "Keep one.", key=key.text)
        pairs.append((key, _node(next(queue), queue)))
    return Table(line, tuple(pairs))
