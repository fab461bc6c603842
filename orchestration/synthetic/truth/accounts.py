"""The truth as tables: every case, counts by place and month, failing rows by rule, files and quarantine.

Outcomes come from `stocks` and `flows`; here they are lined up, restricted to what has landed, and counted.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from orchestration.synthetic.truth import flows, rules, stocks
from orchestration.synthetic.truth.landed import EVENTS, Landing
from orchestration.synthetic.world import World

GPL, PADIS, TENANCY = ("gpl_resident",), ("padis_resident",), ("rental_tenancy",)
SOURCES = {
    "registration_coverage": GPL + PADIS + TENANCY,
    "registry_consistency": GPL + PADIS,
    "data_accuracy": GPL,
    "data_update": GPL,
    "one_file_per_person": GPL,
    "contact_card": GPL,
    "publicity": GPL,
    "tenant_registration": TENANCY + GPL,
    "inquiry_on_time": ("exchange_message",),
    "urgent_same_day": ("exchange_message",),
    "key_inquiry_feedback": ("exchange_message",),
    "effective_reply": ("exchange_message",),
    "birth_notice_receipt": ("exchange_message",),
    "health_notice_receipt": ("exchange_message",),
    "daily_login": ("system_login",),
    "service_on_time": ("service_event",),
    "service_free": ("service_event",),
    "care_visit": ("service_event",),
    "policy_awareness": ("survey_response",),
    "satisfaction": ("survey_response",),
    "audited_accuracy": ("audit_sample",),
}
FLOWS = (flows.messages, flows.services, flows.township_days, flows.survey_responses, flows.audit_samples)
KEYS = ["indicator_code", "period", "township"]


def settle(world: World, landing: Landing) -> Iterator[tuple[pd.DataFrame, list[pd.DataFrame]]]:
    """Part by part (stock month by month, then flows): cases of landed township-months with pending ones of later
    months, and failing rows by rule."""
    for month in range(len(world.timeline.months)):
        tables, failing = _stock_of_month(world, landing, month)
        yield _cases([table.assign(period=month) for table in tables], landing), failing
    ledger_failures = list(_ledger_failures(landing))
    yield _cases([build(landing) for build in FLOWS], landing), ledger_failures


def count(cases: pd.DataFrame) -> pd.DataFrame:
    """Numerator, denominator and pending by indicator, period and township."""
    is_pending = cases["outcome"] == "pending"
    parts = {"numerator": cases["outcome"] == "met", "denominator": ~is_pending, "pending": is_pending}
    return cases.assign(**parts).groupby(KEYS)[list(parts)].sum().astype("int64")


def add_empty(counts: pd.DataFrame, landing: Landing) -> pd.DataFrame:
    """All counts, with 0/0 for the township-months that landed without a case."""
    landed = [
        (indicator, month, township)
        for indicator in SOURCES
        for month, township in np.argwhere(_has_landed(indicator, landing)).tolist()
    ]
    index = pd.MultiIndex.from_tuples(landed, names=KEYS)
    return counts.reindex(counts.index.union(index), fill_value=0).reset_index()


def withheld(landing: Landing) -> pd.DataFrame:
    """The indicators, months and townships whose result says that a source was not delivered."""
    cells = [
        (indicator, month, township)
        for indicator in SOURCES
        for month, township in np.argwhere(_is_withheld(indicator, landing)).tolist()
    ]
    return pd.DataFrame(cells, columns=KEYS)


def landed_only(counts: pd.DataFrame, landing: Landing) -> pd.DataFrame:
    """Without the months and places of which nothing came: their pending cases are known, but no count."""
    parts = []
    for indicator, part in counts.groupby("indicator_code"):
        silent = _is_withheld(str(indicator), landing) & ~_has_landed(str(indicator), landing)
        is_within = part["period"] < len(silent)
        parts.append(part[~(is_within & silent[part["period"].where(is_within, 0), part["township"]])])
    return pd.concat(parts)


def _stock_of_month(world: World, landing: Landing, month: int) -> tuple[list[pd.DataFrame], list[pd.DataFrame]]:
    gpl = stocks.mark_active(landing, "gpl_resident", month)
    padis = stocks.mark_active(landing, "padis_resident", month)
    tenancies = stocks.current_tenancies(landing, month)
    listed = landing.snapshots["rental_tenancy"][month]
    masks = rules.gpl_rules(gpl, world.persons, world.divisions.listed_codes)
    failing = [("gpl_resident", gpl, masks)]
    if len(padis):
        failing.append(("padis_resident", padis, rules.padis_rules(padis, world.persons)))
    if len(listed):
        failing.append(("rental_tenancy", listed, rules.tenancy_rules(listed, gpl)))
    files = gpl[gpl["is_active"]]
    cases = padis[padis["is_active"]] if len(padis) else gpl.iloc[:0].assign(case_no="").drop(columns="record_no")
    tables = [
        stocks.known_persons(files, tenancies, cases),
        stocks.registry_persons(files, cases),
        stocks.resident_files(landing, month, gpl, masks),
        stocks.tenants(tenancies, set(files["key"]) - {-1}),
    ]
    counted = [
        _failures(rows, masks | rules.readable_rules(source, rows), np.full(len(rows), month))
        for source, rows, masks in failing
    ]
    return tables, counted


def _ledger_failures(landing: Landing) -> Iterator[pd.DataFrame]:
    record_nos = {number for rows in landing.snapshots["gpl_resident"] for number in rows["record_no"]}
    ledgers = landing.ledgers
    masks = {
        "exchange_message": rules.message_rules(ledgers["exchange_message"]),
        "system_login": rules.login_rules(ledgers["system_login"]),
        "service_event": rules.service_rules(ledgers["service_event"], record_nos),
        "survey_response": {},
        "audit_sample": rules.audit_rules(ledgers["audit_sample"], record_nos),
    }
    for source, of_source in masks.items():
        rows = ledgers[source]
        period = landing.timeline.index(rows[EVENTS[source]].to_numpy())
        yield _failures(rows, of_source | rules.readable_rules(source, rows), period)


def _failures(rows: pd.DataFrame, masks: rules.Masks, period: np.ndarray) -> pd.DataFrame:
    """rule_id, period, township, rows_failed: one row per rule and place with at least one failing row."""
    parts = [
        pd.DataFrame({"rule_id": rule, "period": period[mask.to_numpy()], "township": rows["township"][mask]})
        for rule, mask in masks.items()
    ]
    failures = pd.concat(parts) if parts else pd.DataFrame(columns=["rule_id", "period", "township"])
    return failures.groupby(["rule_id", "period", "township"]).size().reset_index(name="rows_failed")


def _has_landed(indicator: str, landing: Landing) -> np.ndarray:
    """Per month and township: whether every source of the indicator has landed."""
    return np.all([~np.isnat(landing.ends[source]) for source in SOURCES[indicator]], axis=0)


def _is_withheld(indicator: str, landing: Landing) -> np.ndarray:
    """Per month and township: whether a source of the indicator is withheld, and none else still awaited."""
    withheld = np.stack([landing.withheld(source) for source in SOURCES[indicator]])
    landed = np.stack([~np.isnat(landing.ends[source]) for source in SOURCES[indicator]])
    return withheld.any(axis=0) & (landed | withheld).all(axis=0)


def _cases(tables: list[pd.DataFrame], landing: Landing) -> pd.DataFrame:
    long = pd.concat([_long(table, landing) for table in tables], ignore_index=True)
    return long.sort_values([*KEYS, "case_ref"], kind="stable", ignore_index=True)


def _long(table: pd.DataFrame, landing: Landing) -> pd.DataFrame:
    """One row per case and indicator, without those of places and months that have no result."""
    place = ["period", "division_code", "township", "case_ref"]
    parts = []
    for indicator in [column for column in table.columns if column in SOURCES]:
        part = table[table[indicator].notna()][[*place, indicator]].rename(columns={indicator: "outcome"})
        month, township = part["period"].to_numpy("int64"), part["township"].to_numpy("int64")
        landed = _has_landed(indicator, landing)
        within = (month >= 0) & (month < len(landed)) & (township >= 0)
        has_result = np.zeros(len(part), dtype=bool)
        has_result[within] = landed[month[within], township[within]]
        is_later = (part["outcome"] == "pending").to_numpy() & (month > _last_landed(landed)[township])
        parts.append(part[has_result | is_later].assign(indicator_code=indicator))
    return pd.concat(parts, ignore_index=True)


def _last_landed(landed: np.ndarray) -> np.ndarray:
    """Per township the last month with a result; beyond every month where there is none at all."""
    last = len(landed) - 1 - landed[::-1].argmax(axis=0)
    return np.where(landed.any(axis=0), last, np.iinfo("int64").max)
