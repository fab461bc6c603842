"""The lists of tenants of rented houses: what village officers know of who rents where, whoever is registered.

Planted defects are in `planting`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from orchestration.synthetic.amendments import Amendments
from orchestration.synthetic.randomness import waiting
from orchestration.synthetic.timeline import NEVER, days
from orchestration.synthetic.world import World

NOTICED = 0.94  # share of tenancies that an officer ever lists
CHECKED_EVERY = 90  # days


@dataclass
class TenancyList:
    """`records`: one row per tenancy ever listed, ordered by house and start."""

    world: World
    records: pd.DataFrame
    amendments: Amendments = field(default_factory=Amendments)


def build_tenancies(world: World) -> TenancyList:
    """A tenancy per renting person, an earlier or a second one for a few."""
    rng = world.stream("tenancies")
    people = world.persons
    renting = np.flatnonzero((people["residence_kind"] == "rented") & (rng.random(len(people)) < NOTICED))
    again = renting[rng.random(len(renting)) < 0.05]
    rows = people.iloc[np.concatenate([renting, again])].rename_axis("person").reset_index()
    is_again = np.arange(len(rows)) >= len(renting)
    house = rng.integers(0, max(len(people), 1), len(rows))
    for column in ("village", "township", "house_no"):
        rows[column] = np.where(is_again, people[column].to_numpy()[house], rows[column].to_numpy())
    arrival, departure = rows["arrival"].to_numpy(), rows["departure"].to_numpy()
    rows["start_date"] = arrival + np.where(is_again, rng.integers(1, 200, len(rows)), 0).astype("m8[D]")
    moved_out = rows["start_date"].to_numpy() + rng.integers(30, 400, len(rows)).astype("m8[D]")
    ends_early = is_again & (rng.random(len(rows)) < 0.5)
    rows["end_date"] = np.where(ends_early, np.fmin(moved_out, departure), departure)
    rows["listed_at"] = rows["start_date"].to_numpy() + waiting(rng, 6.0, len(rows))
    is_real = rows["end_date"].isna() | (rows["end_date"] >= rows["start_date"])
    records = rows[is_real].sort_values(["house_no", "start_date", "person"], kind="stable")
    records = records.drop_duplicates(["house_no", "start_date", "person"]).reset_index(drop=True)
    return TenancyList(world, records)


def tenancies_on(tenancies: TenancyList, day: np.datetime64, townships: np.ndarray) -> pd.DataFrame:
    """The list as exported on `day`: lake columns, and `person`, `id_number`, `name`; index: record."""
    records, world = tenancies.records, tenancies.world
    listed = (records["listed_at"] <= day).to_numpy() & townships[records["township"].to_numpy()]
    known = records[listed]
    start, end = known["start_date"].to_numpy(), known["end_date"].to_numpy()
    checks = (day.astype("M8[s]") - start).astype("m8[D]").astype("int64") // CHECKED_EVERY
    snapshot = known.assign(
        village_code=world.divisions.villages[known["village"].to_numpy()],
        end_date=np.where(end <= day.astype("M8[s]"), end, NEVER),
        checked_date=np.where(checks > 0, start + checks * days(CHECKED_EVERY), NEVER),
        id_status="ok",
    )
    return tenancies.amendments.apply(snapshot, int(world.timeline.index(day)))
