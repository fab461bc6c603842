"""What the border found in a few deliveries, and what is still to do, row by row.

What belongs here: rows of schemas `lake`, `quality`, and open cases. What follows is said by the tests.
"""

from __future__ import annotations

from datetime import date, datetime

from dice_county import COUNTIES, TOWNSHIPS
from facts_fixture import Facts

OCTOBER, NOVEMBER, SEPTEMBER = date(2025, 10, 1), date(2025, 11, 1), date(2025, 9, 1)
RUNS = {"first": "20251101T080000Z-1", "second": "20251102T080000Z-2", "third": "20251201T080000Z-3"}
RUN_DAYS = {"first": date(2025, 11, 1), "second": date(2025, 11, 2), "third": date(2025, 12, 1)}


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
            batch("snapshot-mid", 11, "gpl_resident", COUNTIES[0], date(2025, 10, 15), quarantine_reasons=reasons),
            batch("snapshot-end", 12, "gpl_resident", COUNTIES[0], date(2025, 10, 31)),
            batch("snapshot-again", 13, "gpl_resident", COUNTIES[0], date(2025, 10, 31), quarantine_reasons=reasons),
            batch("snapshot-late-old", 14, "gpl_resident", COUNTIES[0], date(2025, 10, 20)),
            batch("snapshot-next", 15, "gpl_resident", COUNTIES[0], date(2025, 11, 30)),
            batch("snapshot-narrow", 16, "gpl_resident", TOWNSHIPS[0], date(2025, 10, 31)),
            batch("ledger", 17, "exchange_message", COUNTIES[0], date(2025, 10, 15), sheet_name="导出"),
            batch("ledger-longer", 18, "exchange_message", COUNTIES[0], date(2025, 10, 31)),
            batch("ledger-corrected", 19, "exchange_message", COUNTIES[0], date(2025, 10, 31)),
        ],
    )
    superseding = {
        "snapshot-mid": "snapshot-again",
        "snapshot-end": "snapshot-again",
        "snapshot-late-old": "snapshot-again",
        "ledger-longer": "ledger-corrected",
    }
    others = ("snapshot-again", "snapshot-next", "snapshot-narrow", "ledger", "ledger-corrected")
    county = {"place_code": COUNTIES[0], "scope_code": COUNTIES[0]}
    status = [
        county | {"batch_id": old, "state": "superseded", "superseded_by": new} for old, new in superseding.items()
    ]
    status += [county | {"batch_id": one, "state": "speaks"} for one in others]
    # Of the county's file, which speaks for the rest, a township has replaced its own part.
    status += [
        county | {"place_code": TOWNSHIPS[0], "batch_id": "snapshot-again", "state": "superseded",
                  "superseded_by": "snapshot-narrow"}
    ]  # fmt: skip
    facts.insert("staging.batch_status", status)
    rows = [("missing:sex", True), ("missing:sex", True), ("out_of_scope", False)]
    facts.insert(
        "staging.quarantine_status",
        [{"batch_id": "snapshot-again", "reason": reason, "is_awaited": awaited} for reason, awaited in rows],
    )
    facts.insert(
        "staging.governing_snapshot",
        [
            {"source": "gpl_resident", "township_code": TOWNSHIPS[0], "period_month": month, "batch_id": "any"}
            for month in (OCTOBER, NOVEMBER)
        ],
    )


def _land_failures(facts: Facts) -> None:
    """Results of three runs, the second of which looked at one month again, and what the ledger made of their rows."""

    def result(run, rule, source, month, origin="expectation", **counts):
        key = {"run_id": RUNS[run], "rule_id": rule, "source": source, "period_month": month, "origin": origin}
        about = {"dimension": "validity", "severity": "error", "affects_accuracy": True, "blocks_publication": False}
        return key | about | {"rows_tested": 10, "rows_failed": 1, "rows_waived": 0} | counts

    facts.insert(
        "quality.result",
        [
            result("first", "gpl_id_present", "gpl_resident", OCTOBER),
            result("second", "gpl_id_present", "gpl_resident", OCTOBER, rows_failed=3, rows_waived=2),
            result("third", "gpl_id_present", "gpl_resident", NOVEMBER),
            result("first", "message_time_order", "exchange_message", SEPTEMBER),
            result("third", "a_rule_of_former_times", "gpl_resident", NOVEMBER),
            result("first", "results_are_coherent", "fct_indicator_result", SEPTEMBER, "dbt", rows_tested=None),
            result("third", "results_are_coherent", "fct_indicator_result", NOVEMBER, "dbt", rows_tested=None),
            # A run before results told of their origin.
            result("second", "message_time_order", "exchange_message", OCTOBER, None, rows_waived=None),
        ],
    )

    def failure(record, first, resolved=None, rule="gpl_id_present", source="gpl_resident", batch=None, **more):
        key = {"rule_id": rule, "source": source, "record_ref": record, "origin": "expectation"}
        days = {
            "first_seen": RUN_DAYS[first],
            "first_run": RUNS[first],
            "last_seen": RUN_DAYS[first],
            "runs_failing": 1,
        }
        ended = {"resolved_on": RUN_DAYS[resolved], "resolved_run": RUNS[resolved]} if resolved else {}
        state = {"times_reopened": 0, "is_waived": False, "period_start": OCTOBER, "division_code": TOWNSHIPS[0]}
        return key | days | ended | state | {"batch_id": batch} | more

    facts.insert(
        "quality.ledger",
        [
            failure("gone in the same load", "first", "first"),
            failure("mended in a day", "first", "second"),
            failure("mended in a month", "first", "third"),
            failure("mended the second time", "first", "third", reopened_on=date(2025, 11, 21), times_reopened=1),
            failure("open", "second", batch="ledger", source="exchange_message", rule="message_time_order"),
            failure("back again", "first", reopened_on=RUN_DAYS["third"], times_reopened=1),
            failure("waived", "first", is_waived=True),
            failure("of no township", "first", division_code=None),
            failure(
                "R1", "first", rule="landing:missing:sex", origin="landing", batch="snapshot-again", is_waived=True
            ),
        ],
    )


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
