"""What stands for a record says nothing of its village, and leads from no list to another.

The proof is by change: the villages of all cases are dealt anew, with numbers, lines and sheets that follow them, and a
reader for whom small numbers are suppressed is shown the same. So all that cases tell of villages is what results of
the township say, and those the linear programs of test_small_numbers.py know.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import duckdb
import pytest

from dashboards.access.rights import Rights
from dashboards.access.scopes import CODED, Scopes, sources_of_townships, table_classes

OWN = "623021102000"
CASES = {table: what for table, what in table_classes().items() if "reference" in what}
SUPPRESSED = {
    "leadership": Rights.of_role("leadership", None, 5),
    "planner": Rights.of_role("planner", None, 5),
    "township": Rights.of_role("township", OWN, 5),
}
QUALITY = Rights.of_role("quality", None, 5)


def deal(source: Path, target: Path, hand: int) -> Path:
    """A copy of the edition in which every case that can lies in a village by the `hand`, and says so everywhere."""
    target.write_bytes(source.read_bytes())
    of_townships = ", ".join(f"'{one}'" for one in sources_of_townships())
    with duckdb.connect(str(target)) as database:
        database.execute("""
            create temp table below as
            select parent_code as township, list(division_code order by division_code) as villages
            from dim_division where level = 'village' group by all
        """)
        database.execute("update fct_integrity_case set source = 'service_event' where hash(record_ref) % 2 = 0")
        for table, what in CASES.items():
            reference, division = what["reference"], what["division"]
            columns = {name for name, *_ in database.execute(f"describe {table}").fetchall()}
            lies_in_one = f"source not in ({of_townships})" if "source" in columns else f"hash({reference}) % 2 = 0"
            lies_in_one = f"({lies_in_one} or {division} in (from unnest(villages)))"
            changed = {
                reference: f"'F' || village || '/' || {reference}",
                "division_code": "village" if "source" not in columns else division,
                "source_row": "(right(village, 3)::bigint * 1000 + hash(case_) % 1000)::bigint",
                "sheet_name": "village",
            }
            replaced = ", ".join(
                f"if(village is null, {column}, {value}) as {column}"
                for column, value in changed.items()
                if column in columns
            )
            database.execute(f"""
                create or replace table {table} as
                with placed as (
                    select case_.*, {reference} as case_,
                        (1 + hash({reference} || {hand}) % len(villages))::bigint as drawn,
                        if({lies_in_one}, villages[drawn], null) as village
                    from {table} as case_
                    left join below on township = left({division}, 9) || '000'
                )
                select * exclude (case_, drawn, village) replace ({replaced}) from placed
            """)
    return target


@pytest.fixture(scope="module")
def dealt(edition_path, tmp_path_factory) -> list[Path]:
    folder = tmp_path_factory.mktemp("dealt")
    return [deal(edition_path, folder / f"{hand}.duckdb", hand) for hand in (1, 2)]


def everything(path: Path, rights: Rights, key: bytes = bytes(32)) -> dict[str, list[dict]]:
    """All that these rights reach of tables whose rows are records."""
    scopes = Scopes(str(path), key)
    found = {}
    for table in CASES:
        result = scopes.execute(rights, f"from {table}", {})
        names = [column for column, *_ in result.description]
        found[table] = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    scopes.close()
    return found


def villages(path: Path) -> set[str]:
    with duckdb.connect(str(path), read_only=True) as database:
        return {code for (code,) in database.execute("select division_code from dim_division where level = 'village'")
                .fetchall()}  # fmt: skip


@pytest.mark.parametrize("role", SUPPRESSED)
def test_no_cell_says_a_village(dealt, role):
    codes = villages(dealt[0])
    for table, rows in everything(dealt[0], SUPPRESSED[role]).items():
        assert not [row for row in rows if any(code in repr(row) for code in codes)], table


def test_the_numbers_that_quality_staff_read_do_say_it(dealt):
    """The attack: villages' missed cases counted from the numbers, month by month; they are the true ones."""
    codes = villages(dealt[0])
    rows = everything(dealt[0], QUALITY)["fct_missed_case"]
    told = Counter(
        (row["period_start"], row["case_ref"][1:13]) for row in rows if row["case_ref"][1:13] in codes
    )  # fmt: skip
    true = Counter((row["period_start"], row["division_code"]) for row in rows if row["division_code"] in codes)
    assert told == true and len(told) > 20
    for rights in SUPPRESSED.values():
        shown = everything(dealt[0], rights)["fct_missed_case"]
        assert not [row for row in shown if row["case_ref"][1:13] in codes]


