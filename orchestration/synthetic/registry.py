"""What the two registries of persons share: when records were entered, updated and closed.

What GPL or PADIS says in its columns belongs in `gpl` and `padis`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from orchestration.synthetic.amendments import Amendments
from orchestration.synthetic.randomness import office_time, waiting
from orchestration.synthetic.timeline import NEVER, days, end_of_day
from orchestration.synthetic.world import World

OPERATORS = 4  # accounts per township that edit files
BURST_HOUR = np.timedelta64(20 * 3600, "s")
SEXES = np.array(["female", "male"])


@dataclass
class Registry:
    """`records`: one row per record, by township and time of entry, with `registered_at` and `closed_at` (or NaT).

    `updates[r, m]` is when record r was updated in month m (NaT: not); `operators[r, m]` is who did it.
    """

    world: World
    records: pd.DataFrame
    updates: np.ndarray
    operators: np.ndarray
    amendments: Amendments = field(default_factory=Amendments)

    def known_on(self, day: np.datetime64, townships: np.ndarray) -> pd.DataFrame:
        """Records entered by the end of `day` in `townships` (a mask), with `updated_at`, `operator`, `is_closed`."""
        month = int(self.world.timeline.index(day))
        end = end_of_day(day)
        listed = (self.records["registered_at"] <= end).to_numpy() & townships[self.records["township"].to_numpy()]
        known = self.records[listed].copy()
        updates = np.where(self.updates[listed, : month + 1] <= end, self.updates[listed, : month + 1], NEVER)
        latest = np.where(np.isnat(updates), -1, np.arange(month + 1)).max(axis=1)
        rows = np.arange(len(known))
        known["updated_at"] = np.where(latest < 0, known["registered_at"].to_numpy(), updates[rows, latest])
        known["operator"] = np.where(
            latest < 0, known.index.to_numpy() % OPERATORS, self.operators[listed][rows, latest]
        )
        known["is_closed"] = (known["closed_at"] <= end).to_numpy()
        return known


def keep_registry(rng: np.random.Generator, world: World, records: pd.DataFrame, diligence: str) -> Registry:
    """Order and number the records and draw their updates; nobody registers a person who has left."""
    here = records["departure"].isna() | (records["registered_at"] < records["departure"])
    records = records[here].sort_values(["township", "registered_at", "person"], kind="stable").reset_index(drop=True)
    timeline, township = world.timeline, records["township"].to_numpy()
    shape = (len(records), len(timeline.months))
    updates, operators = np.full(shape, NEVER, "M8[s]"), rng.integers(0, OPERATORS, shape)
    for month in range(shape[1]):
        first, last = timeline.months[month].astype("M8[D]"), timeline.end(month)
        day = first + rng.integers(0, int((last - first).astype("int64")) + 1, shape[0]).astype("m8[D]")
        at = office_time(rng, day)
        updates[:, month] = np.where(rng.random(shape[0]) < world.of_month(diligence, township, first), at, NEVER)
        if diligence == "updated" and month % 3 == 2:  # the gaming township catches up in one evening
            burst = (township == world.gaming) & (rng.random(shape[0]) < 0.98)
            evening = last.astype("M8[s]") + BURST_HOUR + rng.integers(0, 3600, shape[0]).astype("m8[s]")
            updates[burst, month], operators[burst, month] = evening[burst], 0
    entered, closed = records["registered_at"].to_numpy()[:, None], records["closed_at"].to_numpy()[:, None]
    is_possible = (updates >= entered) & (np.isnat(closed) | (updates < closed))
    updates = np.where(is_possible, updates, NEVER)
    in_month = timeline.index(closed) == np.arange(shape[1])
    return Registry(world, records, np.where(in_month, closed, updates), operators)


def closing(rng: np.random.Generator, world: World, records: pd.DataFrame) -> np.ndarray:
    """When a departure was noted, or NaT."""
    township = records["township"].to_numpy()
    departure = records["departure"].to_numpy()
    noted = rng.random(len(records)) < world.of_township("departure_recorded", township)
    lag = waiting(rng, world.of_township("hears_of_departure_in", township), len(records))
    closed = office_time(
        rng, np.maximum(departure, records["registered_at"].to_numpy()).astype("M8[D]") + lag + days(1)
    )
    return np.where(noted, closed, NEVER)


def move_some(rng: np.random.Generator, world: World, records: pd.DataFrame, moved: np.ndarray) -> None:
    """Some records place the person in another village, often of another township; never in the gaming one, whose
    registries tell of nobody who lives elsewhere."""
    other = rng.integers(0, len(world.divisions.villages), len(records))
    moved = moved & (world.divisions.village_township[other] != world.gaming)
    village = np.where(moved, other, records["village"])
    records["village"] = village
    records["township"] = world.divisions.village_township[village]
