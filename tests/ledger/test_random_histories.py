"""Random histories - deliveries that come late or not at all, corrections, waivers, failures that come back - against a
fold in plain Python; and the state on disk, however often and wherever it is folded.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchestration.ledger.fold import bring_up_to_date
from orchestration.ledger.folders import committed

from .conftest import COUNTY, NORTH, SOUTH, Bench

MONTHS = [date(2026, month, 1) for month in range(1, 5)]
RECORDS = ("R1", "R2")
DAYS = [date(2026, 6, day) for day in range(1, 8)]

snapshots = st.tuples(
    st.just("snapshot"), st.sampled_from([NORTH, SOUTH]), st.sampled_from(MONTHS), st.sets(st.sampled_from(RECORDS))
)
messages = st.tuples(
    st.just("message"), st.sampled_from(["M1", "M2"]), st.sampled_from(MONTHS), st.sampled_from([True, True, False])
)
waivers = st.tuples(
    st.just("waive"),
    st.sampled_from([("house", "R1", SOUTH), ("order", "M1", NORTH)]),
    st.sampled_from([None, *MONTHS]),
)
runs = st.lists(
    st.lists(st.one_of(snapshots, snapshots, messages, waivers), max_size=4), min_size=1, max_size=len(DAYS)
)


class PlainCounty:
    """The same rules, row by row."""

    def __init__(self) -> None:
        self.snapshots: dict[tuple[str, date], frozenset[str]] = {}
        self.messages: dict[str, tuple[date, bool]] = {}
        self.waivers: dict[tuple[str, str, str], date] = {}
        self.tested_by: dict[tuple[str, date], str] = {}
        self.states: dict[tuple[str, str, str, str], dict] = {}

    def take(self, run_id: str, events: list[tuple]) -> None:
        for kind, *event in events:
            if kind == "snapshot":
                township, month, failing = event
                self.snapshots[township, month] = frozenset(failing)
                self.tested_by["gpl_resident", month] = run_id
            elif kind == "message":
                number, month, is_failing = event
                former = self.messages.get(number, (month, False))[0]
                self.messages[number] = month, is_failing
                for changed in (former, month):
                    self.tested_by["exchange_message", changed] = run_id
            else:
                self._waive(run_id, *event)

    def _waive(self, run_id: str, key: tuple[str, str, str], until: date | None) -> None:
        """Months in which it changes whether a row is waived are validated again."""
        before = {row["place"]: row["is_waived"] for row in self.failing_rows()}
        self.waivers.pop(key, None)
        if until is not None:
            self.waivers[key] = until
        for row in self.failing_rows():
            if before[row["place"]] != row["is_waived"]:
                self.tested_by[row["source"], row["period_month"]] = run_id

    def failing_rows(self) -> list[dict]:
        rows = [
            ("house", "gpl_resident", record, township, month)
            for (township, month), failing in self.snapshots.items()
            for record in failing
        ]
        rows += [("order", "exchange_message", number, NORTH, month)
                 for number, (month, is_failing) in self.messages.items() if is_failing]  # fmt: skip
        return [
            {
                "rule_id": rule, "source": source, "record_ref": record, "township_code": township,
                "period_month": month, "source_file": f"{township}.csv", "source_row": 2, "batch_id": "b1",
                "run_id": self.tested_by.get((source, month)), "as_of": month + timedelta(days=20),
                "is_waived": self.waivers.get((rule, record, township), date.min) >= month + timedelta(days=20),
                "place": (rule, record, township, month),
            }
            for rule, source, record, township, month in rows
        ]  # fmt: skip

    def end(self, run_id: str, day: date) -> None:
        newest = {}
        for township, month in self.snapshots:
            newest[township] = max(newest.get(township, month), month)
        by_key = defaultdict(list)
        for row in self.failing_rows():
            by_key[row["rule_id"], row["source"], row["record_ref"], row["township_code"]].append(row)
        for key in by_key.keys() | self.states.keys():
            rows, state = by_key[key], self.states.get(key)
            speaking = [
                row for row in rows if key[1] != "gpl_resident" or row["period_month"] == newest[row["township_code"]]
            ]
            is_seen = any(row["run_id"] == run_id for row in speaking or rows)
            if speaking:
                last = max(speaking, key=lambda row: row["period_month"])
                is_waived = all(row["is_waived"] for row in speaking)
                if state is None:
                    state = self._first(day)
                    is_seen = True
                elif state["resolved_on"] is not None:
                    state |= {"reopened_on": day, "times_reopened": state["times_reopened"] + 1, "resolved_on": None}
                if is_seen:
                    state["last_seen"] = day
                    state["runs_failing"] += not is_waived
                state |= {
                    "is_waived": is_waived,
                    "division_code": last["township_code"],
                    "period_start": last["period_month"],
                }
            elif state is None and is_seen:
                last = max(rows, key=lambda row: row["period_month"])
                state = self._first(day) | {"resolved_on": day, "runs_failing": 1}
                state |= {"division_code": last["township_code"], "period_start": last["period_month"]}
            elif state is not None and state["resolved_on"] is None:
                state |= {"resolved_on": day, "is_waived": False}
            if state is not None:
                self.states[key] = state

    def _first(self, day: date) -> dict:
        return {"first_seen": day, "last_seen": day, "runs_failing": 0, "resolved_on": None, "reopened_on": None,
                "times_reopened": 0, "is_waived": False}  # fmt: skip


# The same record in two townships, one of which mends it.
MOVED = [
    [("snapshot", NORTH, MONTHS[2], {"R2"}), ("snapshot", SOUTH, MONTHS[3], {"R2"})],
    [("snapshot", SOUTH, MONTHS[3], set())],
]
COMPARED = ("division_code", "period_start", *PlainCounty()._first(DAYS[0]))


@settings(max_examples=15, deadline=None)
@example(history=MOVED)
@given(history=runs)
def test_the_ledger_is_the_plain_fold_after_every_run(history):
    with tempfile.TemporaryDirectory() as folder:
        bench, plain = Bench(Path(folder)), PlainCounty()
        bench.land("gpl_resident", COUNTY, MONTHS[0])
        for day, events in zip(DAYS, history, strict=False):
            run_id = f"{day:%Y%m%d}T080000000000Z"
            plain.take(run_id, events)
            plain.end(run_id, day)
            bench.replace(
                "quality.failing_row",
                [{name: value for name, value in row.items() if name != "place"} for row in plain.failing_rows()],
            )
            bench.replace(
                "staging.governing_snapshot",
                [
                    {"source": "gpl_resident", "township_code": township, "period_month": month, "batch_id": "b1"}
                    for township, month in plain.snapshots
                ],
            )
            bench.run(run_id)
            found = {key: {name: row[name] for name in COMPARED} for key, row in bench.ledger().items()}
            assert found == {key: {name: state[name] for name in COMPARED} for key, state in plain.states.items()}
        kept_state_is_the_fold_of_the_folders(bench)


def kept_state_is_the_fold_of_the_folders(bench: Bench) -> None:
    quality, names = bench.home.quality, committed(bench.home.quality)
    kept = folded(quality)
    for state in ("ledger", "results"):
        (quality / f"{state}.parquet").unlink()
    assert folded(quality) == kept, "from the first run"
    for late in names[1::2]:
        (quality / late / "result.parquet").rename(quality / late / "later")
    folded(quality)
    for late in names[1::2]:
        (quality / late / "later").rename(quality / late / "result.parquet")
    assert folded(quality) == kept, "from folders that were not there before"


def folded(quality: Path) -> list[tuple]:
    with duckdb.connect() as connection:
        bring_up_to_date(connection, quality)
        return [connection.execute(f"from {state} order by all").fetchall() for state in ("ledger", "results")]


@pytest.mark.parametrize("damage", [b"", b"PAR1 nothing PAR1"])
def test_a_state_that_cannot_be_read_is_folded_again(seeded, damage):
    bench = seeded
    bench.land("gpl_resident", COUNTY, MONTHS[0], [(2, "missing:sex", {"档案编号": "R1"})])
    bench.run("20260601T080000000000Z")
    kept = folded(bench.home.quality)
    (bench.home.quality / "ledger.parquet").write_bytes(damage)
    assert folded(bench.home.quality) == kept and len(kept[0]) == 1
