"""Outcomes of the cases that exist at a month's end: persons, files, tenants (indicators.md, stock indicators).

A case table has division_code, township, case_ref and one outcome column per indicator.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from orchestration.synthetic.truth.landed import Landing
from orchestration.synthetic.truth.rules import AFFECT_ACCURACY, Masks

COMPARED = ("township", "sex", "birth_date", "origin_code", "inflow_date")
ACTIVE_STATE = {"gpl_resident": ("record_state", "active"), "padis_resident": ("case_state", "inflow_registered")}


def mark_active(landing: Landing, source: str, month: int) -> pd.DataFrame:
    """The rows in force with `is_active` at E and `key` (the person, -1 without a usable number)."""
    rows = landing.snapshots[source][month]
    if rows.empty:
        return rows
    end = landing.ends[source][month][rows["township"].to_numpy()]
    column, state = ACTIVE_STATE[source]
    is_here = _is_here(rows["inflow_date"], rows["outflow_date"], end)
    return rows.assign(
        is_active=(rows[column] == state) & is_here, key=rows["person"].where(rows["id_status"] == "ok", -1)
    )


def current_tenancies(landing: Landing, month: int) -> pd.DataFrame:
    """Tenancies in force at E of tenants with a key."""
    rows = landing.snapshots["rental_tenancy"][month]
    if rows.empty:
        return pd.DataFrame(columns=["key", "township", "start_date", "house_no", "village_code", "case_ref"])
    end = landing.ends["rental_tenancy"][month][rows["township"].to_numpy()]
    rows = rows[_is_here(rows["start_date"], rows["end_date"], end) & (rows["id_status"] == "ok")]
    started = rows["start_date"].dt.strftime("%Y-%m-%d")
    reference = rows["house_no"].astype(str) + " " + started + " " + rows["source_row"].astype(str)
    return rows.assign(key=rows["person"], case_ref=reference).sort_values(["start_date", "house_no"], kind="stable")


def resident_files(landing: Landing, month: int, gpl: pd.DataFrame, masks: Masks) -> pd.DataFrame:
    """`gpl`: rows in force, marked; `masks`: its failing rules."""
    failing = [masks[rule] for rule in AFFECT_ACCURACY]
    first_failing = np.select(failing, [f"rule:{rule}" for rule in AFFECT_ACCURACY], "met")
    end = landing.ends["gpl_resident"][month][gpl["township"].to_numpy()]
    start = landing.timeline.months[month].astype("M8[s]")
    updated = (gpl["updated_at"] >= start) & (gpl["updated_at"] <= end)
    not_one = [masks["gpl_person_unique"], gpl["key"] < 0, gpl["household_no"].isna()]
    cases = pd.DataFrame(
        {
            "division_code": gpl["village_code"],
            "township": gpl["township"],
            "case_ref": gpl["record_no"],
            "data_accuracy": first_failing,
            "data_update": np.where(updated, "met", "not_updated"),
            "one_file_per_person": np.select(not_one, ["duplicate_person", "no_identity", "no_household"], "met"),
            "contact_card": _given(gpl["has_contact_card"], "not_given"),
            "publicity": _given(gpl["is_informed"], "not_informed"),
        }
    )
    return cases[gpl["is_active"]]


def tenants(tenancies: pd.DataFrame, registered: set[int]) -> pd.DataFrame:
    """One case per person and township; the latest tenancy speaks."""
    speaking = tenancies.drop_duplicates(["key", "township"], keep="last")
    is_registered = speaking["key"].isin(registered)
    outcome = {"tenant_registration": np.where(is_registered, "met", "not_registered")}
    return _cases(speaking, speaking["case_ref"], outcome)


def known_persons(gpl: pd.DataFrame, tenancies: pd.DataFrame, padis: pd.DataFrame) -> pd.DataFrame:
    """`gpl`, `padis`: active rows, those that speak for their person last; without a key a file is its own person."""
    keyless = gpl[gpl["key"] < 0]
    files = speaking(gpl)
    renting = tenancies.drop_duplicates("key", keep="last")
    renting = renting[~renting["key"].isin(files["key"])]
    others = speaking(padis)
    others = others[~others["key"].isin(files["key"]) & ~others["key"].isin(renting["key"])]
    parts = [
        _cases(part, part[reference], {"registration_coverage": outcome})
        for part, reference, outcome in (
            (files, "record_no", "met"),
            (keyless, "record_no", "met"),
            (renting, "case_ref", "not_registered"),
            (others, "case_no", "not_registered"),
        )
    ]
    return pd.concat(parts, ignore_index=True)


def registry_persons(gpl: pd.DataFrame, padis: pd.DataFrame) -> pd.DataFrame:
    """Persons with a key active in GPL or PADIS: equal in both, or the first difference."""
    files, cases = speaking(gpl).set_index("key"), speaking(padis).set_index("key")
    both = files.index.intersection(cases.index)
    here, there = files.loc[both], cases.loc[both]
    differences = [(here[column] != there[column]).to_numpy() for column in COMPARED]
    outcome = np.select(differences, [f"differs:{column}" for column in COMPARED], "met")
    only_gpl, only_padis = files.drop(both), cases.drop(both)
    parts = [
        _cases(here, here["record_no"], {"registry_consistency": outcome}),
        _cases(only_gpl, only_gpl["record_no"], {"registry_consistency": "only_in_gpl"}),
        _cases(only_padis, only_padis["case_no"], {"registry_consistency": "only_in_padis"}),
    ]
    return pd.concat(parts, ignore_index=True)


def speaking(active: pd.DataFrame) -> pd.DataFrame:
    """Of each person with a key, the active row that speaks: latest updated_at, then largest number."""
    number = "record_no" if "record_no" in active else "case_no"
    keyed = active[active["key"] >= 0].sort_values(["updated_at", number], kind="stable")
    return keyed.drop_duplicates("key", keep="last")


def _is_here(since: pd.Series, until: pd.Series, end: np.ndarray) -> pd.Series:
    return (since <= end) & (until.isna() | (until > end))


def _given(flag: pd.Series, missed: str) -> np.ndarray:
    return np.select([(flag == "yes").to_numpy(bool, na_value=False), flag.isna()], ["met", "unknown"], missed)


def _cases(rows: pd.DataFrame, reference: pd.Series, outcomes: dict[str, object]) -> pd.DataFrame:
    columns = {"division_code": rows["village_code"], "township": rows["township"], "case_ref": reference}
    return pd.DataFrame(columns | {name: pd.Series(values, rows.index) for name, values in outcomes.items()})
