"""Every township numbers its books from 1: no case is lost to another's, and none counts twice for a corrected place.

Services are due on 10 September or 20 October; what each township is owed is worked out by hand beside the files. Three
deliveries, each a run; afterwards everything is built anew and has to be the same.
"""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from orchestration.installation.paths import Home
from orchestration.installation.progress import Reporter
from orchestration.runs import steps
from orchestration.runs.run import open_run

from .conftest import inquiry, published, put

A, B, C, D = (f"623021{number}000" for number in (100, 101, 102, 103))
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
IN_TIME, LATE = "2026-09-08 09:00:00", "2026-10-05 09:00:00"


def service(number: str, township: str, done: str = "", due: str = "2026-09-10", fee: str = "0") -> str:
    return f"{number},随访,{township[:9]}201,,{due},{done},{fee if done else ''}"


def autumn(number: str, township: str, done: str = "") -> str:
    return service(number, township, done, "2026-10-20")


def book(township: str, *done: str) -> list[str]:
    return [service(str(number), township, when) for number, when in enumerate(done, start=1)]


DELIVERIES = [
    {
        # Two books in two files, two in the county's; the same numbers, kinds and days in all of them.
        "service_event__623021100__2026-09-30.csv": [*book(A, IN_TIME, IN_TIME, ""), autumn("9", A)],
        "service_event__623021101__2026-09-30.csv": book(B, "", "", IN_TIME),
        "service_event__623021__2026-09-30.csv": [
            *book(C, IN_TIME, IN_TIME, IN_TIME), *book(D, "", "", ""), autumn("7", C), autumn("8", C),
        ],
        "survey_response__623021__2026-09-30.csv": [
            f"{number},{township},2026-09-05,{aware},是"
            for township, answers in ((C, "是否"), (D, "是是")) for number, aware in enumerate(answers, start=1)
        ],
        "audit_sample__623021__2026-09-30.csv": [
            f"{number},R{number},{township},2026-09-05,{found},"
            for township, results in ((C, ("一致", "查无")), (D, ("查无",)))
            for number, found in enumerate(results, start=1)
        ],
        "exchange_message__623021__2026-09-30.csv": [
            inquiry("1", C, "2026-09-01 08:00:00"), inquiry("2", D, "2026-09-01 08:00:00", "2026-09-02 08:00:00"),
        ],
    },
    {
        # A part of D's book, done late and for an unknown fee; 7 and 8 stood in the wrong township; 9 is in the book
        # that A keeps itself, and the county's exports never said that it was not. A message is passed on to D.
        "service_event__623021__2026-10-31.csv": [
            service("1", D, LATE, fee=""), autumn("7", D, "2026-10-19 09:00:00"), autumn("8", D), autumn("9", B),
        ],
        "survey_response__623021__2026-10-31.csv": [f"1,{D},2026-09-05,是,是"],
        "exchange_message__623021__2026-10-31.csv": [
            inquiry("1", D, "2026-09-01 08:00:00", "2026-09-03 08:00:00"),
        ],
    },
    {
        # 8 was right before. Another part of the county's file: C's first, for an unknown fee, too.
        "service_event__623021__2026-11-30.csv": [
            service("1", C, IN_TIME, fee=""), autumn("8", C, "2026-11-02 09:00:00"),
        ],
    },
]  # fmt: skip
# After each delivery, by month and township: met of all.
ON_TIME = [
    {(SEPTEMBER, A): (2, 3), (SEPTEMBER, B): (1, 3), (SEPTEMBER, C): (3, 3), (SEPTEMBER, D): (0, 3)},
    {
        (SEPTEMBER, A): (2, 3), (SEPTEMBER, B): (1, 3), (SEPTEMBER, C): (3, 3), (SEPTEMBER, D): (0, 3),
        (OCTOBER, A): (0, 1), (OCTOBER, B): (0, 1), (OCTOBER, D): (1, 2),
    },
    {
        (SEPTEMBER, A): (2, 3), (SEPTEMBER, B): (1, 3), (SEPTEMBER, C): (3, 3), (SEPTEMBER, D): (0, 3),
        (OCTOBER, A): (0, 1), (OCTOBER, B): (0, 1), (OCTOBER, C): (0, 1), (OCTOBER, D): (1, 1),
    },
]  # fmt: skip


