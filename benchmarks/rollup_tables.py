"""The standard roll-up job in Polars, pandas and DuckDB, each by the ancestors of all leaves or level by level.

A table has a line for each unit and month. `c` are components, 0 where nothing is reported, `r` and `e` 1 where it is and
where it should be, `p` 1 where both parts of a ratio are reported.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from rollup_job import COMPONENTS, EXACT, LENGTH, RATIOS, Group, Result, is_flow

C, R, E = ([f"{letter}{n}" for n in range(COMPONENTS)] for letter in "cre")
P = [f"p{k}" for k in range(len(RATIOS))]
FLOW_RATIOS = [k for k, parts in enumerate(RATIOS) if all(is_flow(part) for part in parts)]
MIXED = [k for k in range(len(RATIOS)) if k not in FLOW_RATIOS]
SUMMED = [name for n in range(COMPONENTS) if is_flow(n) for name in (C[n], R[n], E[n])] + [P[k] for k in FLOW_RATIOS]
LAST = [name for n in range(COMPONENTS) if not is_flow(n) for name in (C[n], R[n], E[n])] + [P[k] for k in MIXED]
# An uneven mark of a flow over a stock compares the counts of the last month, those of the flow as well.
ALONE = {f"l{n}": R[n] for k in MIXED for n in RATIOS[k] if is_flow(n)}
STORED = C + R + E
Columns = dict[str, np.ndarray]
Engine = Callable[[], object]
SHOWN = (C[:EXACT], [f"q{k}" for k in range(len(RATIOS))])
COUNTS = [[*(f"{letter}{n}" for n in range(EXACT)), *(f"{letter}q{k}" for k in range(len(RATIOS)))] for letter in "re"]
MARKS = [f"u{k}" for k in range(len(RATIOS))]
ALL = [*SHOWN[0], *SHOWN[1], *COUNTS[0], *COUNTS[1], *MARKS]


def columns(group: Group, rows: np.ndarray) -> Columns:
    """A table of these units' own figures."""
    own = group.own
    found = {
        "u": np.repeat(rows.astype(np.int32), LENGTH),
        "month": np.tile(np.arange(LENGTH, dtype=np.int32), len(rows)),
    }
    for n in range(COMPONENTS):
        values = own.amounts[rows, n] if n < EXACT else own.numbers[rows, n - EXACT]
        found[C[n]] = np.ascontiguousarray(values).ravel()
        found[R[n]] = _cells(own.reported[rows, n])
        found[E[n]] = _cells(own.expected[rows, n])
    return found


