"""Quarantined rows, dbt tests and expectations on what goes out as failures: referred to by what, until when."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.warehouse_build.audit import ExecutedCheck

from .conftest import COUNTY, NORTH, SOUTH

APRIL, MAY = date(2026, 4, 30), date(2026, 5, 31)
RUNS = [f"202606{day:02d}T080000000000Z" for day in range(1, 8)]
SEX, ODD = "missing:sex", "odd"


def state(bench, *key):
    (row,) = (row for of, row in bench.ledger().items() if of[: len(key)] == key)
    return row["resolved_on"] is None, row["runs_failing"], row["times_reopened"]


def test_a_quarantined_row_goes_by_its_own_number_or_by_its_line(seeded):
    cells = {"档案编号": "R1", "现居住地代码": "623021100201"}
    seeded.land("gpl_resident", COUNTY, APRIL, [
        (2, SEX, cells),
        (3, SEX, cells | {"档案编号": "***", "现居住地代码": "***"}),
        (4, SEX, cells | {"档案编号": "", "现居住地代码": "110101001001"}),
    ])  # fmt: skip
    seeded.land("system_login", SOUTH, APRIL, [(2, ODD, {"用户名": "***", "登录时间": "2026-04-01"})])
    seeded.run(RUNS[0])
    file = "gpl_resident__623021__2026-04-30.csv"
    found = {(*key[1:], row["source_row"]) for key, row in seeded.ledger().items()}
    assert found == {
        ("gpl_resident", "R1", NORTH, 2),
        ("gpl_resident", f"{file}:3", None, 3),
        ("gpl_resident", f"{file}:4", None, 4),
        ("system_login", "system_login__623021__2026-04-30.csv:2", SOUTH, 2),
    }


def test_a_quarantined_row_of_a_snapshot_fails_until_its_township_delivers_again(seeded):
    rows = [(2, SEX, {"档案编号": record, "现居住地代码": f"{place[:9]}201"}) for record, place in
            (("R1", NORTH), ("R2", SOUTH))]  # fmt: skip
    seeded.land("gpl_resident", COUNTY, APRIL, rows)
    seeded.run(RUNS[0])
    seeded.run(RUNS[1])
    assert state(seeded, f"landing:{SEX}", "gpl_resident", "R1") == (True, 1, 0), "the same file is no second time"
    seeded.land("gpl_resident", NORTH, MAY)
    seeded.run(RUNS[2])
    assert state(seeded, f"landing:{SEX}", "gpl_resident", "R1")[0] is False
    assert state(seeded, f"landing:{SEX}", "gpl_resident", "R2")[0] is True, "the south has not delivered"
    seeded.land("gpl_resident", NORTH, date(2026, 6, 30), rows[:1])
    seeded.run(RUNS[3])
    assert state(seeded, f"landing:{SEX}", "gpl_resident", "R1") == (True, 2, 1)


@pytest.mark.parametrize("how", ["the file again", "the row in a later file"])
def test_a_quarantined_row_of_a_ledger_fails_until_it_is_taken(seeded, how):
    seeded.land("exchange_message", COUNTY, APRIL, [(2, ODD, {"信息编号": "M1", "接收地代码": NORTH})])
    seeded.run(RUNS[0])
    seeded.land("exchange_message", COUNTY, MAY)
    seeded.run(RUNS[1])
    assert state(seeded, f"landing:{ODD}", "exchange_message", "M1")[0] is True, "a later export may leave it out"
    again = seeded.land("exchange_message", COUNTY, APRIL if how == "the file again" else MAY)
    if how == "the row in a later file":
        seeded.accept("exchange_message", "M1", COUNTY, again)
    seeded.run(RUNS[2])
    assert state(seeded, f"landing:{ODD}", "exchange_message", "M1")[0] is False


@pytest.mark.parametrize(("giver", "is_still_missing"), [(NORTH, False), (SOUTH, True)])
def test_another_books_row_of_the_same_number_ends_nothing(seeded, giver, is_still_missing):
    rows = [(2, ODD, {"服务编号": "1", "服务地代码": NORTH}), (3, ODD, {"服务编号": "1", "服务地代码": SOUTH})]
    rows += [(line, ODD, {"服务编号": "1", "服务地代码": ""}) for line in (4, 5)]
    seeded.land("service_event", COUNTY, APRIL, rows)
    seeded.run(RUNS[0])
    file = "service_event__623021__2026-04-30.csv"
    assert {key[2:] for key in seeded.ledger()} == {
        ("1", NORTH), ("1", SOUTH), (f"{file}:4", None), (f"{file}:5", None),
    }  # fmt: skip
    again = seeded.land("service_event", COUNTY, MAY)
    seeded.accept("service_event", "1", giver, again)
    seeded.run(RUNS[1])
    assert (state(seeded, f"landing:{ODD}", "service_event", "1", NORTH)[0]) is is_still_missing
    assert state(seeded, f"landing:{ODD}", "service_event", f"{file}:4")[0] is True


def test_a_waived_quarantined_row_is_marked_and_stays(seeded):
    seeded.land("exchange_message", COUNTY, APRIL, [(2, ODD, {"信息编号": "M1", "接收地代码": NORTH})])
    key = (f"landing:{ODD}", "exchange_message", "M1", NORTH)
    seeded.run(RUNS[0])
    waiver = dict(zip(("rule_id", "source", "record_ref", "township_code"), key, strict=True))
    for number, (until, is_waived) in enumerate([(APRIL, True), (date(2026, 4, 29), False)], start=1):
        seeded.replace("quality.waiver", [waiver | {"expires_on": until}])
        seeded.run(RUNS[number])
        assert seeded.ledger()[key]["is_waived"] is is_waived and seeded.ledger()[key]["resolved_on"] is None


def test_quarantined_rows_wait_until_staging_is_built(seeded):
    seeded.land("exchange_message", COUNTY, APRIL, [(2, ODD, {"信息编号": "M1", "接收地代码": NORTH})])
    seeded.run(RUNS[0], is_validated=False, is_staged=False)
    assert seeded.ledger() == {}
    seeded.run(RUNS[1])
    assert state(seeded, f"landing:{ODD}", "exchange_message", "M1") == (True, 1, 0)


def check(query="", status="fail", failures=1, name="grain", table="fct_message") -> ExecutedCheck:
    return ExecutedCheck("dbt", name, table, status, failures, query)


def test_the_rows_of_a_failed_test_name_no_person(bench):
    bench.land("exchange_message", COUNTY, APRIL)
    key, number = "0123456789abcdef" * 2, "62302119900307123X"
    people = f"'{key}' as person_key, date '1990-03-07' as birth_date, '{number}' as identity_no, '张三' as name"
    bench.run(RUNS[0], [
        check(f"select {people}, '{NORTH}' as township_code, 'M1' as case_ref", name="grain"),
        check(f"select {people}", name="grain", table="fct_tenant"),
        check(f"select '{number}' as case_ref, '{key}' as record_ref", table="fct_known_person"),
    ])  # fmt: skip
    assert {key[1:3] for key in bench.ledger()} == {
        ("fct_message", f"{NORTH} M1"),
        ("fct_tenant", "fct_tenant"),
        ("fct_known_person", "fct_known_person"),
    }
    written = b"".join(path.read_bytes() for path in bench.home.quality.rglob("*.parquet"))
    assert not any(word.encode() in written for word in (key, number, "张三"))
    assert ("grain", "fct_message", f"{NORTH} M1", NORTH) in bench.ledger()


def test_only_a_run_of_the_test_itself_ends_its_failures(bench):
    bench.land("exchange_message", COUNTY, APRIL)
    failing = check("select unnest(['M1', 'M2']) as case_ref", failures=2)
    bench.run(RUNS[0], [failing])
    bench.run(RUNS[1], [check(status="skipped", failures=0)])
    bench.run(RUNS[2], [])
    assert state(bench, "grain", "fct_message", "M1") == (True, 1, 0)
    bench.run(RUNS[3], [check("select 'M2' as case_ref")])
    assert state(bench, "grain", "fct_message", "M1") == (False, 1, 0)
    assert state(bench, "grain", "fct_message", "M2") == (True, 2, 0)
    bench.run(RUNS[4], [check(status="pass", failures=0)])
    bench.run(RUNS[5], [failing])
    assert state(bench, "grain", "fct_message", "M2") == (True, 3, 1)
    results = bench.rows("select run_id, rows_failed from quality.result where rule_id = 'grain' order by all")
    assert results == [(RUNS[0], 2), (RUNS[3], 1), (RUNS[4], 0), (RUNS[5], 2)]


def test_of_many_rows_some_are_kept_and_all_are_counted(bench):
    bench.land("exchange_message", COUNTY, APRIL)
    bench.run(RUNS[0], [check("select 'M' || range as case_ref from range(12000)", failures=12_000)])
    assert len(bench.ledger()) == 10_000
    assert bench.rows("select rows_failed from quality.result where rule_id = 'grain'") == [(12_000,)]


def test_a_table_that_cannot_be_believed_fails_as_a_whole_until_it_can(bench):
    bench.land("exchange_message", COUNTY, APRIL)
    for run_id, is_met in zip(RUNS, (False, True), strict=False):
        status = "pass" if is_met else "fail"
        bench.run(run_id, [ExecutedCheck("expectation", "ratio", "fct_ranking", status, 0 if is_met else 3)])
        assert state(bench, "ratio", "fct_ranking", "fct_ranking")[0] is not is_met


def test_a_rule_that_is_withdrawn_fails_for_nobody(bench):
    bench.land("exchange_message", COUNTY, APRIL)
    bench.run(RUNS[0], [check("select 'M1' as case_ref")])
    bench.list_rules([("house", "gpl_resident", "expectation")])
    bench.run(RUNS[1])
    assert state(bench, "grain", "fct_message", "M1")[0] is False


def test_a_run_that_did_not_validate_ends_nothing(bench):
    bench.land("gpl_resident", COUNTY, APRIL)
    row = {"rule_id": "house", "source": "gpl_resident", "record_ref": "R1", "period_month": date(2026, 4, 1)}
    bench.insert("quality.failing_row", [row | {"run_id": RUNS[0], "township_code": NORTH, "is_waived": False}])
    bench.run(RUNS[0])
    bench.replace("quality.failing_row", [])
    bench.run(RUNS[1], is_validated=False)
    assert state(bench, "house", "gpl_resident", "R1")[0] is True
    bench.run(RUNS[2])
    assert state(bench, "house", "gpl_resident", "R1")[0] is False


def test_a_run_killed_between_its_folder_and_the_state_is_folded_by_the_next(bench, monkeypatch):
    import orchestration.ledger.recording as recording

    bench.land("exchange_message", COUNTY, APRIL)
    bench.run(RUNS[0], [check("select 'M1' as case_ref")])

    def killed(*_):
        raise KeyboardInterrupt

    write_folder = recording.write_folder
    monkeypatch.setattr(recording, "write_folder", lambda *a: (write_folder(*a), killed()))
    with pytest.raises(KeyboardInterrupt):
        bench.run(RUNS[1], [check("select unnest(['M1', 'M2']) as case_ref", failures=2)])
    monkeypatch.undo()
    assert state(bench, "grain", "fct_message", "M1") == (True, 1, 0)
    bench.run(RUNS[2], [check("select 'M2' as case_ref")])
    assert state(bench, "grain", "fct_message", "M1") == (False, 2, 0)
    assert state(bench, "grain", "fct_message", "M2") == (True, 2, 0)


def test_a_folder_without_its_results_does_not_count(bench):
    bench.land("exchange_message", COUNTY, APRIL)
    bench.run(RUNS[0], [check("select 'M1' as case_ref")])
    bench.run(RUNS[1], [check("select 'M1' as case_ref")])
    (bench.home.quality / RUNS[1] / "result.parquet").unlink()
    bench.run(RUNS[2], [])
    assert state(bench, "grain", "fct_message", "M1") == (True, 1, 0)


def test_an_end_that_names_no_township_ends_the_record_wherever_it_was(bench):
    """As runs wrote it before a number was its township's; a record that is of no township ends only itself."""
    quality = bench.home.quality
    said = {"rule_id": "house", "source": "gpl_resident", "origin": "expectation", "is_waived": False, "source_row": 2}
    said |= {"period_month": date(2026, 4, 1), "is_seen": True, "batch_id": "b1", "source_file": "a.csv"}
    found = [("R1", NORTH, True), ("R2", NORTH, True), ("R2", None, True)]
    ended = [("R1", None, False), ("R2", None, False)]
    for day, events in ((1, found), (2, ended)):
        folder = quality / f"202605{day:02d}T080000000000Z"
        folder.mkdir(parents=True)
        rows = [
            said | {"run_id": folder.name, "record_ref": record, "township_code": place, "is_failing": is_failing}
            for record, place, is_failing in events
        ]
        pq.write_table(pa.Table.from_pylist(rows), folder / "failure.parquet")
        pq.write_table(pa.Table.from_pylist([{"run_id": folder.name}]), folder / "result.parquet")
    bench.land("gpl_resident", COUNTY, APRIL)
    bench.run(RUNS[0], is_validated=False)
    ends = {key[2:]: row["resolved_on"] for key, row in bench.ledger().items()}
    assert ends == {("R1", NORTH): date(2026, 5, 2), ("R2", None): date(2026, 5, 2), ("R2", NORTH): None}


