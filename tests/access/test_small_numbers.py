"""No suppressed number of a village can be worked out from what is shown.

What a reader knows is written down as linear equations: every shown count, every total of the township in every kind of
period, quarters and years to date as sums of months. So is every case whose number, place or file says its village.
A suppressed count is safe if these, with no count below zero, leave it more than one value; the least and the greatest
are found by linear programming.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from dashboards.access.rights import Rights
from dashboards.access.scopes import Scopes

TOWNSHIP, MONTHS = "623021102000", [f"2026-0{month}-01" for month in range(1, 5)]
PARTS = ("met", "missed", "pending")
THRESHOLD = 5


def write(path: Path, counts: np.ndarray, measure_kind: str) -> None:
    """An edition of one township: `counts` by village, month and part."""
    path.unlink(missing_ok=True)
    villages = [f"623021102{201 + number}" for number in range(len(counts))]
    with duckdb.connect(str(path)) as database:
        database.execute("create table dim_division (division_code text, level text, parent_code text)")
        database.execute("insert into dim_division values (?, 'township', '623021000000')", [TOWNSHIP])
        indicator = "create table dim_indicator as select 'one' as indicator_code, ? as measure_kind"
        database.execute(indicator, [measure_kind])
        database.execute(
            "create table fct_indicator_result (period_kind text, period_start date, division_code text,"
            "indicator_code text, level text, numerator bigint, denominator bigint, pending bigint, value double,"
            "target_value double, is_provisional boolean)"
        )
        write_cases(database, villages, counts)
        for village in villages:
            database.execute("insert into dim_division values (?, 'village', ?)", [village, TOWNSHIP])
        for kind, start, used in periods(measure_kind):
            of_period = counts[:, used].sum(axis=1)
            for code, level, (met, missed, pending) in [
                *((code, "village", row) for code, row in zip(villages, of_period, strict=True)),
                (TOWNSHIP, "township", of_period.sum(axis=0)),
            ]:
                value = met / (met + missed) if met + missed else None
                database.execute(
                    "insert into fct_indicator_result values (?, ?, ?, 'one', ?, ?, ?, ?, ?, 0.98, false)",
                    [kind, start, code, level, int(met), int(met + missed), int(pending), value],
                )


def write_cases(database: duckdb.DuckDBPyConnection, villages: list[str], counts: np.ndarray) -> None:
    """Every case missed in a month, under a number that contains its village, as house and file numbers do."""
    database.execute(
        "create table fct_missed_case (indicator_code text, period_start date, division_code text, case_ref text,"
        "reason text, due_at timestamp, source_file text, source_row bigint)"
    )
    rows = [
        ("one", MONTHS[month], village, f"F{village}{number:05d}", "not_updated", None, "file.csv", number + 2)
        for place, village in enumerate(villages)
        for month in range(len(MONTHS))
        for number in range(int(counts[place, month, PARTS.index("missed")]))
    ]
    if rows:
        database.executemany("insert into fct_missed_case values (?, ?, ?, ?, ?, ?, ?, ?)", rows)


def counted_back(path: Path, rights: Rights) -> dict[tuple[str, str], int]:
    """(month, village) → missed cases that say the village, in whatever column."""
    scopes = Scopes(str(path))
    rows = scopes.execute(rights, "select period_start, * exclude (period_start) from fct_missed_case", {}).fetchall()
    villages = scopes.execute(rights, "select division_code from dim_division where level = 'village'", {}).fetchall()
    scopes.close()
    told = {(str(month), village) for month, *row in rows for (village,) in villages if village in repr(row)}
    return {
        (month, village): sum(str(row[0]) == month and village in repr(row) for row in rows) for month, village in told
    }


def periods(measure_kind: str) -> list[tuple[str, str, list[int]]]:
    """Kind, start and the months that are counted: all of a flow's, the last of a stock's."""
    found = [("month", month, [number]) for number, month in enumerate(MONTHS)]
    found += [("quarter", MONTHS[0], [0, 1, 2]), ("quarter", MONTHS[3], [3])]
    found += [("year_to_date", month, list(range(number + 1))) for number, month in enumerate(MONTHS)]
    return [(kind, start, months[-1:] if measure_kind == "stock" else months) for kind, start, months in found]


def shown(path: Path, rights: Rights) -> dict[tuple[str, str, str], tuple | None]:
    """(kind, start, division) → the three counts, None where they are suppressed."""
    scopes = Scopes(str(path))
    rows = scopes.execute(rights, "select * from fct_indicator_result", {}).fetchall()
    scopes.close()
    found = {}
    for kind, start, code, _, _, numerator, denominator, pending, value, *_ in rows:
        hidden = [cell is None for cell in (numerator, denominator, pending)]
        assert all(hidden) or not any(hidden)
        assert not (all(hidden) and value is not None)
        found[kind, str(start), code] = None if all(hidden) else (numerator, denominator - numerator, pending)
    return found


def equations(
    found: dict, villages: list[str], measure_kind: str, told: dict[tuple[str, str], int]
) -> tuple[np.ndarray, np.ndarray]:
    """What a reader knows of the unknowns (village, month, part), as a matrix and a right side; `told` by cases."""
    shape = (len(villages), len(MONTHS), len(PARTS))
    left, right = [], []
    for kind, start, used in periods(measure_kind):
        for code, part in itertools.product([*villages, TOWNSHIP], range(len(PARTS))):
            cell = found[kind, start, code]
            if cell is None:
                continue
            row = np.zeros(shape)
            places = range(len(villages)) if code == TOWNSHIP else [villages.index(code)]
            for place, month in itertools.product(places, used):
                row[place, month, part] = 1
            left.append(row.ravel())
            right.append(cell[part])
    for (month, village), cases in told.items():
        row = np.zeros(shape)
        row[villages.index(village), MONTHS.index(month), PARTS.index("missed")] = 1
        left.append(row.ravel())
        right.append(cases)
    return np.array(left), np.array(right, dtype=float)


def is_nothing_shown(found: dict, villages: list[str], measure_kind: str, used: list[int]) -> bool:
    """Whether no village is shown in any period that counts one of these months."""
    sharing = [period for *period, months in periods(measure_kind) if set(months) & set(used)]
    return not any(found[*period, code] for period in sharing for code in villages)


def determined(
    found: dict, counts: np.ndarray, measure_kind: str, told: dict[tuple[str, str], int] | None = None
) -> list[tuple]:
    """The suppressed counts that have one value only, given everything shown."""
    villages = [f"623021102{201 + number}" for number in range(len(counts))]
    left, right = equations(found, villages, measure_kind, told or {})
    wrong = []
    for kind, start, used in periods(measure_kind):
        suppressed = [place for place, code in enumerate(villages) if found[kind, start, code] is None]
        for place, part in itertools.product(suppressed, range(len(PARTS))):
            # What the township's own results say, which are never suppressed, is nothing that villages give away: that
            # nobody missed anything there. Where no village is shown, they are all there is.
            if not counts[:, used, part].sum() or is_nothing_shown(found, villages, measure_kind, used):
                continue
            # In the other kinds of periods rows are left out for what they would give away, not for what they are.
            is_of_shown_kind = kind == ("month" if measure_kind == "stock" else "quarter")
            if not is_of_shown_kind and not 0 < counts[place, used, part].sum() < THRESHOLD:
                continue
            goal = np.zeros((len(villages), len(MONTHS), len(PARTS)))
            goal[place, used, part] = 1
            ends = [linprog(sign * goal.ravel(), A_eq=left, b_eq=right, method="highs").fun * sign for sign in (1, -1)]
            if ends[1] - ends[0] < 1 - 1e-6:
                wrong.append((kind, start, villages[place], PARTS[part], ends))
    return wrong


small = st.one_of(st.integers(0, 6), st.integers(0, 40))
tables = st.integers(1, 4).flatmap(
    lambda villages: st.lists(small, min_size=villages * 12, max_size=villages * 12).map(
        lambda cells: np.array(cells).reshape(villages, len(MONTHS), len(PARTS))
    )
)
leader, quality = Rights.of_role("leadership", None, THRESHOLD), Rights.of_role("quality", None, THRESHOLD)
quietly = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_the_months_of_a_township_do_not_give_a_village_away(tmp_path):
    """One village makes up a quarter: three, none and twenty in its months are the township's, which are shown."""
    path = tmp_path / "shuangbai.duckdb"
    counts = np.zeros((4, 4, 3), dtype=int)
    counts[:, :, 0] = 20
    counts[0, :3, 1] = (3, 0, 20)
    write(path, counts, "flow")
    found = shown(path, leader)
    assert found["quarter", MONTHS[0], "623021102201"] is None
    assert not determined(found, counts, "flow")


