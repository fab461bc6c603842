"""Who sends what when: the clerks' calendar, with corrections, late ledgers and missing deliveries.

The newest whole month is told in full: a ledger that comes when the term is over, one that comes only with the month
after, one that never comes, and registers that careless townships send again, corrected.

Only which files there are and what they cover; rows come from the registries and ledgers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from orchestration.synthetic.timeline import days
from orchestration.synthetic.world import World

SNAPSHOTS = ("gpl_resident", "padis_resident", "rental_tenancy")
LEDGERS = ("exchange_message", "system_login", "service_event", "survey_response", "audit_sample")
FEWEST_FOR_A_ROTA = 4
# Days after the newest whole month's end.
NEWS, CORRECTIONS, LATE = 5, 6, 8


@dataclass(frozen=True)
class Export:
    """One file to send, the day after it was exported or `waits` days later. `township` None: the whole county, but for
    `without`; of `stale` townships an older state."""

    source: str
    township: int | None
    day: np.datetime64
    without: frozenset[int] = frozenset()
    stale: frozenset[int] = frozenset()
    is_empty: bool = False
    is_corrected: bool = False
    waits: int = 1

    @property
    def sent_on(self) -> np.datetime64:
        return self.day + days(self.waits)


@dataclass(frozen=True)
class Rota:
    """Which townships have a habit: sending their own files, sending late, forgetting one, sending an empty one, or
    keeping its log of logins to itself."""

    self_reporting: frozenset[int] = field(default_factory=frozenset)
    late: int | None = None
    forgetful: int | None = None
    empty: int | None = None
    silent: int | None = None


def draw_rota(world: World) -> Rota:
    townships = len(world.divisions.townships)
    if townships < FEWEST_FOR_A_ROTA:
        return Rota()
    drawn = [t for t in world.stream("rota").permutation(townships).tolist() if t != world.gaming]
    # Whoever is known for something else comes last.
    known = {*np.flatnonzero(world.quality.careless).tolist(), *world.quality.courses.values()}
    others = sorted(drawn, key=lambda t: t in known)
    roles = [others[n % len(others)] for n in range(5)]
    return Rota(frozenset(roles[:2]), roles[2], forgetful=roles[4], empty=roles[0], silent=roles[3])


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
    own = rota.self_reporting if month % 3 == 1 else frozenset()
    yield Export(source, None, end, stale=own)
    yield from (Export(source, t, end) for t in sorted(own))  # the narrower scope governs
    if source == "gpl_resident" and month == timeline.newest_whole and timeline.after_end(month, CORRECTIONS):
        again = set(np.flatnonzero(world.quality.careless).tolist()) - own
        yield from (Export(source, t, end, is_corrected=True, waits=CORRECTIONS) for t in sorted(again))


def _ledgers(world: World, rota: Rota, source: str, month: int) -> Iterator[Export]:
    timeline, end = world.timeline, world.timeline.end(month)
    is_last, everybody = month == timeline.last, range(len(world.divisions.townships))
    late_on = timeline.after_end(month, LATE) if month == timeline.newest_whole else None
    if source == "exchange_message" and late_on and rota.late is not None:
        yield from (Export(source, t, end) for t in everybody if t != rota.late)
        yield from (Export(source, t, end + days(NEWS)) for t in sorted(rota.self_reporting))
        yield Export(source, rota.late, late_on)
    elif source == "service_event" and late_on and rota.forgetful is not None:
        yield from (Export(source, t, end) for t in everybody if t != rota.forgetful)
    elif source == "system_login" and month >= timeline.newest_whole and rota.silent is not None:
        others_to = (is_last and timeline.before_end(month, 1)) or end
        for t in everybody:
            if t != rota.silent:
                yield Export(source, t, end if t in rota.self_reporting else others_to)
    elif source == "exchange_message":
        is_late = month % 4 == 1
        yield Export(source, None, end, without=_some(rota.late) if is_late else frozenset(), stale=rota.self_reporting)
        yield from (Export(source, t, end) for t in sorted(rota.self_reporting))
        if is_late and rota.late is not None and (after := timeline.after_end(month, 5)):
            yield Export(source, rota.late, after)
    elif source == "survey_response" and not is_last:
        if after := timeline.after_end(month, 3):
            yield Export(source, None, after)
    else:
        yield Export(source, None, end)


def _some(township: int | None) -> frozenset[int]:
    return frozenset() if township is None else frozenset({township})
