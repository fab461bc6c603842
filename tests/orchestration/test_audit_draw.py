"""The draw: random, the same again, by hand, and nobody too soon; and the form that landing reads back."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from datetime import date
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
from python_calamine import CalamineWorkbook
from scipy.stats import chi2

from orchestration.audits.draw import Draw, default_seed, draw_samples, read_draws, record
from orchestration.audits.form import form_name, write_form
from orchestration.contracts import load_contracts
from orchestration.installation.paths import Home
from orchestration.landing.delivery import parse_name
from orchestration.landing.headers import find_header
from orchestration.landing.refusal import Refused

TOWNSHIP, VILLAGE, OCTOBER = "623021100000", "623021100201", date(2026, 10, 1)
MONTHS = [date(2025 + (9 + i) // 12, (9 + i) % 12 + 1, 1) for i in range(16)]
TABLES = """
    create schema staging; create schema core; create schema lake;
    create table staging.stg_audit_sample
        (audit_no varchar, record_no varchar, township_code varchar, event_month date);
    create table staging.governing_snapshot
        (source varchar, township_code varchar, period_month date, batch_id varchar, as_of date);
    create table staging.landed_month
        (source varchar, township_code varchar, period_month date, is_provisional boolean);
    create table lake.batch (batch_id varchar, is_synthetic boolean);
    create table core.dim_division (division_code varchar, division_name varchar);
    create table core.fct_resident_file
        (period_month date, township_code varchar, division_code varchar, case_ref varchar);
    insert into lake.batch values ('b', false);