def run(home: Home, folder, *, full_refresh: bool = False) -> None:
    with Reporter(is_quiet=True) as reporter, open_run(home, reporter, folder, full_refresh) as run:
        steps.land(run)
        steps.catalogue_lake(run)
        steps.build_edition(run)
    assert run.record.state == "published"


def rows(home: Home, query: str) -> list[tuple]:
    with duckdb.connect(str(home.current_edition.resolve() / "shuangbai.duckdb"), read_only=True) as edition:
        return edition.execute(query).fetchall()


def counts(home: Home, indicator: str) -> dict[tuple, tuple]:
    found = rows(
        home,
        f"""select period_start, division_code, numerator, denominator from fct_indicator_result
            where period_kind = 'month' and level = 'township' and denominator > 0
                and indicator_code = '{indicator}'""",
    )
    return {(month, township): (numerator, denominator) for month, township, numerator, denominator in found}


@pytest.fixture(scope="module")
def county(new_home, tmp_path_factory):
    """The installation after all three, what was published after each, and after a full build."""
    home, told = new_home(), []
    for files in DELIVERIES:
        folder = tmp_path_factory.mktemp("delivery")
        for name, lines in files.items():
            put(folder, name, lines)
        run(home, folder)
        told.append((counts(home, "service_on_time"), published(home)))
    run(home, tmp_path_factory.mktemp("nothing"), full_refresh=True)
    return home, told


def test_each_book_has_its_own_cases_wherever_a_service_was_written_down_before(county):
    _, told = county
    assert [found for found, _ in told] == ON_TIME


def test_the_runs_one_by_one_and_one_build_say_the_same(county):
    home, told = county
    incremental, full = told[-1][1], published(home)
    assert [name for name in full if full[name] != incremental[name]] == []


def test_answers_and_audits_are_those_of_each_book(county):
    home, _ = county
    assert counts(home, "policy_awareness") == {(SEPTEMBER, C): (1, 2), (SEPTEMBER, D): (2, 2)}
    assert counts(home, "audited_accuracy") == {(SEPTEMBER, C): (1, 2), (SEPTEMBER, D): (0, 1)}


def test_the_platforms_number_is_one_in_the_county(county):
    home, _ = county
    assert counts(home, "inquiry_on_time") == {(SEPTEMBER, D): (2, 2)}


def test_what_is_open_missed_and_wrong_is_told_by_township_and_number(county):
    home, _ = county
    open_cases = rows(home, "select left(division_code, 9), case_ref from fct_open_case where source = 'service_event'")
    assert sorted(open_cases) == sorted(
        [(A[:9], "3"), (A[:9], "9"), (B[:9], "1"), (B[:9], "2"), (B[:9], "9"), (D[:9], "2"), (D[:9], "3")]
    )
    missed = f"""select left(division_code, 9), case_ref, reason from fct_missed_case
                 where indicator_code = 'service_on_time' and left(division_code, 9) in ('{C[:9]}', '{D[:9]}')"""
    assert sorted(rows(home, missed)) == [
        (C[:9], "8", "completed_late"), (D[:9], "1", "completed_late"),
        (D[:9], "2", "not_completed"), (D[:9], "3", "not_completed"),
    ]  # fmt: skip
    failing = "select division_code, record_ref, resolved_on is null from fct_quality_failure"
    assert sorted(rows(home, f"{failing} where rule_id = 'service_fee_given'")) == [(C, "1", True), (D, "1", True)]


def test_nobody_is_accused_because_two_books_share_a_number(county):
    """The message alone: C's export of September showed no receipt where D's claims one before it."""
    home, _ = county
    found = rows(home, "select distinct signal_kind, source, division_code, record_ref from fct_integrity_case")
    assert found == [("backdated", "exchange_message", D, "1")]