@quietly
@given(counts=tables, measure_kind=st.sampled_from(["stock", "flow"]))
def test_no_suppressed_number_can_be_worked_out(tmp_path, counts, measure_kind):
    path = tmp_path / "shuangbai.duckdb"
    write(path, counts, measure_kind)
    for role in ("leadership", "planner", "township"):
        rights = Rights.of_role(role, TOWNSHIP if role == "township" else None, THRESHOLD)
        found, told = shown(path, rights), counted_back(path, rights)
        assert not told
    assert not determined(found, counts, measure_kind, told)


def test_numbers_of_cases_would_give_a_village_away(tmp_path):
    """With the numbers that quality staff read, the check above does fail: there is something to find."""
    path = tmp_path / "shuangbai.duckdb"
    counts = np.full((4, 4, 3), 20)
    counts[0, 2, 1] = 3
    write(path, counts, "stock")
    told = counted_back(path, quality)
    assert told[MONTHS[2], "623021102201"] == 3
    assert not determined(shown(path, leader), counts, "stock", counted_back(path, leader))
    assert determined(shown(path, leader), counts, "stock", told)


@quietly
@given(counts=tables, measure_kind=st.sampled_from(["stock", "flow"]), threshold=st.integers(2, 12))
def test_what_is_shown_is_true_and_not_small(tmp_path, counts, measure_kind, threshold):
    path = tmp_path / "shuangbai.duckdb"
    write(path, counts, measure_kind)
    whole = shown(path, quality)
    assert None not in whole.values()
    for role in ("leadership", "planner", "township"):
        found = shown(path, Rights.of_role(role, TOWNSHIP, threshold))
        assert found.keys() == whole.keys()
        for key, cell in found.items():
            assert cell in (None, whole[key])
            if key[2] == TOWNSHIP:
                assert cell == whole[key]
            elif cell is not None:
                assert not [count for count in cell if 0 < count < threshold]


