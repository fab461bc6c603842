"""Which rows fail which row rule of the extracts, as the specification words them.

Masks only; counting is in `accounts`. The order of GPL's rules is the order in which a failing file is explained.
"""

from __future__ import annotations

import pandas as pd

from orchestration.synthetic.identity import BAD_NUMBERS, NO_NUMBERS
from orchestration.synthetic.timeline import end_of_day

EARLIEST_BIRTH = pd.Timestamp("1900-01-01")
MOBILE = r"1[3-9]\d{9}"
AFFECT_ACCURACY = (
    "gpl_id_present",
    "gpl_id_valid",
    "gpl_id_agrees",
    "gpl_origin_known",
    "gpl_birth_inflow_order",
    "gpl_inflow_not_future",
    "gpl_outflow_order",
    "gpl_update_order",
    "gpl_house_if_renting",
    "gpl_record_unique",
)

Masks = dict[str, pd.Series]


def id_agrees(rows: pd.DataFrame, persons: pd.DataFrame) -> pd.Series:
    """Whether birth date and sex are those in the identity number; true where there is no usable number to ask."""
    person = persons.iloc[rows["person"].to_numpy()]
    same_birth = rows["birth_date"].to_numpy() == person["birth_date"].to_numpy()
    same_sex = (rows["sex"] == "male").to_numpy() == (person["male"] == 1).to_numpy()
    return (rows["id_status"] != "ok") | (same_birth & same_sex)


def gpl_rules(rows: pd.DataFrame, persons: pd.DataFrame, listed_codes: frozenset[str]) -> Masks:
    """`rows`: GPL in force in a month, with `is_active`."""
    end = _end(rows)
    has_key = (rows["id_status"] == "ok") & rows["is_active"]
    files = rows["person"].where(has_key).map(rows.loc[has_key, "person"].value_counts())
    return {
        "gpl_id_present": rows["id_status"].isin(NO_NUMBERS),
        "gpl_id_valid": rows["id_status"].isin(BAD_NUMBERS),
        "gpl_id_agrees": ~id_agrees(rows, persons),
        "gpl_origin_known": ~rows["origin_code"].isin(listed_codes),
        "gpl_birth_inflow_order": (rows["birth_date"] > rows["inflow_date"]) | (rows["birth_date"] < EARLIEST_BIRTH),
        "gpl_inflow_not_future": rows["inflow_date"] > rows["as_of"],
        "gpl_outflow_order": rows["outflow_date"] < rows["inflow_date"],
        "gpl_update_order": (rows["updated_at"] < rows["registered_at"])
        | (rows["updated_at"] > end)
        | (rows["registered_at"] > end),
        "gpl_house_if_renting": (rows["residence_kind"] == "rented") & rows["house_no"].isna(),
        "gpl_record_unique": rows["occurrences"] > 1,
        "gpl_household_present": rows["household_no"].isna(),
        "gpl_person_unique": files > 1,
        "gpl_contact_reachable": ~rows["phone"].astype(str).str.fullmatch(MOBILE),
    }


def padis_rules(rows: pd.DataFrame, persons: pd.DataFrame) -> Masks:
    return {
        "padis_id_valid": rows["id_status"] != "ok",
        "padis_id_agrees": ~id_agrees(rows, persons),
        "padis_case_unique": rows["occurrences"] > 1,
        "padis_date_order": (rows["birth_date"] > rows["inflow_date"])
        | (rows["birth_date"] < EARLIEST_BIRTH)
        | (rows["outflow_date"] < rows["inflow_date"]),
    }


def tenancy_rules(rows: pd.DataFrame, gpl: pd.DataFrame) -> Masks:
    """`gpl`: GPL in force in the same month."""
    known = pd.MultiIndex.from_frame(gpl[["township", "house_no"]].dropna().drop_duplicates())
    houses = pd.MultiIndex.from_frame(rows[["township", "house_no"]])
    return {
        "tenancy_id_valid": rows["id_status"] != "ok",
        "tenancy_house_known": pd.Series(~houses.isin(known), rows.index),
        "tenancy_date_order": rows["end_date"] < rows["start_date"],
    }


def message_rules(rows: pd.DataFrame) -> Masks:
    times = rows[["sent_at", "received_at", "verified_at", "replied_at"]]
    latest_so_far = times.ffill(axis=1).cummax(axis=1)
    return {
        "message_time_order": (times < latest_so_far).any(axis=1),
        "message_outcome_given": rows["replied_at"].notna() != rows["outcome"].notna(),
        "message_not_future": times.gt(_end(rows), axis=0).any(axis=1),
    }


def login_rules(rows: pd.DataFrame) -> Masks:
    return {"login_not_future": rows["login_at"] > _end(rows), "login_known_township": rows["township"] < 0}


def service_rules(rows: pd.DataFrame, record_nos: set[str]) -> Masks:
    return {
        "service_record_known": rows["record_no"].notna() & ~rows["record_no"].isin(record_nos),
        "service_not_future": rows["completed_at"] > _end(rows),
        "service_fee_given": rows["completed_at"].notna() & rows["fee"].isna(),
    }


def audit_rules(rows: pd.DataFrame, record_nos: set[str]) -> Masks:
    return {"audit_record_known": ~rows["record_no"].isin(record_nos)}


def readable_rules(source: str, rows: pd.DataFrame) -> Masks:
    """One rule per optional column that was spelled so that nobody can read it."""
    spelled = rows["unreadable"]
    columns = sorted({column for listed in spelled.unique() for column in listed.split(",") if column})
    return {f"{source}_readable_{name}": spelled.str.contains(f",{name},", regex=False) for name in columns}


def _end(rows: pd.DataFrame) -> pd.Series:
    return pd.Series(end_of_day(rows["as_of"].to_numpy().astype("M8[D]")), rows.index)
