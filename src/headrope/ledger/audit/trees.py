"""Trees by SQL: for each run of days of equal tree, which units' figures reach which unit.

`audit_reach` has a row for each unit and each unit above it that its figures reach, itself included: the closure. Pairs
of units with eliminations stand in it like units, with negative numbers, under the lowest unit above both. A segment
is reached by what reaches its members. Where only a share of a total goes up no closure can tell the sum: those units
stand in `audit_affected` besides (see shares.py).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date

from headrope.ledger.audit.tables import Tables

IN_FORCE = (
    "seq_from IN (SELECT seq FROM audit_known) AND (seq_to IS NULL OR seq_to NOT IN (SELECT seq FROM audit_known))"
)


def fill_trees(tables: Tables, days: Iterable[date]) -> dict[date, int]:
    """Fill everything about the trees of these days; gives the number of each day's tree."""
    tables.run(
        f"""INSERT INTO audit_edition (unit, valid_from, valid_to, parent, goes, shared)
        SELECT unit_id, valid_from, valid_to, parent_id, CASE WHEN method = 'none' OR kind = 'segment' THEN 0 ELSE 1 END,
            CASE WHEN method = 'proportionate' THEN 1 ELSE 0 END FROM unit_edition WHERE {IN_FORCE}"""
    )
    epoch_of = _number(tables, days)
    last = {epoch: day for day, epoch in epoch_of.items()}
    tables.fill("audit_epoch", [(epoch, day.isoformat()) for epoch, day in sorted(last.items())])
    tables.run(
        """INSERT INTO audit_tree (epoch, unit, parent, goes, shared)
        SELECT e.epoch, u.unit, p.unit, u.goes, u.shared FROM audit_epoch e
        JOIN audit_edition u ON u.valid_from <= e.day AND e.day < u.valid_to
        LEFT JOIN audit_edition p ON p.unit = u.parent AND p.valid_from <= e.day AND e.day < p.valid_to"""
    )
    tables.run(
        f"""INSERT INTO audit_member (epoch, segment, unit)
        SELECT DISTINCT e.epoch, m.segment_id, m.unit_id FROM audit_epoch e
        JOIN (SELECT * FROM segment_member WHERE {IN_FORCE}) m ON m.valid_from <= e.day AND e.day < m.valid_to
        JOIN audit_tree t ON t.epoch = e.epoch AND t.unit = m.unit_id"""
    )
    pairs = "SELECT DISTINCT unit_id, counterparty_id FROM elimination WHERE seq IN (SELECT seq FROM audit_known)"
    tables.fill("audit_pair", [(number, *pair) for number, pair in enumerate(sorted(tables.run(pairs)), 1)])
    tables.settle("audit_tree", "audit_member", "audit_pair")
    for epoch in sorted(last):
        _close(tables, epoch)
    tables.clear("audit_above")
    tables.settle("audit_meet", "audit_reach", "audit_affected")
    return epoch_of


