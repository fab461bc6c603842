"""A delivery taken back is as if it had never landed, but for the record of it: every table, the clock, the failures.

A registry of October, sent under November's date, moves the clock, governs November and outdates what stood before. The
same files without it, in an installation of their own, say what the figures are.
"""

from __future__ import annotations

import json
import shutil

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from orchestration.commands.quarantine_export import export
from orchestration.commands.verify import verify
from orchestration.commands.withdrawal import withdraw, withdraw_command
from orchestration.installation.paths import Home
from orchestration.landing import land, read_batches
from orchestration.landing.batch import WITHDRAWN, quarantine_path
from orchestration.publishing.restatement import BATCHES, LISTED, compared
from orchestration.runs.running import run_pipeline
from orchestration.workbench import Workbench

from .conftest import age, inquiry, published, put, resident

WRONG, RIGHT = "gpl_resident__623021__2026-11-30.csv", "gpl_resident__623021__2026-10-31.csv"
BY, REASON = "李科长", "截至日期写错，应为十月"
TOWNS = ("623021100", "623021101", "623021102")


def registry(updated: str, card: str, size: int) -> list[str]:
    return [
        resident(f"R{town[-3:]}{number:02d}", f"{town}201", f"{updated} 08:00:00", card)
        for town in TOWNS
        for number in range(size)
    ]


def deliver(home: Home, *, with_the_wrong_one: bool) -> None:
    # Without a sex the row is quarantined: it fails until a newer file of its scope speaks.
    broken = resident("R10090", "623021100201", "2026-09-29 08:00:00").replace(",男,", ",,")
    put(home.landing, "gpl_resident__623021__2026-09-30.csv", [*registry("2026-09-29", "是", 12), broken])
    messages = [inquiry(f"M{town[-3:]}", f"{town}000", "2026-10-02 08:00:00", "2026-10-03 08:00:00") for town in TOWNS]
    put(home.landing, "exchange_message__623021__2026-10-31.csv", messages)
    if with_the_wrong_one:
        late = resident("R10191", "623021101201", "2026-10-30 08:00:00").replace(",男,", ",,")
        put(home.landing, WRONG, [*registry("2026-10-30", "否", 9), late])


def one(home: Home, query: str) -> list[tuple]:
    with duckdb.connect(str(home.current_edition.resolve() / "shuangbai.duckdb"), read_only=True) as edition:
        return edition.execute(query).fetchall()


def open_failures(home: Home) -> set[tuple]:
    return set(one(home, "select rule_id, record_ref from fct_quality_failure where resolved_on is null"))


@pytest.fixture(scope="module")
def taken_back(new_home):
    """Published with the wrong file; withdrawn, and published again with no new file; the same without it."""
    made, never = new_home(), new_home()
    deliver(made, with_the_wrong_one=True)
    wrong = (made.landing / WRONG).read_bytes()
    assert run_pipeline(made).exit_code == 0
    before = {"edition": made.current_edition.resolve(), "failing": open_failures(made)}
    assert withdraw_command(made, f"/somewhere/{WRONG}", BY, REASON, False) == 0
    assert run_pipeline(made).exit_code == 0
    deliver(never, with_the_wrong_one=False)
    assert run_pipeline(never).exit_code == 0
    return made, never, before, wrong


def test_every_table_is_that_of_an_installation_where_it_never_landed(taken_back):
    made, never, *_ = taken_back
    found, expected = published(made), published(never)
    assert found.keys() == expected.keys()
    assert [name for name in found if name != "fct_batch" and found[name] != expected[name]] == []
    assert one(made, "select newest_month from edition") == one(never, "select newest_month from edition")
    assert made.current_edition.joinpath("edition.json").exists()


def test_the_edition_says_that_it_was_withdrawn_by_whom_and_why(taken_back):
    made, never, *_ = taken_back
    marked = one(made, "select file_name, withdrawn_by, withdrawn_reason from fct_batch where withdrawn_at is not null")
    assert marked == [(WRONG, BY, REASON)]
    assert one(made, "select count(*) from fct_batch where withdrawn_at is null") == one(
        never, "select count(*) from fct_batch"
    )
    assert one(made, "select count(*) from fct_batch where superseded_by is not null") == [(0,)]


def test_its_rows_and_its_record_stay_and_nobody_is_asked_for_them(taken_back, tmp_path):
    made, *_ = taken_back
    (record,) = [record for record in read_batches(made) if record.file_name == WRONG]
    place = made.lake / "gpl_resident" / "as_of_month=2026-11" / f"{record.batch_id}.parquet"
    assert place.exists() and quarantine_path(made, record.source, record.batch_id).exists()
    acts = json.loads(place.with_suffix(WITHDRAWN).read_text(encoding="utf-8"))
    assert [(act["kind"], act["by"], act["reason"]) for act in acts] == [("withdrawn", BY, REASON)]
    assert export(made, tmp_path, None) == 0
    lists = [CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python() for path in tmp_path.iterdir()]
    assert {line[1] for rows in lists for line in rows[3:]} == {"gpl_resident__623021__2026-09-30.csv"}
    assert verify(made) == 0


