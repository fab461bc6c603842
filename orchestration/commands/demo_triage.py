"""What quality staff of the synthetic county do about its failures, between one delivery and the next.

Here: which incidents are taken up and which row is waived, through the workbench's own door. Not here: how an incident
or a waiver works (`workbench`).
"""

from __future__ import annotations

from datetime import date

import duckdb

from orchestration.installation.clock import now
from orchestration.installation.messages import command_line_messages
from orchestration.installation.paths import Home
from orchestration.publishing.edition import DATABASE
from orchestration.workbench import Workbench
from orchestration.workbench.records import RowKey

TAKEN_UP = 5
WAIVED_UNTIL = date(2026, 12, 31)
# A service that cost nothing and says so nowhere: of one month only, so that one month is built again.
WAIVABLE = """
    select rule_id, source, record_ref, division_code from fct_quality_failure
    where rule_id = 'service_fee_given' and resolved_on is null and division_code is not null
    order by period_start desc, division_code, record_ref
    limit 1
"""


def triage(home: Home, delivery: int) -> None:
    """After the corrections the largest incidents are taken up; after the late file a row is proven right."""
    if delivery == 1:
        _take_up_largest(Workbench.open(home))
    elif delivery == 2:
        _waive_one(home)


def _take_up_largest(workbench: Workbench) -> None:
    """Each township's largest incident, of as many townships: one is seen, the others are somebody's."""
    say = command_line_messages().both
    inspector = say("demo.inspector")
    by_rows = sorted(workbench.incidents(is_open=True), key=lambda one: (one.rows, -one.id))
    largest = {one.division_code: one for one in by_rows if one.division_code}.values()
    taken_up = sorted(largest, key=lambda one: (-one.rows, one.id))[:TAKEN_UP]
    for one in taken_up:
        seen = workbench.acknowledge(one.id, one.version, inspector, "being_looked_into", say("demo.acknowledged"))
        if one is not taken_up[0]:
            assignee, comment = say("demo.assignee"), say("demo.assigned")
            workbench.assign(seen.id, seen.version, inspector, assignee, "sent_to_township", comment)


def _waive_one(home: Home) -> None:
    say = command_line_messages().both
    with duckdb.connect(str(home.current_edition / DATABASE), read_only=True) as edition:
        rows = [RowKey(*row) for row in edition.execute(WAIVABLE).fetchall()]
    if rows:
        Workbench.open(home).waive(
            rows, say("demo.inspector"), "document_seen", say("demo.waived"), WAIVED_UNTIL, today=now().date()
        )