def test_without_anything_small_nothing_is_suppressed_in_the_shown_kind(tmp_path):
    path = tmp_path / "shuangbai.duckdb"
    write(path, np.full((3, 4, 3), 20), "stock")
    found = shown(path, leader)
    assert all((cell is None) == (key[0] != "month" and key[2] != TOWNSHIP) for key, cell in found.items())


def test_a_single_small_number_takes_a_second_one_along(tmp_path):
    path = tmp_path / "shuangbai.duckdb"
    counts = np.full((4, 4, 3), 20)
    counts[0, 2, 1] = 3
    write(path, counts, "stock")
    found = shown(path, leader)
    of_march = [found["month", MONTHS[2], f"623021102{201 + number}"] for number in range(4)]
    assert of_march[0] is None and of_march.count(None) == 2
    assert found["month", MONTHS[1], "623021102201"] == (20, 20, 20)


def test_the_check_finds_what_is_given_away(tmp_path):
    """Without complementary suppression, the second half of the rule, the check above does fail."""
    path = tmp_path / "shuangbai.duckdb"
    counts = np.full((4, 4, 3), 20)
    counts[0, 2, 1] = 3
    write(path, counts, "stock")
    found = shown(path, quality)
    found["month", MONTHS[2], "623021102201"] = None
    assert determined(found | {("quarter", MONTHS[0], "623021102201"): None}, counts, "stock")


@pytest.mark.parametrize("role", ["leadership", "planner", "township"])
def test_in_a_whole_edition_no_village_shows_a_small_number(edition_path, role):
    scopes = Scopes(str(edition_path))
    rights = Rights.of_role(role, TOWNSHIP if role == "township" else None, THRESHOLD)
    small = scopes.execute(
        rights,
        "select count(*) filter (where numerator between 1 and 4 or denominator - numerator between 1 and 4"
        " or pending between 1 and 4), count(*), count(numerator) from fct_indicator_result where level = 'village'",
        {},
    ).fetchone()
    assert small[0] == 0 and 0 < small[2] < small[1]