def test_what_failed_in_it_fails_no_more_and_what_it_had_outdated_fails_again(taken_back):
    made, never, before, _ = taken_back
    missing = "landing:missing:sex"
    assert (missing, "R10191") in before["failing"] and (missing, "R10090") not in before["failing"]
    assert open_failures(made) == open_failures(never)
    assert (missing, "R10090") in open_failures(made)
    ended = one(made, "select record_ref from fct_quality_failure where is_withdrawn")
    assert ("R10191",) in ended and ("R10090",) not in ended
    (incident,) = [
        incident
        for incident in Workbench.open(made).incidents(rule_id=missing, is_open=False)
        if incident.division_code == "623021101000"
    ]
    said = Workbench.open(made).incident(incident.id).history[-1]
    assert said.action == "resolve" and WRONG in said.comment and REASON in said.comment and BY in said.comment


def test_the_comparison_names_it_as_the_reason(taken_back):
    made, _, before, _ = taken_back
    paths = [folder / "shuangbai.duckdb" for folder in (before["edition"], made.current_edition.resolve())]
    with compared(*paths) as connection:
        assert connection.execute(BATCHES).fetchall() == [("withdrawn", "gpl_resident", f"{WRONG} ({BY}: {REASON})")]
        rows = connection.execute(f"select reasons, batches from ({LISTED}) where kind = 'result'").fetchall()
    assert {reasons for reasons, _ in rows} == {"withdrawn"}
    assert {batches for _, batches in rows} == {f"-{WRONG} ({BY}: {REASON})"}


def test_what_cannot_be_done_is_said_and_changes_nothing(taken_back, capsys):
    made, *_ = taken_back
    before = {path: path.read_bytes() for path in made.lake.rglob("*.json")}
    for arguments, code, zh, en in [
        ((WRONG, BY, REASON, False), 3, "已由 李科长", "withdrawn already by 李科长"),
        (("gpl_resident__623021__2026-09-30.csv", BY, REASON, True), 3, "没有被撤回", "is not withdrawn"),
        (
            ("gpl_resident__623021__2026-09-31.csv", BY, REASON, False),
            1,
            "相近",
            "gpl_resident__623021__2026-09-30.csv",
        ),
        (("exchange_message__623021__2026-10-31.csv", "", REASON, False), 1, "姓名", "name"),
        (("exchange_message__623021__2026-10-31.csv", BY, "见 13812345678", False), 1, "号码", "number"),
        (("exchange_message__623021__2026-10-31.csv", BY, "11010519491231002X", False), 1, "号码", "number"),
        (("", BY, REASON, False), 1, "没有入过库", "has landed"),
    ]:
        assert withdraw_command(made, *arguments) == code, arguments
        said = "".join(capsys.readouterr())
        assert zh in said and en in said, said
        assert "13812345678" not in said and "11010519491231002X" not in said
    assert {path: path.read_bytes() for path in made.lake.rglob("*.json")} == before


def test_it_lands_under_its_right_name_and_not_again_under_the_wrong_one(taken_back, capsys):
    made, _, before, wrong = taken_back
    copied = Home(made.root.with_name("copied"))
    shutil.copytree(made.root, copied.root, symlinks=True)
    for name in (WRONG, RIGHT):
        path = copied.landing / name
        path.write_bytes(wrong)
        age(path, 60)
    assert run_pipeline(copied).exit_code == 0
    said = "".join(capsys.readouterr().err.split())
    assert "".join(f"{WRONG}：此文件入过库，已由{BY}".split()) in said and "withdraw" in said and "--undo" in said
    assert (copied.landing / WRONG).exists() and not (copied.landing / RIGHT).exists()
    assert one(
        copied, "select file_name from fct_batch where withdrawn_at is null and source = 'gpl_resident' order by all"
    ) == [
        ("gpl_resident__623021__2026-09-30.csv",),
        (RIGHT,),
    ]
    # Taken back by mistake: it speaks again, and what it had outdated is outdated again.
    (copied.landing / WRONG).unlink()
    record = withdraw(copied, WRONG, BY, "撤错了", is_undone=True)
    (again,) = [one for one in read_batches(copied) if one.batch_id == record.batch_id]
    assert again.withdrawal is None
    assert withdraw(copied, RIGHT, BY, "重复").file_name == RIGHT
    assert run_pipeline(copied).exit_code == 0
    with duckdb.connect(str(before["edition"] / "shuangbai.duckdb"), read_only=True) as first:
        for table in ("fct_indicator_result", "fct_ranking", "fct_missed_case", "fct_delivery"):
            assert one(copied, f"from {table}") == first.execute(f"from {table}").fetchall(), table
    assert open_failures(copied) == before["failing"]


def test_of_several_files_of_one_name_the_batch_is_asked_for(new_home, capsys):
    home = new_home()
    for answer in ("是", "否"):
        put(home.landing, "survey_response__623021__2026-10-31.csv", [f"Q1,623021100000,2026-10-01,{answer},否"])
        land(home, home.landing, keep_originals=False)
    first, second = read_batches(home)
    assert withdraw_command(home, first.file_name, BY, REASON, False) == 1
    said = capsys.readouterr().err
    assert first.batch_id in said and second.batch_id in said
    assert withdraw_command(home, second.batch_id[:8], BY, REASON, False) == 0
    assert [record.withdrawal is not None for record in read_batches(home)] == [False, True]
    assert withdraw_command(home, first.file_name, BY, REASON, False) == 0, "only one of that name still speaks"
