"""No query gives a reader more than the reader's rights, whatever page, address or cache it comes through.

The proof is by change: what a township's reader is answered stays the same when every other township's cases, results
of villages and files are taken away or replaced. So it cannot depend on them, in any query function, at any argument.
"""

from __future__ import annotations

import datetime as dt
import inspect
import itertools
import pkgutil
import random
from importlib import import_module
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboards import queries
from dashboards.access.readers import NotAReader, Reader
from dashboards.access.rights import EVERYTHING, ROLES, Rights
from dashboards.access.scopes import NotAllowed, Scopes
from dashboards.edition import Edition
from dashboards.edition import _opened as opened
from dashboards.queries.ledger import Narrowed

OWN, OTHER, COUNTY, SUSPECT = "623021102000", "623021106000", "623021000000", "623021103000"
TOWNSHIP = Rights.of_role("township", OWN, 5)
PAGES = sorted((Path(__file__).resolve().parents[2] / "dashboards" / "pages").glob("*.py"))
MONTH = dt.date(2026, 10, 1)
FUNCTIONS = [
    (f"{module.name}.{name}", function)
    for module in pkgutil.iter_modules(queries.__path__)
    for name, function in inspect.getmembers(import_module(f"dashboards.queries.{module.name}"), inspect.isfunction)
    if function.__module__ == f"dashboards.queries.{module.name}"
    and next(iter(inspect.signature(function).parameters), None) == "edition"
    and not name.startswith("_")
    and (module.name, name) != ("editions", "known")  # the editions there are: it says where they lie
]
CHOICES = {
    "language": ["zh"],
    "kind": ["month", "quarter"],
    "start": [MONTH],
    "month": [MONTH],
    "first": [dt.date(2026, 4, 1)],
    "last": [MONTH],
    "base": [dt.date(2026, 9, 1)],
    "period_start": [MONTH],
    "parent_code": [COUNTY],
    "division_code": [OWN, OTHER, SUSPECT, COUNTY],
    "one": [OWN, OTHER],
    "other": [OTHER],
    "indicator_code": ["data_accuracy", "inquiry_on_time"],
    "division_codes": [(OWN, OTHER, SUSPECT)],
    "rule_id": ["gpl_id_valid"],
    "signal_kind": ["instant", "backdated"],
    "centre_kind": ["county"],
    "urgency": ["overdue"],
    "limit": [10_000],
    "offset": [0],
    "state": ["open", "mended"],
    "source": ["gpl_resident"],
    "narrowed": [
        *(Narrowed(COUNTY, place) for place in (None, OWN, OTHER)),
        Narrowed(COUNTY, OTHER, "gpl_id_valid", "gpl_resident", "validity"),
    ],
}


def calls(function) -> list[dict]:
    """Arguments to try, every combination; a parameter that may be None is tried so too."""
    names, options = [], []
    for name, parameter in list(inspect.signature(function).parameters.items())[1:]:
        annotation = str(parameter.annotation)
        usual = [MONTH] if "date" in annotation else [100] if "int" in annotation else [OTHER, OWN, "x"]
        usual = [(OWN, OTHER)] if "tuple" in annotation or "list" in annotation else usual
        names.append(name)
        options.append([*CHOICES.get(name, usual), *([None] if "None" in annotation else [])])
    return [dict(zip(names, values, strict=True)) for values in itertools.product(*options)]


