"""Whatever is changed behind the program's back, in the lake or in an edition, is named."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.commands.verify import verify
from orchestration.installation.county_seeds import assemble_seeds
from orchestration.installation.paths import Home
from orchestration.landing import land
from orchestration.landing.batch import quarantine_path, read_batches
from orchestration.publishing import publish
from orchestration.workbench import RowKey, Workbench

HEADER = "问卷编号,乡镇代码,调查日期,知晓政策,是否满意\n"
ROWS = {
    "2026-10-31": "Q1,623021101000,2026-10-03,是,是\nQ2,623021101000,某日,否,是\n",
    "2026-11-15": "Q3,623021102000,2026-11-03,是,否\n",
}
FINDINGS = """
    create table published.fct_quality_result (run_id varchar, rule_id varchar, source varchar, period_start date,
        origin varchar, dimension varchar, severity varchar, rows_tested bigint, rows_failed bigint,
        rows_waived bigint, affects_accuracy boolean, blocks_publication boolean, is_current boolean);
    create schema quality;
    create table quality.result as
        select * exclude (period_start, is_current), period_start as period_month from published.fct_quality_result
"""


@pytest.fixture
def home(tmp_path, let_pass) -> Home:
    """Two files, three rows, one of them in quarantine; an edition of two tables made from them."""
    home = Home(tmp_path / "home")
    assemble_seeds(home)
    folder = tmp_path / "files"
    folder.mkdir()
    for as_of, rows in ROWS.items():
        (folder / f"survey_response__623021__{as_of}.csv").write_text(HEADER + rows, encoding="utf-8")
    land(home, folder, keep_originals=True, progress=None)
    batches = read_batches(home)
    assert [(batch.accepted, batch.quarantined) for batch in batches] == [(1, 1), (1, 0)]
    with duckdb.connect(str(home.warehouse)) as built:
        built.execute("create schema published")
        built.execute("create table published.fct_batch (batch_id varchar, as_of date, sha256 varchar)")
        built.executemany(
            "insert into published.fct_batch values (?, ?, ?)", [(b.batch_id, b.as_of, b.sha256) for b in batches]
        )
        built.execute("create table published.fct_ranking as select 'a' as division_code, cast(0.1 as double) as score")
        built.execute(FINDINGS)
    let_pass(home)
    publish(home, {})
    return home


def first(home: Home) -> Path:
    return Path(read_batches(home)[0].parquet_path)


def lose_rows(home: Home) -> str:
    first(home).unlink()
    return "2026-10-31.csv"


def change_a_byte(home: Home) -> str:
    """A cell is another: as many rows as before."""
    table = pq.read_table(first(home))
    column = table.schema.get_field_index("response_no")
    pq.write_table(table.set_column(column, "response_no", [["Q9"]]), first(home))
    return "2026-10-31.csv"


def cut_a_file(home: Home) -> str:
    first(home).write_bytes(first(home).read_bytes()[:-20])
    return "2026-10-31.csv"


def lose_quarantine(home: Home) -> str:
    batch = read_batches(home)[0]
    quarantine_path(home, batch.source, batch.batch_id).unlink()
    return "quarantine/survey_response"


def change_a_record(home: Home) -> str:
    record = first(home).with_suffix(".json")
    record.write_text(record.read_text(encoding="utf-8").replace('2026-10-31",', '2026-10-30",'), encoding="utf-8")
    return "2026-10-31.csv"


def lose_a_batch(home: Home) -> str:
    first(home).with_suffix(".json").unlink()
    return first_batch_of_the_edition(home)


def first_batch_of_the_edition(home: Home) -> str:
    stamp = json.loads((home.current_edition / "edition.json").read_text(encoding="utf-8"))
    left = {batch.batch_id for batch in read_batches(home)}
    return next(batch for batch in stamp["batch_ids"] if batch not in left)


def change_a_score(home: Home) -> str:
    """By the last bit."""
    file = home.current_edition.resolve() / "shuangbai.duckdb"
    file.chmod(0o644)
    with duckdb.connect(str(file)) as edition:
        edition.execute("update fct_ranking set score = 0.1 + 1e-17 + 2e-17")
        moved = edition.execute("select score - cast(0.1 as double) from fct_ranking").fetchone()[0]
    assert 0 < moved < 1e-16
    return "fct_ranking"


def lose_a_table(home: Home) -> str:
    file = home.current_edition.resolve() / "shuangbai.duckdb"
    file.chmod(0o644)
    with duckdb.connect(str(file)) as edition:
        edition.execute("drop table fct_ranking")
    return "fct_ranking"


def lose_the_editions_file(home: Home) -> str:
    (home.current_edition.resolve() / "shuangbai.duckdb").write_bytes(b"nothing")
    return home.current_edition.resolve().name


def test_what_was_not_touched_is_as_it_was(home, capsys):
    assert verify(home) == 0
    said = capsys.readouterr()
    assert said.err == "" and "2 files with 2 rows stored and 1 in quarantine" in said.out and "2 tables" in said.out


@pytest.mark.parametrize(
    "damage",
    [
        *(lose_rows, change_a_byte, cut_a_file, lose_quarantine, change_a_record, lose_a_batch),
        *(change_a_score, lose_a_table, lose_the_editions_file),
    ],
    ids=lambda damage: damage.__name__,
)
def test_what_was_changed_is_named_in_both_languages(home, damage, capsys):
    named = damage(home)
    assert verify(home) == 1
    said = capsys.readouterr()
    lines = said.err.splitlines()
    assert said.out == "" and sum(named in line for line in lines) >= 2
    assert any("\u4e00" <= letter <= "\u9fff" for letter in lines[0]) and lines[1].isascii()


def test_before_the_first_publication_there_is_nothing_to_verify(tmp_path, capsys):
    assert verify(Home(tmp_path)) == 1
    assert "Nothing has been published yet" in capsys.readouterr().err


def test_waivers_of_after_the_edition_are_built_before_it_is_built_again(home, capsys):
    row = RowKey("gpl_house_if_renting", "gpl_resident", "R1", "623021101000")
    today = date(2026, 11, 20)
    Workbench.open(home).waive([row], "李质", "proven_right", "-", date(2026, 12, 31), today=today)
    assert verify(home) == 0
    capsys.readouterr()
    assert verify(home, is_rebuilt=True) == 1
    assert "Waivers have changed" in capsys.readouterr().err
