"""Scores of many siblings over many periods, straight from dice, as the models before the ranks leave them.

What belongs here: rows for those models' tables, and the same facts for `plain_ranks.py`. No expectation of any rank.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from random import Random

from facts_fixture import Facts
from plain_assessment import interval, plus
from plain_ranks import ranks_of

FIRST = date(2024, 10, 1)
MONTHS = [plus(FIRST, number) for number in range(16)]
PERIODS = [(kind, start) for kind in ("month", "year_to_date") for start in MONTHS]
PERIODS += [("quarter", start) for start in MONTHS[::3]]
CHILDREN = {"wide": 11, "three": 3, "pair": 2}
INDICATORS = [f"indicator {number}" for number in range(7)]
UNSCORED = "indicator 6"
TABLES = {
    "assessment.period": "period_kind varchar, period_start date, last_month date",
    "assessment.indicator_result": """period_kind varchar, period_start date, division_code varchar,
        indicator_code varchar, judged_numerator bigint, judged_denominator bigint""",
    "assessment.scored_indicator": """period_kind varchar, period_start date, parent_code varchar,
        division_code varchar, indicator_code varchar, weight decimal(6, 2), target_value decimal(9, 6),
        floor_value decimal(9, 6), judged_numerator bigint, judged_denominator bigint, ci_high double,
        is_assessed boolean, attainment double""",
    "assessment.division_score": """period_kind varchar, period_start date, parent_code varchar,
        division_code varchar, score double""",
    "assessment.division_rank": """period_kind varchar, period_start date, parent_code varchar, division_code varchar,
        score double, is_vetoed boolean, rank bigint, veto_numerator bigint, veto_denominator bigint,
        veto_tolerance_value decimal(9, 6)""",
    # How near a veto is does not follow from scores.
    "assessment.veto_distance": """window_numerator bigint, window_denominator bigint, tolerance_value decimal(9, 6),
        misses_left bigint""",
}


class WideCounty:
    """`results` and `rankings` in the form of `PlainAssessment`, as far as `PlainRanks` reads them."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.results, self.rankings = {}, {}
        self.skill = {
            (parent, number): self.dice.choice([1.0, 0.995, 0.97, 0.9])
            for parent, count in CHILDREN.items()
            for number in range(count)
        }
        for kind, start in PERIODS:
            for parent, count in CHILDREN.items():
                self._rank(kind, start, parent, [f"{parent} {number:02d}" for number in range(count)])

    def _target(self, start: date, code: str) -> dict[str, Fraction] | None:
        if code == UNSCORED:
            return None
        number = INDICATORS.index(code)
        values = ["1", "1", "0.98", "0.95", "0.9", "1"]
        target = Fraction(values[number] if start < date(2025, 12, 1) else values[-1 - number])
        weight = Fraction(["1", "2", "0.5"][number % 3])
        return {"target_value": target, "floor_value": target - Fraction("0.2"), "weight": weight}

    def _rank(self, kind: str, start: date, parent: str, divisions: list[str]) -> None:
        units = {}
        for number, division in enumerate(divisions):
            attained, weights = {}, {}
            for code in INDICATORS:
                cases = self.dice.choice([0, 1, 12, 40, 300])
                met = sum(self.dice.random() < self.skill[parent, number] for _ in range(cases))
                if cases == 0 and self.dice.random() < 0.9:
                    continue
                target = self._target(start, code)
                result = {"judged": (met, cases), "target": target, "ci_high": interval(met, cases)[1]}
                result["attainment"] = None
                if target and cases:
                    way = (Fraction(met, cases) - target["floor_value"]) / (
                        target["target_value"] - target["floor_value"]
                    )
                    result["attainment"] = attained[code] = min(Fraction(1), max(Fraction(0), way))
                    weights[code] = target["weight"]
                self.results[kind, start, division, code] = result
            total = sum(weights.values())
            points = {code: 100 * weights[code] * share / total for code, share in attained.items()}
            units[division] = {
                "contributions": points,
                "losses": {code: 100 * weights[code] * (1 - share) / total for code, share in attained.items()},
                "score": round(sum(points.values()), 6) if points else None,
                "vetoed_by": ["indicator 0"] if self.dice.random() < 0.1 else [],
                "rank": None,
            }
        ranked = {d: unit for d, unit in units.items() if len(unit["contributions"]) > 2 or self.dice.random() < 0.3}
        ranked = {d: unit for d, unit in ranked.items() if unit["score"] is not None}
        scores = {division: unit["score"] for division, unit in ranked.items()}
        for division, rank in ranks_of(scores, {d: bool(unit["vetoed_by"]) for d, unit in ranked.items()}).items():
            units[division]["rank"] = rank
        self.rankings |= {(kind, start, parent, division): unit for division, unit in units.items()}

    def write(self, facts: Facts) -> None:
        """Into empty tables of the assessment."""
        with facts.connect() as warehouse:
            warehouse.execute("drop schema if exists assessment cascade")
            warehouse.execute("create schema assessment")
            for table, columns in TABLES.items():
                warehouse.execute(f"create table {table} ({columns})")
        facts.insert("assessment.period", [{"period_kind": k, "period_start": s, "last_month": s} for k, s in PERIODS])
        results, scored = [], []
        for (kind, start, division, code), result in self.results.items():
            met, cases = result["judged"]
            row = {"period_kind": kind, "period_start": start, "division_code": division, "indicator_code": code}
            row |= {"judged_numerator": met, "judged_denominator": cases}
            results.append(row)
            if result["target"]:
                goal = {name: float(value) for name, value in result["target"].items()}
                assessed = {"is_assessed": result["attainment"] is not None, "ci_high": result["ci_high"]}
                share = {"attainment": None if result["attainment"] is None else float(result["attainment"])}
                scored.append(row | {"parent_code": division.split()[0]} | goal | assessed | share)
        facts.insert("assessment.indicator_result", results)
        facts.insert("assessment.scored_indicator", scored)
        keys = ("period_kind", "period_start", "parent_code", "division_code")
        units = [
            dict(zip(keys, key, strict=True))
            | {"score": None if unit["score"] is None else float(unit["score"]), "rank": unit["rank"]}
            | {"is_vetoed": bool(unit["vetoed_by"])}
            for key, unit in self.rankings.items()
        ]
        facts.insert("assessment.division_rank", units)
        facts.insert("assessment.division_score", [{key: unit[key] for key in (*keys, "score")} for unit in units])
