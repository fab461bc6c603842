"""What is in force once every file has landed: governing snapshots, newest ledger versions, months landed.

Reads deliveries as meant by the generator; shares no code with landing or the warehouse.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from orchestration.synthetic.delivery import Delivery
from orchestration.synthetic.divisions import Divisions
from orchestration.synthetic.timeline import NEVER, Timeline, days, end_of_day

SNAPSHOT_KEYS = {"gpl_resident": "record_no", "padis_resident": "case_no", "rental_tenancy": None}
LEDGER_KEYS = {
    "exchange_message": ["message_no"],
    "system_login": ["account_key", "login_at"],
    "service_event": ["township", "event_no"],
    "survey_response": ["township", "response_no"],
    "audit_sample": ["township", "audit_no"],
}
EVENTS = {
    "exchange_message": "sent_at",
    "system_login": "login_at",
    "service_event": "due_date",
    "survey_response": "surveyed_date",
    "audit_sample": "checked_date",
}
# Days after a month's end by which its exports are due.
TERM = 5
PLACES = {"to_code", "township_code", "village_code"}


@dataclass(frozen=True)
class Landing:
    """`ends[source][month, township]`: the end E of a landed month, NaT where nothing landed.

    `snapshots[source][month]`: the rows in force, `township` being where the row's own code lies and `occurrences` how
    often its key stands in the snapshot. `ledgers[source]`: the newest version of each row. `until[source][township]`:
    the end of the day D up to which a ledger is known. `clock`: the newest day of any file.
    """

    timeline: Timeline
    divisions: Divisions
    snapshots: dict[str, list[pd.DataFrame]]
    ledgers: dict[str, pd.DataFrame]
    ends: dict[str, np.ndarray]
    until: dict[str, np.ndarray]
    clock: np.datetime64

    def withheld(self, source: str) -> np.ndarray:
        """Per month and township: whether the term is over and the file that others have sent has not come; a ledger's
        also if it stops within the month and at least half of the others' do not."""
        last_day = (self.timeline.months + 1).astype("M8[D]") - days(1)
        ends = self.ends[source]
        came = ~np.isnat(ends)
        whole = came & (ends >= end_of_day(last_day)[:, None])
        absent = ~came & came.any(axis=1, keepdims=True)
        others = ends.shape[1] - 1
        behind = came & ~whole & whole.any(axis=1, keepdims=True) & (2 * whole.sum(axis=1, keepdims=True) >= others)
        is_over = (self.clock - last_day >= days(TERM))[:, None]
        return is_over & (absent | behind & (source in LEDGER_KEYS))


def landed(timeline: Timeline, divisions: Divisions, deliveries: list[Delivery]) -> Landing:
    by_source: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        by_source.setdefault(delivery.source, []).append(delivery)
    snapshots, ledgers, ends, until = {}, {}, {}, {}
    for source in SNAPSHOT_KEYS:
        snapshots[source], ends[source] = _snapshots(timeline, divisions, source, by_source.get(source, []))
    for source in LEDGER_KEYS:
        ledgers[source] = _newest(divisions, source, by_source.get(source, []))
        until[source] = _known_until(divisions, by_source.get(source, []))
        ends[source] = _ledger_ends(timeline, ledgers[source][EVENTS[source]], until[source])
    clock = max(delivery.as_of for delivery in deliveries)
    return Landing(timeline, divisions, snapshots, ledgers, ends, until, clock)


def _snapshots(
    timeline: Timeline, divisions: Divisions, source: str, deliveries: list[Delivery]
) -> tuple[list[pd.DataFrame], np.ndarray]:
    months, townships = len(timeline.months), len(divisions.townships)
    ends = np.full((months, townships), NEVER, "M8[s]")
    in_force = []
    for month in range(months):
        of_month = [d for d in deliveries if d.as_of.astype("M8[M]") == timeline.months[month]]
        governed: dict[int, list[int]] = {}
        for township, scope in enumerate(divisions.scopes):
            covering = [n for n, delivery in enumerate(of_month) if delivery.covers(scope)]
            if covering:
                governing = max(covering, key=lambda n: (of_month[n].as_of, len(of_month[n].scope)))
                governed.setdefault(governing, []).append(township)
                ends[month, township] = end_of_day(of_month[governing].as_of)
        parts = [_in_force(divisions, source, of_month[n], places) for n, places in governed.items()]
        in_force.append(pd.concat(parts, ignore_index=True) if parts else pd.DataFrame())
    return in_force, ends


def _in_force(divisions: Divisions, source: str, delivery: Delivery, townships: list[int]) -> pd.DataFrame:
    rows = _placed(divisions, delivery)
    rows = rows[rows["township"].isin(townships)]
    key = SNAPSHOT_KEYS[source]
    if key is None:
        return rows.assign(occurrences=1)
    rows = rows.assign(occurrences=rows.groupby(key)[key].transform("size")).sort_values("source_row")
    return rows.drop_duplicates(key, keep="last")


def _placed(divisions: Divisions, delivery: Delivery) -> pd.DataFrame:
    """Accepted rows with the township of their own code, the day they were exported for, and the width of the scope."""
    rows = delivery.accepted
    place = next(column for column in rows.columns if column in PLACES)
    position = {scope: n for n, scope in enumerate(divisions.scopes)}
    township = rows[place].astype(str).str[:9].map(position).fillna(-1).astype("int64")
    return rows.assign(township=township, as_of=delivery.as_of.astype("M8[s]"), narrowness=len(delivery.scope))


def _newest(divisions: Divisions, source: str, deliveries: list[Delivery]) -> pd.DataFrame:
    versions = pd.concat([_placed(divisions, delivery) for delivery in deliveries], ignore_index=True)
    versions = versions.sort_values(["as_of", "narrowness", "source_row"], kind="stable")
    return versions.drop_duplicates(LEDGER_KEYS[source], keep="last").reset_index(drop=True)


def _known_until(divisions: Divisions, deliveries: list[Delivery]) -> np.ndarray:
    until = np.full(len(divisions.townships), NEVER, "M8[s]")
    for delivery in deliveries:
        covered = [n for n, scope in enumerate(divisions.scopes) if delivery.covers(scope)]
        until[covered] = np.fmax(until[covered], end_of_day(delivery.as_of))
    return until


def _ledger_ends(timeline: Timeline, events: pd.Series, until: np.ndarray) -> np.ndarray:
    """E per month and township: from the month of the county's earliest row to that of D; NaT elsewhere."""
    month_end = end_of_day((timeline.months + 1).astype("M8[D]") - days(1))[:, None]
    first = timeline.index(events.to_numpy()).min() if len(events) else len(timeline.months)
    month = np.arange(len(timeline.months))[:, None]
    is_landed = (month >= first) & (month <= np.where(np.isnat(until), -1, timeline.index(until)))
    return np.where(is_landed, np.minimum(month_end, until), NEVER)
