"""The assessment of spec, worked out once more in plain Python over single cases: fractions, dictionaries, loops.

It shares nothing with the models but the seeds and the cases. Not here: comparing (the tests do).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

from dice_county import MONTHS, TOWNSHIPS, DiceCounty
from statsmodels.stats.proportion import proportion_confint


def plus(month: date, months: int) -> date:
    years, index = divmod(month.month - 1 + months, 12)
    return date(month.year + years, index + 1, 1)


def span(first: date, last: date) -> list[date]:
    months = [first]
    while months[-1] < last:
        months.append(plus(months[-1], 1))
    return months


@lru_cache
def interval(met: int, cases: int) -> tuple[float, float] | tuple[None, None]:
    return proportion_confint(met, cases, alpha=0.05, method="beta") if cases else (None, None)


class PlainAssessment:
    """Results, scores and ranks of a county, each worked out when asked for."""

    def __init__(self, county: DiceCounty) -> None:
        self.county = county
        self.catalogue = {row["indicator_code"]: row for row in county.indicators}
        self.counts = defaultdict(lambda: [0, 0, 0])
        for case in county.cases:
            cell = self.counts[case.indicator, case.month, case.township, case.division]
            cell[0] += case.outcome == "met"
            cell[1] += case.outcome != "pending"
            cell[2] += case.outcome == "pending"
        self.places = defaultdict(set)
        for indicator, month, township, division in self.counts:
            self.places[indicator, month, township].add(division)
        self.has_result = {
            (indicator, month, township): self._month_state(indicator, month, township)
            for indicator in self.catalogue
            for month in MONTHS
            for township in TOWNSHIPS
        }

    def _month_state(self, indicator: str, month: date, township: str) -> str | None:
        sources = [(source, township, month) for source in self.catalogue[indicator]["sources"].split()]
        if all(source in self.county.landed for source in sources):
            return "provisional" if any(self.county.landed[source] for source in sources) else "closed"
        pending = sum(self.counts[indicator, month, township, d][2] for d in self.places[indicator, month, township])
        return "provisional" if pending else None

    def periods(self) -> dict[tuple[str, date], list[date]]:
        months = [
            month for month in MONTHS if any(self.has_result[i, month, t] for i in self.catalogue for t in TOWNSHIPS)
        ]
        found = {("month", month): [month] for month in months}
        found |= {("year_to_date", month): span(date(month.year, 1, 1), month) for month in months}
        quarters = {date(month.year, (month.month - 1) // 3 * 3 + 1, 1) for month in months}
        return found | {("quarter", first): span(first, plus(first, 2)) for first in quarters}

    def township_months(self, kind: str, months: list[date], township: str, indicator: str) -> list[date]:
        """The months whose cases count; none if the township has no result."""
        present = [month for month in months if self.has_result.get((indicator, month, township))]
        begun = any(key[2] == months[-1] for key in self.county.landed)
        announced = any(self.has_result.get((indicator, months[-1], other)) for other in TOWNSHIPS)
        if not present or (kind == "year_to_date" and not announced and not begun):
            return []
        return present[-1:] if self.catalogue[indicator]["measure_kind"] == "stock" else present

    def counted(self, kind: str, months: list[date], indicator: str) -> dict[str, tuple[int, int, int, bool]]:
        """Numerator, denominator, pending and is_provisional by division, at every level."""
        sums, closed = defaultdict(lambda: [0, 0, 0]), {}
        for township in TOWNSHIPS:
            used = self.township_months(kind, months, township, indicator)
            if not used:
                continue
            closed[township] = all(self.has_result.get((indicator, month, township)) == "closed" for month in months)
            for place, cell in [(township, (0, 0, 0))] + [
                (place, self.counts[indicator, month, township, place])
                for month in used
                for place in self.places[indicator, month, township]
            ]:
                for division in {place, *self.lineage(township)}:
                    sums[division] = [a + b for a, b in zip(sums[division], cell, strict=True)]
        return {division: (*cell, not self._is_closed(division, closed)) for division, cell in sums.items()}

    def _is_closed(self, division: str, closed: dict[str, bool]) -> bool:
        children = [code for code, parent in self.county.divisions.items() if parent == division]
        if children:
            return all(self._is_closed(child, closed) for child in children)
        return closed.get(division if division in closed else f"{division[:9]}000", False)

    def lineage(self, division: str) -> list[str]:
        """The division and all above it."""
        line = [division]
        while parent := self.county.divisions.get(line[-1]) or (line[-1][9:] != "000" and f"{line[-1][:9]}000"):
            line.append(parent)
        return line

    def target(self, indicator: str, division: str, months: list[date]) -> dict | None:
        day = (plus(months[-1], 1) - timedelta(days=1)).isoformat()
        for scope in [*self.lineage(division), "*"]:
            for row in self.county.targets:
                if (row["indicator_code"], row["scope_code"]) == (indicator, scope) and row["valid_from"] <= day <= (
                    row["valid_to"] or "9"
                ):
                    values = ("target_value", "floor_value", "tolerance_value", "weight")
                    return row | {name: Fraction(row[name]) for name in values}
        return None

    def results(self) -> dict[tuple, dict]:
        """By period kind, start, division and indicator."""
        found = {}
        for (kind, start), months in self.periods().items():
            for indicator, row in self.catalogue.items():
                counted = self.counted(kind, months, indicator)
                judged = int(row["judged_months"])
                windows = (
                    self.counted("window", span(plus(months[-1], 1 - judged), months[-1]), indicator)
                    if judged > 1
                    else counted
                )
                year = self.counted("window", span(plus(months[-1], -11), months[-1]), indicator)
                for division, cell in counted.items():
                    found[kind, start, division, indicator] = self._judge(
                        self.target(indicator, division, months), cell, windows[division][:2], year[division][:2]
                    )
        return found

    @staticmethod
    def _judge(target: dict | None, cell: tuple, judged: tuple, year: tuple) -> dict:
        met, cases = judged
        low, high = interval(met, cases)
        result = {"counts": cell[:3], "judged": judged, "is_provisional": cell[3], "is_vetoing": False}
        result |= {"ci_low": low, "ci_high": high}
        result |= dict.fromkeys(("target", "is_reached", "is_serious", "verdict", "zero_defect_bound", "attainment"))
        if target is None:
            return result
        goal, floor, tolerance = target["target_value"], target["floor_value"], target["tolerance_value"]
        result |= {"target": target, "verdict": "not_applicable"}
        if cases:
            result |= {"is_reached": met >= goal * cases, "is_serious": high < tolerance}
            if goal == 1 and met == cases:
                result["zero_defect_bound"] = 1 - 0.025 ** (1 / cases)
        if cases >= max(1, int(target["min_denominator"])):
            by_interval = "met" if low >= goal else "not_met" if high < goal else "cannot_tell"
            result["verdict"] = by_interval if goal < 1 else "met" if met == cases else "not_met"
            share = (Fraction(met, cases) - floor) / (goal - floor)
            result["attainment"] = Fraction(1) if result["is_reached"] else max(Fraction(0), share)
        if target["is_veto"] == "true" and not cell[3] and cell[0] < cell[1]:
            result["is_vetoing"] = interval(*year)[1] < tolerance
        return result

    def rankings(self, results: dict[tuple, dict]) -> dict[tuple, dict]:
        """By period kind, start, parent and division."""
        found = {}
        for (kind, start), months in self.periods().items():
            present = {key[2] for key in results if key[:2] == (kind, start)}
            parents = {self.county.divisions.get(division) for division in present} - {None}
            for parent in parents:
                children = [code for code, above in self.county.divisions.items() if above == parent]
                group = {child: self._score(results, kind, start, months, child) for child in children}
                assessed = [unit for unit in group.values() if unit["is_assessed"]]
                for unit in assessed:
                    unit["rank"] = 1 + sum(self._order(other) < self._order(unit) for other in assessed)
                found |= {(kind, start, parent, child): unit for child, unit in group.items()}
        return found

    @staticmethod
    def _order(unit: dict) -> tuple[bool, Fraction]:
        return bool(unit["vetoed_by"]), -unit["score"]

    def _score(self, results: dict, kind: str, start: date, months: list[date], division: str) -> dict:
        scored = {
            indicator: (target["weight"], results.get((kind, start, division, indicator)))
            for indicator in self.catalogue
            if (target := self.target(indicator, division, months)) and target["weight"] > 0
        }
        landed = {indicator: result for indicator, (_, result) in scored.items() if result}
        weight = {name: value for name, (value, _) in scored.items()}
        assessed = {name: result["attainment"] for name, result in landed.items() if result["attainment"] is not None}
        out = {name for name in landed if name not in assessed}
        total, applicable = (
            sum(weight[name] for name in assessed),
            sum(weight[name] for name in weight if name not in out),
        )
        points = {name: 100 * weight[name] * share / total for name, share in assessed.items()}
        vetoed_by = [i for i in sorted(self.catalogue) if results.get((kind, start, division, i), {}).get("is_vetoing")]
        return {
            "score": round(sum(points.values()), 6) if points else None,
            "contributions": points,
            "weight_share": Fraction(total, applicable) if applicable else None,
            "is_assessed": bool(assessed)
            and total >= Fraction("0.7") * applicable
            and 2 * total >= sum(weight.values()),
            "rank": None,
            "vetoed_by": vetoed_by,
            "is_provisional": any(result["is_provisional"] for result in landed.values()) if landed else True,
        }