def _number(tables: Tables, days: Iterable[date]) -> dict[date, int]:
    """Days between which nothing changes get one number."""
    dated = ["audit_edition", f"(SELECT * FROM segment_member WHERE {IN_FORCE}) m"]
    if tables.run("SELECT 1 FROM audit_edition WHERE shared = 1 LIMIT 1"):
        dated.append(f"(SELECT * FROM holding WHERE {IN_FORCE}) h")
    union = " UNION ".join(f"SELECT {column} FROM {each}" for each in dated for column in ("valid_from", "valid_to"))
    changes = sorted(_day(day) for (day,) in tables.run(union))
    return {day: bisect_right(changes, day) for day in days}


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _close(tables: Tables, epoch: int) -> None:
    """The closure of one tree."""
    here = f"epoch = {epoch}"
    tables.clear("audit_above")
    tables.run(
        f"""INSERT INTO audit_above (unit, above, goes)
        WITH RECURSIVE up (unit, above, goes) AS (
            SELECT unit, unit, 1 FROM audit_tree WHERE {here}
            UNION SELECT up.unit, t.parent, up.goes * t.goes FROM up
            JOIN audit_tree t ON t.{here} AND t.unit = up.above WHERE t.parent IS NOT NULL)
        SELECT unit, above, min(goes) FROM up GROUP BY unit, above"""
    )
    tables.settle("audit_above")
    # A unit that does not exist on the day keeps its own figures to itself.
    tables.run(
        f"""INSERT INTO audit_reach (epoch, above, unit) SELECT {epoch}, above, unit FROM audit_above WHERE goes = 1
        UNION ALL SELECT {epoch}, id, id FROM unit WHERE id NOT IN (SELECT unit FROM audit_tree WHERE {here})"""
    )
    tables.run(
        f"""DELETE FROM audit_reach WHERE {here} AND above = unit
        AND unit IN (SELECT segment FROM audit_member WHERE {here})"""
    )
    _meet(tables, epoch)
    tables.run(
        f"""INSERT INTO audit_reach (epoch, above, unit)
        SELECT DISTINCT {epoch}, m.segment, r.unit FROM audit_member m
        JOIN audit_reach r ON r.epoch = m.epoch AND r.above = m.unit WHERE m.{here}"""
    )
    tables.run(
        f"""INSERT INTO audit_affected (epoch, unit) SELECT DISTINCT {epoch}, a.above FROM audit_tree t
        JOIN audit_above a ON a.unit = t.unit AND a.above <> a.unit AND a.goes = 1 WHERE t.{here} AND t.shared = 1"""
    )
    tables.run(
        f"""INSERT INTO audit_affected (epoch, unit) SELECT DISTINCT {epoch}, m.segment FROM audit_member m
        JOIN audit_affected a ON a.epoch = m.epoch AND a.unit = m.unit
        WHERE m.{here} AND m.segment NOT IN (SELECT unit FROM audit_affected WHERE {here})"""
    )


def _meet(tables: Tables, epoch: int) -> None:
    """Pairs stand under the lowest unit above both, and count in a segment where they stand under two of its members."""
    if not tables.run("SELECT 1 FROM audit_pair LIMIT 1"):
        return
    tables.run(
        f"""INSERT INTO audit_meet (epoch, pair, at) SELECT {epoch}, pair, at FROM (
            SELECT p.pair AS pair, a.above AS at, row_number() OVER (PARTITION BY p.pair
                ORDER BY (SELECT count(*) FROM audit_above d WHERE d.unit = a.above) DESC) AS place
            FROM audit_pair p JOIN audit_above a ON a.unit = p.unit
            JOIN audit_above b ON b.unit = p.counterparty AND b.above = a.above) lowest WHERE place = 1"""
    )
    tables.run(
        f"""INSERT INTO audit_reach (epoch, above, unit) SELECT {epoch}, a.above, -m.pair FROM audit_meet m
        JOIN audit_above a ON a.unit = m.at AND a.goes = 1 WHERE m.epoch = {epoch}"""
    )
    tables.run(
        f"""INSERT INTO audit_meet (epoch, pair, at) SELECT DISTINCT {epoch}, p.pair, m.segment FROM audit_pair p
        JOIN audit_above a ON a.unit = p.unit JOIN audit_above b ON b.unit = p.counterparty
        JOIN audit_member m ON m.epoch = {epoch} AND m.unit = a.above
        JOIN audit_member n ON n.epoch = {epoch} AND n.unit = b.above AND n.segment = m.segment
        WHERE m.unit <> n.unit"""
    )
    tables.run(
        f"""INSERT INTO audit_reach (epoch, above, unit) SELECT {epoch}, m.at, -m.pair FROM audit_meet m
        WHERE m.epoch = {epoch} AND m.at IN (SELECT segment FROM audit_member WHERE epoch = {epoch})"""
    )
