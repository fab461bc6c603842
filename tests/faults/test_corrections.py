"""Which of several files counts, from clerks' files to published numbers worked out by hand.

Three townships: Chengguan (100), Xincheng (101), Yeliguan (102). The contact card is given or not, so that the share of
files with a card tells which snapshot governs; inquiries are answered in time or not, so that the share answered tells
which version of a row does.
"""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from orchestration.installation.progress import Reporter
from orchestration.landing import land
from orchestration.runs import steps
from orchestration.runs.run import open_run

from .conftest import inquiry, published, put, resident

CHENGGUAN, XINCHENG, YELIGUAN = "623021100000", "623021101000", "623021102000"
IN_TIME, LATE = "2026-09-05 08:00:00", "2026-09-25 08:00:00"


def files(cards: dict[str, str]) -> list[str]:
    """One registry row per village with the card given or not, as `{village: 是 or 否}`."""
    return [resident(f"G{village}", village, "2026-09-05 09:00:00", card) for village, card in cards.items()]


# In the order in which they arrive; every line is one landing.
ARRIVALS = [
    # September's newest snapshot of the county arrives first, an older one after it: the older changes nothing.
    ("gpl_resident__623021__2026-09-30.csv", files({"623021100201": "是", "623021101201": "是", "623021102201": "是"})),
    ("gpl_resident__623021__2026-09-20.csv", files({"623021100201": "否", "623021101201": "否", "623021102201": "否"})),
    # Xincheng sends its own on the same day: narrower, so it governs there and nowhere else.
    ("gpl_resident__623021101__2026-09-30.csv", files({"623021101201": "否", "623021101202": "是"})),
    # The county corrects: later landed, so it governs but in Xincheng.
    ("gpl_resident__623021__2026-09-30.csv", files({"623021100201": "否", "623021101201": "是", "623021102201": "是"})),
    # Yeliguan sends headers and no rows on the same day: it governs with no rows.
    ("gpl_resident__623021102__2026-09-30.csv", []),
    # The county's first file once more: the same bytes, so it is not "later landed".
    ("gpl_resident__623021__2026-09-30.csv", files({"623021100201": "是", "623021101201": "是", "623021102201": "是"})),
    # M1: newest as-of wins although it arrived first. M2: narrower scope. M3: later landed. M4: last row of one file.
    ("exchange_message__623021__2026-10-31.csv", [inquiry("M1", CHENGGUAN, "2026-09-01 08:00:00", IN_TIME)]),
    (
        "exchange_message__623021__2026-10-15.csv",
        [
            inquiry("M1", CHENGGUAN, "2026-09-01 08:00:00"),
            inquiry("M2", XINCHENG, "2026-09-01 08:00:00", LATE),
            inquiry("M3", YELIGUAN, "2026-09-01 08:00:00", LATE),
            inquiry("M4", CHENGGUAN, "2026-09-01 08:00:00", IN_TIME),
            inquiry("M4", CHENGGUAN, "2026-09-01 08:00:00", LATE),
        ],
    ),
    ("exchange_message__623021101__2026-10-15.csv", [inquiry("M2", XINCHENG, "2026-09-01 08:00:00", IN_TIME)]),
    (
        "exchange_message__623021__2026-10-15.csv",
        [
            inquiry("M2", XINCHENG, "2026-09-01 08:00:00", "2026-09-30 08:00:00"),
            inquiry("M3", YELIGUAN, "2026-09-01 08:00:00", IN_TIME),
        ],
    ),
]
# Numerator and denominator of September.
CARDS = {CHENGGUAN: (0, 1), XINCHENG: (1, 2), YELIGUAN: (0, 0)}
ANSWERS = {CHENGGUAN: (1, 2), XINCHENG: (1, 1), YELIGUAN: (1, 1)}


@pytest.fixture(scope="module")
def county(new_home):
    home = new_home()
    landed = []
    for name, rows in ARRIVALS:
        put(home.landing, name, rows)
        outcome = land(home, home.landing, keep_originals=False)
        assert not outcome.refused
        landed.append(len(outcome.landed))
    with Reporter(is_quiet=True) as reporter, open_run(home, reporter) as run:
        steps.land(run)
        steps.catalogue_lake(run)
        steps.build_edition(run)
    return home, landed


def test_every_file_landed_but_the_one_sent_again(county):
    _, landed = county
    assert landed == [1, 1, 1, 1, 1, 0, 1, 1, 1, 1]


@pytest.mark.parametrize(("indicator", "expected"), [("contact_card", CARDS), ("inquiry_on_time", ANSWERS)])
def test_the_rows_that_govern_are_counted(county, indicator, expected):
    home, _ = county
    with duckdb.connect(str(home.current_edition.resolve() / "shuangbai.duckdb"), read_only=True) as edition:
        rows = edition.execute(
            """select division_code, numerator, denominator from fct_indicator_result
               where period_kind = 'month' and period_start = $september and indicator_code = $indicator
                   and division_code in (select unnest($townships))""",
            {"september": date(2026, 9, 1), "indicator": indicator, "townships": list(expected)},
        ).fetchall()
    assert {township: (numerator, denominator) for township, numerator, denominator in rows} == expected


def test_superseded_batches_say_by_which(county):
    home, _ = county
    with duckdb.connect(str(home.current_edition.resolve() / "shuangbai.duckdb"), read_only=True) as edition:
        rows = edition.execute("select file_name, accepted, batch_id, superseded_by from fct_batch").fetchall()
    superseded = {(name, accepted): by for name, accepted, _, by in rows}
    assert len(rows) == len(ARRIVALS) - 1 == len(published(home)["fct_batch"])
    # Of the two of the county's with the same day, each with three rows, the later one stands for the month.
    stands = [batch for name, _, batch, by in rows if name == "gpl_resident__623021__2026-09-30.csv" and by is None]
    assert len(stands) == 1
    assert superseded["gpl_resident__623021__2026-09-20.csv", 3] == stands[0]
    assert superseded["gpl_resident__623021101__2026-09-30.csv", 2] is None
    assert superseded["exchange_message__623021__2026-10-31.csv", 1] is None
