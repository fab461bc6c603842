"""The same files in any order of arrival have the same governing rows: those that extracts.md names, found row by row.

The staging models run as dbt compiled them, over a catalogue made from records whose sequence is the order of arrival.
Files that share source, scope and as-of are left out on purpose: of those the later landed governs (test_corrections).
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.contracts import load_contracts
from orchestration.installation.paths import Home
from orchestration.installation.progress import Reporter
from orchestration.lake.catalogue import _cells, _write_rows
from orchestration.landing.batch import BatchRecord
from orchestration.runs import steps
from orchestration.runs.run import open_run
from orchestration.warehouse_build.dbt_project import Stage

COUNTY, TOWNSHIPS = "623021000000", ("623021100000", "623021101000")
DAYS = (date(2026, 9, 10), date(2026, 9, 30), date(2026, 10, 5), date(2026, 10, 31))
REGISTRY, MESSAGES, SERVICES = "gpl_resident", "exchange_message", "service_event"
KINDS = ("follow_up", "care_visit")


@pytest.fixture(scope="module")
def staging(new_home):
    """A builder's file with the seeds, and the SQL of each staging model in the order in which they need each other."""
    home: Home = new_home()
    with Reporter(is_quiet=True) as reporter, open_run(home, reporter) as run:
        steps.catalogue_lake(run)
        steps.require_passed(run, steps.build_stage(run, Stage.STAGING))
    nodes = json.loads(home.manifest.read_text(encoding="utf-8"))["nodes"]
    models = {name: node for name, node in nodes.items() if name.startswith("model.") and node["schema"] == "staging"}
    ordered: list[str] = []
    while len(ordered) < len(models):
        ordered += [
            name
            for name, node in models.items()
            if name not in ordered and set(node["depends_on"]["nodes"]) & models.keys() <= set(ordered)
        ]
    plan = {node.unique_id: node for node in run.project.plan()}
    compiled = {plan[unique_id].name: plan[unique_id].made for unique_id in ordered}
    with duckdb.connect(str(home.warehouse)) as connection:
        for source, contract in load_contracts().items():
            connection.execute(f"drop view lake.{source}")
            columns = ", ".join(f"{name} {kind}" for name, kind in contract.lake_columns.items())
            connection.execute(f"create table lake.{source} ({columns})")
        yield connection, compiled


@st.composite
def deliveries(draw) -> list[tuple]:
    """Files as (source, scope, as-of, rows); a row is (key, township, kind). No two share source, scope and as-of."""
    places = st.tuples(
        st.sampled_from([REGISTRY, MESSAGES, SERVICES, SERVICES]),
        st.sampled_from([COUNTY, COUNTY, *TOWNSHIPS]),
        st.sampled_from(DAYS),
    )
    files = []
    for source, scope, as_of in draw(st.lists(places, min_size=1, max_size=8, unique=True)):
        within = TOWNSHIPS if scope == COUNTY else (scope,)
        row = st.tuples(st.sampled_from("abc"), st.sampled_from(within), st.sampled_from(KINDS))
        rows = draw(st.lists(row, max_size=4))
        files.append((source, scope, as_of, rows))
    return files


def governing(files: list[tuple]) -> set[tuple]:
    """By the words of extracts.md: (source, month, key, township, file, row) of every row that counts."""
    found = set()
    for township in TOWNSHIPS:
        for month in {as_of.replace(day=1) for *_, as_of, _ in files}:
            covering = [
                file
                for file in files
                if file[0] == REGISTRY and file[1] in (COUNTY, township) and file[2].replace(day=1) == month
            ]
            if covering:
                newest = max(covering, key=lambda file: (file[2], file[1] != COUNTY))
                last = {key: (row, at) for row, (key, at, _) in enumerate(newest[3])}
                found |= {
                    (REGISTRY, month, key, at, name_of(newest), row)
                    for key, (row, at) in last.items()
                    if at == township
                }
    versions: dict[tuple, list] = {}
    for file in files:
        for row, (key, at, _) in enumerate(file[3] if file[0] != REGISTRY else []):
            # The platform's number is one in the county; a township's is one in its book.
            book = at if file[0] == SERVICES else COUNTY
            if not is_corrected(files, file, key, at):
                version = ((file[2], file[1] != COUNTY, file[1], row), (at, name_of(file), row))
                versions.setdefault((file[0], key, book), []).append(version)
    happened = date(2026, 9, 1)
    return found | {(source, happened, key, *max(of_key)[1]) for (source, key, _), of_key in versions.items()}


