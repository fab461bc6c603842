"""A small province whose cases come from dice: gaps, late months, announced cases, targets that differ and change.

What belongs here: what the assessment is given. What follows from it is worked out in `plain_assessment.py`.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from facts_fixture import Facts, seed_rows

from orchestration.installation.paths import DEFAULT_SEEDS

PROVINCE, PREFECTURE, COUNTIES = "990000000000", "990100000000", ("990101000000", "990102000000")
TOWNSHIPS = [f"{COUNTIES[0][:6]}{i:03d}000" for i in range(1, 6)] + [f"{COUNTIES[1][:6]}{i:03d}000" for i in (1, 2)]
SILENT = TOWNSHIPS[-1]
MONTHS = [date(2024 + (10 + i) // 12, (10 + i) % 12 + 1, 1) for i in range(16)]
TURN, LAST, COMING = MONTHS[11], MONTHS[14], MONTHS[15]
CLOCK = date(2026, 1, 20)
OVERLAPS = (
    *("only_gpl", "only_padis", "both_equal", "different_township", "different_sex", "different_birth_date"),
    *("different_origin", "different_inflow_date", "keyless", "rows_total"),
)
TARGET_COLUMNS = (
    *("indicator_code", "scope_code", "valid_from", "valid_to", "target_value", "floor_value", "tolerance_value"),
    *("weight", "is_veto", "min_denominator", "source_clause", "approved_by"),
)


@dataclass(frozen=True)
class Case:
    indicator: str
    month: date
    division: str
    township: str
    reference: str
    outcome: str


class DiceCounty:
    """Divisions, targets, landed months and cases, all from one seed."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.indicators = seed_rows(DEFAULT_SEEDS, "indicators")
        self.villages = [f"{township[:9]}{i}" for township in TOWNSHIPS[:-2] for i in (201, 202)]
        self.divisions = {PROVINCE: None, PREFECTURE: PROVINCE} | dict.fromkeys(COUNTIES, PREFECTURE)
        self.divisions |= {township: f"{township[:6]}000000" for township in TOWNSHIPS}
        self.targets = list(self._targets())
        self.landed = dict(self._landed())
        self.cases = list(self._cases())

    def write_seeds(self, folder: Path) -> None:
        folder.mkdir()
        levels = {PROVINCE: "province", PREFECTURE: "prefecture"} | dict.fromkeys(COUNTIES, "county")
        divisions = [
            {
                "division_code": code,
                "division_name": code,
                "level": levels.get(code, "township"),
                "parent_code": parent or "",
            }
            for code, parent in self.divisions.items()
        ]
        for name, rows in (("divisions", divisions), ("targets", self.targets)):
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, rows[0].keys())
                writer.writeheader()
                writer.writerows(rows)

    def land_all(self, facts: Facts) -> None:
        self._insert(facts, self.landed, self.cases)
        self._insert_clock(facts)

    def land_until_turn(self, facts: Facts) -> None:
        """What was known within month TURN: half of its cases, and those announced for the month after."""
        landed = {key: provisional or key[2] == TURN for key, provisional in self.landed.items() if key[2] <= TURN}
        early = [case for case in self.cases if case.month < TURN]
        half = [case for case in self.cases if case.month == TURN and int(case.reference[-1]) % 2]
        announced = [
            Case(case.indicator, MONTHS[12], case.township, case.township, f"announced {case.reference}", "pending")
            for case in half
        ]
        self._insert(facts, landed, early + half + announced)
        self._insert_clock(facts)

    def land_since_turn(self, facts: Facts) -> None:
        """All months from TURN on, as core leaves them when it rebuilds those."""
        with facts.connect() as warehouse:
            for table in facts.columns:
                if table.startswith("core.fct_") or table in ("core.registry_overlap", "staging.landed_month"):
                    warehouse.execute(f"delete from {table} where period_month >= ?", [TURN])
        landed = {key: provisional for key, provisional in self.landed.items() if key[2] >= TURN}
        self._insert(facts, landed, [case for case in self.cases if case.month >= TURN])
        facts.rebuild([month for month in MONTHS if month >= TURN])

    def _targets(self):
        for indicator in self.indicators[:-3]:
            code = indicator["indicator_code"]
            spans = [("*", "2000-01-01", "2025-06-30"), ("*", "2025-07-01", "")]
            if self.dice.random() < 0.4:
                spans.append(
                    (self.dice.choice([*COUNTIES, *TOWNSHIPS[:3]]), "2025-03-01", self.dice.choice(["", "2025-10-31"]))
                )
            for scope, start, end in spans:
                target = self.dice.choice(["1", "0.98", "0.95", "0.9"])
                values = (
                    target,
                    f"{float(target) - self.dice.choice([0.1, 0.2, 0.35]):.2f}",
                    self.dice.choice(["0.98", "0.9"]),
                )
                veto = str(code in ("urgent_same_day", "daily_login")).lower()
                weight = self.dice.choice(["1", "2", "0.5", "0" if scope == "*" and start < "2025" else "1"])
                minimum = self.dice.choice(["1", "5", "12"])
                row = (code, scope, start, end, *values, weight, veto, minimum, "plan-3", "dice")
                yield dict(zip(TARGET_COLUMNS, row, strict=True))

    def _landed(self):
        sources = sorted({source for indicator in self.indicators for source in indicator["sources"].split()})
        for source in sources:
            for township in TOWNSHIPS:
                for month in MONTHS[:15]:
                    if township != SILENT and self.dice.random() < 0.95:
                        yield (source, township, month), self.dice.random() < (0.5 if month == LAST else 0.03)

    def _cases(self):
        numbers = defaultdict(int)
        skill = {
            (township, row["indicator_code"]): self.dice.choice([1, 1, 0.99, 0.96, 0.7])
            for township in TOWNSHIPS
            for row in self.indicators
        }
        for row in self.indicators:
            code, ledger = row["indicator_code"], row["measure_kind"] == "flow"
            for township in TOWNSHIPS[:-1]:
                places = [township, *(village for village in self.villages if village[:9] == township[:9])]
                for month in MONTHS:
                    for _ in range(self.dice.choice([0, 3, 8, 20])):
                        outcome = (
                            "met"
                            if self.dice.random() < skill[township, code]
                            else self.dice.choice(["unknown", "charged"])
                        )
                        if ledger and month == LAST and self.dice.random() < 0.2:
                            outcome = "pending"
                        if month == COMING:
                            if not ledger or self.dice.random() < 0.8:
                                continue
                            outcome = "pending"
                        numbers[code] += 1
                        yield Case(code, month, self.dice.choice(places), township, f"{code} {numbers[code]}", outcome)

    def overlaps(self, landed: dict) -> list[dict]:
        """What core counts of the two registries where both have landed; a place's dice are its own."""
        rows = []
        for (source, township, month), provisional in sorted(landed.items()):
            other = ("padis_resident", township, month)
            if source == "gpl_resident" and other in landed:
                dice = Random(f"{township} {month}")
                counts = {name: dice.choice([0, 0, 0, 1, 40]) for name in OVERLAPS}
                place = {"period_month": month, "township_code": township}
                rows.append(place | counts | {"is_provisional": provisional or landed[other]})
                rows[-1]["rows_total"] += rows[-1]["keyless"]
        return rows

    def _insert(self, facts: Facts, landed: dict, cases: list[Case]) -> None:
        facts.insert(
            "staging.landed_month",
            [
                {"source": source, "township_code": township, "period_month": month, "is_provisional": provisional}
                for (source, township, month), provisional in landed.items()
            ],
        )
        facts.insert("core.registry_overlap", self.overlaps(landed))
        by_fact = defaultdict(list)
        fact_of = {row["indicator_code"]: row["fact"] for row in self.indicators}
        for case in cases:
            by_fact[fact_of[case.indicator]].append(
                {
                    "period_month": case.month,
                    "division_code": case.division,
                    "township_code": case.township,
                    "case_ref": case.reference,
                    "source_file": "dice.csv",
                    "source_row": 2,
                    case.indicator: case.outcome,
                }
            )
        for fact, rows in by_fact.items():
            facts.insert(f"core.{fact}", rows)

    def _insert_clock(self, facts: Facts) -> None:
        batch = {
            "batch_id": "clock",
            "sequence": 1,
            "source": "survey_response",
            "scope_code": COUNTIES[0],
            "as_of": CLOCK,
        }
        counts = {"rows_in": 0, "accepted": 0, "quarantined": 0, "non_data": 0, "is_synthetic": True}
        facts.insert("lake.batch", [batch | counts | {"file_name": "clock.csv", "sha256": "0"}])
