"""What the border found in a few deliveries, and what is still to do, row by row.

What belongs here: rows of schemas `lake`, `quality`, and open cases. What follows is said by the tests.
"""

from __future__ import annotations

from datetime import date, datetime

from dice_county import COUNTIES, TOWNSHIPS
from facts_fixture import Facts

OCTOBER, NOVEMBER, SEPTEMBER = date(2025, 10, 1), date(2025, 11, 1), date(2025, 9, 1)
RUNS = {"first": "20251101T080000Z-1", "second": "20251102T080000Z-2", "third": "20251201T080000Z-3"}


def land_findings(facts: Facts) -> None:
    _land_batches(facts)
    _land_failures(facts)
    land_open_cases(facts)


def _land_batches(facts: Facts) -> None:
    def batch(batch_id, sequence, source, scope, as_of, **more):
        counts = {"rows_in": 10, "accepted": 10, "quarantined": 0, "non_data": 0, "quarantine_reasons": "{}"}
        names = {"file_name": f"{batch_id}.csv", "sha256": batch_id, "is_synthetic": False}
        key = {"batch_id": batch_id, "sequence": sequence, "source": source, "scope_code": scope, "as_of": as_of}
        return key | counts | names | more

    reasons = '{"missing:sex": 2, "out_of_scope": 1}'
    facts.insert(
        "lake.batch",
        [
            batch("snapshot-mid", 11, "gpl_resident", COUNTIES[0], date(2025, 10, 15)),
            batch("snapshot-end", 12, "gpl_resident", COUNTIES[0], date(2025, 10, 31)),
            batch("snapshot-again", 13, "gpl_resident", COUNTIES[0], date(2025, 10, 31), quarantine_reasons=reasons),
            batch("snapshot-late-old", 14, "gpl_resident", COUNTIES[0], date(2025, 10, 20)),
            batch("snapshot-next", 15, "gpl_resident", COUNTIES[0], date(2025, 11, 30)),
            batch("snapshot-narrow", 16, "gpl_resident", TOWNSHIPS[0], date(2025, 10, 31)),
            batch("ledger", 17, "exchange_message", COUNTIES[0], date(2025, 10, 15)),
            batch("ledger-longer", 18, "exchange_message", COUNTIES[0], date(2025, 10, 31)),
            batch("ledger-corrected", 19, "exchange_message", COUNTIES[0], date(2025, 10, 31)),
        ],
    )
    facts.insert(
        "staging.governing_snapshot",
        [
            {"source": "gpl_resident", "township_code": TOWNSHIPS[0], "period_month": month, "batch_id": "any"}
            for month in (OCTOBER, NOVEMBER)
        ],
    )


def _land_failures(facts: Facts) -> None:
    def failure(run, source, month, record, line=2):
        key = {"run_id": RUNS[run], "rule_id": f"{source}_rule", "source": source, "period_month": month}
        trace = {"record_ref": record, "township_code": TOWNSHIPS[0], "source_file": f"{run}.csv", "source_row": line}
        return key | trace

    validated = [
        ("first", "gpl_resident", OCTOBER),
        ("second", "gpl_resident", OCTOBER),
        ("third", "gpl_resident", NOVEMBER),
        ("first", "exchange_message", SEPTEMBER),
        ("second", "exchange_message", SEPTEMBER),
        ("third", "exchange_message", NOVEMBER),
    ]
    failures = [
        failure("first", "gpl_resident", OCTOBER, "corrected at once"),
        failure("first", "gpl_resident", OCTOBER, "corrected next month"),
        failure("second", "gpl_resident", OCTOBER, "corrected next month", line=3),
        failure("second", "gpl_resident", OCTOBER, "stays"),
        failure("third", "gpl_resident", NOVEMBER, "stays", line=9),
        failure("first", "exchange_message", SEPTEMBER, "corrected"),
        failure("first", "exchange_message", SEPTEMBER, "stays"),
        failure("second", "exchange_message", SEPTEMBER, "stays", line=4),
    ]
    newest = {"gpl_resident": ("second", "third"), "exchange_message": ("second", "third")}
    facts.insert(
        "quality.result",
        [
            {
                "run_id": RUNS[run],
                "rule_id": f"{source}_rule",
                "source": source,
                "period_month": month,
                "rows_tested": 10,
                "rows_failed": 1,
                "dimension": "validity",
                "severity": "error",
                "affects_accuracy": True,
            }
            for run, source, month in validated
        ],
    )
    facts.insert("quality.failure", failures)
    still = [row for row in failures if row["run_id"] in {RUNS[run] for run in newest[row["source"]]}]
    facts.insert("quality.failing_row", still)


def land_open_cases(facts: Facts) -> None:
    """Messages of the month that the clock stands in."""

    def case(reference, due_at, state="open"):
        place = {
            "period_month": due_at.date().replace(day=1),
            "division_code": TOWNSHIPS[0],
            "township_code": TOWNSHIPS[0],
        }
        rest = {"case_ref": reference, "due_at": due_at, "due_indicator_code": "an_indicator", "open_state": state}
        return place | rest | {"source": "exchange_message"}

    facts.insert(
        "core.fct_message",
        [
            case("late", datetime(2026, 1, 19, 23, 59, 59)),
            case("at the last second", datetime(2026, 1, 20, 23, 59, 59)),
            case("tomorrow", datetime(2026, 1, 21, 23, 59, 59)),
            case("done", datetime(2026, 1, 21, 23, 59, 59), None),
        ],
    )