def test_folders_of_before_the_ledger_are_remembered(bench):
    """They hold the failing rows of each month, and nothing of origins, waivers or ends."""
    folder = bench.home.quality / "20260501T080000000000Z"
    folder.mkdir(parents=True)
    row = {"run_id": folder.name, "rule_id": "house", "source": "gpl_resident", "township_code": NORTH, "source_row": 2}
    said = row | {"record_ref": "R1", "batch_id": "b1", "source_file": "a.csv"}
    pq.write_table(
        pa.Table.from_pylist([said | {"period_month": date(2026, m, 1)} for m in (3, 4)]), folder / "failure.parquet"
    )
    tested = {"run_id": folder.name, "rule_id": "house", "source": "gpl_resident", "rows_tested": 9, "rows_failed": 1}
    pq.write_table(pa.Table.from_pylist([tested | {"period_month": date(2026, 4, 1)}]), folder / "result.parquet")
    bench.land("gpl_resident", COUNTY, APRIL)
    bench.run(RUNS[0])
    (found,) = bench.ledger().values()
    assert (found["first_seen"], found["period_start"], found["origin"]) == (
        date(2026, 5, 1),
        date(2026, 4, 1),
        "expectation",
    )
    assert (found["runs_failing"], found["resolved_on"]) == (1, date(2026, 6, 1)), "validated, and not found again"
