"""How well each township works: the parameters by which townships truly differ, and how they change over the months.

Probabilities and mean delays only; what happens to a person or message is drawn elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from orchestration.synthetic.timeline import Timeline

# name: (of a township of average skill, effect of one standard deviation of skill, lowest, highest). Most townships lie
# at the highest: targets are at or close to 100 %, and most reach most of them.
PROBABILITIES = {
    "registered": (0.9992, 0.0020, 0.90, 0.9996),
    "updated": (0.9995, 0.0040, 0.80, 0.9999),
    "in_padis": (0.9996, 0.0015, 0.90, 0.9999),
    "same_in_padis": (0.9996, 0.0015, 0.93, 0.9999),
    "departure_recorded": (0.9970, 0.0060, 0.80, 0.9995),
    "card_given": (1.0020, 0.0020, 0.80, 1.0000),
    "informed": (0.9996, 0.0025, 0.80, 0.9999),
    "received": (0.9985, 0.0040, 0.95, 0.9998),
    "verified": (0.9985, 0.0040, 0.92, 0.9998),
    "replied": (0.9980, 0.0080, 0.85, 0.9998),
    "says_where": (0.880, 0.060, 0.50, 0.980),
    "logs_in": (0.995, 0.012, 0.85, 1.000),
    "serves": (0.9985, 0.0080, 0.85, 0.9998),
    "serves_free": (0.9995, 0.0020, 0.96, 0.9999),
    "visits": (0.9975, 0.0120, 0.80, 0.9998),
    "aware": (0.880, 0.050, 0.50, 0.980),
    "satisfies": (0.920, 0.030, 0.60, 0.990),
    "accurate": (0.995, 0.005, 0.80, 0.999),
}
DELAYS = {  # mean days
    "registers_in": (0.6, -0.5, 0.3, 10.0),
    "hears_of_departure_in": (0.8, -0.6, 0.3, 12.0),
    "replies_in": (1.3, -0.4, 0.6, 4.0),
}
SHARED = 0.75  # of a parameter's spread that a township's general skill explains
CARELESS, CARELESS_WEIGHT = 3, 30.0  # townships in sixteen whose files hold most of the planted defects
# What a township loses of each probability in a month in which it works at its worst.
LAPSES = {
    "updated": 0.05, "received": 0.04, "verified": 0.04, "replied": 0.12, "serves": 0.12, "serves_free": 0.01,
    "visits": 0.12, "logs_in": 0.15,
}  # fmt: skip
# Two rise and two fall: how far each has let go in the months up to the newest whole one. The first value holds before,
# the last goes on. The first two change at once, in that very month; the others little by little.
COURSES = {
    "recovered": (0.0, 0.55, 0.55, 0.0),
    "let_go": (0.0, 0.55),
    "rising": (0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05, 0.0),
    "sliding": (0.0, 0.05, 0.1, 0.15, 0.2, 0.3),
}


@dataclass(frozen=True)
class Quality:
    """`parameters`: one row per township, a column per parameter, and `skill`. `lapse[month, township]` is how far it
    has let go, 0..1. `careless` is a mask of townships, `courses` says which township takes which course."""

    parameters: pd.DataFrame
    lapse: np.ndarray
    careless: np.ndarray
    courses: dict[str, int]

    def of(self, parameter: str, townships: np.ndarray, months: np.ndarray | int) -> np.ndarray:
        """A probability of each of `townships` (positions) in its month; months outside the timeline as the nearest."""
        months = np.clip(months, 0, len(self.lapse) - 1)
        usual = self.parameters[parameter].to_numpy()[townships]
        return usual - LAPSES.get(parameter, 0.0) * self.lapse[months, townships]


def township_quality(rng: np.random.Generator, timeline: Timeline, size: np.ndarray, gaming: int) -> Quality:
    """The gaming township works badly: audits find it, while its two registries agree on everybody they both know.

    `size` weighs the townships: in large ones it shows that they rise or fall. In a county of few nobody does.
    """
    townships = len(size)
    skill = rng.standard_normal(townships)
    skill[gaming] = min(skill.min(), -1.0)
    by_skill = [t for t in np.argsort(skill).tolist() if t != gaming]
    count = max(1, round(CARELESS * townships / 16))
    careless = np.isin(np.arange(townships), by_skill[:count] or [gaming])
    middle = sorted(by_skill[count + 1 :], key=lambda t: -size[t])
    courses = dict(zip(COURSES, middle, strict=False)) if len(middle) >= 2 * len(COURSES) else {}
    for township in courses.values():
        skill[township] = 0.5
    parameters = pd.DataFrame({"skill": skill})
    for name, (mean, effect, lowest, highest) in (PROBABILITIES | DELAYS).items():
        own = rng.standard_normal(townships)
        spread = SHARED * skill + np.sqrt(1 - SHARED**2) * own
        parameters[name] = np.clip(mean + effect * spread, lowest, highest)
    parameters.loc[gaming, "accurate"] = PROBABILITIES["accurate"][2]
    parameters.loc[gaming, "same_in_padis"] = 1.0
    lapse = np.zeros((len(timeline.months), townships))
    for course, township in courses.items():
        values = COURSES[course]
        before_whole = timeline.newest_whole - np.arange(len(timeline.months))
        lapse[:, township] = np.array(values)[np.clip(len(values) - 1 - before_whole, 0, len(values) - 1)]
    return Quality(parameters, lapse, careless, courses)


def careless_first(rng: np.random.Generator, quality: Quality, townships: np.ndarray) -> np.ndarray:
    """The positions of `townships` in a random order in which those of careless ones come early."""
    weight = np.where(quality.careless[townships], CARELESS_WEIGHT, 1.0)
    return np.argsort(rng.exponential(size=len(townships)) / weight, kind="stable")
