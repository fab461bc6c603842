"""However far apart the first event of a ledger and its newest export lie, every month between them has landed."""

from __future__ import annotations

from datetime import date

FIRST, AS_OF = date(206, 10, 5), "2026-10-31"


def test_no_month_of_a_span_of_centuries_is_left_out(warehouse):
    """Wider than landing lets through: rows that an older version landed are in the lake for good."""
    service = {"kind": "health_check", "village_code": "623021100201", "fee": 0}
    events = [{"event_no": "S1", "due_date": FIRST}, {"event_no": "S2", "due_date": date(2026, 10, 5)}]
    warehouse.lake.land("service_event", "623021", AS_OF, [service | event for event in events])
    seeded = warehouse.dbt("seed")
    assert seeded.returncode == 0, seeded.stdout
    built = warehouse.dbt("run", "--select", "+landed_month")
    assert built.returncode == 0, built.stdout
    found = warehouse.rows(
        """select count(*), count(distinct period_month), min(period_month), max(period_month)
           from staging.landed_month where source = 'service_event' and township_code = '623021100000'"""
    )
    months = 12 * (2026 - 206) + 1
    assert found == [(months, months, date(206, 10, 1), date(2026, 10, 1))]
