"""Whether the generation has the rows, trees, cells and components that the books ask for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from headrope.core.periods import from_code, month_of
from headrope.core.problems import Problem
from headrope.ledger.audit.result import Check
from headrope.ledger.audit.shares import WHOLE, Shared, edges
from headrope.ledger.audit.tables import Tables
from headrope.ledger.cube.layout import main_part
from headrope.ledger.cube.view import Cube
from headrope.ledger.models import Basis, State
from headrope.ledger.queries import MeasureInfo

_REMEDY = "Run `headrope cube --force` to build it anew."
_AT_TOP, _NOT_THERE = -1, -2


def known_series(tables: Tables) -> list[tuple[int, int, int, int]]:
    """Measure, version, period code and basis of all known figures but texts, and of eliminations; in order."""
    known = "seq IN (SELECT seq FROM audit_known)"
    return tables.run(
        f"""SELECT DISTINCT measure_id, version_id, period, basis FROM fact WHERE {known} AND state <> {int(State.TEXT)}
        UNION SELECT DISTINCT measure_id, version_id, period, {int(Basis.OWN)} FROM elimination WHERE {known}
        ORDER BY 1, 2, 3, 4"""
    )


def check_places(
    cube: Cube,
    series: list[tuple[int, int, int, int]],
    infos: Mapping[int, MeasureInfo],
    versions: Mapping[int, str],
) -> Check:
    """Everything that is known has a place in the generation's arrays."""
    groups = {(group.version, group.span): group for group in cube.manifest.groups}
    problems = []
    for measure, version, code, basis in series:
        info = infos.get(measure)
        if info is None or info.rule.kind == "text" or version not in versions:
            continue
        period = from_code(code)
        group = groups.get((versions[version], period.span))
        held = group is not None and period.start in group.starts
        if group is not None and basis == Basis.OWN:
            level = info.rule.level
            held &= measure in group.levels if level else (measure, main_part(info.rule)) in group.components
        if not held:
            values = {"measure": info.code, "version": versions[version], "period": str(period)}
            message = (
                "There are figures of %(measure)s, %(version)s, for %(period)s, and the cube has no place for them."
            )
            problems.append(Problem(cube.folder.name, message, _REMEDY, values))
    return Check("places", f"{len(series):,} series", tuple(problems))


def check_trees(
    tables: Tables, cube: Cube, epoch_of: Mapping[date, int], shares: Mapping[int, Shared], codes: Mapping[int, str]
) -> Check:
    """Each unit stands under the same one in the cube as in the books, on every day that figures are added over."""
    rows, problems, last = cube.row_of, [], {}
    unit_of = {row: unit for unit, row in rows.items()}
    for day in sorted(epoch_of):
        last[epoch_of[day]] = day
    for epoch, day in last.items():
        at = cube.structure.epoch(month_of(day).start)
        parents, passed = (array[at].tolist() for array in (cube.structure.epoch_parents, cube.structure.epoch_edges))
        tree = dict(tables.run(f"SELECT unit, parent FROM audit_tree WHERE epoch = {epoch}"))
        special = edges(tables, epoch, shares.get(epoch))
        for unit, row in rows.items():
            books = tree.get(unit, _NOT_THERE)
            found = unit_of.get(parents[row], parents[row])
            books = _AT_TOP if books is None else books
            alike = found == books and (books < 0 or passed[row] == special.get(unit, WHOLE))
            if not alike:
                values = {"day": day.isoformat(), "unit": codes[unit]}
                message = "On %(day)s %(unit)s does not stand in the cube as in the books, or passes on another part."
                problems.append(Problem(cube.folder.name, message, _REMEDY, values))
    for unit in sorted({unit for (unit,) in tables.run("SELECT DISTINCT unit FROM audit_edition")} - rows.keys()):
        values = {"unit": codes[unit]}
        problems.append(Problem(cube.folder.name, "The cube has no row for %(unit)s.", _REMEDY, values))
    return Check("trees", f"{len(last):,} trees of {len(rows):,} units", tuple(problems))
