"""The built warehouse against the synthetic county's own record of what it planted: every case, count and row."""

from __future__ import annotations

import duckdb
import pytest


@pytest.fixture(scope="module")
def county(installation, tmp_path_factory):
    """Fourteen months, so that twelve-month windows close, of a small county with the usual defects."""
    extracts = tmp_path_factory.mktemp("county")
    made = installation()
    synthesized = made.shuangbai("synthesize", extracts, "--persons", "1500", "--months", "14", "--seed", "7")
    assert synthesized.returncode == 0, synthesized.stdout + synthesized.stderr
    run = made.shuangbai("run", "--landing", extracts)
    assert run.returncode == 0, run.stdout + run.stderr
    with duckdb.connect() as both:
        for name in ("cases", "counts", "quarantine", "files"):
            both.execute(f"create view true_{name} as select * from '{extracts}/truth/{name}.parquet'")
        edition = (made.home / "editions" / "current").resolve() / "shuangbai.duckdb"
        both.execute(f"attach '{edition}' as published (read_only)")
        both.execute(f"attach '{made.home}/warehouse.duckdb' as built (read_only)")
        yield both


def differences(both: duckdb.DuckDBPyConnection, planted: str, found: str) -> list[tuple]:
    """Rows of either query that the other lacks, at most twenty of each, marked with where they are."""
    return both.execute(f"""
        (select 'planted, not found', * from (({planted}) except all ({found})) limit 20)
        union all
        (select 'found, not planted', * from (({found}) except all ({planted})) limit 20)
    """).fetchall()


def test_every_numerator_denominator_and_pending(county):
    planted = "select indicator_code, period_month, township_code, numerator, denominator, pending from true_counts"
    found = """
        select indicator_code, period_start, division_code, numerator, denominator, pending
        from published.fct_indicator_result where period_kind = 'month' and level = 'township'
    """
    assert county.execute(f"select count(distinct indicator_code) from ({planted})").fetchone() == (21,)
    assert differences(county, planted, found) == []


def test_every_missed_case_and_its_reason(county):
    planted = """
        select indicator_code, period_month, division_code, case_ref, outcome from true_cases
        where outcome not in ('met', 'pending')
          and (indicator_code, period_month, township_code) in
              (select (indicator_code, period_month, township_code) from true_counts)
    """
    found = "select indicator_code, period_start, division_code, case_ref, reason from published.fct_missed_case"
    assert county.execute(f"select count(*) > 1000 from ({planted})").fetchone() == (True,)
    assert differences(county, planted, found) == []


def test_every_file_is_accounted_for_as_planted(county):
    columns = "file_name, rows_in, accepted, quarantined, non_data"
    assert differences(
        county, f"select {columns} from true_files", f"select {columns} from published.fct_batch"
    ) == []  # fmt: skip
    assert county.execute("select count(*) from published.fct_batch where not is_synthetic").fetchone() == (0,)


def test_every_quarantined_row_for_the_reason_planted(county):
    found = """
        select file_name, reason, cast(number as bigint)
        from (select file_name, unnest(json_keys(reasons)) as reason, reasons
              from (select file_name, cast(quarantine_reasons as json) as reasons from published.fct_batch)),
             lateral (select reasons ->> ('$."' || reason || '"') as number)
    """
    assert differences(county, "select file_name, reason, rows from true_quarantine", found) == []
