"""A country of townships as the assessment meets it: real divisions, generated counts.

Here: the divisions of `data/townships_china.csv.gz`, and stand-ins for what core and the step of counting leave behind
(`staging.landed_month`, `assessment.month_count`), month by month from one seed. Not here: building, timing, any figure
that the assessment works out. No case, no village and no person is generated: the assessment begins at counts.
"""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

DATA = Path(__file__).parent / "data" / "townships_china.csv.gz"
FIRST_YEAR = 2024
# Migrant residents of a township: a few dozen in most, tens of thousands in some (376 million over all of them).
TYPICAL_RESIDENTS, RESIDENTS_SPREAD = 1_500, 1.2
# Cases of a month per resident; a stock counts all of them.
CASES_PER_RESIDENT = {"stock": 1.0, "flow": 0.03, "sample": 0.02}
# Most townships meet nearly all of their cases, some far from all.
SKILL = (40.0, 0.6)


def month(number: int) -> date:
    """First day of the month `number`, counted from 0."""
    return date(FIRST_YEAR + number // 12, number % 12 + 1, 1)


@dataclass
class Country:
    """The first `townships` of the list (all of them by default) and their counts."""

    seed: int
    townships: int | None = None
    divisions: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with gzip.open(DATA, "rt", encoding="utf-8", newline="") as lines:
            for row in list(csv.DictReader(lines))[: self.townships]:
                above = ""
                for level, code, name in (
                    ("province", row["province_code"], row["province_name"]),
                    ("prefecture", row["prefecture_code"], row["prefecture_name"]),
                    ("county", row["county_code"], row["county_name"]),
                    ("township", row["town_code12"], row["town_name"]),
                ):
                    code = code.ljust(12, "0")
                    if code == row["town_code12"] and level != "township":
                        continue  # a county that the list has as its own only township lies in its prefecture
                    self.divisions.setdefault(
                        code, {"division_code": code, "division_name": name, "level": level, "parent_code": above}
                    )
                    above = code
        codes = [code for code, row in self.divisions.items() if row["level"] == "township"]
        self.codes = np.array(sorted(codes))

    def write_seeds(self, folder: Path) -> None:
        """The divisions, as a county's own seeds folder."""
        folder.mkdir(parents=True, exist_ok=True)
        rows = list(self.divisions.values())
        with (folder / "divisions.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)

    def land(self, warehouse: duckdb.DuckDBPyConnection, indicators: list[dict[str, str]], number: int) -> int:
        """Add the month `number`: every source has landed everywhere, on its last day. Returns the number of counts."""
        sources = sorted({source for row in indicators for source in row["sources"].split()})
        warehouse.register("township", pa.table({"township_code": self.codes}))
        warehouse.execute(
            """insert into staging.landed_month by name
               select unnest($sources) as source, township_code, $month as period_month, false as is_provisional
               from township""",
            {"sources": sources, "month": month(number)},
        )
        warehouse.execute(
            """insert into lake.batch by name
               select 'clock' || $number as batch_id, $number as sequence, 'gpl_resident' as source,
                   $scope as scope_code, last_day($month) as as_of, 'clock.csv' as file_name, '0' as sha256,
                   0 as rows_in, 0 as accepted, 0 as quarantined, 0 as non_data, true as is_synthetic""",
            {"number": number, "scope": str(self.codes[0]), "month": month(number)},
        )
        counts = pa.concat_tables([self._counts(row, position, number) for position, row in enumerate(indicators)])
        warehouse.register("counts", counts)
        warehouse.execute("insert into assessment.month_count by name from counts")
        return counts.num_rows

    def _counts(self, indicator: dict[str, str], position: int, number: int) -> pa.Table:
        """One indicator's cases in one month. A township's size and skill stay, its cases come and go."""
        lasting = np.random.default_rng([self.seed, 0, position])
        residents = np.random.default_rng([self.seed, 1]).lognormal(
            np.log(TYPICAL_RESIDENTS), RESIDENTS_SPREAD, len(self.codes)
        )
        skill = lasting.beta(*SKILL, len(self.codes))
        dice = np.random.default_rng([self.seed, 2, position, number])
        cases = dice.poisson(residents * CASES_PER_RESIDENT[indicator["measure_kind"]])
        met = dice.binomial(cases, skill)
        present = cases > 0
        return pa.table(
            {
                "period_month": pa.array([month(number)] * int(present.sum()), pa.date32()),
                "division_code": self.codes[present],
                "township_code": self.codes[present],
                "indicator_code": [indicator["indicator_code"]] * int(present.sum()),
                "met": met[present],
                "missed": (cases - met)[present],
                "pending": np.zeros(int(present.sum()), dtype=np.int64),
            }
        )
