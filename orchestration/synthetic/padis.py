"""The national platform (PADIS): which persons it knows, and what a case says on any day.

Honest differences from GPL in place, origin or inflow date belong here; planted defects are in `planting`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from orchestration.synthetic.randomness import office_time, waiting
from orchestration.synthetic.registry import SEXES, Registry, closing, keep_registry, move_some
from orchestration.synthetic.timeline import NEVER, end_of_day
from orchestration.synthetic.world import World


def build_padis(world: World) -> Registry:
    """One case per person the national platform knows; some of them differ from GPL in place, origin or date."""
    rng = world.stream("padis")
    people = world.persons
    known = np.flatnonzero(rng.random(len(people)) < world.of_township("in_padis", people["township"].to_numpy()))
    cases = people.iloc[known].rename_axis("person").reset_index()
    township = cases["township"].to_numpy()
    lag = waiting(rng, 1.3 * world.of_township("registers_in", township), len(cases))
    cases["registered_at"] = office_time(rng, cases["arrival"].to_numpy().astype("M8[D]") + lag)
    cases["closed_at"] = closing(rng, world, cases)
    cases["confirmed_at"] = cases["registered_at"].to_numpy() + waiting(rng, 0.7, len(cases))
    cases["is_cancelled"] = rng.random(len(cases)) < 0.0005
    differs = rng.random(len(cases)) >= world.of_township("same_in_padis", township)
    field_ = rng.integers(0, 10, len(cases))
    move_some(rng, world, cases, differs & (field_ < 3))
    other = rng.choice(world.divisions.origins, len(cases))
    cases["origin_code"] = np.where(differs & (field_ >= 3) & (field_ < 6), other, cases["origin_code"])
    shift = np.where(differs & (field_ >= 6), -rng.integers(1, 28, len(cases)), 0).astype("m8[D]")
    cases["inflow_date"] = cases["arrival"].to_numpy() + shift
    registry = keep_registry(rng, world, cases, "in_padis")
    serial = np.arange(len(registry.records)) + 10_000_001
    registry.records["case_no"] = np.char.add(f"P{world.divisions.county}", serial.astype("U8"))
    return registry


def padis_on(registry: Registry, day: np.datetime64, townships: np.ndarray) -> pd.DataFrame:
    """The PADIS cases as exported on `day`: lake columns, and `person`, `id_number`; index: record."""
    known, end, world = registry.known_on(day, townships), end_of_day(day), registry.world
    closed = known.pop("is_closed").to_numpy()
    confirmed = (known["confirmed_at"] <= end).to_numpy()
    states = ["withdrawn", "unconfirmed", "outflow_registered"]
    snapshot = known.assign(
        sex=SEXES[known["male"].to_numpy()],
        village_code=world.divisions.villages[known["village"].to_numpy()],
        outflow_date=np.where(closed, known["departure"].to_numpy(), NEVER),
        case_state=np.select([known["is_cancelled"], ~confirmed, closed], states, "inflow_registered"),
        id_status="ok",
    )
    return registry.amendments.apply(snapshot, int(world.timeline.index(day)))
