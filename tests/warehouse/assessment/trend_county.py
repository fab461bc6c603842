"""Forty months of results and scores from dice: gaps, empty and provisional months, jumps and slopes.

What belongs here: what the trends are given, in place of the results and scores of a built assessment. What follows
from it is worked out in `plain_trends.py`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random

from facts_fixture import Facts, seed_rows
from statsmodels.stats.proportion import proportion_confint

from orchestration.installation.paths import DEFAULT_SEEDS

PREFECTURE, COUNTIES = "990100000000", ("990101000000", "990102000000")
TOWNSHIPS = [f"{COUNTIES[0][:6]}{i:03d}000" for i in range(1, 6)] + [f"{COUNTIES[1][:6]}{i:03d}000" for i in (1, 2)]
VILLAGE = f"{TOWNSHIPS[0][:9]}201"
LEVELS = {PREFECTURE: "prefecture"} | dict.fromkeys(COUNTIES, "county") | dict.fromkeys(TOWNSHIPS, "township")
PARENTS = dict.fromkeys(COUNTIES, PREFECTURE) | {township: f"{township[:6]}000000" for township in TOWNSHIPS}
MONTHS = [date(2023 + (4 + i) // 12, (4 + i) % 12 + 1, 1) for i in range(40)]
RESULT = """period_kind varchar, period_start date, division_code varchar, level varchar, indicator_code varchar,
    numerator bigint, denominator bigint, judged_numerator bigint, judged_denominator bigint, is_provisional boolean,
    value double, target_value decimal(9, 6), tolerance_value decimal(9, 6), weight decimal(9, 4), is_reached boolean,
    ci_high double, verdict varchar, is_serious boolean"""
SCORE = """period_kind varchar, period_start date, division_code varchar, score double, is_assessed boolean,
    is_provisional boolean"""
REBASES = [
    {"scope_code": COUNTIES[0], "indicator_code": "*", "rebased_on": MONTHS[14].isoformat()},
    {"scope_code": TOWNSHIPS[1], "indicator_code": "score", "rebased_on": MONTHS[20].isoformat()},
    {"scope_code": TOWNSHIPS[1], "indicator_code": "score", "rebased_on": MONTHS[39].isoformat()},
    {"scope_code": "*", "indicator_code": "care_visit", "rebased_on": MONTHS[3].isoformat()},
]
SHOWN_ONLY = "care_visit"  # against its target, without a weight in the score
RULES = [
    {"rule_id": "default", "misses": 3, "months": 4, "requires_serious": True, "requires_no_improvement": True}
    | {"valid_from": "2000-01-01", "valid_to": ""},
    {"rule_id": "any_two", "misses": 2, "months": 2, "requires_serious": False, "requires_no_improvement": False}
    | {"valid_from": "2025-03-15", "valid_to": MONTHS[30].replace(day=28).isoformat()},
]


class TrendCounty:
    """Results by period kind, month, division and indicator, and scores by month and division, all from one seed."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        rows = seed_rows(DEFAULT_SEEDS, "indicators")
        self.kinds = {}
        for kind in ("stock", "flow", "sample"):
            codes = [row["indicator_code"] for row in rows if row["measure_kind"] == kind]
            self.kinds |= dict.fromkeys(codes[:3], kind)
        self.kinds["care_visit"] = "flow"
        self.targets = {code: self.dice.choice(["1", "0.98", "0.9"]) for code in self.kinds}
        self.results = [
            row for division in [*LEVELS, VILLAGE] for code in self.kinds for row in self._series(division, code)
        ]
        self.scores = [row for division in [*COUNTIES, *TOWNSHIPS] for row in self._score_series(division)]

    def write_seeds(self, folder: Path) -> None:
        folder.mkdir()
        divisions = [
            {"division_code": code, "division_name": code, "level": level, "parent_code": PARENTS.get(code, "")}
            for code, level in LEVELS.items()
        ]
        rebases = [row | {"reason": "a new form", "source": "the county"} for row in REBASES]
        rules = [row | {"source_clause": "plan-14", "reason": "dice"} for row in RULES]
        for name, rows in (("divisions", divisions), ("rebases", rebases), ("slow_progress_rules", rules)):
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, rows[0].keys())
                writer.writeheader()
                writer.writerows(rows)

    def land(self, facts: Facts, months: Iterable[date]) -> None:
        """The results and scores of these months in place of what they had."""
        months = set(months)
        tables = {"indicator_result": (RESULT, self.results), "division_score": (SCORE, self.scores)}
        with facts.connect() as warehouse:
            warehouse.execute("create schema if not exists assessment")
            for table, (columns, _) in tables.items():
                warehouse.execute(f"create table if not exists assessment.{table} ({columns})")
                for month in months:
                    warehouse.execute(f"delete from assessment.{table} where period_start = ?", [month])
        for table, (_, rows) in tables.items():
            facts.insert(f"assessment.{table}", [row for row in rows if row["period_start"] in months])

    def _series(self, division: str, code: str):
        size, share, after = self.dice.choice([3, 15, 100, 600]), *self.dice.choices([1, 0.995, 0.97, 0.9], k=2)
        turn, slopes = self.dice.randrange(8, 36), self.dice.random() < 0.3
        year = {}
        for place, month in enumerate(MONTHS):
            if self.dice.random() < 0.06:
                continue
            cases = 0 if self.dice.random() < 0.08 else self.dice.randint(size // 2 + 1, size * 2)
            now = 0.5 + 0.04 * (place % 9) if slopes else after if place >= turn else share
            met = sum(self.dice.random() < now for _ in range(cases))
            is_provisional = self.dice.random() < 0.05
            so_far = year.setdefault(month.year, [0, 0])
            so_far[0], so_far[1] = so_far[0] + met, so_far[1] + cases
            for kind, (numerator, denominator) in (("month", (met, cases)), ("year_to_date", tuple(so_far))):
                yield {
                    "period_kind": kind,
                    "period_start": month,
                    "division_code": division,
                    "level": LEVELS.get(division, "village"),
                    "indicator_code": code,
                    "is_provisional": is_provisional,
                    "weight": "0" if code == SHOWN_ONLY else "1",
                } | self._judged(numerator, denominator, self.targets[code])

    @staticmethod
    def _judged(numerator: int, denominator: int, target: str) -> dict[str, object]:
        high = float(proportion_confint(numerator, denominator, alpha=0.05, method="beta")[1]) if denominator else None
        return {
            "numerator": numerator,
            "denominator": denominator,
            "judged_numerator": numerator,
            "judged_denominator": denominator,
            "value": numerator / denominator if denominator else None,
            "target_value": target,
            "tolerance_value": "0.98",
            "is_reached": numerator >= Fraction(target) * denominator if denominator else None,
            "ci_high": high,
            "verdict": "not_applicable" if denominator < 5 else "cannot_tell",
            "is_serious": high < 0.98 if denominator else None,
        }

    def _score_series(self, division: str):
        level, spread = self.dice.choice([80, 95]), self.dice.choice([0, 0.5, 3])
        turn, jump = self.dice.randrange(8, 36), self.dice.choice([-1.5, 1.5]) * spread
        for place, month in enumerate(MONTHS):
            if self.dice.random() < 0.97:
                yield {
                    "period_kind": "month",
                    "period_start": month,
                    "division_code": division,
                    "score": round(self.dice.gauss(level + (place >= turn) * jump, spread), 6),
                    "is_assessed": self.dice.random() < 0.97,
                    "is_provisional": self.dice.random() < 0.03,
                }
