"""Turns the files that a mapping names into a folder of units, measures and figures."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from headrope.core.problems import Problem
from headrope.ledger.mapping.definitions import known_with, read_beside
from headrope.ledger.mapping.facts import Facts
from headrope.ledger.mapping.fit import layout_of
from headrope.ledger.mapping.given import read_plan
from headrope.ledger.mapping.grid import Grid
from headrope.ledger.mapping.keys import Plan
from headrope.ledger.mapping.known import Known
from headrope.ledger.mapping.names import Names
from headrope.ledger.mapping.walk import Into, Walk
from headrope.ledger.mapping.written import Origins, write_folder
from headrope.ledger.sheets.cells import Workbook
from headrope.ledger.sheets.limits import Limits, TextForm
from headrope.ledger.sheets.reading import read_sheets

Progress = Callable[[str, int, int], None]


@dataclass
class Converted:
    """What a mapping has made of its files. With blocking problems nothing was written, and there are no origins."""

    problems: list[Problem] = field(default_factory=list)
    files: int = 0
    sheets: int = 0
    facts: int = 0
    units: int = 0
    compared: int = 0
    differing: int = 0
    origins: Origins | None = None

    @property
    def blocking(self) -> list[Problem]:
        """What has to be mended first."""
        return [problem for problem in self.problems if problem.blocking]

    @property
    def warnings(self) -> list[Problem]:
        """What is worth knowing and stops nothing."""
        return [problem for problem in self.problems if not problem.blocking]


@dataclass(frozen=True)
class Asked:
    """What to convert: a file or a folder, the mapping's file, what the ledger knows, and limits for each file."""

    source: Path
    mapping: Path
    known: Known = field(default_factory=Known)
    limits: Limits = field(default_factory=Limits)


def convert(asked: Asked, folder: Path, progress: Progress | None = None) -> Converted:
    """Write the folder form of the files into `folder`, unless something is wrong."""
    done = Converted()
    plan = _plan(asked.mapping, done)
    files = _files(asked, plan, done) if plan else []
    if plan is None or done.blocking:
        return done
    report = done.problems.append
    beside = read_beside(plan, asked.mapping, report)
    known = known_with(beside, asked.known)
    facts = Facts(report, known.measures)
    names = Names(known.units, report)
    into = Into(facts, names, report, asked.mapping.name, beside.codes, known.fiscal_start)
    for number, file in enumerate(files):
        if progress:
            progress("reading files", number, len(files))
        book = read_sheets(file, asked.limits, TextForm(plan.csv.encoding, plan.csv.delimiter))
        done.problems += book.problems
        done.files += 1
        _take(plan, _named(book, file, asked.source), into, done)
    names.finish()
    _check_measures(facts, known, done)
    if not done.blocking and not facts.values and not beside.units.rows and not beside.measures.rows:
        report(
            Problem(
                asked.mapping.name,
                "No figures are found in %(count)s files.",
                "Look at rows: and columns: in the mapping.",
                {"count": len(files)},
            )
        )
    if not done.blocking:
        new = [unit for code, unit in names.new.items() if code not in asked.known.units]
        done.facts, done.units = len(facts.values), len(new)
        done.origins = write_folder(folder, beside, new, facts, asked.mapping.name)
    return done


@contextmanager
def converted(asked: Asked, progress: Progress | None = None) -> Iterator[tuple[Path, Converted]]:
    """A folder that lasts as long as the context, with what was made."""
    with tempfile.TemporaryDirectory(prefix="headrope-mapping-") as place:
        # The ledger remembers figures by the name of the folder that they were loaded from.
        folder = Path(place) / (asked.source.resolve().name or "mapping")
        yield folder, convert(asked, folder, progress)


def _plan(mapping: Path, done: Converted) -> Plan | None:
    try:
        text = mapping.read_text(encoding="utf-8-sig")
    except OSError as error:
        done.problems.append(
            Problem(str(mapping), "The mapping cannot be opened: %(error)s.", "", {"error": error.strerror or ""})
        )
        return None
    except UnicodeDecodeError:
        done.problems.append(Problem(mapping.name, "The mapping is not in UTF-8.", "Save it as UTF-8."))
        return None
    plan, problems = read_plan(mapping.name, text)
    done.problems += problems
    return plan


def _files(asked: Asked, plan: Plan, done: Converted) -> list[Path]:
    """The files to read; a file that is named itself needs not be named like the mapping's."""
    source = asked.source
    if source.is_file():
        return [source]
    beside = {asked.mapping.resolve(), *((asked.mapping.parent / name).resolve() for name in _beside(plan))}
    files = {
        path
        for pattern in plan.files
        for path in _glob(source, pattern)
        if path.is_file() and path.resolve() not in beside
    }
    # ~$report.xlsx is Excel's mark that the report is open.
    kept = sorted(path for path in files if not path.name.startswith(("~$", ".")))
    if not kept:
        message = "There is no such file or folder." if not source.is_dir() else "No file here is called %(patterns)s."
        remedy = "Correct the name, or files: in the mapping."
        done.problems.append(Problem(str(source), message, remedy, {"patterns": " or ".join(plan.files)}))
    return kept


def _glob(source: Path, pattern: str) -> Sequence[Path]:
    try:
        return (
            list(source.glob(pattern))
            if source.is_dir() and not pattern.startswith("/") and ".." not in Path(pattern).parts
            else []
        )
    except (ValueError, NotImplementedError):
        return []


def _beside(plan: Plan) -> Iterator[str]:
    for name in (plan.units, plan.measures, *(layout.unit.codes_file for layout in plan.layouts)):
        if isinstance(name, str):
            yield name


def _named(book: Workbook, file: Path, source: Path) -> Workbook:
    """The workbook under its name within the folder, so that two files of the same name can be told apart."""
    name = file.relative_to(source).as_posix() if file != source else file.name
    return Workbook(name, book.sheets, book.problems)


def _take(plan: Plan, book: Workbook, into: Into, done: Converted) -> None:
    """All sheets of a file that have a layout. A file of which nothing is read is a problem, a sheet is a note."""
    read, left = 0, []
    for number, sheet in enumerate(book.sheets, 1):
        grid = Grid(book.name, sheet)
        layout = layout_of(plan, grid, number)
        if layout is None:
            left += [sheet.name] if sheet.rows else []
            continue
        sums = Walk(layout, grid, into, only=book.name.lower().endswith((".csv", ".txt", ".tsv"))).run()
        read += 1
        done.compared += sums.compared
        done.differing += sums.differing
    done.sheets += read
    if left or (book.sheets and not read):
        message = "No layout of the mapping fits the sheet %(sheets)s." if left else "The file holds no filled sheet."
        remedy = "Add a layout, or correct when: or sheet: in the mapping."
        done.problems.append(Problem(book.name, message, remedy, {"sheets": ", ".join(left)}, blocking=not read))


def _check_measures(facts: Facts, known: Known, done: Converted) -> None:
    """Measures that nobody has defined, each once; where none at all are known, the load will say so."""
    unknown: dict[str, int] = {}
    for key in facts.values if known.measures else ():
        if key.measure not in known.measures:
            unknown.setdefault(key.measure, facts.numbers[key])
    for code, number in unknown.items():
        message = "There is no measure '%(code)s'."
        remedy = "Write its code under measure: codes, skip the row, or define it under measures."
        done.problems.append(Problem(facts.places.name(number), message, remedy, {"code": code[:60]}))
