"""How well each township works: the parameters by which townships truly differ.

Probabilities and mean delays only; what happens to a person or message is drawn elsewhere.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

# name: (mean, effect of one standard deviation of skill, lowest, highest)
PROBABILITIES = {
    "registered": (0.978, 0.015, 0.85, 0.998),
    "updated": (0.955, 0.030, 0.70, 0.999),
    "in_padis": (0.985, 0.012, 0.85, 0.999),
    "same_in_padis": (0.988, 0.008, 0.88, 0.999),
    "departure_recorded": (0.955, 0.040, 0.70, 0.995),
    "card_given": (0.950, 0.030, 0.70, 0.999),
    "informed": (0.960, 0.025, 0.75, 0.999),
    "received": (0.985, 0.010, 0.90, 0.999),
    "verified": (0.975, 0.015, 0.88, 0.999),
    "replied": (0.960, 0.025, 0.80, 0.999),
    "says_where": (0.850, 0.060, 0.50, 0.980),
    "logs_in": (0.975, 0.020, 0.80, 0.999),
    "serves": (0.970, 0.020, 0.80, 0.999),
    "serves_free": (0.990, 0.006, 0.94, 1.000),
    "visits": (0.960, 0.025, 0.75, 0.999),
    "aware": (0.850, 0.060, 0.50, 0.980),
    "satisfies": (0.900, 0.040, 0.60, 0.990),
    "accurate": (0.980, 0.012, 0.85, 0.999),
}
DELAYS = {  # mean days
    "registers_in": (9.0, -3.0, 2.0, 25.0),
    "hears_of_departure_in": (14.0, -4.0, 4.0, 40.0),
    "replies_in": (2.3, -0.6, 0.8, 5.0),
}
SHARED = 0.75  # of a parameter's spread that a township's general skill explains


def township_quality(rng: np.random.Generator, townships: int, gaming: int) -> pd.DataFrame:
    """One row per township; a column per parameter and `skill`. The gaming township works badly and audits find it."""
    skill = rng.standard_normal(townships)
    skill[gaming] = min(skill.min(), -1.0)
    quality = pd.DataFrame({"skill": skill})
    for name, (mean, effect, lowest, highest) in (PROBABILITIES | DELAYS).items():
        own = rng.standard_normal(townships)
        spread = SHARED * skill + np.sqrt(1 - SHARED**2) * own
        quality[name] = np.clip(mean + effect * spread, lowest, highest)
    quality.loc[gaming, "accurate"] = PROBABILITIES["accurate"][2]
    return quality
