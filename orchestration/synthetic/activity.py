"""What townships do day by day: logins, services, surveys, audits.

`*_known` columns say from when on an export shows a value. Planted defects are in `planting`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from orchestration.synthetic.randomness import DAY, office_time, pick
from orchestration.synthetic.registry import Registry
from orchestration.synthetic.timeline import NEVER, days
from orchestration.synthetic.world import World

SERVICES_PER_FILE_AND_MONTH = 0.25
PLANNED_AHEAD = 25  # days from which a service stands in the ledger before it is due
PADDED = 60  # services of one kind that the gaming township adds in its last whole month
SERVICES = np.array(["health_check", "follow_up", "certificate", "supplies", "consultation", "care_visit"])


def build_logins(world: World) -> pd.DataFrame:
    """One row per login: two township accounts, a village account, and in the first township a county account."""
    rng = world.stream("logins")
    timeline, townships = world.timeline, len(world.divisions.townships)
    calendar = np.arange(timeline.start, timeline.as_of + days(1))
    day, township = np.repeat(calendar, townships), np.tile(np.arange(townships), len(calendar))
    weekend = (day.astype("int64") + 3) % 7 >= 5
    diligence = world.of_month("logs_in", township, day) - 0.03 * weekend
    logged_in = rng.random(len(day)) < diligence
    parts = []
    for level, account, happens in (
        ("township", "a", logged_in),
        ("township", "b", logged_in & (rng.random(len(day)) < 0.5)),
        ("village", "v", rng.random(len(day)) < 0.6),
        ("county", "x", (township == 0) & (rng.random(len(day)) < 0.5)),
    ):
        where = township[happens]
        accounts = np.char.add(np.char.add(np.array(world.divisions.scopes)[where], "_"), account)
        login = {"account_key": accounts, "account_level": level, "township": where}
        parts.append(pd.DataFrame(login | {"login_at": office_time(rng, day[happens])}))
    logins = pd.concat(parts, ignore_index=True)
    logins["township_code"] = world.divisions.townships[logins["township"]]
    return logins.sort_values(["login_at", "account_key"], kind="stable").reset_index(drop=True)


def build_services(world: World, gpl: Registry) -> pd.DataFrame:
    """One row per service owed to a resident, due from the first month to `PLANNED_AHEAD` days after as-of; the gaming
    township adds some."""
    rng = world.stream("services")
    timeline, files = world.timeline, gpl.records
    count = max(40, round(SERVICES_PER_FILE_AND_MONTH * len(files) * len(timeline.months)))
    span = int((timeline.as_of - timeline.start).astype("int64")) + PLANNED_AHEAD
    due = timeline.start + rng.integers(0, span, count).astype("m8[D]")
    owed_to = rng.integers(0, len(files), count)
    planned = due - days(PLANNED_AHEAD)
    registered, departed = files["registered_at"].to_numpy()[owed_to], files["departure"].to_numpy()[owed_to]
    is_owed = (registered < planned) & (np.isnat(departed) | (departed > due))
    due, owed_to = due[is_owed], owed_to[is_owed]
    file_ = files.iloc[owed_to]
    township, count = file_["township"].to_numpy(), len(owed_to)
    kind = rng.choice(SERVICES, count, p=[0.2, 0.25, 0.1, 0.15, 0.1, 0.2])
    visits, serves = (world.of_month(parameter, township, due) for parameter in ("visits", "serves"))
    keeps = np.where(kind == "care_visit", visits, serves)
    on_time = office_time(rng, due - rng.integers(0, 6, count).astype("m8[D]"))
    late = office_time(rng, due + rng.integers(1, 40, count).astype("m8[D]"))
    done = np.where(rng.random(count) < keeps, on_time, np.where(rng.random(count) < 0.9, late, NEVER))
    charges = (rng.random(count) >= world.of_month("serves_free", township, due)) & (kind != "care_visit")
    owed = pd.DataFrame(
        {
            "kind": kind,
            "village_code": world.divisions.villages[file_["village"].to_numpy()],
            "record_no": np.where(rng.random(count) < 0.03, None, file_["record_no"].to_numpy().astype(object)),
            "due_date": due.astype("M8[s]"),
            "planned_at": (due - days(PLANNED_AHEAD)).astype("M8[s]"),
            "completed_at": done,
            "completed_at_known": done,
            "fee_known": done,
            "fee": np.where(charges, rng.integers(100, 8000, count) / 100, 0.0),
            "township": township,
        }
    )
    services = pd.concat([owed, _padding(world, files)], ignore_index=True).sort_values(
        ["due_date", "village_code", "planned_at"], kind="stable", ignore_index=True
    )
    services.insert(0, "event_no", _numbers_in_books("FW", services["township"]))
    return services


def _padding(world: World, files: pd.DataFrame) -> pd.DataFrame:
    """Consultations that nobody asked for, of residents there are, each done on its day."""
    rng, timeline = world.stream("padding"), world.timeline
    month = max(timeline.last - 1, 0)
    first, last = timeline.months[month].astype("M8[D]"), timeline.end(month)
    is_there = (files["township"] == world.gaming) & (files["registered_at"] < first - days(PLANNED_AHEAD))
    file_ = files[is_there & (files["departure"].isna() | (files["departure"] > last))]
    file_ = file_.iloc[rng.integers(0, len(file_), PADDED if len(file_) else 0)]
    due = first + rng.integers(0, int((last - first).astype("int64")) + 1, len(file_)).astype("m8[D]")
    done = office_time(rng, due)
    return pd.DataFrame(
        {
            "kind": "consultation",
            "village_code": world.divisions.villages[file_["village"].to_numpy()],
            "record_no": file_["record_no"].to_numpy().astype(object),
            "due_date": due.astype("M8[s]"),
            "planned_at": (due - days(PLANNED_AHEAD)).astype("M8[s]"),
            "completed_at": done,
            "completed_at_known": done,
            "fee_known": done,
            "fee": 0.0,
            "township": world.gaming,
        }
    )


def build_surveys(world: World) -> pd.DataFrame:
    """One row per answered questionnaire: some in each township and month."""
    rng = world.stream("surveys")
    township, surveyed = _visits(rng, world, per_month=min(40, 4 + len(world.persons) // 300))
    count = len(township)
    happy = rng.random(count) < world.of_township("satisfies", township)
    aware = rng.random(count) < world.of_township("aware", township)
    return pd.DataFrame(
        {
            "response_no": _numbers_in_books("WJ", township),
            "township_code": world.divisions.townships[township],
            "surveyed_date": surveyed.astype("M8[s]"),
            "is_aware": np.where(aware, "yes", "no"),
            "is_satisfied": np.where(rng.random(count) < 0.04, "unclear", np.where(happy, "yes", "no")),
            "township": township,
        }
    )


def build_audits(world: World, gpl: Registry) -> pd.DataFrame:
    """One row per file checked in the field; a finding may be corrected by a second check some weeks later."""
    rng = world.stream("audits")
    per_month = min(20, 2 + len(world.persons) // 600)
    township, checked = _visits(rng, world, per_month)
    first_file = np.searchsorted(gpl.records["township"].to_numpy(), np.arange(len(world.divisions.townships) + 1))
    files = np.diff(first_file)[township]
    file_ = first_file[township] + (rng.random(len(township)) * files).astype("int64")
    has_file = files > 0
    township, checked, file_ = township[has_file], checked[has_file], file_[has_file]
    known = gpl.records["registered_at"].to_numpy()[file_] < checked
    township, checked, file_ = township[known], checked[known], file_[known]
    count = len(township)
    fits = rng.random(count) < world.of_township("accurate", township)
    finding = np.where(fits, "matches", np.where(rng.random(count) < 0.75, "differs", "not_found"))
    again = (~fits & (rng.random(count) < 0.4)) | (rng.random(count) < 0.03)
    corrected = np.where(rng.random(count) < 0.6, "matches", finding).astype(object)
    second_known = checked.astype("M8[s]") + rng.integers(5 * DAY, 35 * DAY, count).astype("m8[s]")
    return pd.DataFrame(
        {
            "audit_no": _numbers_in_books("CC", township),
            "record_no": gpl.records["record_no"].to_numpy()[file_],
            "township_code": world.divisions.townships[township],
            "checked_date": checked.astype("M8[s]"),
            "first_result": finding,
            "second_result": np.where(again, corrected, None),
            "second_result_known": np.where(again, second_known, NEVER),
            "township": township,
        }
    )


def rewrite_due_dates(world: World, services: pd.DataFrame) -> pd.DataFrame:
    """The gaming township moves the due date of some late services afterwards: `due_date` until `rewritten_at`."""
    rng = world.stream("rewriting")
    late = (services["completed_at"] > services["due_date"] + days(1)) & (services["township"] == world.gaming)
    rows = np.flatnonzero(late)
    rows = rows[pick(rng, len(rows), len(rows) // 3)]
    services["rewritten_at"], services["rewritten_due_date"] = NEVER, NEVER
    services["rewritten_at"] = services["rewritten_at"].astype("M8[s]")
    services["rewritten_due_date"] = services["rewritten_due_date"].astype("M8[s]")
    services.loc[rows, "rewritten_at"] = services["completed_at"].to_numpy()[rows]
    services.loc[rows, "rewritten_due_date"] = services["completed_at"].to_numpy()[rows].astype("M8[D]").astype("M8[s]")
    return services


def _numbers_in_books(prefix: str, township: np.ndarray | pd.Series) -> np.ndarray:
    """Each township keeps a book of its own that begins at 1, so that every number stands in all of them."""
    book = pd.Series(np.asarray(township))
    return np.char.add(prefix, (book.groupby(book).cumcount() + 1).astype(str).str.zfill(6).to_numpy().astype("U"))


def _visits(rng: np.random.Generator, world: World, per_month: int) -> tuple[np.ndarray, np.ndarray]:
    """Township and day of `per_month` visits in each township and month, in order of days."""
    townships, timeline = len(world.divisions.townships), world.timeline
    township = np.tile(np.repeat(np.arange(townships), per_month), len(timeline.months))
    first = np.repeat(timeline.months.astype("M8[D]"), townships * per_month)
    day = first + np.floor(rng.random(len(township)) * 28).astype("m8[D]")
    happened = day <= timeline.as_of
    order = np.argsort(day[happened], kind="stable")
    return township[happened][order], day[happened][order]
