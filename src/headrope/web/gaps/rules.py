"""What the office defines for the review, as it is printed: tables of rows, the form of one row, and rules as sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from headrope.core.problems import Problem
from headrope.ledger.queries import measures_now
from headrope.ledger.said import gettext as _
from headrope.ledger.wording import FigureWording
from headrope.review.benchmarks.benchmark import SIDES
from headrope.review.defined.kinds import BENCHMARKS, CAUSES, RULES, Kind
from headrope.review.defined.queries import Row, history, rows, rows_at
from headrope.review.gaps.cause import in_tree_order
from headrope.review.gaps.causes import causes
from headrope.review.rules.queries import pace_rule, rules
from headrope.review.rules.rule import BASES, KINDS, STRANGE, ListRule
from headrope.review.rules.wording import sentence
from headrope.web.access import Visit
from headrope.web.problems import Told, told

WORDED: tuple[Kind, ...] = (CAUSES, RULES, BENCHMARKS)
CHOICES: Mapping[tuple[str, str], Sequence[str]] = {
    ("rules", "kind"): KINDS,
    ("rules", "basis"): BASES,
    ("rules", "silent"): ("yes",),
    ("benchmarks", "side"): SIDES,
}


def kind_of(key: str) -> Kind | None:
    """The kind of that key."""
    return next((kind for kind in WORDED if kind.key == key), None)


def title_of(kind: Kind) -> tuple[str, str]:
    """What the kind is called, and a sentence about it."""
    return {
        "causes": (_("Causes"), _("The tree that heads choose from when they answer a gap.")),
        "rules": (_("Pace and lists"), _("How pace is judged, and who stands on the red and on the black list.")),
        "benchmarks": (_("Benchmark sets"), _("Outside peers with their figures, and inside peers from the books.")),
    }[kind.key]


@dataclass(slots=True)
class Index:
    """The rules in force today as sentences, the tree of causes, and how many rows there are of each kind."""

    pace: str
    lists: list[tuple[str, str]]
    causes: list[tuple[int, str, bool]]
    kinds: list[tuple[str, str, str, int]]


def index(who: Visit) -> Index:
    """The first page."""
    wording = FigureWording(who.ledger, 0, None, who.style)
    infos = {info.code: info for info in measures_now(str(who.at.key), who.at.seq)}
    told_rules = [(rule.code, sentence(rule, wording, infos)) for rule in rules(who.at) if isinstance(rule, ListRule)]
    tree = [
        (depth, cause.shown_name(who.language), cause.holds_on(who.today))
        for depth, cause in in_tree_order(causes(who.at))
    ]
    kinds = [(kind.key, *title_of(kind), len(rows_at(kind, who.at))) for kind in WORDED]
    return Index(sentence(pace_rule(who.today, who.at), wording, infos), told_rules, tree, kinds)


@dataclass(slots=True)
class Line:
    """One row of a table: the address of its form, its cells and the posting that it is from."""

    href: str
    cells: list[str]
    seq: int


@dataclass(slots=True)
class TablePage:
    """All rows of a kind."""

    key: str
    title: str
    about: str
    file: str
    heads: list[str]
    lines: list[Line]
    problems: list[Told] = field(default_factory=list)
    saved: str = ""


def table_page(kind: Kind, problems: Sequence[Problem] = (), saved: str = "") -> TablePage:
    """The table; columns in which nothing stands are left out."""
    found = rows(kind)
    columns = [column for column in kind.columns if any(row.cells.get(column) for row in found)] or list(kind.needed)
    lines = [Line(address(kind, row.cells), [row.cells.get(c, "") for c in columns], row.seq) for row in found]
    title, about = title_of(kind)
    words = labels()
    return TablePage(
        kind.key,
        title,
        about,
        kind.file,
        [words[column] for column in columns],
        lines,
        [told(each) for each in problems],
        saved,
    )


def address(kind: Kind, cells: Mapping[str, str]) -> str:
    """The address of the form of a row."""
    return f"/rules/{kind.key}/row/?{urlencode([(name, cells.get(name, '')) for name in kind.names])}"


@dataclass(slots=True)
class Ask:
    """A question of the form of a row: one column."""

    name: str
    label: str
    value: str
    options: list[str]
    fixed: bool
    hint: str


@dataclass(slots=True)
class RowPage:
    """The form of a row, and what was known of it before."""

    key: str
    title: str
    kind: str
    asks: list[Ask]
    new: bool
    seq: int
    problems: list[Told]
    older: list[tuple[str, int, int | None]]


def row_page(kind: Kind, held: Row | None, cells: Mapping[str, str], problems: Sequence[Problem]) -> RowPage:
    """The form filled with the cells."""
    words, hints = labels(), _hints()
    asks = [
        Ask(
            column,
            words[column],
            cells.get(column, ""),
            ["", *CHOICES.get((kind.key, column), ())] if (kind.key, column) in CHOICES else [],
            held is not None and column in kind.names,
            hints.get(column, ""),
        )
        for column in shown_columns(kind, cells)
    ]
    older = [
        (" · ".join(f"{words[column]}: {text}" for column, text in each.cells.items()), each.since, each.upto)
        for each in (history(kind, kind.name_of(held.cells)) if held else [])
    ]
    name = kind.name_of(held.cells).replace("\t", " ") if held else _("New row")
    seq = held.seq if held else 0
    return RowPage(kind.key, name, title_of(kind)[0], asks, held is None, seq, [told(p) for p in problems], older)


def labels() -> dict[str, str]:
    """The columns in words."""
    return {
        "code": _("Code"),
        "parent": _("Under"),
        "name": _("Name"),
        "name_zh": _("Name in Chinese"),
        "from": _("From"),
        "to": _("Last day"),
        "kind": _("Kind"),
        "basis": _("Basis"),
        "watch": _("Watch from, %"),
        "behind": _("Behind from, %"),
        "ratio_watch": _("Ratios: watch from, %"),
        "ratio_behind": _("Ratios: behind from, %"),
        "measures": _("Measures"),
        "percent": _("At least, %"),
        "most": _("At most so many"),
        "silent": _("Silence counts"),
        "set": _("Set"),
        "set_name": _("Name of the set"),
        "set_name_zh": _("Name of the set in Chinese"),
        "side": _("Side"),
        "peer": _("Peer"),
        "measure": _("Measure"),
        "period": _("Period"),
        "value": _("Value"),
        "source": _("Source"),
    }


def _hints() -> dict[str, str]:
    return {
        "kind": _(
            "pace: how pace is judged; tolerance: watch and behind of some measures; red: the list of praise; "
            "black: the list of blame"
        ),
        "basis": _("phases: the phase plan, else half the time, half the task; time: always the latter"),
        "measures": _("codes with blanks between; on a list none: every measure with a good side"),
        "percent": _("how far beyond (red) or short of (black) what is asked for by now"),
        "side": _("outside: with a value; inside: a unit of the group, whose figures the books have"),
        "value": _("in units of account; 0.604 for 60.4 %"),
        "parent": _("the code of the cause above; none at the top"),
        "from": _("a day, such as 2023-01-01; none: always"),
        "to": _("a day; none: until further notice"),
    }


def shown_columns(kind: Kind, cells: Mapping[str, str]) -> tuple[str, ...]:
    """The columns of the form that say something for a row of its kind."""
    if kind is not RULES:
        return kind.columns
    left_out = STRANGE.get(cells.get("kind", ""), ())
    return tuple(column for column in kind.columns if column not in left_out)
