"""A file that somebody is still writing is left alone, and none is lost to a clerk who writes at the wrong moment."""

from __future__ import annotations

import os

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
