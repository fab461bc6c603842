"""The clock that stamps what the installation does, and the days that only the demonstration tells."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from orchestration.installation.clock import next_stamp, now, telling
from orchestration.installation.paths import Home
from orchestration.installation.run_record import RunRecord
from orchestration.landing.bounds import require_a_day_that_has_come
from orchestration.landing.refusal import Refused

MOMENT = datetime(2031, 5, 6, 9, tzinfo=timezone(timedelta(hours=8)))


def test_it_is_the_moment_told_and_time_goes_on_from_there():
    with telling(MOMENT):
        first = now()
        time.sleep(0.01)
        assert timedelta(0) <= first - MOMENT < timedelta(seconds=1)
        assert timedelta(milliseconds=10) <= now() - first < timedelta(seconds=1)
        assert first.tzinfo is UTC
    assert abs(now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_run_of_a_day_that_was_told_is_stamped_by_it(tmp_path):
    home = Home(tmp_path)
    with telling(MOMENT):
        assert RunRecord.begin(home).run_id.startswith("20310506T0100")
    assert not RunRecord.begin(home).run_id.startswith("2031")


def test_a_file_of_the_day_told_has_come_and_by_the_wall_clock_it_has_not():
    with telling(MOMENT):
        require_a_day_that_has_come(date(2031, 5, 6))
    with pytest.raises(Refused):
        require_a_day_that_has_come(date.today() + timedelta(days=400))


def test_what_comes_later_sorts_later_though_the_clock_was_put_back(tmp_path):
    home, taken = Home(tmp_path), []
    for hours in (0, -30, -31, 2, 1):
        with telling(MOMENT + timedelta(hours=hours)):
            record = RunRecord.begin(home)
            (home.quality / record.run_id).mkdir(parents=True)
            taken.append(record.run_id)
            record.finish(home)
    assert taken == sorted(taken) and len(set(taken)) == len(taken)
    assert next_stamp(MOMENT.astimezone(UTC), []) == "20310506T010000000000Z"
    assert next_stamp(MOMENT.astimezone(UTC), ["20310506T010000000000Z-1234abcd"]) == "20310506T010000000001Z"