"""


def county(files: dict[str, int], seed: int = 0, threads: int = 1) -> duckdb.DuckDBPyConnection:
    """`files` by township, the same every month of MONTHS, in an order that `seed` decides."""
    built = duckdb.connect(config={"threads": threads})
    built.execute(TABLES)
    for township, count in files.items():
        built.execute(
            """insert into core.fct_resident_file
               select month, $township, left($township, 9) || '201', 'R' || number
               from unnest($months) as months (month) cross join range($count) as numbers (number)
               order by hash(number + $seed)""",
            {"township": township, "months": MONTHS, "count": count, "seed": seed},
        )
    for township in files:
        built.execute("insert into core.dim_division values ($1, 'T'), ($2, 'V')", [township, township[:9] + "201"])
        for month in MONTHS:
            built.execute(
                "insert into staging.governing_snapshot values ('gpl_resident', $1, $2, 'b', last_day($2))",
                [township, month],
            )
            built.execute("insert into staging.landed_month values ('gpl_resident', $1, $2, false)", [township, month])
    return built


def drawn(built, month=OCTOBER, wanted=5, seed=1, earlier=(), townships=(TOWNSHIP,)) -> list[Draw]:
    return draw_samples(built, month, list(townships), wanted, seed, "edition", list(earlier))


def records(draw: Draw) -> set[str]:
    return {file.record_no for file in draw.sample}


def test_rows_in_any_order_and_any_number_of_threads_give_the_same_sample():
    files = {TOWNSHIP: 300, "623021101000": 40}
    samples = [
        drawn(county(files, seed, threads), townships=townships)
        for seed, threads, townships in [(1, 1, list(files)), (2, 4, [*files][::-1])]
    ]
    assert samples[0] == samples[1]
    assert [len(draw.sample) for draw in samples[0]] == [5, 5]
    assert samples[0] != drawn(county(files), seed=2, townships=files)


def test_the_sample_can_be_worked_out_by_hand():
    (draw,) = drawn(county({TOWNSHIP: 100}), seed=42)
    by_hash = sorted(range(100), key=lambda n: sha256(f"42|2026-10|623021100|R{n}".encode()).hexdigest())
    assert records(draw) == {f"R{number}" for number in by_hash[:5]}
    assert (draw.files, draw.as_of, draw.is_provisional, draw.is_synthetic) == (100, date(2026, 10, 31), False, False)
    assert [file.audit_no for file in draw.sample] == [f"CC202610T623021100N{n:03d}" for n in range(1, 6)]
    assert [file.record_no for file in draw.sample] == sorted(records(draw))


def test_every_file_has_the_same_chance():
    """120 draws of 10 from 40: the counts of a file drawn fit 30 each (chi-square, with the sample's fixed size)."""
    built = county({TOWNSHIP: 40})
    counts = Counter(
        name for seed in range(120) for (draw,) in [drawn(built, wanted=10, seed=seed)] for name in records(draw)
    )
    statistic = sum((counts[f"R{number}"] - 30) ** 2 / (30 * (1 - 10 / 40)) for number in range(40)) * 39 / 40
    assert chi2.ppf(0.001, 39) < statistic < chi2.ppf(0.999, 39)


def test_nobody_is_drawn_twice_within_twelve_months_while_there_are_others():
    built, draws = county({TOWNSHIP: 65}), []
    for month in MONTHS[:13]:
        draws += drawn(built, month, seed=7, earlier=draws)
    counts = Counter(name for draw in draws for name in records(draw))
    assert set(counts.values()) == {1} and len(counts) == 65
    (again,) = drawn(built, MONTHS[13], seed=7, earlier=draws)
    assert records(again) == records(draws[0])


def test_when_all_have_been_drawn_the_least_recently_drawn_re_enter():
    built, draws = county({TOWNSHIP: 12}), []
    for month in MONTHS[:3]:
        draws += drawn(built, month, seed=3, earlier=draws)
    first, second, third = map(records, draws)
    assert first & second == set() and len(third - first - second) == 2 and len(third & first) == 3
    assert len(drawn(county({TOWNSHIP: 3}), earlier=[])[0].sample) == 3


def test_a_month_drawn_late_spares_what_later_months_have_drawn():
    built = county({TOWNSHIP: 20})
    later = drawn(built, MONTHS[13])
    (late,) = drawn(built, MONTHS[12], earlier=later)
    assert records(late) & records(later[0]) == set()


def test_audits_that_nobody_drew_here_count_as_drawn():
    built = county({TOWNSHIP: 10})
    built.execute(
        "insert into staging.stg_audit_sample select 'X' || n, 'R' || n, $1, $2 from range(5) as t (n)",
        [TOWNSHIP, MONTHS[4]],
    )
    (draw,) = drawn(built, MONTHS[12])
    assert records(draw) == {f"R{number}" for number in range(5, 10)}
    (after_their_rest,) = drawn(built, MONTHS[15], wanted=10)
    assert records(after_their_rest) == {f"R{number}" for number in range(10)}


def test_what_came_back_counts_in_the_month_it_was_drawn_for():
    """Drawn for October 2025, checked in November: by November 2026 it has rested for twelve months, and no longer."""
    built = county({TOWNSHIP: 5})
    earlier = drawn(built, MONTHS[0])
    for file in earlier[0].sample:
        built.execute(
            "insert into staging.stg_audit_sample values ($1, $2, $3, $4)",
            [file.audit_no, file.record_no, TOWNSHIP, MONTHS[1]],
        )
    built.execute("insert into core.fct_resident_file select $1, $2, $3, 'NEW'", [MONTHS[13], TOWNSHIP, VILLAGE])
    first_choices = {
        name
        for seed in range(30)
        for name in records(drawn(built, MONTHS[13], wanted=1, seed=seed, earlier=earlier)[0])
    }
    assert len(first_choices) > 1
    built.execute("update core.fct_resident_file set period_month = $1 where case_ref = 'NEW'", [MONTHS[12]])
    assert records(drawn(built, MONTHS[12], wanted=1, earlier=earlier)[0]) == {"NEW"}


def test_a_draw_is_remembered_and_its_seed_is_the_installations_own(tmp_path):
    home, (draw,) = Home(tmp_path), drawn(county({TOWNSHIP: 9}))
    assert read_draws(home) == []
    record(home, draw)
    assert read_draws(home) == [draw]
    seeds = {default_seed(home, month) for month in MONTHS}
    assert len(seeds) == len(MONTHS) and seeds == {default_seed(home, month) for month in MONTHS}
    assert default_seed(Home(tmp_path / "other"), OCTOBER) != default_seed(home, OCTOBER)


@pytest.fixture
def form(tmp_path) -> tuple[Path, Draw]:
    (draw,) = drawn(county({TOWNSHIP: 9}))
    path = tmp_path / form_name(draw)
    write_form(path, load_contracts()["audit_sample"], [draw], ["题", "title"])
    return path, draw


def test_landing_finds_every_column_of_the_contract_in_the_form(form):
    path, draw = form
    contract = load_contracts()["audit_sample"]
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    header = find_header(contract, rows)
    assert header is not None and header.row == 2
    assert list(header.positions) == [column.name for column in contract.columns]
    assert all(column.header in header.cells[header.positions[column.name]] for column in contract.columns)
    given = [[row[header.positions[name]] for name in ("audit_no", "record_no", "township_code")] for row in rows[3:]]
    assert given == [[file.audit_no, file.record_no, TOWNSHIP] for file in draw.sample]
    assert {row[header.positions["first_result"]] for row in rows[3:]} == {""}


def test_the_form_offers_the_results_and_locks_the_numbers(form):
    with zipfile.ZipFile(form[0]) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count('<formula1>"一致,不一致,查无"</formula1>') == 2
    assert re.search(r'<dataValidation type="date" operator="greaterThanOrEqual"', sheet)
    assert "<sheetProtection" in sheet


def test_a_form_is_no_delivery_until_it_says_when_it_was_returned(form):
    with pytest.raises(Refused) as refused:
        parse_name(form[0], load_contracts())
    assert refused.value.key == "landing.bad_name"
    returned = Path(form[0].name.replace("交回日期", "2026-11-20"))
    assert parse_name(returned, load_contracts()).as_of == date(2026, 11, 20)


def test_the_same_draw_makes_the_same_bytes_and_a_synthetic_one_says_so(form, tmp_path):
    path, draw = form
    contract = load_contracts()["audit_sample"]
    write_form(tmp_path / "again.xlsx", contract, [draw], ["题", "title"])
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()
    write_form(tmp_path / "made_up.xlsx", contract, [draw.model_copy(update={"is_synthetic": True})], ["题"])
    rows = CalamineWorkbook.from_path(tmp_path / "made_up.xlsx").get_sheet_by_index(0).to_python()
    assert find_header(contract, rows).is_synthetic
