"""Every shape that a workbench's database has had is brought to the newest, and loses nothing on the way."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, Engine, create_engine, inspect, text

from orchestration.workbench import RowKey, Workbench, WorkbenchError
from orchestration.workbench.database import workbench_url
from orchestration.workbench.migrations import known_versions
from orchestration.workbench.schema import metadata

ROWS = [RowKey("gpl_id_valid", "gpl_resident", "1", f"62302110{place}000") for place in (0, 1)]
SAID = ("李质", "proven_right", "上门看过", dt.date(2026, 12, 31))
TODAY = dt.date(2026, 1, 1)
# What the first version's waivers were unique by; all other tables have been as they are.
FIRST_UNIQUE = (
    "create unique index one_active_waiver on waiver (rule_id, source, record_ref) where withdrawn_at is null"
)
FILLED = (
    "insert into incident values (1, 'gpl_id_valid', 'gpl_resident', '623021100000', 'resolved', '王五', 3, 7,"
    " '2026-10-01', '2026-10-31', 'run1', 2, '2026-11-01 08:00:00', '李质', null)",
    "insert into incident values (2, 'gpl_id_valid', 'gpl_resident', '623021100000', 'new', null, 1, 4,"
    " '2026-11-02', '2026-11-02', 'run2', 1, null, null, 1)",
    "insert into event values (1, 1, '2026-11-01 08:00:00', '李质', 'resolve', 'assigned', 'resolved', null,"
    " 'other', '已改', null)",
    "insert into waiver values (1, 'gpl_id_valid', 'gpl_resident', '1', '623021100000', 'proven_right', '上门看过',"
    " '李质', '2026-10-05 08:00:00', '2026-12-31', null, null, null)",
    "insert into answer values (1, 'gpl_id_valid', 'gpl_resident', '9', null, 'corrected', '', '镇上', 'a.xlsx',"
    " '2026-11-03 01:02:03')",
    "insert into announcement values (1, 'group', 'failing', 'gpl_id_valid', 'gpl_resident', '623021100000', '',"
    " '2026-11-02 00:00:00', null)",
)


@pytest.fixture
def engine(home) -> Iterator[Engine]:
    """Another hand on the same database."""
    engine = create_engine(workbench_url(home))
    yield engine
    engine.dispose()


def tables_before_alembic(connection: Connection, version: int) -> None:
    """As versions 1 and 2 made them, before alembic: a table of its own tells the version."""
    metadata.create_all(connection)
    if version == 1:
        connection.execute(text("drop index one_active_waiver"))
        connection.execute(text(FIRST_UNIQUE))
    connection.execute(text("create table schema_version (version integer primary key)"))
    connection.execute(text(f"insert into schema_version values ({version})"))


def fill(connection: Connection) -> None:
    for row in FILLED:
        connection.execute(text(row))
    if connection.dialect.name == "postgresql":
        for name in metadata.tables:
            connection.execute(
                text(f"select setval(pg_get_serial_sequence('{name}', 'id'), (select max(id) from {name}))")
            )


def contents(connection: Connection) -> dict[str, list]:
    return {name: connection.execute(text(f"select * from {name} order by id")).fetchall() for name in metadata.tables}


def catalogue(connection: Connection) -> set[str]:
    """What the engine itself says of tables and indexes, but for alembic's own."""
    if connection.dialect.name == "sqlite":
        said = "select sql from sqlite_master where sql is not null"
    else:
        said = (
            "select concat_ws(' ', table_name, column_name, data_type, character_maximum_length, is_nullable)"
            " from information_schema.columns where table_schema = 'public'"
            " union all select indexdef from pg_indexes where schemaname = 'public'"
            " union all select conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint"
        )
    found = {re.sub(r"\s+", " ", one).lower() for one in connection.scalars(text(said))}
    return {one for one in found if "alembic_version" not in one}


def test_the_history_ends_in_the_tables_of_the_schema(home, engine):
    Workbench.open(home)
    with engine.begin() as connection:
        migrated = catalogue(connection)
        for table in reversed(metadata.sorted_tables):
            connection.execute(text(f"drop table {table.name}"))
        metadata.create_all(connection)
        assert migrated == catalogue(connection) and len(migrated) >= 2 * len(metadata.tables)


@pytest.mark.parametrize("version", [1, 2])
def test_a_database_of_before_alembic_is_brought_forward_with_all_it_holds(home, engine, version):
    with engine.begin() as connection:
        tables_before_alembic(connection, version)
        fill(connection)
        before = contents(connection)
    workbench = Workbench.open(home)
    with engine.connect() as connection:
        assert contents(connection) == before and all(before.values())
        assert connection.scalar(text("select version_num from alembic_version")) == known_versions()[-1]
        assert not inspect(connection).has_table("schema_version")
    (kept,) = workbench.waivers(is_active=True)
    (given,) = workbench.waive(ROWS[1:], *SAID, today=TODAY)
    assert {one.id for one in workbench.waivers(is_active=True)} == {kept.id, given.id}, "two townships, one number"


@pytest.mark.parametrize("version", [1, 2])
def test_a_database_brought_forward_is_as_one_begun_today(home, engine, version):
    with engine.begin() as connection:
        metadata.create_all(connection)
        today = catalogue(connection)
        metadata.drop_all(connection)
        tables_before_alembic(connection, version)
    Workbench.open(home)
    with engine.connect() as connection:
        assert catalogue(connection) == today


@pytest.mark.parametrize("version", [1, 2])
def test_twenty_may_be_the_first_to_bring_it_forward(home, engine, version):
    with engine.begin() as connection:
        tables_before_alembic(connection, version)
        connection.execute(text(FILLED[0]))
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda _: [one.id for one in Workbench.open(home).incidents()], range(20)))
    assert found == [[1]] * 20


@pytest.mark.parametrize("version", [0, 3, 99])
def test_another_version_of_before_alembic_is_named_and_left_alone(home, engine, version):
    with engine.begin() as connection:
        tables_before_alembic(connection, version)
        before = catalogue(connection)
    with pytest.raises(WorkbenchError, match=rf"第 {version} 版(?s:.*)version {version}") as told:
        Workbench.open(home)
    assert "://clerk:" not in str(told.value) or "***" in str(told.value)
    with engine.connect() as connection:
        assert catalogue(connection) == before and not inspect(connection).has_table("alembic_version")


def test_a_database_of_a_newer_software_is_named_and_left_alone(home, engine):
    Workbench.open(home)
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '99'"))
    with pytest.raises(WorkbenchError, match=r"第 99 版(?s:.*)version 99") as told:
        Workbench.open(home)
    assert "://clerk:" not in str(told.value) or "***" in str(told.value)
    with engine.connect() as connection:
        assert connection.scalar(text("select version_num from alembic_version")) == "99"


def test_what_breaks_off_on_the_way_is_as_it_was(home, engine):
    """The second version finds no index to replace: the stamp before it is taken back too."""
    with engine.begin() as connection:
        tables_before_alembic(connection, 1)
        connection.execute(text("drop index one_active_waiver"))
        before = catalogue(connection)
    with pytest.raises(WorkbenchError):
        Workbench.open(home)
    with engine.connect() as connection:
        assert catalogue(connection) == before and not inspect(connection).has_table("alembic_version")
