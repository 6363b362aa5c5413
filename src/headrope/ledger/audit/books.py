"""Audits the books: the journal, what facts name, the files of the cube, and every cell of it.

The cube is read as this process holds it, brought up to the last posting. What it holds is compared with sums that the
database makes, one measure of one version at a time, so that memory does not grow with the ledger.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from headrope.core.periods import Period
from headrope.journal.queries import books, known_on, upto
from headrope.ledger.audit.cells import BOUND
from headrope.ledger.audit.definitions import check_definitions
from headrope.ledger.audit.figures import Series, fill_duties
from headrope.ledger.audit.files import check_files
from headrope.ledger.audit.fit import check_places, check_trees, known_series
from headrope.ledger.audit.references import check_references
from headrope.ledger.audit.result import Audited, Check, Tally
from headrope.ledger.audit.seals import check_seals
from headrope.ledger.audit.shares import read_shares
from headrope.ledger.audit.tables import Tables, tables
from headrope.ledger.audit.trail import check_postings, check_trail
from headrope.ledger.audit.trees import fill_trees
from headrope.ledger.audit.versions import VersionAudit
from headrope.ledger.cube import store
from headrope.ledger.cube.view import Cube
from headrope.ledger.duties import duty_rows
from headrope.ledger.queries import ledger_settings, measures, version_ids
from headrope.org.queries import unit_ids

Progress = Callable[[str, int, int], None]


def _silent(doing: str, done: int, of: int) -> None:
    pass


def audit_books(day: date | None = None, progress: Progress = _silent) -> Audited:
    """Audit the books as they stand, or the cube as known at the end of the day; builds the cube where there is none."""
    progress("checking the books", 0, 0)
    tally = Tally()
    with tables() as made:
        checks = [check_postings(), check_trail(), check_seals(), check_references(made), check_definitions()]
        cube: Cube | None = None
        try:
            progress("adding up", 0, 0)
            cube = store.fresh(day)
            progress("checking the files", 0, 0)
            checks.append(check_files(cube))
            _fill_known(made, cube, day)
            checks += _compare(made, cube, day, (tally, progress))
        except (OSError, EOFError, LookupError, ValueError):
            if not any(check.problems for check in checks):
                raise
            # What is missing or cut off has been reported, and there is nothing with which it could be compared.
    return Audited(
        cube.seq if cube else books().seq,
        day.isoformat() if day else None,
        len(cube.row_of) if cube and tally.cells else 0,
        tally.cells,
        tally.differing,
        BOUND,
        tally.widest,
        tuple(tally.kept),
        tuple(checks),
    )


def _fill_known(made: Tables, cube: Cube, day: date | None) -> None:
    if day is None:
        made.run(f"INSERT INTO audit_known (seq) SELECT seq FROM posting WHERE seq <= {cube.seq}")
    else:
        known = known_on(day, ledger_settings().zone)
        assert known is not None
        made.fill("audit_known", [(seq,) for seq in sorted(known.postings)])
    made.settle("audit_known")


def _compare(made: Tables, cube: Cube, day: date | None, into: tuple[Tally, Progress]) -> list[Check]:
    """The trees and every cell."""
    tally, progress = into
    ledger = ledger_settings()
    known = known_on(day, ledger.zone) or upto(cube.seq)
    infos = {info.id: info for info in measures(known)}
    versions = {number: code for code, number in version_ids().items()}
    codes = {number: code for code, number in unit_ids().items()}
    progress("reading the trees", 0, 0)
    days = {Period(start, group.span).last_day for group in cube.manifest.groups for start in group.starts}
    epoch_of = fill_trees(made, days)
    shares = read_shares(made)
    fill_duties(made, duty_rows(known))
    series = known_series(made)
    checks = [check_trees(made, cube, epoch_of, shares, codes), check_places(cube, series, infos, versions)]
    for number, code in sorted(versions.items()):
        groups = {group.span: group for group in cube.groups(code)}
        version = Series(number, code, groups, infos, ledger.fiscal_start)
        stated = sorted({measure for measure, of, _, basis in series if of == number and basis and measure in infos})
        VersionAudit(made, cube, version, epoch_of, shares).run(stated, tally, progress)
    return checks
