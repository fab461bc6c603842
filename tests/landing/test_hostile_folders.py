"""What stands in a folder beside files, and files that are taken away, forbidden or too much while they are read."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest

import orchestration.landing as landing
from orchestration.landing import land, read_batches
from orchestration.landing.loading import Loader

from .conftest import GOOD_ROWS, Clerk, csv_text, id_number

GOOD = csv_text([list(GOOD_ROWS["gpl_resident"]), list(GOOD_ROWS["gpl_resident"].values())])
FIRST, SECOND = (f"gpl_resident__623021__2026-{month}-30.csv" for month in ("09", "11"))


def test_a_folder_or_a_pipe_named_like_a_file_is_refused_and_never_opened(clerk: Clerk) -> None:
    (clerk.folder / FIRST).mkdir()
    os.mkfifo(clerk.folder / SECOND)
    for name in (FIRST, SECOND):
        os.utime(clerk.folder / name)
    (clerk.folder / "truth").mkdir()
    outcome = clerk.land(keep_originals=False)
    assert outcome.waiting == [FIRST, SECOND]
    for name in (FIRST, SECOND):
        os.utime(clerk.folder / name, (0, 0))
    outcome = clerk.land()
    assert [(refusal.file_name, refusal.key) for refusal in outcome.refused] == [
        (FIRST, "landing.no_file"),
        (SECOND, "landing.no_file"),
    ]


def test_a_link_to_nothing_is_no_delivery(clerk: Clerk) -> None:
    (clerk.folder / FIRST).symlink_to(clerk.folder / "nothing.csv")
    outcome = clerk.land()
    assert (outcome.landed, outcome.refused, outcome.waiting) == ([], [], [])


@pytest.mark.parametrize("step", ["is_quiet", "look", "sha256_of"])
def test_a_file_that_vanishes_is_left_for_the_next_run(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    vanishing = clerk.put(GOOD, FIRST)
    clerk.put(GOOD, SECOND)
    for path in clerk.folder.iterdir():
        os.utime(path, (1, 1))
    original = getattr(landing, step)

    def taken_away(path: Path) -> object:
        if path == vanishing:
            path.unlink(missing_ok=True)
        return original(path)

    monkeypatch.setattr(landing, step, taken_away)
    outcome = clerk.land(keep_originals=False)
    assert outcome.waiting == [FIRST]
    assert [record.file_name for record in outcome.landed] == [SECOND]


@pytest.mark.parametrize("extension", ["csv", "xlsx", "parquet"])
def test_a_file_that_vanishes_before_its_rows_are_read(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch, extension: str
) -> None:
    vanishing = clerk.put(GOOD, f"gpl_resident__623021__2026-09-30.{extension}")
    original = landing.sha256_of

    def taken_away_afterwards(path: Path) -> str:
        found = original(path)
        path.unlink()
        return found

    monkeypatch.setattr(landing, "sha256_of", taken_away_afterwards)
    outcome = clerk.land()
    assert (outcome.waiting, outcome.refused) == ([vanishing.name], [])


def test_a_file_that_vanishes_before_it_is_listed(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing, "files_in", lambda folder: [folder / FIRST])
    assert clerk.land().waiting == [FIRST]


def test_a_file_that_may_not_be_read(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = clerk.put(GOOD, FIRST)
    clerk.put(GOOD, SECOND)
    original = landing.sha256_of

    def guarded(asked: Path) -> str:
        if asked == path:
            raise PermissionError(13, "Permission denied", str(asked))
        return original(asked)

    monkeypatch.setattr(landing, "sha256_of", guarded)
    outcome = clerk.land()
    assert [(refusal.file_name, refusal.key) for refusal in outcome.refused] == [(FIRST, "landing.no_permission")]
    assert len(outcome.landed) == 1


@pytest.mark.parametrize(
    ("failure", "key"),
    [
        (MemoryError(), "no_memory"),
        (duckdb.OutOfMemoryException(f"failed to pin {id_number()}"), "no_memory"),
        (duckdb.ConversionException(f"Could not convert string '{id_number()}'"), "internal"),
        (duckdb.InvalidInputException(f"Invalid input {id_number()}"), "internal"),
    ],
)
def test_what_breaks_inside_concerns_one_file_and_repeats_no_value(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch, failure: Exception, key: str
) -> None:
    clerk.put(GOOD, FIRST)
    clerk.put(GOOD, SECOND)
    original = Loader.load

    def failing(self: Loader, delivery: object, *given: object, **named: object) -> object:
        if delivery.file_name == FIRST:
            raise failure
        return original(self, delivery, *given, **named)

    monkeypatch.setattr(Loader, "load", failing)
    outcome = clerk.land()
    (refusal,) = outcome.refused
    assert (refusal.file_name, refusal.key) == (FIRST, f"landing.{key}")
    assert id_number() not in refusal.message_zh + refusal.message_en
    assert [record.file_name for record in outcome.landed] == [SECOND]
    assert (clerk.folder / FIRST).exists()


def test_duckdb_out_of_memory_is_a_refusal_and_leaves_nothing(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a real limit: no spilling, and less than the rows of the file take."""
    connections: list[duckdb.DuckDBPyConnection] = []
    connect, hashed = duckdb.connect, landing.sha256_of

    def remembered(*given: object, **named: object) -> duckdb.DuckDBPyConnection:
        connections.append(connect(*given, **named))
        return connections[-1]

    def narrowed(path: Path) -> str:
        for database in connections:
            database.execute("set memory_limit = '20MB'; set max_temp_directory_size = '0B'; set threads = 1")
        return hashed(path)

    header, good = GOOD.splitlines()
    clerk.put(header + "\n" + "".join(good.replace("GPL0001", f"G{i}") + "\n" for i in range(120_000)), FIRST)
    with monkeypatch.context() as patch:
        patch.setattr("duckdb.connect", remembered)
        patch.setattr(landing, "sha256_of", narrowed)
        outcome = clerk.land()
    assert [refusal.key for refusal in outcome.refused] == ["landing.no_memory"]
    assert read_batches(clerk.home) == []
    assert not [path for path in clerk.home.lake.rglob("*") if path.is_file()]
    assert len(land(clerk.home, clerk.folder, keep_originals=True).landed) == 1


def test_a_name_that_is_not_utf_8_can_be_said(clerk: Clerk) -> None:
    (clerk.folder / os.fsdecode("登记册.csv".encode("gb18030"))).write_bytes(b"x")
    (refusal,) = clerk.land().refused
    # Three characters may be a name, and the file does not follow the rule of names.
    assert refusal.file_name == "***.csv (#1)"
    assert refusal.message_zh.encode()
