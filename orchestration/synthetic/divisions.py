"""The places: the county's real townships from the seeds, invented villages, and the codes people come from.

Reads seeds; invents no township.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from orchestration.installation.messages import command_line_messages


class UnknownCountyError(LookupError):
    """The seeds hold no township of the county. Its text is for people, in both languages."""

    def __init__(self, county: str) -> None:
        super().__init__(command_line_messages().both("synthetic.unknown_county", county=county))


@dataclass(frozen=True)
class Divisions:
    """Codes as text. `village_township[v]` is the position of village v's township in `townships`."""

    county: str
    townships: np.ndarray
    villages: np.ndarray
    village_township: np.ndarray
    elsewhere: str | None
    unknown_township: str
    origins: np.ndarray
    id_areas: np.ndarray
    unlisted_areas: np.ndarray
    listed_codes: frozenset[str]

    @property
    def scopes(self) -> list[str]:
        """The 9-digit scope of each township."""
        return [code[:9] for code in self.townships]


def read_divisions(seeds: Path, county: str, rng: np.random.Generator) -> Divisions:
    """Divisions of `county` (6 digits), with 3 to 9 invented villages in each township. Raises UnknownCountyError."""
    seeded = [row["division_code"] for row in _rows(seeds / "divisions.csv") if row["level"] == "township"]
    townships = np.array(sorted(code for code in seeded if code.startswith(county)))
    if not len(townships):
        raise UnknownCountyError(county)
    village_township = np.repeat(np.arange(len(townships)), rng.integers(3, 10, len(townships)))
    first = np.searchsorted(village_township, village_township)
    villages = np.array(
        [townships[t][:9] + str(201 + v - first[v]) for v, t in enumerate(village_township)],
    )
    history = list(_rows(seeds / "code_history.csv"))
    listed = {row["code"] for row in history}
    counties = sorted({row["code"] for row in history if row["level"] == "县级" and row["code"] != county})
    current = {row["code"] for row in history if row["status"] == "在用"}
    return Divisions(
        county=county,
        townships=townships,
        villages=villages,
        village_township=village_township,
        elsewhere=next((code for code in sorted(seeded) if not code.startswith(county)), None),
        unknown_township=next(f"{county}{n}000" for n in range(999, 0, -1) if f"{county}{n}000" not in seeded),
        origins=np.array([code for code in counties if code in current]),
        id_areas=np.array(counties),
        unlisted_areas=np.array([code for code in map(str, range(629_900, 629_999)) if code not in listed]),
        listed_codes=frozenset(listed),
    )


def _rows(path: Path) -> csv.DictReader:
    return csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
