"""Planted defects: one function per extract breaks every row rule of that extract on a known number of records.

Each record gets at most one kind of defect. Rows that cannot be read at all are `spoiling`'s, not this module's.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from orchestration.synthetic.amendments import ALWAYS, Correction, plant_count
from orchestration.synthetic.identity import BAD_NUMBERS, NO_NUMBERS, broken_number
from orchestration.synthetic.quality import careless_first
from orchestration.synthetic.registry import Registry
from orchestration.synthetic.schedule import Rota
from orchestration.synthetic.tenancies import TenancyList
from orchestration.synthetic.timeline import days
from orchestration.synthetic.world import World

TYPED_A_YEAR_AHEAD = days(400)


class _Plot:
    """Hands out records that have no defect yet, most of them of careless townships; half of them for good, the others
    until somebody corrects them."""

    def __init__(self, world: World, purpose: str, records: pd.DataFrame, candidates: np.ndarray) -> None:
        self.world, self.rng = world, world.stream("planting", purpose)
        townships = records["township"].to_numpy()[candidates]
        self.free = candidates[careless_first(self.rng, world.quality, townships)]
        self.share = plant_count(world.defects, len(candidates))

    def take(self, among: np.ndarray | None = None) -> np.ndarray:
        """`share` fresh records, ascending; `among` is a mask over all records."""
        fits = self.free if among is None else self.free[among[self.free]]
        taken = fits[: self.share]
        self.free = self.free[~np.isin(self.free, taken)]
        return np.sort(taken)

    def span(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        since = self.rng.integers(0, self.world.timeline.last + 1, count)
        until = since + self.rng.integers(1, 7, count)
        stays = np.arange(count) % 2 == 0
        return np.where(stays, 0, since), np.where(stays, ALWAYS, until)

    def numbers(self, records: pd.DataFrame, rows: np.ndarray, statuses: tuple[str, ...]) -> dict[str, np.ndarray]:
        status = np.array([statuses[n % len(statuses)] for n in range(len(rows))], dtype=object)
        unlisted = self.world.divisions.unlisted_areas
        numbers = records["id_number"].to_numpy()[rows]
        broken = [broken_number(self.rng, *pair, unlisted) for pair in zip(numbers, status, strict=True)]
        return {"id_status": status, "id_number": np.array(broken, dtype=object)}


def _current(records: pd.DataFrame, entered: str, closed: str) -> np.ndarray:
    """Records that were entered and are still open at the end, where a defect shows."""
    return np.flatnonzero(records[entered].notna() & records[closed].isna())


def _outside_the_gaming_township(world: World, records: pd.DataFrame) -> np.ndarray:
    """Where a value may be wrong in one registry alone: the gaming township's two are made to agree."""
    is_alone = len(world.divisions.townships) == 1
    return (records["township"].to_numpy() != world.gaming) | is_alone


def plant_in_gpl(world: World, gpl: Registry) -> None:
    records, amendments = gpl.records, gpl.amendments
    is_listed = records["registered_at"].to_numpy() <= world.timeline.as_of
    current = _current(records, "registered_at", "closed_at")
    plot = _Plot(world, "gpl", records, current[is_listed[current] & ~records["is_second"].to_numpy()[current]])
    arrival, birth = records["arrival"].to_numpy(), records["birth_date"].to_numpy()
    elsewhere = _outside_the_gaming_township(world, records)

    def plant(rule: str, rows: np.ndarray, **values: object) -> None:
        amendments.add(rule, rows, plot.span(len(rows)), **values)

    rows = plot.take()
    plant("gpl_id_present", rows, **plot.numbers(records, rows, NO_NUMBERS))
    rows = plot.take()
    plant("gpl_id_valid", rows, **plot.numbers(records, rows, BAD_NUMBERS))
    rows = plot.take(elsewhere)
    plant("gpl_id_agrees", rows, birth_date=birth[rows] - days(365))
    plant("gpl_origin_known", plot.take(elsewhere), origin_code=str(world.divisions.unlisted_areas[0]))
    rows = plot.take(elsewhere)
    plant("gpl_birth_inflow_order", rows, inflow_date=birth[rows] - days(300))
    rows = plot.take()
    plant("gpl_inflow_not_future", rows, inflow_date=(world.timeline.as_of + TYPED_A_YEAR_AHEAD).astype("M8[s]"))
    rows = plot.take()
    plant("gpl_outflow_order", rows, outflow_date=arrival[rows] - days(20))
    rows = plot.take()
    early, late = rows[::2], rows[1::2]
    plant("gpl_update_order", early, updated_at=records["registered_at"].to_numpy()[early] - days(3))
    plant("gpl_update_order", late, updated_at=world.timeline.as_of.astype("M8[s]") + TYPED_A_YEAR_AHEAD)
    plant("gpl_house_if_renting", plot.take((records["residence_kind"] == "rented").to_numpy()), house_no=None)
    rows = plot.take()
    amendments.add_twice("gpl_record_unique", rows, plot.span(len(rows)), operator_key="更正")
    plant("gpl_household_present", plot.take(), household_no=None)
    rows = plot.take()
    plant("gpl_contact_reachable", rows, phone=np.resize(np.array(["", "无", "1390941"], dtype=object), len(rows)))
    # Of four files in careless townships one is never looked at again, and one reads in the next export as it did.
    careless = np.flatnonzero(world.quality.careless[records["township"].to_numpy()])
    corrected, for_good = careless[careless % 4 > 0], careless[careless % 4 > 1]
    amendments.correction = Correction(world.timeline.newest_whole, corrected, for_good)