@pytest.mark.parametrize("role", SUPPRESSED)
def test_what_is_shown_does_not_depend_on_which_village_a_case_is_of(dealt, role):
    # The line in its own file leads a township to the row; whoever has the file has the villages.
    own = {"source_row"} if role == "township" else set()

    def without_codes(rows: list[dict], reference: str) -> Counter:
        return Counter(
            repr({
                name: CODED if name == reference and cell.startswith(CODED) else cell
                for name, cell in row.items() if name not in {"place"} | own
            })
            for row in rows
        )  # fmt: skip

    first, second = (everything(path, SUPPRESSED[role]) for path in dealt)
    for table, what in CASES.items():
        assert without_codes(first[table], what["reference"]) == without_codes(second[table], what["reference"]), table


@pytest.mark.parametrize("role", SUPPRESSED)
def test_a_code_is_of_one_record_in_one_list(dealt, role):
    """Known to be of a village in one indicator, a record that kept its code would be known in every other."""
    whole, coded = everything(dealt[0], QUALITY), everything(dealt[0], SUPPRESSED[role])
    lists: dict[str, set] = {}
    for table, rows in coded.items():
        what = CASES[table]
        in_a_township = [row for row in rows if row[what["division"]]]
        codes = [row[what["reference"]] for row in in_a_township if row[what["reference"]].startswith(CODED)]
        records = {
            tuple(row[name] for name in (*what["apart"], what["division"], what["reference"]))
            for row in whole[table]
            if row[what["reference"]].startswith("F")
            and (role != "township" or row[what["division"]][:9] == OWN[:9])
        }  # fmt: skip
        reachable = role in what["roles"]
        assert len(set(codes)) == (len(records) if reachable else 0), table
        for row in rows:
            if row[what["reference"]].startswith(CODED):
                place = (table, *(row[name] for name in what["apart"]))
                lists.setdefault(row[what["reference"]], set()).add(place)
    assert lists and all(len(places) == 1 for places in lists.values())


@pytest.mark.parametrize("role", ["leadership", "planner"])
def test_no_line_and_no_order_leads_to_the_record(dealt, role):
    for table, what in CASES.items():
        shown = [
            row for row in everything(dealt[0], SUPPRESSED[role])[table] if row[what["reference"]].startswith(CODED)
        ]
        assert shown, table
        for row in shown:
            assert not [row[trace] for trace in what["traces"] if "." not in trace and row[trace] is not None]
        by_place = sorted(shown, key=lambda row: row.get("place", 0))
        lists = [tuple(row[name] for name in what["apart"]) for row in by_place]
        for one in set(lists):
            order = [row[what["reference"]] for row, of in zip(by_place, lists, strict=True) if of == one]
            assert "place" not in what or order == sorted(order)


def test_codes_are_the_same_after_a_restart_and_others_under_another_key(dealt):
    def codes(key: bytes) -> set[str]:
        rows = everything(dealt[0], SUPPRESSED["leadership"], key)["fct_missed_case"]
        return {row["case_ref"] for row in rows if row["case_ref"].startswith(CODED)}

    assert codes(bytes(32)) == codes(bytes(32))
    assert not codes(bytes(32)) & codes(b"1" * 32)


@pytest.mark.parametrize("role", SUPPRESSED)
def test_what_lies_in_no_village_keeps_its_number(dealt, role):
    """An inquiry is answered under its number, by whoever is owed it."""
    whole, shown = everything(dealt[0], QUALITY), everything(dealt[0], SUPPRESSED[role])
    numbers = {row["case_ref"] for row in whole["fct_open_case"] if row["source"] == "exchange_message"
               and (role != "township" or row["division_code"] == OWN)}  # fmt: skip
    assert numbers == {row["case_ref"] for row in shown["fct_open_case"] if row["source"] == "exchange_message"}
