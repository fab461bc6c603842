"""A file that somebody is still writing is left alone, and none is lost to a clerk who writes at the wrong moment."""

from __future__ import annotations

import os
import time

import pytest

import orchestration.landing as landing
from orchestration.landing import land, read_batches

from .conftest import age, put

NAME = "survey_response__623021__2026-10-31.csv"
ONE, TWO = "Q1,623021100000,2026-10-01,是,否", "Q2,623021100000,2026-10-02,是,是"


def drop(home, **what):
    return land(home, home.landing, keep_originals=False, **what)


@pytest.mark.parametrize(("seconds_ago", "waits"), [(0, True), (1, True), (2.5, False), (86400, False)])
def test_a_file_is_ready_two_seconds_after_its_last_change(new_home, monkeypatch, seconds_ago, waits):
    home = new_home()
    path = put(home.landing, NAME, [ONE])
    looked_at = path.stat().st_mtime + seconds_ago  # a slow machine must not make the file older
    with monkeypatch.context() as clock:
        clock.setattr("orchestration.landing.delivery.time.time", lambda: looked_at)
        outcome = drop(home)
    assert (outcome.waiting == [NAME], len(outcome.landed)) == (waits, int(not waits))
    assert path.exists() == waits


def test_a_file_that_grows_while_it_is_read_lands_whole_the_next_time(new_home):
    home = new_home()
    path = put(home.landing, NAME, [ONE])

    def clerk_goes_on(_: str, rows: int, __: int) -> None:
        if rows == 1:
            with path.open("a", encoding="utf-8") as file:
                file.write(TWO + "\n")

    assert drop(home, progress=clerk_goes_on).waiting == [NAME]
    assert read_batches(home) == []
    age(path, 60)
    (record,) = drop(home).landed
    assert record.accepted == 2


def test_one_that_is_rewritten_with_its_old_time_is_noticed_by_its_size(new_home):
    home = new_home()
    path = put(home.landing, NAME, [ONE])
    before = path.stat()

    def copier_keeps_the_time(_: str, rows: int, __: int) -> None:
        if rows == 1:
            with path.open("a", encoding="utf-8") as file:
                file.write(TWO + "\n")
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert drop(home, progress=copier_keeps_the_time).waiting == [NAME]
    assert path.exists()


@pytest.mark.parametrize("has_landed_before", [False, True])
def test_a_correction_put_in_place_of_a_file_that_just_landed_is_not_removed_with_it(
    new_home, monkeypatch, has_landed_before
):
    home = new_home()
    put(home.landing, NAME, [ONE])
    if has_landed_before:
        drop(home)
        put(home.landing, NAME, [ONE])
    land_file = landing._land_file

    def then_the_clerk_corrects(*arguments: object):
        record = land_file(*arguments)
        put(home.landing, NAME, [TWO])
        return record

    with monkeypatch.context() as patch:
        patch.setattr(landing, "_land_file", then_the_clerk_corrects)
        drop(home)
    assert (home.landing / NAME).exists()
    drop(home)
    assert len(read_batches(home)) == 2


def test_the_same_bytes_under_another_spelling_of_the_name_are_the_same_delivery(new_home):
    home = new_home()
    put(home.landing, NAME, [ONE])
    put(home.landing, NAME.replace("623021", "623021000"), [ONE])
    put(home.landing, NAME.replace(".csv", ".CSV"), [ONE])
    outcome = drop(home)
    assert (len(outcome.landed), len(outcome.repeated)) == (1, 2)
    assert list(home.landing.iterdir()) == []


class Clock:
    """Stands in for landing's clock: it goes on only while somebody sleeps, and then lets another write."""

    def __init__(self) -> None:
        self.now = time.time()
        self.slept: list[float] = []
        self.meanwhile = lambda: None

    def time(self) -> float:
        return self.now

    monotonic = time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        self.meanwhile()


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("orchestration.landing.delivery.time", clock)
    return clock


def put_elsewhere(home, clock: Clock, seconds_ago: float, name: str = NAME, row: str = ONE):
    path = put(home.root / "elsewhere", name, [row])
    os.utime(path, (clock.now - seconds_ago,) * 2)
    return path


def read_in_place(home, **what):
    return land(home, home.root / "elsewhere", keep_originals=True, **what)


def test_old_files_of_another_folder_are_read_at_once(new_home, clock):
    home = new_home()
    put_elsewhere(home, clock, seconds_ago=2.1)
    assert len(read_in_place(home).landed) == 1
    assert clock.slept == []


def test_a_young_file_of_another_folder_is_looked_at_again(new_home, clock):
    home = new_home()
    put_elsewhere(home, clock, seconds_ago=0.5)
    assert len(read_in_place(home).landed) == 1
    assert clock.slept == [2.0]


def test_one_that_is_written_in_the_meantime_is_left_for_the_next_run(new_home, clock):
    home = new_home()
    path = put_elsewhere(home, clock, seconds_ago=0.5)

    def clerk_goes_on() -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(TWO + "\n")

    clock.meanwhile = clerk_goes_on
    assert read_in_place(home).waiting == [NAME]
    assert read_batches(home) == []
    age(path, 60)
    (record,) = read_in_place(home).landed
    assert record.accepted == 2


def test_an_old_one_that_is_written_during_the_run_waits(new_home, clock):
    home = new_home()
    path = put_elsewhere(home, clock, seconds_ago=60)
    put_elsewhere(home, clock, seconds_ago=60, name=NAME.replace("2026-10-31", "2026-09-30"))

    def clerk_writes_the_other(name: str, rows: int, _: int) -> None:
        if rows and name != NAME:
            put_elsewhere(home, clock, seconds_ago=0.5, row=TWO)

    outcome = read_in_place(home, progress=clerk_writes_the_other)
    assert (len(outcome.landed), outcome.waiting) == (1, [NAME])
    assert path.exists()


def test_however_many_files_are_young_the_run_waits_once(new_home, clock):
    home = new_home()
    for day in range(1, 9):
        put_elsewhere(home, clock, 0.5, NAME.replace("10-31", f"10-{day:02d}"), ONE.replace("Q1", f"Q{day}"))
    assert len(read_in_place(home).landed) == 8
    assert clock.slept == [2.0]
