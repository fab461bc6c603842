"""The database behind the workbench: where it is, what its transactions keep, what is said when it is not there."""

from __future__ import annotations

import datetime as dt
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from orchestration.installation.paths import Home
from orchestration.workbench import Workbench, WorkbenchError
from orchestration.workbench.database import URL_VARIABLE, Database
from orchestration.workbench.schema import incident

DAY = dt.date(2026, 11, 3)


def test_the_default_is_a_file_of_the_installation(tmp_path, monkeypatch):
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    Workbench.open(Home(tmp_path / "new"))
    with sqlite3.connect(tmp_path / "new" / "workbench.sqlite") as connection:
        assert connection.execute("pragma journal_mode").fetchone() == ("wal",)


def test_twenty_may_be_the_first(home):
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda _: Workbench.open(home).incidents(), range(20)))
    assert found == [[]] * 20


@pytest.mark.parametrize("division_code", ["623021100000", None])
def test_the_database_itself_refuses_a_second_open_incident(home, division_code):
    row = {
        "rule_id": "a", "source": "s", "division_code": division_code, "status": "new", "version": 1, "rows": 1,
        "opened_on": DAY, "last_seen_on": DAY, "last_run": "r", "runs_failing": 1,
    }  # fmt: skip
    database = Database(home)
    with database.writing() as connection:
        connection.execute(insert(incident), [row | {"status": "resolved"}, row | {"status": "resolved"}, row])
    with pytest.raises(WorkbenchError) as told, database.writing() as connection:
        connection.execute(insert(incident), row)
    assert isinstance(told.value.__cause__, IntegrityError)


@pytest.mark.parametrize(
    "url", ["no address", "mysql://clerk:hidden@host/db", "sqlite://", "sqlite:///:memory:", "postgresql"]
)
def test_an_address_that_cannot_be_is_refused_without_repeating_it(tmp_path, monkeypatch, url):
    monkeypatch.setenv(URL_VARIABLE, url)
    with pytest.raises(WorkbenchError, match=URL_VARIABLE) as told:
        Workbench.open(Home(tmp_path))
    assert "hidden" not in str(told.value)


def test_a_server_that_is_not_there_is_one_message_without_the_password(tmp_path, monkeypatch):
    monkeypatch.setenv(URL_VARIABLE, "postgres://clerk:hidden@127.0.0.1:1/workbench")
    with pytest.raises(WorkbenchError, match=r"127\.0\.0\.1:1/workbench(?s:.*)Check the file or the server") as told:
        Workbench.open(Home(tmp_path))
    assert "hidden" not in str(told.value)


def test_a_file_that_is_no_database_is_one_message(tmp_path, monkeypatch):
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    (tmp_path / "workbench.sqlite").write_text("not a database, only a text of some length " * 50)
    with pytest.raises(WorkbenchError, match=r"workbench\.sqlite"):
        Workbench.open(Home(tmp_path))


def test_a_reader_waits_for_no_writer_and_sees_one_state(home):
    Workbench.open(home)
    database = Database(home)
    count = text("select count(*) from answer")
    add = text(
        "insert into answer (rule_id, source, record_ref, answer, comment, actor, file_name, given_at)"
        " values ('a', 's', '1', 'corrected', '', 'x', 'f', '2026-11-03 00:00:00')"
    )
    with database.reading() as reader:
        assert reader.scalar(count) == 0
        with database.writing() as writer:
            writer.execute(add)
            assert reader.scalar(count) == 0
        assert reader.scalar(count) == 0
    with database.reading() as reader:
        assert reader.scalar(count) == 1


def test_what_breaks_off_leaves_nothing(home):
    workbench = Workbench.open(home)
    database = Database(home)
    add = text(
        "insert into incident (rule_id, source, status, version, rows, opened_on, last_seen_on, last_run, runs_failing)"
        " values ('a', 's', 'new', 1, 1, '2026-11-03', '2026-11-03', 'r', 1)"
    )
    with pytest.raises(ZeroDivisionError), database.writing() as writer:
        writer.execute(add)
        raise ZeroDivisionError
    assert workbench.incidents() == [] and Workbench.open(home)