def is_corrected(files: list[tuple], file: tuple, key: str, at: str) -> bool:
    """Whether a later export of the same scope shows the same service in another township, and none showed it in both.
    There are two townships, so that no other can claim to be the one that was corrected."""
    said = [
        (as_of, {place: kind for number, place, kind in rows if number == key})
        for source, scope, as_of, rows in sorted(files, key=lambda one: one[2])
        if (source, scope) == (SERVICES, file[1]) and file[0] == SERVICES
    ]
    if any(len(places) > 1 for _, places in said):
        return False
    shown = [(as_of, places) for as_of, places in said if places]
    last = max((place for place, (_, places) in enumerate(shown) if at in places), default=None)
    return last is not None and any(
        kind == shown[last][1][at] for _, places in shown[last + 1 :] for kind in places.values()
    )


def name_of(file: tuple) -> str:
    return f"{file[0]}__{file[1]}__{file[2]}"


def staged(connection: duckdb.DuckDBPyConnection, compiled: dict[str, str], arrival: list[tuple]) -> set[tuple]:
    """The governing rows by the models, when the files have landed in this order."""
    connection.begin()
    try:
        records = [record(number, file) for number, file in enumerate(arrival, start=1)]
        _write_rows(connection, "batch", [_cells(one) for one in records])
        for file in arrival:
            land(connection, file)
        for name, query in compiled.items():
            connection.execute(f"create or replace table staging.{name} as {query}")
        return set(
            connection.execute(
                f"""select '{REGISTRY}', period_month, record_no, township_code, source_file, source_row
                    from staging.stg_{REGISTRY}
                    union all
                    select '{MESSAGES}', event_month, message_no, township_code, source_file, source_row
                    from staging.stg_{MESSAGES}
                    union all
                    select '{SERVICES}', event_month, event_no, township_code, source_file, source_row
                    from staging.stg_{SERVICES}"""
            ).fetchall()
        )
    finally:
        connection.rollback()


def land(connection: duckdb.DuckDBPyConnection, file: tuple) -> None:
    source, _, as_of, rows = file
    key, place, event = {
        REGISTRY: ("record_no", "village_code", "registered_at"),
        MESSAGES: ("message_no", "to_code", "sent_at"),
        SERVICES: ("event_no", "village_code", "due_date"),
    }[source]
    for row, (number, township, kind) in enumerate(rows):
        more = {"kind": kind} if source == SERVICES else {}
        said = {
            key: number,
            place: township,
            event: "2026-09-01",
            "source_file": name_of(file),
            "source_row": row,
            **more,
        }
        said |= {"batch_id": name_of(file), "as_of": as_of}
        connection.execute(
            f"insert into lake.{source} ({', '.join(said)}) values ({', '.join('?' * len(said))})", list(said.values())
        )


def record(sequence: int, file: tuple) -> BatchRecord:
    source, scope, as_of, rows = file
    return BatchRecord(
        batch_id=name_of(file), sequence=sequence, source=source, scope_code=scope, as_of=as_of, file_name="f",
        sha256="0", bytes=0, file_format="csv", contract_version=1, rows_in=len(rows), accepted=len(rows),
        quarantined=0, non_data=0, quarantine_reasons={}, non_data_kinds={}, unknown_columns=[], is_synthetic=True,
        landed_at=datetime(2026, 1, 1) + timedelta(days=sequence),
    )  # fmt: skip


@given(files=deliveries(), order=st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_governing_rows_do_not_depend_on_the_order_of_arrival(staging, files, order):
    connection, compiled = staging
    arrival = list(files)
    order.shuffle(arrival)
    assert staged(connection, compiled, arrival) == governing(files)
