"""The people of the synthetic county as they really are: who lives where, from when, until when.

What any registry or ledger knows of them does not belong here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from orchestration.synthetic.divisions import Divisions
from orchestration.synthetic.identity import identity_numbers, names, phones
from orchestration.synthetic.quality import Quality, township_quality
from orchestration.synthetic.randomness import stream
from orchestration.synthetic.timeline import NEVER, Timeline, days

# Weight of each calendar month: people come after the Spring Festival and in autumn, and go home before it.
ARRIVALS = np.array([0.3, 0.6, 2.2, 1.4, 1.0, 0.9, 0.8, 1.1, 1.8, 1.3, 0.6, 0.3])
DEPARTURES = np.array([3.0, 1.6, 0.5, 0.5, 0.6, 0.8, 0.8, 0.7, 0.7, 0.8, 1.0, 1.6])
SETTLED = 0.6  # share of persons who arrived before the first month
LEAVES_PER_YEAR = 0.22
RESIDENCES = np.array(["rented", "dormitory", "owned", "lodging", "other"])


@dataclass(frozen=True)
class World:
    """`persons`: one row per person, numbered 0...; `township` and `village` are positions in `divisions`."""

    seed: int
    defects: str
    timeline: Timeline
    divisions: Divisions
    quality: Quality
    gaming: int
    persons: pd.DataFrame

    def stream(self, *purpose: str) -> np.random.Generator:
        return stream(self.seed, *purpose)

    def of_township(self, parameter: str, townships: np.ndarray) -> np.ndarray:
        """The quality parameter of each of `townships` (positions), whatever the month."""
        return self.quality.parameters[parameter].to_numpy()[townships]

    def of_month(self, parameter: str, townships: np.ndarray, when: np.ndarray) -> np.ndarray:
        """As `of_township`, in the months of `when` (dates or times): townships get better and worse."""
        return self.quality.of(parameter, townships, self.timeline.index(when))


def build_world(seed: int, defects: str, timeline: Timeline, divisions: Divisions, persons: int) -> World:
    rng = stream(seed, "world")
    townships = len(divisions.townships)
    size = rng.lognormal(0, 0.5, townships)
    gaming = int(np.argsort(size)[-1 if townships == 1 else -2])  # large enough for a burst to be one
    quality = township_quality(rng, timeline, size, gaming)
    people = _people(rng, timeline, divisions, rng.choice(townships, persons, p=size / size.sum()))
    return World(seed, defects, timeline, divisions, quality, gaming, people)


def _people(rng: np.random.Generator, timeline: Timeline, divisions: Divisions, township: np.ndarray) -> pd.DataFrame:
    count = len(township)
    village = _village(rng, divisions, np.sort(township))
    village.sort()
    arrival = _arrivals(rng, timeline, count)
    household = np.cumsum((np.diff(village, prepend=-1) > 0) | (rng.random(count) < 0.45))
    residence = rng.choice(RESIDENCES, household[-1] + 1, p=[0.55, 0.12, 0.15, 0.13, 0.05])[household]
    age = np.clip(rng.gamma(6, 6, count), 0.2, 95)
    birth = np.minimum(timeline.start, arrival) - (age * 365.25).astype("m8[D]") - days(30)
    male = rng.integers(0, 2, count)
    origin = rng.choice(divisions.origins, count)
    area = np.where(rng.random(count) < 0.8, origin, rng.choice(divisions.id_areas, count))
    return pd.DataFrame(
        {
            "township": divisions.village_township[village],
            "village": village,
            "household": household,
            "house_no": _house_numbers(divisions, village, household),
            "residence_kind": residence,
            "male": male,
            "birth_date": birth.astype("M8[s]"),
            "origin_code": origin,
            "arrival": arrival.astype("M8[s]"),
            "departure": _departures(rng, timeline, arrival).astype("M8[s]"),
            "id_number": identity_numbers(rng, area, birth, male),
            "name": names(rng, count),
            "phone": phones(rng, count),
        }
    )


def _village(rng: np.random.Generator, divisions: Divisions, township: np.ndarray) -> np.ndarray:
    first = np.searchsorted(divisions.village_township, township)
    villages = np.bincount(divisions.village_township)[township]
    return first + (rng.random(len(township)) ** 1.5 * villages).astype("int64")


def _house_numbers(divisions: Divisions, village: np.ndarray, household: np.ndarray) -> np.ndarray:
    stems = np.char.add("F", divisions.villages)
    return np.char.add(stems[village], (household % 10_000 + 10_000).astype("U5"))


def _monthly(timeline: Timeline, weights: np.ndarray) -> np.ndarray:
    """Cumulated weight at the end of each month, the running month in proportion to its days."""
    calendar = timeline.months.astype("int64") % 12
    running = (timeline.end(timeline.last) - timeline.months[-1].astype("M8[D]")).astype("int64") + 1
    share = np.ones(len(calendar))
    share[-1] = running / 31
    return np.cumsum(weights[calendar] * share)


def _day_at(rng: np.random.Generator, timeline: Timeline, cumulated: np.ndarray, level: np.ndarray) -> np.ndarray:
    """A day in the month in which the cumulated weight reaches `level`."""
    month = np.minimum(np.searchsorted(cumulated, level), timeline.last)
    first = timeline.months[month].astype("M8[D]")
    ends = np.array([timeline.end(m) for m in range(len(timeline.months))])[month]
    return first + np.floor(rng.random(len(level)) * ((ends - first).astype("int64") + 1)).astype("m8[D]")


def _arrivals(rng: np.random.Generator, timeline: Timeline, count: int) -> np.ndarray:
    before = timeline.start - days(1) - rng.integers(0, 5 * 365, count).astype("m8[D]")
    cumulated = _monthly(timeline, ARRIVALS)
    during = _day_at(rng, timeline, cumulated, rng.random(count) * cumulated[-1])
    return np.where(rng.random(count) < SETTLED, before, during)


def _departures(rng: np.random.Generator, timeline: Timeline, arrival: np.ndarray) -> np.ndarray:
    """The day each person leaves for good, at least 20 days after arrival, or NaT."""
    cumulated = _monthly(timeline, DEPARTURES)
    came = np.concatenate([[0.0], cumulated])[np.clip(timeline.index(arrival) + 1, 0, len(cumulated))]
    level = came + rng.exponential(DEPARTURES.sum() / LEAVES_PER_YEAR, len(arrival))
    left = np.maximum(_day_at(rng, timeline, cumulated, level), arrival + days(20))
    return np.where((level < cumulated[-1]) & (left <= timeline.as_of), left, NEVER)