def plant_in_padis(world: World, padis: Registry) -> None:
    records, amendments = padis.records, padis.amendments
    current = _current(records, "registered_at", "closed_at")
    is_listed = records["registered_at"].to_numpy() <= world.timeline.as_of
    plot = _Plot(world, "padis", records, current[is_listed[current] & ~records["is_cancelled"].to_numpy()[current]])
    rows = plot.take()
    amendments.add("padis_id_valid", rows, plot.span(len(rows)), **plot.numbers(records, rows, BAD_NUMBERS))
    elsewhere = _outside_the_gaming_township(world, records)
    rows = plot.take(elsewhere)
    born, sexes = rows[::2], rows[1::2]
    birth = records["birth_date"].to_numpy()
    amendments.add("padis_id_agrees", born, plot.span(len(born)), birth_date=birth[born] - days(31))
    other = np.where(records["male"].to_numpy()[sexes] == 1, "female", "male").astype(object)
    amendments.add("padis_id_agrees", sexes, plot.span(len(sexes)), sex=other)
    rows = plot.take()
    amendments.add_twice("padis_case_unique", rows, plot.span(len(rows)), case_state="withdrawn")
    rows = plot.take(elsewhere)
    early, late = rows[::2], rows[1::2]
    arrival = records["arrival"].to_numpy()
    amendments.add("padis_date_order", early, plot.span(len(early)), outflow_date=arrival[early] - days(45))
    amendments.add("padis_date_order", late, plot.span(len(late)), inflow_date=birth[late] - days(45))


def plant_in_tenancies(world: World, tenancies: TenancyList) -> None:
    records, amendments = tenancies.records, tenancies.amendments
    is_listed = records["listed_at"].to_numpy() <= world.timeline.as_of
    current = _current(records, "listed_at", "end_date")
    plot = _Plot(world, "tenancies", records, current[is_listed[current]])
    rows = plot.take()
    numbers = plot.numbers(records, rows, NO_NUMBERS + BAD_NUMBERS)
    amendments.add("tenancy_id_valid", rows, plot.span(len(rows)), **numbers)
    rows = plot.take()
    unknown = np.array([f"F{world.divisions.county}999{n:09d}" for n in rows], dtype=object)
    amendments.add("tenancy_house_known", rows, plot.span(len(rows)), house_no=unknown)
    rows = plot.take()
    ended = records["start_date"].to_numpy()[rows] - days(10)
    amendments.add("tenancy_date_order", rows, plot.span(len(rows)), end_date=ended)


def plant_in_messages(world: World, messages: pd.DataFrame) -> dict[str, int]:
    answered = messages["replied_at_known"].notna() & (messages["replied_at_known"] <= world.timeline.as_of)
    plot = _Plot(world, "messages", messages, np.flatnonzero(answered))
    order, silent, future = plot.take(), plot.take(), plot.take()
    messages.loc[order, "verified_at"] = messages["received_at"].to_numpy()[order] - np.timedelta64(2, "h")
    messages.loc[silent, "outcome"] = None
    messages.loc[future, "replied_at"] = messages["replied_at"].to_numpy()[future] + TYPED_A_YEAR_AHEAD
    unanswered = messages["replied_at"].isna() & (messages["kind"] == "inquiry")
    says = _Plot(world, "outcomes", messages, np.flatnonzero(unanswered)).take()
    messages.loc[says, "outcome"] = "verified"
    messages.loc[says, "outcome_known"] = messages["sent_at"].to_numpy()[says]
    given = len(silent) + len(says)
    return {"message_time_order": len(order), "message_outcome_given": given, "message_not_future": len(future)}


def plant_in_logins(world: World, logins: pd.DataFrame, rota: Rota) -> dict[str, int]:
    logins["login_at_known"] = logins["login_at"]
    # Only in the newest log, and only some days ahead: such a row makes its month one that is looked at.
    as_of = world.timeline.as_of.astype("M8[s]")
    is_exported = ((logins["login_at"] < as_of) & (logins["township"] != rota.silent)).to_numpy()
    is_new = is_exported & (logins["login_at"] >= as_of - days(14)).to_numpy()
    future = _Plot(world, "logins ahead", logins, np.flatnonzero(is_new)).take()
    strange = _Plot(world, "logins elsewhere", logins, np.flatnonzero(is_exported & ~is_new)).take()
    logins.loc[future, "login_at"] = logins["login_at"].to_numpy()[future] + days(28)
    if world.divisions.elsewhere is None:
        strange = strange[:0]
    logins.loc[strange, "township_code"] = world.divisions.elsewhere
    return {"login_not_future": len(future), "login_known_township": len(strange)}


def plant_in_services(world: World, services: pd.DataFrame) -> dict[str, int]:
    done = services["completed_at"].notna() & (services["completed_at"] <= world.timeline.as_of)
    plot = _Plot(world, "services", services, np.flatnonzero(done & services["record_no"].notna()))
    unknown, future, no_fee = plot.take(), plot.take(), plot.take()
    services.loc[unknown, "record_no"] = [f"{world.divisions.county}999{n:06d}" for n in unknown]
    services.loc[future, "completed_at"] = services["completed_at"].to_numpy()[future] + TYPED_A_YEAR_AHEAD
    services.loc[no_fee, "fee"] = np.nan
    planted = {"service_record_known": unknown, "service_not_future": future, "service_fee_given": no_fee}
    return {rule: len(rows) for rule, rows in planted.items()}


def plant_in_audits(world: World, audits: pd.DataFrame) -> dict[str, int]:
    rows = _Plot(world, "audits", audits, np.arange(len(audits))).take()
    audits.loc[rows, "record_no"] = [f"{world.divisions.county}999{n:06d}" for n in rows]
    return {"audit_record_known": len(rows)}
