"""Who sends what when: the clerks' calendar, with corrections, late ledgers and a missing delivery.

Only which files there are and what they cover; rows come from the registries and ledgers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from orchestration.synthetic.world import World

SNAPSHOTS = ("gpl_resident", "padis_resident", "rental_tenancy")
LEDGERS = ("exchange_message", "system_login", "service_event", "survey_response", "audit_sample")
FEWEST_FOR_A_ROTA = 4


@dataclass(frozen=True)
class Export:
    """One file to send. `township` None: the whole county, but for `without`; of `stale` townships an older state."""

    source: str
    township: int | None
    day: np.datetime64
    without: frozenset[int] = frozenset()
    stale: frozenset[int] = frozenset()
    is_empty: bool = False


@dataclass(frozen=True)
class Rota:
    """Which townships have a habit: sending their own files, sending late, forgetting one, sending an empty one."""

    self_reporting: frozenset[int] = field(default_factory=frozenset)
    late: int | None = None
    forgetful: int | None = None
    empty: int | None = None


def draw_rota(world: World) -> Rota:
    townships = len(world.divisions.townships)
    if townships < FEWEST_FOR_A_ROTA:
        return Rota()
    others = [t for t in world.stream("rota").permutation(townships).tolist() if t != world.gaming]
    return Rota(frozenset(others[:2]), others[2 % len(others)], others[-1], others[0])


def exports(world: World, rota: Rota) -> Iterator[Export]:
    """Every file, month by month."""
    for month in range(len(world.timeline.months)):
        for source in SNAPSHOTS:
            yield from _snapshots(world, rota, source, month)
        for source in LEDGERS:
            yield from _ledgers(world, rota, source, month)


def _snapshots(world: World, rota: Rota, source: str, month: int) -> Iterator[Export]:
    timeline, end = world.timeline, world.timeline.end(month)
    if (source, month % 12) in {("padis_resident", 3), ("rental_tenancy", 5)} and rota.forgetful is not None:
        yield from (Export(source, t, end) for t in range(len(world.divisions.townships)) if t != rota.forgetful)
        return
    if (source, month % 12) == ("rental_tenancy", 2) and (early := timeline.before_end(month, 2)):
        yield Export(source, None, early)  # nothing newer comes: the month stays provisional
        return
    if (source, month % 6) == ("gpl_resident", 4) and (early := timeline.before_end(month, 3)):
        yield Export(source, None, early, without=_some(rota.late))  # incomplete, superseded by the next
    if (source, month % 6) == ("gpl_resident", 2) and (early := timeline.before_end(month, 5)):
        yield from (Export(source, t, early) for t in sorted(rota.self_reporting))  # older than the county's: no say
    if source == "rental_tenancy":
        yield Export(source, None, end)
        if month % 12 == 4 and rota.empty is not None:
            yield Export(source, rota.empty, end, is_empty=True)  # headers and no rows, and it governs
        return
    own = rota.self_reporting if month % 3 else frozenset()
    yield Export(source, None, end, stale=own)
    yield from (Export(source, t, end) for t in sorted(own))  # the narrower scope governs


def _ledgers(world: World, rota: Rota, source: str, month: int) -> Iterator[Export]:
    timeline, end = world.timeline, world.timeline.end(month)
    is_last = month == timeline.last
    if source == "exchange_message":
        is_late = month % 4 == 1
        yield Export(source, None, end, without=_some(rota.late) if is_late else frozenset(), stale=rota.self_reporting)
        yield from (Export(source, t, end) for t in sorted(rota.self_reporting))
        if is_late and rota.late is not None and (after := timeline.after_end(month, 5)):
            yield Export(source, rota.late, after)
    elif source == "system_login" and is_last:
        yield Export(source, None, timeline.before_end(month, 1) or end)
        if timeline.before_end(month, 1):
            yield from (Export(source, t, end) for t in sorted(rota.self_reporting))
    elif source == "service_event" and is_last and rota.forgetful is not None:
        for t in range(len(world.divisions.townships)):
            if t != rota.forgetful:
                yield Export(source, t, timeline.before_end(month, t % 3) or end)
    elif source == "survey_response" and not is_last:
        if after := timeline.after_end(month, 3):
            yield Export(source, None, after)
    else:
        yield Export(source, None, end)


def _some(township: int | None) -> frozenset[int]:
    return frozenset() if township is None else frozenset({township})
