"""One row followed all the way: clerk's file, lake, staging, fact, result, score, rank, a cell on a page, and back to
file and line. The shortest true description of the system."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def county(installation, tmp_path_factory):
    extracts = tmp_path_factory.mktemp("county")
    made = installation()
    assert made.shuangbai("synthesize", extracts, "--persons", "1500", "--months", "5", "--seed", "7").returncode == 0
    run = made.shuangbai("run", "--landing", extracts)
    assert run.returncode == 0, run.stdout + run.stderr
    return made, extracts


def row_as_dict(connection: duckdb.DuckDBPyConnection, query: str, *values: object) -> dict[str, object]:
    """The one row of a query, by column name; anything but one row is a failure of the walk."""
    cursor = connection.execute(query, values)
    names = [column[0] for column in cursor.description]
    rows = cursor.fetchall()
    assert len(rows) == 1, query
    return dict(zip(names, rows[0], strict=True))


def test_one_late_reply_from_the_clerks_line_to_the_page_and_back(county, monkeypatch):
    made, extracts = county

    # The county planted an ordinary inquiry that was answered too late, in a month that is closed by now.
    with duckdb.connect() as planted:
        case = row_as_dict(
            planted,
            f"""select * from '{extracts}/truth/cases.parquet'
                where indicator_code = 'inquiry_on_time' and outcome = 'replied_late'
                    and period_month < date '2026-11-01'
                order by period_month desc, case_ref limit 1""",
        )
    month, township, ref = case["period_month"], case["township_code"], case["case_ref"]

    with duckdb.connect(str(made.home / "warehouse.duckdb"), read_only=True) as built:
        # Staging holds the newest version of the message; the fact says why it was missed, and when it was due.
        staged = row_as_dict(built, "select * from staging.stg_exchange_message where message_no = ?", ref)
        fact = row_as_dict(built, "select * from core.fct_message where case_ref = ?", ref)
        assert (fact["inquiry_on_time"], fact["period_month"], fact["township_code"]) == (
            "replied_late",
            month,
            township,
        )
        assert staged["replied_at"] > fact["due_at"] > staged["sent_at"]

        # The lake has that version, from that batch, file and line.
        batch = row_as_dict(built, "select * from lake.batch where batch_id = ?", staged["batch_id"])
        [lake_file] = (made.home / "lake" / "exchange_message").rglob(f"{batch['batch_id']}.parquet")
        landed = row_as_dict(
            built, f"select * from '{lake_file}' where message_no = ? and source_row = ?", ref, staged["source_row"]
        )
        assert landed["source_file"] == staged["source_file"] == batch["file_name"]

    with made.published() as published:
        # The result counts every such case of the township and month; this one is in the denominator only.
        key = (month, township)
        result = row_as_dict(
            published,
            """select * from fct_indicator_result where period_kind = 'month' and indicator_code = 'inquiry_on_time'
               and period_start = ? and division_code = ?""",
            *key,
        )
        missed = published.execute(
            "select case_ref from fct_missed_case where indicator_code = 'inquiry_on_time' and period_start = ? "
            "and division_code = ?",
            key,
        ).fetchall()
        assert (ref,) in missed
        assert result["denominator"] - result["numerator"] == len(missed)
        assert result["value"] == result["numerator"] / result["denominator"]

        # What it cost in points, and where the township stands.
        contributions = published.execute(
            """select sum(contribution), sum(lost) from fct_score_contribution
               where period_kind = 'month' and period_start = ? and division_code = ?""",
            key,
        ).fetchone()
        ranked = row_as_dict(
            published,
            "select * from fct_ranking where period_kind = 'month' and period_start = ? and division_code = ?",
            *key,
        )
        assert ranked["score"] == pytest.approx(contributions[0], abs=1e-6)
        assert sum(contributions) == pytest.approx(100)
        trace = row_as_dict(
            published,
            "select source_file, source_row from fct_missed_case "
            "where indicator_code = 'inquiry_on_time' and case_ref = ?",
            ref,
        )

    # The township's card shows the case with its file and line ...
    monkeypatch.setenv("SHUANGBAI_HOME", str(made.home))
    page = AppTest.from_file(str(CHECKOUT / "dashboards" / "app.py"), default_timeout=60)
    page.query_params.update(kind="month", period=f"{month:%Y-%m}", division=township, indicator="inquiry_on_time")
    page.run()
    assert not page.exception
    shown = "".join(element.value.to_csv() for kind in ("dataframe", "table") for element in page.get(kind))
    shown += "".join(element.proto.body for element in page.get("html"))
    assert ref in shown
    assert trace["source_file"] in shown

    # ... and there the clerk finds it.
    assert ref in line_of(extracts / trace["source_file"], trace["source_row"])


def line_of(path: Path, number: int) -> str:
    """One line of a clerk's CSV as a person would read it: whatever the encoding, full-width forms as half-width."""
    raw = path.read_bytes()
    for encoding in (
        ("utf-16", "utf-8-sig", "gb18030") if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    ):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return unicodedata.normalize("NFKC", text.split("\n")[number - 1])
    raise AssertionError(f"{path.name} is in no known encoding")
