"""The assessment of spec, worked out once more in plain Python over single cases: fractions, dictionaries, loops.

It shares nothing with the models but the seeds and the cases. Not here: comparing (the tests do).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

from dice_county import CLOCK, MONTHS, TOWNSHIPS, DiceCounty
from statsmodels.stats.proportion import proportion_confint

LEDGERS = {"exchange_message", "system_login", "service_event", "survey_response", "audit_sample"}
TERM = 5
# What is known of an indicator in a township's month, beside "closed" and "provisional": nothing of it came in the
# term, or too little.
SILENT, SHORT = "silent", "short"


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


NOT_DELIVERED = dict.fromkeys(("judged", "ci_low", "ci_high", "is_reached", "is_serious", "zero_defect_bound"))
NOT_DELIVERED |= {"verdict": "not_delivered", "attainment": Fraction(0)}


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
        self.first: dict[tuple[str, str], date] = {}
        for source, township, month in county.landed:
            place = source, f"{township[:6]}000000"
            self.first[place] = min(month, self.first.get(place, month))
        self.has_result = {
            (indicator, month, township): self._month_state(indicator, month, township)
            for indicator in self.catalogue
            for month in MONTHS
            for township in TOWNSHIPS
        }

    def owed(self, source: str, township: str, month: date) -> bool:
        first = self.first.get((source, f"{township[:6]}000000"))
        return first is not None and first <= month <= CLOCK

    def withheld(self, source: str, township: str, month: date) -> bool:
        """Whether the term is over and the township has not sent what others of its county have."""
        last_day = plus(month, 1) - timedelta(days=1)
        if not self.owed(source, township, month) or (CLOCK - last_day).days < TERM:
            return False
        siblings = [t for t in TOWNSHIPS if t[:6] == township[:6]]
        came = {t: self.county.landed[source, t, month] for t in siblings if (source, t, month) in self.county.landed}
        if township not in came:
            return bool(came)
        whole = sum(not is_provisional for is_provisional in came.values())
        return source in LEDGERS and came[township] and whole > 0 and whole >= (len(siblings) - 1) / 2

    def _month_state(self, indicator: str, month: date, township: str) -> str | None:
        sources = [(source, township, month) for source in self.catalogue[indicator]["sources"].split()]
        come = {source for source in sources if source in self.county.landed}
        withheld = {source for source in sources if self.withheld(*source)}
        if come | withheld == set(sources):
            if withheld:
                return SHORT if come == set(sources) else SILENT
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
        sums, closed, withheld, empty = defaultdict(lambda: [0, 0, 0]), {}, set(), set()
        for township in TOWNSHIPS:
            used = self.township_months(kind, months, township, indicator)
            if not used:
                continue
            is_stock = self.catalogue[indicator]["measure_kind"] == "stock"
            states = {month: self.has_result.get((indicator, month, township)) for month in months}
            closed[township] = {states[month] for month in (months[-1:] if is_stock else months)} == {"closed"}
            if {states[month] for month in used} & {SILENT, SHORT}:
                withheld.add(township)
            if {states[month] for month in used} == {SILENT}:
                empty.add(township)
            cells = [(township, [0, 0, 0])]
            for month in used:
                for place in self.places[indicator, month, township]:
                    met, cases, pending = self.counts[indicator, month, township, place]
                    cells.append((place, [0, 0, pending] if states[month] == SILENT else [met, cases, pending]))
            for place, cell in cells:
                for division in {place, *self.lineage(township)}:
                    sums[division] = [a + b for a, b in zip(sums[division], cell, strict=True)]
        return {
            division: (
                *((None, None, cell[2]) if division in empty else cell),
                not self._is_closed(division, closed),
                division in withheld,
            )
            for division, cell in sums.items()
        }

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
                    if cell[4]:
                        found[kind, start, division, indicator] |= NOT_DELIVERED
        return found

    @staticmethod
    def _judge(target: dict | None, cell: tuple, judged: tuple, year: tuple) -> dict:
        result = {"counts": cell[:3], "judged": judged, "is_provisional": cell[3], "is_vetoing": False, "year": year}
        if cell[4]:
            return result | {"target": target, "is_vetoing": target is not None and target["is_veto"] == "true"}
        met, cases = judged
        low, high = interval(met, cases)
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
        if target["is_veto"] == "true" and result["attainment"] is not None and not cell[3] and cell[0] < cell[1]:
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
                self._expect(results, kind, start, group)
                found |= {(kind, start, parent, child): unit for child, unit in group.items()}
        return found

    @staticmethod
    def _expect(results: dict, kind: str, start: date, group: dict[str, dict]) -> None:
        """What each would score at the common rates of the ranked."""
        pooled = defaultdict(lambda: [0, 0])
        for division, unit in group.items():
            for code in unit["contributions"] if unit["rank"] else ():
                for side, count in enumerate(results[kind, start, division, code]["judged"] or (0, 0)):
                    pooled[code][side] += count
        for division, unit in group.items():
            points, weights = Fraction(0), Fraction(0)
            for code in unit["contributions"]:
                target = results[kind, start, division, code]["target"]
                if pooled[code][1]:
                    rate = Fraction(*pooled[code])
                    share = (rate - target["floor_value"]) / (target["target_value"] - target["floor_value"])
                    points += target["weight"] * min(Fraction(1), max(Fraction(0), share))
                    weights += target["weight"]
            unit["expected_score"] = round(100 * points / weights, 6) if weights else None

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
        missing = {
            source
            for indicator in weight
            for source in self.catalogue[indicator]["sources"].split()
            for month in (months[-1:] if self.catalogue[indicator]["measure_kind"] == "stock" else months)
            for township in TOWNSHIPS
            if division in self.lineage(township)
            and self.owed(source, township, month)
            and self.county.landed.get((source, township, month), True)
        }
        losses = {name: 100 * weight[name] * (1 - share) / total for name, share in assessed.items()}
        vetoed_by = [i for i in sorted(self.catalogue) if results.get((kind, start, division, i), {}).get("is_vetoing")]
        return {
            "score": round(sum(points.values()), 6) if points else None,
            "contributions": points,
            "losses": losses,
            "weight_share": Fraction(total, applicable) if applicable else None,
            "is_assessed": bool(assessed) and 2 * total >= sum(weight.values()),
            "rank": None,
            "vetoed_by": vetoed_by,
            "missing_sources": " ".join(sorted(missing)) or None,
            "is_provisional": any(result["is_provisional"] for result in landed.values())
            or not landed
            or bool(missing),
        }
