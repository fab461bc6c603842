"""What a validation found, on disk and in schema `quality`: results, failing rows, and the rules they belong to.

Results and failing rows are kept for every run, one folder of Parquet files each; `result.parquet` is written last and
is the commit mark of its run. The views over them are made anew by every validation. Evaluating a rule with Great
Expectations is `validation.py`'s part; this module finds the same rows with the same SQL, all of them.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from expectations.batches import SCHEMA, batch_view
from expectations.suite import Rule, Suite

CREATE_FOUND = """
    create or replace temp table failure (
        run_id varchar,
        rule_id varchar,
        source varchar,
        period_month date,
        township_code varchar,
        record_ref varchar,
        batch_id varchar,
        source_file varchar,
        source_row bigint,
    );
    create or replace temp table result (
        run_id varchar,
        rule_id varchar,
        source varchar,
        period_month date,
        rows_tested bigint,
        rows_failed bigint,
        dimension varchar,
        severity varchar,
        affects_accuracy boolean,
    );
"""

# A rule on townships fails for a township as a whole: there is no file and no line to point to.
FAILING_ROW = """
    insert into failure
    select $run_id, $rule_id, $source, tested_month, township_code, {record_ref}, batch_id, source_file, source_row
    from ({failing})
"""
FAILING_TOWNSHIP = """
    insert into failure
    select $run_id, $rule_id, $source, tested_month, township_code, township_code, null, null, null
    from ({failing})
"""

# Every month under validation has a result, even without a row: that is how a month is known to be clean now.
RESULT = """
    insert into result
    with tested as (
        select tested_month as period_month, count(*) as row_count from {batch} group by all
        union all by name
        select period_month, 0 as row_count from lake.rebuild_month where $is_by_row
    ),
    failed as (
        select period_month, count(*) as row_count from failure where rule_id = $rule_id group by all
    )
    select
        $run_id, $rule_id, $source, period_month, sum(tested.row_count), coalesce(any_value(failed.row_count), 0),
        $dimension, $severity, $affects_accuracy,
    from tested
    left join failed using (period_month)
    group by period_month
"""

RULE_TEXTS = ("dimension", "severity", "affects_accuracy", "text_zh", "text_en", "fix_zh", "fix_en", "reason")
CREATE_RULE = """
    create or replace table quality.rule (
        rule_id varchar,
        source varchar,
        position integer,
        dimension varchar,
        severity varchar,
        affects_accuracy boolean,
        text_zh varchar,
        text_en varchar,
        fix_zh varchar,
        fix_en varchar,
        reason varchar,
    );
"""

# Run ids sort in time, so the greatest one is the newest. A rule that no longer exists fails for nobody.
VIEWS = """
    create or replace view quality.result as
    select * from read_parquet('{quality}/*/result.parquet');

    create or replace view quality.failure as
    select failure.*
    from read_parquet('{quality}/*/failure.parquet') as failure
    semi join quality.result using (run_id);

    create or replace view quality.newest_result as
    select result.*
    from quality.result
    join (
        select rule_id, source, period_month, max(run_id) as run_id from quality.result group by all
    ) as newest using (run_id, rule_id, source, period_month)
    semi join quality.rule using (rule_id);

    create or replace view quality.failing_row as
    select failure.*
    from quality.failure
    semi join quality.newest_result using (run_id, rule_id, source, period_month);
"""


def find_failures(connection: duckdb.DuckDBPyConnection, run_id: str, suite: Suite, rule: Rule) -> int:
    """Add the failing rows of `rule` and its results by month to the temporary tables; returns how many rows fail."""
    batch = f"{SCHEMA}.{batch_view(suite, rule)}"
    by_row = rule.meta.batch == "rows"
    key = {"run_id": run_id, "rule_id": rule.meta.rule_id, "source": suite.name}
    fill = (FAILING_ROW if by_row else FAILING_TOWNSHIP).format(
        failing=rule.failing_rows(batch), record_ref=suite.meta.record_ref
    )
    (found,) = connection.execute(fill, key).fetchone()
    about = {name: getattr(rule.meta, name) for name in ("dimension", "severity", "affects_accuracy")}
    connection.execute(RESULT.format(batch=batch), {**key, **about, "is_by_row": by_row})
    return found


def write_findings(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the temporary tables to `folder`: failing rows first, results (the commit mark) last."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "result.parquet").unlink(missing_ok=True)
    for table in ("failure", "result"):
        unfinished = folder / f"{table}.parquet.tmp"
        connection.execute(
            f"copy (select * from {table} order by all nulls last) to {_quoted(unfinished)} (format parquet)"
        )
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(folder / f"{table}.parquet")
        _sync_folder(folder)
    _sync_folder(folder.parent)


def publish_findings(connection: duckdb.DuckDBPyConnection, quality: Path, suites: list[Suite]) -> None:
    """Create table `quality.rule` and the views over all runs below `quality`, which must hold at least one."""
    rules = [(suite.name, rule.meta) for suite in suites for rule in suite.expectations]
    connection.execute(CREATE_RULE)
    connection.executemany(
        "insert into quality.rule values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (meta.rule_id, source, position, *(getattr(meta, column) for column in RULE_TEXTS))
            for position, (source, meta) in enumerate(rules, start=1)
        ],
    )
    # In a pattern of files a bracket opens a class of characters; in a class of its own it is just a bracket.
    folder = str(quality.absolute()).replace("'", "''").replace("[", "[[]")
    connection.execute(VIEWS.format(quality=folder))


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _sync_folder(folder: Path) -> None:
    """A rename is durable once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
