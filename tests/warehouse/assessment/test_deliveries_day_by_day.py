"""When each township's extracts came: the model against landing the same files one day after the other."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from compiled_models import CompiledModels
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from expectations.batches import DELIVERIES
from expectations.suite import Rule, load_suites

TOWNSHIPS = ("990101001000", "990101002000")
SNAPSHOT, LEDGER = "gpl_resident", "service_event"
FIRST_DAY = date(2026, 1, 1)
# A ledger has landed from the month of its first event on.
LEDGER_BEGAN = date(2026, 1, 1)


@dataclass(frozen=True)
class File:
    number: int
    source: str
    townships: tuple[str, ...]
    as_of: date
    landed_on: date


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> CompiledModels:
    return CompiledModels(tmp_path_factory.mktemp("compiled"), ["delivery"])


@pytest.fixture(scope="module")
def fresh() -> dict[str, Rule]:
    """The rule of freshness of each source."""
    rules = {rule.meta.rule_id: rule for suite in load_suites() for rule in suite.expectations}
    return {source: rules[f"{source}_fresh"] for source in (SNAPSHOT, LEDGER)}


@st.composite
def deliveries(draw: st.DrawFn) -> list[File]:
    """Files in the order of landing, for the county or a township of it; a file lands on its as-of day or later."""
    files = []
    for _ in range(draw(st.integers(1, 9))):
        as_of = FIRST_DAY + timedelta(draw(st.integers(0, 125)))
        lag = draw(st.sampled_from([0, 0, 1, 3, 5, 40]))
        scope = draw(st.sampled_from([TOWNSHIPS, TOWNSHIPS[:1], TOWNSHIPS[1:]]))
        files.append((draw(st.sampled_from([SNAPSHOT, LEDGER])), scope, as_of, as_of + timedelta(lag)))
    in_order = sorted(files, key=lambda file: file[-1])
    return [File(number, *file) for number, file in enumerate(in_order, start=1)]


def month_end(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def next_month(month: date) -> date:
    return month_end(month) + timedelta(1)


def has_landed(files: list[File], source: str, township: str, month: date) -> bool:
    own = [file.as_of for file in files if file.source == source and township in file.townships]
    if source == SNAPSHOT:
        return month in {as_of.replace(day=1) for as_of in own}
    return bool(own) and LEDGER_BEGAN <= month <= max(own).replace(day=1)


def states(files: list[File]) -> dict[tuple[str, str, date], str]:
    """Day by day: what had landed before, how far its data reached, and what is new."""
    clock = max(file.as_of for file in files)
    found = {}
    for source in (SNAPSHOT, LEDGER):
        for township in TOWNSHIPS:
            month, began = LEDGER_BEGAN, False
            while month <= clock:
                began = began or has_landed(files, source, township, month)
                if began:
                    found[township, source, month] = state(files, source, township, month, clock)
                month = next_month(month)
    return found


def state(files: list[File], source: str, township: str, month: date, clock: date) -> str:
    for day in sorted({file.landed_on for file in files}):
        if has_landed([file for file in files if file.landed_on <= day], source, township, month):
            before = [file.as_of for file in files if file.landed_on < day]
            is_late = bool(before) and max(before) >= month_end(month) + timedelta(5)
            return "late" if is_late else "delivered"
    return "missing" if clock >= month_end(month) + timedelta(5) else "not_due"


def written(files: list[File]) -> dict[str, tuple[str, list[tuple]]]:
    clock = max(file.as_of for file in files)
    months = [LEDGER_BEGAN]
    while next_month(months[-1]) <= clock:
        months.append(next_month(months[-1]))
    covering = [(file, township) for file in files for township in file.townships]
    governing = {}
    for file, township in covering:
        if file.source == SNAPSHOT:
            key = (township, file.as_of.replace(day=1))
            rank = (file.as_of, len(file.townships) == 1, file.number)
            governing[key] = max(governing.get(key, (rank, file)), (rank, file), key=lambda found: found[0])
    landed = [
        (source, township, month)
        for source in (SNAPSHOT, LEDGER)
        for township in TOWNSHIPS
        for month in months
        if has_landed(files, source, township, month)
    ]
    return {
        "lake.batch": (
            """batch_id varchar, sequence bigint, source varchar, as_of date, landed_at timestamp,
               file_name varchar""",
            [
                (
                    f"b{file.number}",
                    file.number,
                    file.source,
                    file.as_of,
                    datetime.combine(file.landed_on, datetime.min.time()),
                    f"{file.number}.csv",
                )
                for file in files
            ],
        ),
        "staging.batch_coverage": (
            "batch_id varchar, sequence bigint, source varchar, township_code varchar, as_of date",
            [(f"b{file.number}", file.number, file.source, township, file.as_of) for file, township in covering],
        ),
        "staging.governing_snapshot": (
            "source varchar, township_code varchar, period_month date, batch_id varchar",
            [(SNAPSHOT, *key, f"b{file.number}") for key, (_, file) in governing.items()],
        ),
        "staging.landed_month": ("source varchar, township_code varchar, period_month date", landed),
    }


def spoken_by(files: list[File], source: str, township: str, month: date) -> date:
    """As-of of the file that speaks for a month: a snapshot's newest of it; the ledger's first export that reaches its
    end, else the newest within it."""
    own = [file.as_of for file in files if file.source == source and township in file.townships]
    if source == SNAPSHOT:
        return max(as_of for as_of in own if as_of.replace(day=1) == month)
    reaching = [as_of for as_of in own if as_of >= month_end(month)]
    return min(reaching) if reaching else max(as_of for as_of in own if as_of >= month)


# The first township's February comes when the other's data have reached the fifth day of March, and its March in time.
ON_THE_FIFTH_DAY = [
    File(1, SNAPSHOT, TOWNSHIPS[:1], date(2026, 1, 31), date(2026, 2, 1)),
    File(2, LEDGER, TOWNSHIPS[1:], date(2026, 3, 5), date(2026, 3, 5)),
    File(3, SNAPSHOT, TOWNSHIPS[:1], date(2026, 2, 28), date(2026, 3, 6)),
    File(4, LEDGER, TOWNSHIPS[1:], date(2026, 4, 4), date(2026, 4, 4)),
    File(5, SNAPSHOT, TOWNSHIPS[:1], date(2026, 3, 31), date(2026, 4, 5)),
]


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(deliveries())
@example(ON_THE_FIFTH_DAY)
def test_each_day_landed_by_itself(models, fresh, files):
    unlanded = set()
    with models.run(["delivery"], written(files)) as warehouse:
        rows = warehouse.execute("select * from assessment.delivery").fetchall()
        for source, rule in fresh.items():
            expected = DELIVERIES.format(source=source)
            failing = warehouse.execute(rule.failing_rows(f"({expected})")).fetchall()
            unlanded |= {(township, source, month) for township, month, *_ in failing}
    found = {(township, source, month): state for township, source, month, state, *_ in rows}
    assert found == states(files)
    # The rule of freshness and the grid speak of the same deliveries.
    assert {key for key, said in found.items() if said == "missing"} == unlanded
    by_name = {f"{file.number}.csv": file for file in files}
    for township, source, month, said, as_of, days, file_name in rows:
        assert (said in ("late", "missing")) == (days >= 5)
        assert (file_name is None) == (said in ("missing", "not_due"))
        if file_name:
            file = by_name[file_name]
            assert (file.source, file.as_of) == (source, as_of)
            assert township in file.townships
            assert as_of == spoken_by(files, source, township, month)
