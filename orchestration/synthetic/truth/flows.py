"""Outcomes of messages, days, services, answers and audits (indicators.md, flow and sample indicators).

A case table has period (position of the month, may lie after the last), division_code, township, case_ref and one
outcome column per indicator, null where the row is not in the population.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from orchestration.synthetic.timeline import days, end_of_day
from orchestration.synthetic.truth.landed import Landing

NOTICES = {"birth_notice": "birth_notice_receipt", "health_notice": "health_notice_receipt"}
DUE_DAYS = 7


def messages(landing: Landing) -> pd.DataFrame:
    rows = landing.ledgers["exchange_message"]
    is_inquiry = (rows["kind"] == "inquiry").to_numpy()
    is_urgent = is_inquiry & (rows["urgency"] == "urgent").to_numpy()
    sent_on = rows["sent_at"].to_numpy().astype("M8[D]")
    due = end_of_day(sent_on + np.where(is_urgent, 0, DUE_DAYS).astype("m8[D]"))
    received, verified, replied = (rows[c].to_numpy() for c in ("received_at", "verified_at", "replied_at"))
    is_open, end = _open_and_end(landing, "exchange_message", rows, due)
    steps = {"received": received, "verified": verified, "replied": replied}
    on_time = _first_miss(steps, due)
    same_day = _first_miss({name: steps[name] for name in ("received", "replied")}, due)
    receipt = _first_miss({"received": received}, due)
    feedback = np.select([replied <= end, np.isnat(replied)], ["met", "never_replied"], "replied_late")
    says_where = rows["outcome"].isin(["verified", "departed"])
    cases = _cases(landing, rows, "message_no", due, landing.divisions.townships[rows["township"]])
    cases["inquiry_on_time"] = _of(is_inquiry & ~is_urgent, is_open, on_time)
    cases["urgent_same_day"] = _of(is_urgent, is_open, same_day)
    is_key = (rows["is_key"] == "yes").to_numpy(bool)
    cases["key_inquiry_feedback"] = _of(is_inquiry & is_key, is_open, feedback)
    is_answered = is_inquiry & ~is_open & (replied <= end)
    cases["effective_reply"] = _of(is_answered, False, np.where(says_where, "met", "outcome_unknown"))
    for kind, indicator in NOTICES.items():
        cases[indicator] = _of((rows["kind"] == kind).to_numpy(), is_open, receipt)
    return cases


def services(landing: Landing) -> pd.DataFrame:
    rows = landing.ledgers["service_event"]
    due = end_of_day(rows["due_date"].to_numpy().astype("M8[D]"))
    completed = rows["completed_at"].to_numpy()
    is_open, end = _open_and_end(landing, "service_event", rows, due)
    is_visit = (rows["kind"] == "care_visit").to_numpy()
    done = np.select([np.isnat(completed), completed > due], ["not_completed", "completed_late"], "met")
    cases = _cases(landing, rows, "event_no", due, rows["village_code"].to_numpy())
    cases["service_on_time"] = _of(~is_visit, is_open, done)
    is_known = ~is_visit & ~is_open & (completed <= end) & rows["fee"].notna().to_numpy()
    cases["service_free"] = _of(is_known, False, np.where(rows["fee"] == 0, "met", "charged"))
    cases["care_visit"] = _of(is_visit, is_open, done)
    return cases


def township_days(landing: Landing) -> pd.DataFrame:
    """Every day up to E of every landed month, for each township."""
    logins = landing.ledgers["system_login"]
    logins = logins[(logins["account_level"] == "township") & (logins["township"] >= 0)]
    seen = set(zip(logins["township"], logins["login_at"].to_numpy().astype("M8[D]").astype("int64"), strict=True))
    rows = []
    for (month, township), end in np.ndenumerate(landing.ends["system_login"]):
        if not np.isnat(end):
            code = landing.divisions.townships[township]
            for day in np.arange(landing.timeline.months[month].astype("M8[D]"), end.astype("M8[D]") + days(1)):
                outcome = "met" if (township, int(day.astype("int64"))) in seen else "no_login"
                rows.append((month, code, township, f"{code} {day}", outcome))
    return pd.DataFrame(rows, columns=["period", "division_code", "township", "case_ref", "daily_login"])


def survey_responses(landing: Landing) -> pd.DataFrame:
    rows = landing.ledgers["survey_response"]
    cases = _cases(landing, rows, "response_no", rows["surveyed_date"].to_numpy(), rows["township_code"].to_numpy())
    cases["policy_awareness"] = np.where(rows["is_aware"] == "yes", "met", "not_aware")
    said = rows["is_satisfied"].isin(["yes", "no"]).to_numpy()
    cases["satisfaction"] = _of(said, False, np.where(rows["is_satisfied"] == "yes", "met", "not_satisfied"))
    return cases


def audit_samples(landing: Landing) -> pd.DataFrame:
    rows = landing.ledgers["audit_sample"]
    cases = _cases(landing, rows, "audit_no", rows["checked_date"].to_numpy(), rows["township_code"].to_numpy())
    final = rows["second_result"].where(rows["second_result"].notna(), rows["first_result"])
    cases["audited_accuracy"] = np.select(
        [final == "matches", final == "differs"], ["met", "audit_differs"], "audit_not_found"
    )
    return cases


def _cases(landing: Landing, rows: pd.DataFrame, number: str, when: np.ndarray, place: np.ndarray) -> pd.DataFrame:
    columns = {"division_code": place, "township": rows["township"], "case_ref": rows[number]}
    return pd.DataFrame({"period": landing.timeline.index(when)} | columns)


def _open_and_end(landing: Landing, source: str, rows: pd.DataFrame, due: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether the case is due after the end of D, and the end E of the month it is due in."""
    until = landing.until[source][rows["township"].to_numpy()]
    month_end = end_of_day((due.astype("M8[M]") + 1).astype("M8[D]") - days(1))
    return due > until, np.minimum(month_end, until)


def _first_miss(steps: dict[str, np.ndarray], due: np.ndarray) -> np.ndarray:
    """met, or never_<step> / <step>_late of the first step at fault."""
    conditions, reasons = [], []
    for step, at in steps.items():
        conditions += [np.isnat(at), at > due]
        reasons += [f"never_{step}", f"{step}_late"]
    return np.select(conditions, reasons, "met")


def _of(population: np.ndarray, is_open: np.ndarray | bool, outcome: np.ndarray) -> np.ndarray:
    outcome = np.where(is_open, "pending", outcome).astype(object)
    return np.where(population, outcome, None)
