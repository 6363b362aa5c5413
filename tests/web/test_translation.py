"""Every text of the pages has its Chinese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po

import headrope.web
from headrope.core.display import SCALES
from headrope.demo.measures import MEASURES
from headrope.ledger import wording as figure_wording
from headrope.targets import wording as target_wording

WEB = Path(headrope.web.__file__).parent
SPOKEN = [
    *sorted(WEB.rglob("*.py")),
    *sorted((WEB.parent / "cli").glob("*.py")),
    *(Path(spoken.__file__) for spoken in (figure_wording, target_wording)),
    *sorted((WEB.parent / "followup").rglob("*.py")),
    *(
        path
        for word in ("meetings", "review", "landing", "reports")
        for path in sorted((WEB.parent / word).rglob("*.py"))
    ),
    *sorted((WEB.parent / "ledger/book").glob("*.py")),
    WEB.parent / "ledger/workbook/texts.py",
]
# Modules whose problems are shown on pages, beside those of the pages themselves.
SOURCE = WEB.parent
# What only the command line says is English: the audit, mappings, exports, backups.
ENGLISH = ("audit", "mapping", "export")
TROUBLED = [
    *(
        SOURCE / "core" / f"{name}.py"
        for name in (
            "calendar_rows", "calendars", "edits", "holdings", "measures", "typed", "unit_rules", "units", "vintages",
        )
    ),
    *(path for word in ("org", "ledger", "api") for path in sorted((SOURCE / word).rglob("*.py")) if path.parent.name not in ENGLISH),
    *sorted(WEB.rglob("*.py")),
    *sorted((SOURCE / "targets").glob("*.py")),
    *(path for word in ("meetings", "review", "reports") for path in sorted((SOURCE / word).rglob("*.py"))),
    *sorted((SOURCE / "core/checks").glob("*.py")),
    *sorted((SOURCE / "core/due").glob("*.py")),
    *(SOURCE / "followup" / f"{name}.py" for name in ("restatements", "reminders/once")),
]  # fmt: skip
PROBLEMS = {"Problem", "Unreadable", "note"}
KEYWORDS = {
    "gettext": None, "_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
JINJA = {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true"}
PLACE = re.compile(r"%\(\w+\)s")
Id = tuple[str | None, str]


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    with (WEB / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file, locale="zh_Hans")


def ids_of(path: Path, method: str) -> Iterator[Id]:
    found = extract(method, BytesIO(path.read_bytes()), KEYWORDS, (), JINJA)  # type: ignore[arg-type]
    for _line, message, _comments, context in found:
        yield context, message[0] if isinstance(message, tuple) else message


def missing(catalog: Catalog, ids: Iterator[Id]) -> list[Id]:
    found = [(context, message, catalog.get(message, context)) for context, message in ids]
    return [(context, message) for context, message, entry in found if entry is None or not "".join(entry.string)]


def texts_of(node: ast.expr) -> Iterator[str]:
    """The sentences of an expression, of both branches of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*texts_of(node.body), *texts_of(node.orelse))
    elif isinstance(node, ast.Tuple):
        yield from (text for each in node.elts for text in texts_of(each))


def problems_of(path: Path) -> Iterator[Id]:
    """Messages and remedies: what problems are made with, or what has such a name."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        given: list[ast.expr] = []
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in PROBLEMS:
            given = [*node.args[1:], *(each.value for each in node.keywords if each.arg in ("message", "remedy"))]
        elif isinstance(node, ast.Assign):
            names = {each.id for each in ast.walk(node.targets[0]) if isinstance(each, ast.Name)}
            given = [node.value] if names & {"message", "remedy"} else []
        for each in given:
            yield from ((None, text) for text in texts_of(each))


@pytest.mark.parametrize("path", TROUBLED, ids=lambda path: path.name)
def test_every_problem_that_pages_show_is_translated(path: Path, chinese: Catalog):
    assert missing(chinese, problems_of(path)) == []


def test_problems_are_found_where_they_are_made():
    found = {path.relative_to(SOURCE).as_posix(): len(set(problems_of(path))) for path in TROUBLED}

    assert sum(found.values()) > 150
    assert [name for name in ("core/edits.py", "org/editing.py", "ledger/impact.py") if not found[name]] == []


@pytest.mark.parametrize("path", sorted((WEB / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_every_text_of_a_template_is_translated(path: Path, chinese: Catalog):
    assert missing(chinese, ids_of(path, "jinja2.ext:babel_extract")) == []


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: path.name)
def test_every_text_of_a_module_is_translated(path: Path, chinese: Catalog):
    assert missing(chinese, ids_of(path, "python")) == []


def test_texts_that_are_put_together_at_run_time_are_translated(chinese: Catalog):
    months: list[Id] = [(context, month) for month in figure_wording.MONTHS for context in (None, "from")]
    scales: list[Id] = [(None, scale.name) for family in SCALES.values() for scale in family]
    amounts: list[Id] = [("amount", scale.spoken) for family in SCALES.values() for scale in family]
    accounts: list[Id] = [(None, measure.account) for measure in MEASURES if measure.account not in ("CNY", "%")]

    assert missing(chinese, iter([*months, *scales, *amounts, *accounts])) == []


def test_nothing_is_translated_that_nobody_says(chinese: Catalog):
    said = {each for path in SPOKEN for each in ids_of(path, "python")}
    said |= {each for path in WEB.rglob("*.html") for each in ids_of(path, "jinja2.ext:babel_extract")}
    texts = {node.value for path in (*SPOKEN, *TROUBLED, *(SOURCE / "core").rglob("*.py"), *(SOURCE / "landing").glob("*.py"))
             for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Constant)}  # fmt: skip
    # What describes the interface stands in docstrings, paragraph by paragraph.
    texts |= {" ".join(part.split()) for text in texts if isinstance(text, str) for part in re.split(r"\n\s*\n", text)}
    accounts = {measure.account for measure in MEASURES} | {"patients"}

    idle = []
    for entry in chinese:
        text = entry.id[0] if isinstance(entry.id, tuple) else entry.id
        at_run_time = entry.context == "amount" or text in texts or text in accounts
        if text and (entry.context, text) not in said and not at_run_time:
            idle.append(text)
    assert idle == []


def test_a_translation_names_only_places_of_its_text(chinese: Catalog):
    wrong = []
    for entry in chinese:
        ids = entry.id if isinstance(entry.id, tuple) else (entry.id,)
        given = set(PLACE.findall(" ".join(ids)))
        if entry.id and set(PLACE.findall("".join(entry.string))) - given:
            wrong.append(entry.id)
    assert wrong == []


def test_chinese_uses_no_half_width_punctuation_between_characters(chinese: Catalog):
    wrong = [entry.id for entry in chinese if re.search(r"[一-鿿][,;:!?()][一-鿿]", "".join(entry.string))]

    assert wrong == []
