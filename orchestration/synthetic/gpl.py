"""The provincial registry (GPL): who has a file, and what the file says on any day.

Honest shortcomings (late, never, not updated, card not given) belong here; planted defects are in `planting`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from orchestration.synthetic.amendments import plant_count
from orchestration.synthetic.quality import careless_first
from orchestration.synthetic.randomness import office_time, waiting
from orchestration.synthetic.registry import SEXES, Registry, closing, keep_registry, move_some
from orchestration.synthetic.timeline import NEVER, days, end_of_day
from orchestration.synthetic.world import World

# Cards run out in the whole county this many months before the newest whole one, and have not come since.
NO_CARDS_SINCE, CARDS_LEFT = 3, 0.2
LEAVES_BLANK = {True: 0.006, False: 0.0}  # share of files without either flag, in careless townships and others
# Shares of its files that the gaming township strikes off and takes up again a month later.
DROPPED = {12: 0.35, 6: 0.04}  # by calendar month: a fall that strikes the eye, and one that does not


def build_gpl(world: World) -> Registry:
    """One file per registered person, some registered late or never; a second file for a few if defects are wanted."""
    rng = world.stream("gpl")
    people = world.persons
    first = np.flatnonzero(rng.random(len(people)) < world.of_township("registered", people["township"].to_numpy()))
    order = first[careless_first(rng, world.quality, people["township"].to_numpy()[first])]
    second = np.sort(order[: plant_count(world.defects, len(first))])
    files = people.iloc[np.concatenate([first, second])].rename_axis("person").reset_index()
    township = files["township"].to_numpy()
    is_second = np.arange(len(files)) >= len(first)
    lag = waiting(rng, world.of_township("registers_in", township), len(files)) + is_second * days(45)
    files["registered_at"] = office_time(rng, files["arrival"].to_numpy().astype("M8[D]") + lag)
    move_some(rng, world, files, is_second & (rng.random(len(files)) < 0.5))
    files["closed_at"] = closing(rng, world, files)
    files["is_cancelled"] = is_second & (rng.random(len(files)) < 0.3)
    cancelled = files["registered_at"].to_numpy() + days(60)
    files["closed_at"] = np.where(files["is_cancelled"], cancelled, files["closed_at"].to_numpy())
    card = files["registered_at"].to_numpy() + waiting(rng, 0.5, len(files))
    are_left = files["registered_at"] < world.timeline.months[0] + world.timeline.newest_whole - NO_CARDS_SINCE
    given = world.of_township("card_given", township) * np.where(are_left, 1.0, CARDS_LEFT)
    files["card_at"] = np.where(rng.random(len(files)) < given, card, NEVER)
    told = files["registered_at"].to_numpy() + waiting(rng, 0.5, len(files))
    files["informed_at"] = np.where(rng.random(len(files)) < world.of_township("informed", township), told, NEVER)
    files["leaves_blank"] = rng.random(len(files)) < np.where(world.quality.careless[township], *LEAVES_BLANK.values())
    files["is_second"] = is_second
    is_gaming = files["township"].to_numpy() == world.gaming
    files["dropped"] = np.where(is_gaming, world.stream("year's end").random(len(files)), 1.0)
    registry = keep_registry(rng, world, files, "updated")
    serial = registry.records.groupby("township").cumcount().to_numpy() + 100_001
    # As registries number: by the village, so that a number says where its file is kept.
    stems = np.char.add("D", world.divisions.villages)[registry.records["village"].to_numpy()]
    registry.records["record_no"] = np.char.add(stems, serial.astype("U6"))
    registry.amendments.planted["gpl_person_unique"] = len(second)
    return registry


def gpl_on(registry: Registry, day: np.datetime64, townships: np.ndarray, is_corrected: bool = False) -> pd.DataFrame:
    """The register as exported on `day`: lake columns, `person`, `id_number`, `name`, `phone`; index: record. Once it
    is corrected, most of the planted defects are mended."""
    known, end, world = registry.known_on(day, townships), end_of_day(day), registry.world
    village = world.divisions.villages[known["village"].to_numpy()]
    closed = known.pop("is_closed").to_numpy()
    blank = known["leaves_blank"].to_numpy()
    dropped = known["dropped"] < DROPPED.get(int(day.astype("M8[M]").astype("int64") % 12) + 1, 0)
    cancelled = (closed & known["is_cancelled"]) | (~closed & dropped)
    snapshot = known.assign(
        household_no=np.char.add("H", (known["household"].to_numpy() + 10_000_001).astype("U8")),
        sex=SEXES[known["male"].to_numpy()],
        village_code=village,
        inflow_date=known["arrival"],
        outflow_date=np.where(closed & ~known["is_cancelled"], known["departure"].to_numpy(), NEVER),
        record_state=np.select([cancelled, closed], ["cancelled", "departed"], "active"),
        operator_key=_operator_names(world, known),
        has_contact_card=_flag((known["card_at"] <= end).to_numpy(), blank),
        is_informed=_flag((known["informed_at"] <= end).to_numpy(), blank),
        id_status="ok",
    )
    return registry.amendments.apply(snapshot, int(world.timeline.index(day)), is_corrected)


def _operator_names(world: World, known: pd.DataFrame) -> np.ndarray:
    scope = np.array(world.divisions.scopes)[known["township"].to_numpy()]
    return np.char.add(np.char.add(scope, "-"), (known["operator"].to_numpy() + 1).astype("U2"))


def _flag(is_true: np.ndarray, is_blank: np.ndarray) -> np.ndarray:
    return np.where(is_blank, None, np.where(is_true, "yes", "no").astype(object))