@pytest.fixture(scope="module", autouse=True)
def one_key():
    """Codes of records are made with the same key in both editions."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("dashboards.edition.reference_key", lambda edition: bytes(32))
        opened.clear()
        yield
    opened.clear()


@pytest.fixture(scope="module")
def altered_path(edition_path, tmp_path_factory) -> Path:
    """The same edition after everything that only others may see was taken away or replaced."""
    path = tmp_path_factory.mktemp("altered") / "shuangbai.duckdb"
    path.write_bytes(edition_path.read_bytes())
    mine = f"division_code in (select division_code from dim_division where '{OWN}' in (division_code, parent_code))"
    with duckdb.connect(str(path)) as database:
        database.execute(f"delete from fct_missed_case where not {mine} and hash(case_ref) % 2 = 0")
        database.execute(f"update fct_missed_case set case_ref = 'Z' || case_ref, reason = 'unknown' where not {mine}")
        database.execute(f"delete from fct_open_case where not {mine}")
        database.execute(f"update fct_quality_failure set record_ref = 'Z' || record_ref where not {mine}")
        database.execute(f"insert into fct_quality_failure by name select * replace ('new' as record_ref, '{OTHER}' as "
                         f"division_code) from fct_quality_failure where {mine}")  # fmt: skip
        database.execute(
            f"update fct_batch set file_name = 'other', sha256 = 'x' where starts_with(scope_code, '{OTHER[:9]}')"
        )
        database.execute("delete from fct_integrity_case")
        database.execute("delete from fct_integrity_signal")
        database.execute(
            f"update fct_indicator_result set numerator = 0, denominator = 99 where level = 'village' and not {mine}"
        )
    return path


def text_of(rows) -> str:
    """Rows without their order, which nothing promises between two files."""
    rows = rows if isinstance(rows, list) else [rows]
    return "\n".join(sorted(repr(row) for row in rows))


def answers(path: Path, rights: Rights, function, arguments: dict) -> str:
    return text_of(function(Edition(str(path), rights), **arguments))


def test_there_are_functions_to_try():
    assert len(FUNCTIONS) >= 30


@pytest.mark.parametrize(("name", "function"), FUNCTIONS, ids=[name for name, _ in FUNCTIONS])
def test_no_query_depends_on_cases_of_others(edition_path, altered_path, name, function):
    for arguments in calls(function):
        assert answers(edition_path, TOWNSHIP, function, arguments) == answers(
            altered_path, TOWNSHIP, function, arguments
        ), arguments


def test_the_change_would_be_seen(edition_path, altered_path):
    """With all rights the same functions do answer differently: the proof above has something to find."""
    seen = [
        name
        for name, function in FUNCTIONS
        if any(
            answers(edition_path, EVERYTHING, function, one) != answers(altered_path, EVERYTHING, function, one)
            for one in calls(function)
        )
    ]
    assert {"open_list.cases", "township.missed_cases", "failing.rows", "integrity.cases"} <= set(seen)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("name", "function"), FUNCTIONS, ids=[name for name, _ in FUNCTIONS])
def test_every_query_runs_in_every_role(edition_path, role, name, function):
    division = OWN if role == "township" else None
    answers(edition_path, Rights.of_role(role, division, 5), function, calls(function)[0])


SELECTS = [
    "select * from fct_missed_case",
    "from fct_missed_case",
    "select count(*) from fct_open_case",
    "select * from fct_quality_failure where division_code = $code",
    "select (select string_agg(case_ref, ',' order by case_ref) from fct_missed_case) as all_refs",
    "with fct_ranking as (from fct_missed_case) select * from fct_ranking",
    "select * from fct_integrity_case union all by name select * from fct_integrity_signal",
    "with recursive r as (select 1 as n union all select n + 1 from r where n < 3) from r, fct_open_case",
    "select m.* from fct_ranking as r inner join fct_missed_case as m on m.division_code = r.division_code",
    "select * from (pivot fct_missed_case on reason using count(*) group by division_code)",
    "select unnest(list(case_ref order by case_ref)) from fct_missed_case",
    "select * from fct_indicator_result where level = 'village'",
    "select division_code, sum(numerator) from fct_indicator_result where level = 'village' group by all",
    "summarize fct_missed_case",
    "select * from fct_batch",
    "select max(case_ref) over () from fct_missed_case limit 1",
    "select * from fct_missed_case tablesample 100%",
    "select case_ref from fct_missed_case where exists (select 1 from fct_open_case o where o.case_ref > 'A')",
]


@pytest.mark.parametrize("sql", SELECTS)
def test_no_select_by_hand_depends_on_cases_of_others(edition_path, altered_path, sql):
    def answer(path: Path, rights: Rights) -> str:
        return text_of(Edition(str(path), rights).rows(sql, **({"code": OTHER} if "$code" in sql else {})))

    try:
        assert answer(edition_path, TOWNSHIP) == answer(altered_path, TOWNSHIP)
    except NotAllowed:
        return
    assert answer(edition_path, EVERYTHING) != answer(altered_path, EVERYTHING)


AROUND = [
    "select * from edition.main.fct_missed_case",
    "select * from main.fct_missed_case",
    "select * from edition.fct_missed_case",
    'select * from "edition"."main"."fct_missed_case"',
    "select * from scope_all_any_0.fct_missed_case",
    "select * from memory.scope_all_any_0.fct_missed_case",
    "select * from shared.place",
    "with x as (select * from edition.main.fct_open_case) from x",
    "select (select max(case_ref) from edition.main.fct_missed_case)",
    "select * from fct_ranking where division_code in (select division_code from edition.main.fct_missed_case)",
    "select * from query('from edition.main.fct_missed_case')",
    "select * from query_table('edition.main.fct_missed_case')",
    "select * from read_csv('/etc/passwd')",
    "select * from read_text('/etc/passwd')",
    "select * from glob('/*')",
    "select * from duckdb_views()",
    "select * from pragma_table_info('fct_missed_case')",
    "select * from json_execute_serialized_sql('{}')",
    "attach 'x.duckdb' as x",
    "set search_path = 'edition.main'",
    "use edition.main",
    "pragma database_list",
    "copy fct_ranking to 'x.csv'",
    "create view v as from fct_ranking",
    "drop schema shared cascade",
    "select 1; select * from fct_ranking",
    "explain analyze select * from edition.main.fct_missed_case",
    "prepare p as select * from edition.main.fct_missed_case",
    "call pragma_version()",
    "",
    "select",
]


@pytest.mark.parametrize("rights", [EVERYTHING, TOWNSHIP], ids=["everything", "township"])
@pytest.mark.parametrize("sql", AROUND)
def test_no_query_reaches_around_the_rights(edition_path, rights, sql):
    Scopes(str(edition_path)).cursor(EVERYTHING)
    with pytest.raises((NotAllowed, duckdb.Error)) as refused:
        Edition(str(edition_path), EVERYTHING).rows("select count(*) from fct_missed_case")
        Edition(str(edition_path), rights).rows(sql)
    assert "passwd" not in str(refused.value) or "csv" in sql or "text" in sql


@pytest.mark.parametrize("name", ["/etc/passwd", "x.csv", "x.parquet", "x.duckdb"])
def test_no_file_is_read_in_place_of_a_table(edition_path, name):
    with pytest.raises(duckdb.Error):
        Edition(str(edition_path), TOWNSHIP).rows(f"select * from '{name}'")


def test_what_was_found_for_one_reader_answers_no_other(edition_path):
    sql = "select count(*) as cases from fct_missed_case"
    found = {
        rights: Edition(str(edition_path), rights).row(sql)["cases"]
        for rights in [
            EVERYTHING,
            TOWNSHIP,
            Rights.of_role("township", OTHER, 5),
            Rights.of_role("leadership", None, 5),
        ]
        * 2
    }
    with duckdb.connect(str(edition_path), read_only=True) as database:
        by_township = dict(database.execute(
            "select case when level = 'village' then parent_code else division_code end, count(*) "
            "from fct_missed_case join dim_division using (division_code) group by all").fetchall())  # fmt: skip
    assert list(found.values()) == [
        sum(by_township.values()), by_township[OWN], by_township[OTHER], sum(by_township.values())
    ]  # fmt: skip


def test_a_reader_of_a_county_sees_its_townships_and_no_other(edition_path):
    rights = Rights.of_role("leadership", "623022000000", 5)
    assert Edition(str(edition_path), rights).row("select count(*) as n from fct_missed_case")["n"] == 0
    rights = Rights.of_role("leadership", COUNTY, 5)
    assert Edition(str(edition_path), rights).row("select count(*) as n from fct_missed_case")["n"] > 0


@pytest.mark.parametrize("role", ["leadership", "planner", "township"])
def test_nobody_but_quality_learns_the_village_of_a_case(edition_path, role):
    sql = "select count(*) as n from fct_missed_case join dim_division using (division_code) where level = 'village'"
    division = OWN if role == "township" else None
    assert Edition(str(edition_path), Rights.of_role(role, division, 5)).row(sql)["n"] == 0
    assert Edition(str(edition_path), Rights.of_role("quality", None, 5)).row(sql)["n"] > 0


def test_rights_are_not_made_of_nonsense():
    for role, division in [("township", None), ("admin", None), ("township", "1'; drop"), ("quality", "62302110200")]:
        with pytest.raises(ValueError):
            Rights.of_role(role, division, 5)


def values_in(app: AppTest) -> str:
    """All that reached the reader: markup, tables, charts, widgets."""
    parts = [str(element.proto) for element in app.main if getattr(element, "proto", None) is not None]
    for kind in ("html", "markdown", "plotly_chart", "selectbox", "button", "download_button"):
        parts += [str(element.proto) for element in app.get(kind)]
    parts += [frame.value.to_csv() for frame in app.dataframe]
    return "\n".join(parts)


@pytest.fixture(scope="module")
def others_records(edition_path) -> set[str]:
    with duckdb.connect(str(edition_path), read_only=True) as database:
        rows = database.execute(f"""
            with record as (
                select case_ref as ref, division_code from fct_missed_case union
                select case_ref, division_code from fct_open_case union
                select record_ref, division_code from fct_quality_failure union
                select record_ref, division_code from fct_integrity_case
            )
            select ref, bool_or('{OWN}' in (division_code, parent_code)) from record
            join dim_division using (division_code) group by ref
        """).fetchall()
    return {ref for ref, is_own in rows if not is_own}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_address_shows_a_township_cases_of_others(edition_home, monkeypatch, others_records, page):
    monkeypatch.setenv("SHUANGBAI_HOME", str(edition_home))
    monkeypatch.setattr("dashboards.edition.reader", lambda: Reader(TOWNSHIP, "0" * 16))
    dice = random.Random(page.stem)
    values = {
        "lang": ["zh", "en"],
        "kind": ["month", "quarter", "year_to_date"],
        "period": ["2026-10", "2026-07", "2026-11", "1' or 1=1 --"],
        "parent": [COUNTY, "623000000000", "' or true --"],
        "division": [OTHER, SUSPECT, OWN, COUNTY, f"{OTHER}' or '1'='1", "%", "623021106201"],
        "indicator": ["data_accuracy", "inquiry_on_time", "score", "' union select 1"],
        "mode": ["divisions", "periods", "funnel"],
        "other": [OTHER, SUSPECT],
        "urgency": ["overdue", "week", "x"],
        "rule": ["gpl_id_valid", "%"],
        "signal": [f"instant~{SUSPECT}~2026-10-01", "x~y~z"],
    }
    for number in range(8):
        app = AppTest.from_file(str(page), default_timeout=60)
        for name, options in values.items():
            if number == 0 or dice.random() < 0.6:
                app.query_params[name] = options[0] if number == 0 else dice.choice(options)
        app.run()
        shown = values_in(app)
        assert not app.exception, (dict(app.query_params), app.exception[0].message)
        assert not [ref for ref in others_records if ref in shown], dict(app.query_params)


def test_records_are_found_where_they_are_shown(edition_home, monkeypatch, others_records):
    """The search above finds what there is to find when it is allowed."""
    monkeypatch.setenv("SHUANGBAI_HOME", str(edition_home))
    app = AppTest.from_file(str(next(page for page in PAGES if page.stem.endswith("_open"))), default_timeout=60)
    app.query_params["division"] = OTHER
    app.run()
    shown = values_in(app)
    assert [ref for ref in others_records if ref in shown]


def test_nobody_gets_no_edition(edition_home, monkeypatch):
    monkeypatch.setenv("SHUANGBAI_HOME", str(edition_home))

    def nobody():
        raise NotAReader("not_signed_in")

    monkeypatch.setattr("dashboards.edition.reader", nobody)
    from dashboards.edition import current_edition, is_current

    with pytest.raises(NotAReader):
        current_edition()
    assert not is_current(Edition("x"))
