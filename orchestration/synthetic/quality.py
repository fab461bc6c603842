"""How well each township works: the parameters by which townships truly differ.

Probabilities and mean delays only; what happens to a person or message is drawn elsewhere.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

# name: (mean, effect of one standard deviation of skill, lowest, highest)
PROBABILITIES = {
    "registered": (0.994, 0.004, 0.90, 0.999),
    "updated": (0.990, 0.011, 0.80, 1.000),
    "in_padis": (0.994, 0.004, 0.90, 1.000),
    "same_in_padis": (0.995, 0.004, 0.93, 1.000),
    "departure_recorded": (0.988, 0.012, 0.80, 0.999),
    "card_given": (0.996, 0.010, 0.80, 1.000),
    "informed": (0.994, 0.010, 0.80, 1.000),
    "received": (0.994, 0.004, 0.95, 1.000),
    "verified": (0.994, 0.005, 0.92, 1.000),
    "replied": (0.992, 0.008, 0.85, 1.000),
    "says_where": (0.880, 0.060, 0.50, 0.980),
    "logs_in": (0.988, 0.012, 0.85, 1.000),
    "serves": (0.988, 0.010, 0.85, 1.000),
    "serves_free": (0.996, 0.003, 0.96, 1.000),
    "visits": (0.980, 0.017, 0.80, 1.000),
    "aware": (0.880, 0.050, 0.50, 0.980),
    "satisfies": (0.920, 0.030, 0.60, 0.990),
    "accurate": (0.991, 0.005, 0.80, 0.999),
}
DELAYS = {  # mean days
    "registers_in": (5.0, -2.0, 1.0, 20.0),
    "hears_of_departure_in": (7.0, -2.5, 2.0, 30.0),
    "replies_in": (1.5, -0.4, 0.6, 4.0),
}
SHARED = 0.75  # of a parameter's spread that a township's general skill explains


def township_quality(rng: np.random.Generator, townships: int, gaming: int) -> pd.DataFrame:
    """One row per township; a column per parameter and `skill`.

    The gaming township works badly: audits find it, while its two registries agree on everybody they both know.
    """
    skill = rng.standard_normal(townships)
    skill[gaming] = min(skill.min(), -1.0)
    quality = pd.DataFrame({"skill": skill})
    for name, (mean, effect, lowest, highest) in (PROBABILITIES | DELAYS).items():
        own = rng.standard_normal(townships)
        spread = SHARED * skill + np.sqrt(1 - SHARED**2) * own
        quality[name] = np.clip(mean + effect * spread, lowest, highest)
    quality.loc[gaming, "accurate"] = PROBABILITIES["accurate"][2]
    quality.loc[gaming, "same_in_padis"] = 1.0
    return quality