def _cells(words: np.ndarray) -> np.ndarray:
    """Words of months as 0 and 1, month by month."""
    months = np.arange(LENGTH)
    return (words[:, months // 64] >> (months % 64).astype(np.uint64) & np.uint64(1)).astype(np.int32).ravel()


def tree_columns(group: Group) -> Columns:
    """A table of the units: parent and level."""
    return {"u": np.arange(len(group.parent), dtype=np.int32), "a": group.parent, "level": group.tree.depth}


def as_result(tables: list[np.ndarray], units: int) -> Result:
    """Months, quarters, years to date and years, each [units * periods, measures] in order, put together."""
    whole = np.concatenate([table.reshape(units, -1, len(ALL)) for table in tables], axis=1).transpose(0, 2, 1)
    edges = np.cumsum([0, *(len(names) for names in (*SHOWN, *COUNTS, MARKS))])
    amounts, ratios, reported, expected, uneven = (whole[:, a:b] for a, b in pairwise(edges))
    return Result(amounts.astype(np.int64), ratios, reported, expected, uneven.astype(bool))


# Polars


def polars_forms(group: Group) -> dict[str, Engine]:
    """Both forms of the job, on tables that are ready."""
    below, above = group.ancestors
    facts, units = pl.DataFrame(columns(group, group.leaves)), pl.DataFrame(tree_columns(group))
    pairs = pl.DataFrame({"u": below, "a": above})
    deepest = int(group.tree.depth.max())
    pair = [(pl.col(R[a]) * pl.col(R[b])).alias(P[k]) for k, (a, b) in enumerate(RATIOS)]
    sums = pl.col(STORED + P).sum()

    def closure() -> list[pl.DataFrame]:
        added = facts.lazy().with_columns(pair).join(pairs.lazy(), on="u").group_by("a", "month").agg(sums)
        return _polars_periods(added.rename({"a": "u"}).sort("u", "month").collect())

    def level_by_level() -> list[pl.DataFrame]:
        own, done = facts.with_columns(pair).join(units, on="u"), list[pl.DataFrame]()
        for level in range(deepest, -1, -1):
            here = own.filter(pl.col("level") == level).drop("level")
            if done:
                below = done[-1].group_by("a", "month").agg(sums).rename({"a": "u"})
                here = pl.concat([here, below.join(units.drop("level"), on="u").select(here.columns)])
            done.append(here)
        return _polars_periods(pl.concat(done).sort("u", "month"))

    return {"closure": closure, "levels": level_by_level}


def _polars_periods(months: pl.DataFrame) -> list[pl.DataFrame]:
    lazy = months.lazy().with_columns(
        q=pl.col("month") // 3, y=pl.col("month") // 12, **{name: pl.col(of) for name, of in ALONE.items()}
    )
    ends = [pl.col(LAST + list(ALONE)).last()]
    quarters = lazy.group_by("u", "q", maintain_order=True).agg(pl.col(SUMMED).sum(), *ends)
    to_date = lazy.with_columns(pl.col(SUMMED).cum_sum().over("u", "y"))
    shaped = [_polars_shape(each) for each in (lazy, quarters, to_date, to_date.filter(pl.col("month") % 12 == 11))]
    return pl.collect_all(shaped)


def _polars_shape(table: pl.LazyFrame) -> pl.LazyFrame:
    col, shaped = pl.col, []
    for k, (a, b) in enumerate(RATIOS):
        known = (col(R[a]) > 0) & (col(R[b]) > 0) & (col(C[b]) != 0)
        worse = col(E[b]) - col(R[b]) > col(E[a]) - col(R[a])
        factor = 1 if (a < EXACT) == (b < EXACT) else 100  # steps of 0.01 below, units of account above
        shaped.append(pl.when(known).then(col(C[a]) * factor / col(C[b])).alias(f"q{k}"))
        shaped.append(pl.when(worse).then(col(R[b])).otherwise(col(R[a])).alias(f"rq{k}"))
        shaped.append(pl.when(worse).then(col(E[b])).otherwise(col(E[a])).alias(f"eq{k}"))
        counts = [f"l{n}" if k in MIXED and is_flow(n) else R[n] for n in (a, b)]
        shaped.append((known & ((col(counts[0]) != col(P[k])) | (col(counts[1]) != col(P[k])))).alias(f"u{k}"))
    return table.with_columns(shaped).select(ALL)


def polars_result(tables: object, units: int) -> Result:
    """The tables in the form that is compared."""
    assert isinstance(tables, list)
    return as_result([table.select(pl.all().cast(pl.Float64)).fill_null(np.nan).to_numpy() for table in tables], units)


# pandas


def pandas_forms(group: Group) -> dict[str, Engine]:
    """Both forms of the job, on tables that are ready."""
    below, above = group.ancestors
    facts, units = pd.DataFrame(columns(group, group.leaves)), pd.DataFrame(tree_columns(group))
    pairs = pd.DataFrame({"u": below, "a": above})
    deepest = int(group.tree.depth.max())
    sums = STORED + P

    def with_pairs() -> pd.DataFrame:
        made = {P[k]: facts[R[a]] * facts[R[b]] for k, (a, b) in enumerate(RATIOS)}
        return pd.concat([facts, pd.DataFrame(made)], axis=1)

    def closure() -> list[pd.DataFrame]:
        added = with_pairs().merge(pairs, on="u", sort=False).groupby(["a", "month"], sort=True)[sums].sum()
        return _pandas_periods(added.reset_index().rename(columns={"a": "u"}))

    def level_by_level() -> list[pd.DataFrame]:
        parent, own, done = units["a"].to_numpy(), with_pairs(), list[pd.DataFrame]()
        at = units["level"].to_numpy()[own["u"].to_numpy()]
        for level in range(deepest, -1, -1):
            here = own[at == level]
            if done:
                keys = [pd.Series(parent[done[-1]["u"].to_numpy()], done[-1].index, name="u"), done[-1]["month"]]
                here = pd.concat(
                    [here, done[-1][sums].groupby(keys, sort=False).sum().reset_index()], ignore_index=True
                )
            done.append(here)
        return _pandas_periods(pd.concat(done).sort_values(["u", "month"], ignore_index=True))

    return {"closure": closure, "levels": level_by_level}


def _pandas_periods(months: pd.DataFrame) -> list[pd.DataFrame]:
    months = pd.concat([months, pd.DataFrame({name: months[of] for name, of in ALONE.items()})], axis=1)
    last = LAST + list(ALONE)
    quarter = [months["u"], months["month"] // 3]
    year = [months["u"], months["month"] // 12]
    ends = months.loc[months["month"] % 3 == 2, last].reset_index(drop=True)
    quarters = pd.concat([months[SUMMED].groupby(quarter, sort=False).sum().reset_index(drop=True), ends], axis=1)
    to_date = pd.concat([months[SUMMED].groupby(year, sort=False).cumsum(), months[last]], axis=1)
    years = to_date[months["month"] % 12 == 11]
    return [_pandas_shape(each) for each in (months, quarters, to_date, years)]


def _pandas_shape(table: pd.DataFrame) -> pd.DataFrame:
    made: dict[str, pd.Series] = {}
    for k, (a, b) in enumerate(RATIOS):
        known = (table[R[a]] > 0) & (table[R[b]] > 0) & (table[C[b]] != 0)
        worse = table[E[b]] - table[R[b]] > table[E[a]] - table[R[a]]
        factor = 1 if (a < EXACT) == (b < EXACT) else 100
        made[f"q{k}"] = (table[C[a]] * factor / table[C[b]]).where(known)
        made[f"rq{k}"] = table[R[a]].where(~worse, table[R[b]])
        made[f"eq{k}"] = table[E[a]].where(~worse, table[E[b]])
        counts = [table[f"l{n}" if k in MIXED and is_flow(n) else R[n]] for n in (a, b)]
        made[f"u{k}"] = known & ((counts[0] != table[P[k]]) | (counts[1] != table[P[k]]))
    stored = table[[name for name in ALL if name in table.columns]]
    return pd.concat([stored, pd.DataFrame(made)], axis=1)


def pandas_result(tables: object, units: int) -> Result:
    """The tables in the form that is compared."""
    assert isinstance(tables, list)
    return as_result([table[ALL].to_numpy(np.float64) for table in tables], units)


# DuckDB


def duckdb_forms(group: Group, connection: duckdb.DuckDBPyConnection, money: str = "BIGINT") -> dict[str, Engine]:
    """Both forms of the job, on tables in the engine's own memory."""
    below, above = group.ancestors
    connection.execute("SET threads = 1")
    connection.execute("SET preserve_insertion_order = false")
    named = ", ".join(f"{name}::{money} AS {name}" if n < EXACT else name for n, name in enumerate(C))
    rest = ", ".join(R + E)
    _put(connection, "facts", columns(group, group.leaves), f"u, month, {named}, {rest}")
    _put(connection, "pairs", {"u": below, "a": above}, "*")
    _put(connection, "units", tree_columns(group), "*")
    deepest = int(group.tree.depth.max())
    made = ", ".join(f"{R[a]} * {R[b]} AS {P[k]}" for k, (a, b) in enumerate(RATIOS))
    kinds = {name: (money if n < EXACT else "DOUBLE") for n, name in enumerate(C)}
    sums = ", ".join(f"sum({name})::{kinds.get(name, 'INTEGER')} AS {name}" for name in STORED + P)

    def closure() -> None:
        _create(
            connection,
            "months",
            f"SELECT a AS u, month, {sums} FROM (SELECT *, {made} FROM facts) JOIN pairs USING (u) GROUP BY a, month",
        )
        _duckdb_periods(connection, kinds)

    def level_by_level() -> None:
        names = ", ".join(["u", "month", *STORED, *P])
        for level in range(deepest, -1, -1):
            here = f"SELECT {names} FROM (SELECT *, {made} FROM facts) JOIN units USING (u) WHERE level = {level}"
            if level < deepest:
                here += f" UNION ALL SELECT a AS u, month, {sums} FROM done{level + 1} JOIN units USING (u) GROUP BY a, month"
            _create(connection, f"done{level}", here)
        _create(connection, "months", " UNION ALL ".join(f"FROM done{level}" for level in range(deepest + 1)))
        _duckdb_periods(connection, kinds)

    return {"closure": closure, "levels": level_by_level}


def _put(connection: duckdb.DuckDBPyConnection, name: str, held: Columns, chosen: str) -> None:
    connection.register("arrow", pa.table(held))
    _create(connection, name, f"SELECT {chosen} FROM arrow")
    connection.unregister("arrow")


def _create(connection: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS {query}")


def _duckdb_periods(connection: duckdb.DuckDBPyConnection, kinds: dict[str, str]) -> None:
    alone = ", ".join(f"{of} AS {name}" for name, of in ALONE.items())
    last = [*LAST, *ALONE]
    sums = ", ".join(f"sum({name})::{kinds.get(name, 'INTEGER')} AS {name}" for name in SUMMED)
    ends = ", ".join(f"max({name}) FILTER (month % 3 = 2) AS {name}" for name in last)
    running = ", ".join(f"(sum({name}) OVER w)::{kinds.get(name, 'INTEGER')} AS {name}" for name in SUMMED)
    months = f"(SELECT *, {alone} FROM months)"
    _create(connection, "o1", f"SELECT u, month AS p, {_shape_sql()} FROM {months}")
    _create(
        connection,
        "o2",
        f"SELECT u, p, {_shape_sql()} FROM (SELECT u, month // 3 AS p, {sums}, {ends} FROM {months} GROUP BY u, month // 3)",
    )
    window = "WINDOW w AS (PARTITION BY u, month // 12 ORDER BY month)"
    _create(
        connection,
        "o3",
        f"SELECT u, p, {_shape_sql()} FROM (SELECT u, month AS p, {running}, {', '.join(last)} FROM {months} {window})",
    )
    _create(connection, "o4", "SELECT * FROM o3 WHERE p % 12 = 11")


def _shape_sql() -> str:
    shaped = [name for name in ALL if name in STORED]
    for k, (a, b) in enumerate(RATIOS):
        known = f"({R[a]} > 0 AND {R[b]} > 0 AND {C[b]} <> 0)"
        worse = f"{E[b]} - {R[b]} > {E[a]} - {R[a]}"
        factor = "" if (a < EXACT) == (b < EXACT) else " * 100"
        counts = [f"l{n}" if k in MIXED and is_flow(n) else R[n] for n in (a, b)]
        shaped.append(f"CASE WHEN {known} THEN {C[a]}{factor} / {C[b]} END AS q{k}")
        shaped.append(f"CASE WHEN {worse} THEN {R[b]} ELSE {R[a]} END AS rq{k}")
        shaped.append(f"CASE WHEN {worse} THEN {E[b]} ELSE {E[a]} END AS eq{k}")
        shaped.append(f"{known} AND ({counts[0]} <> {P[k]} OR {counts[1]} <> {P[k]}) AS u{k}")
    return ", ".join(shaped)


def duckdb_result(connection: duckdb.DuckDBPyConnection, units: int) -> Result:
    """The tables in the form that is compared."""
    chosen = ", ".join(f"coalesce({name}::DOUBLE, 'nan') AS {name}" for name in ALL)
    tables = []
    for number in range(1, 5):
        held = connection.execute(f"SELECT {chosen} FROM o{number} ORDER BY u, p").fetchnumpy()
        tables.append(np.stack([held[name] for name in ALL], axis=1))
    return as_result(tables, units)
