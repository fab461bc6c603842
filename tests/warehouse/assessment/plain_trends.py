"""The trends of spec, worked out once more in plain Python: one series and one month at a time, with fractions.

It shares nothing with the models but the seeds and the results. Not here: comparing (the tests do).
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache, cached_property
from itertools import pairwise
from math import sqrt

import numpy as np
from scipy.stats import betabinom, binom, norm
from scipy.stats.mstats import winsorize
from trend_county import LEVELS, PARENTS, REBASES, RULES, SHOWN_ONLY, TOWNSHIPS, TrendCounty

TAIL = 0.00135


def number(month: date) -> int:
    return month.year * 12 + month.month - 1


def last_day(month: date) -> str:
    ends = {4: 30, 6: 30, 9: 30, 11: 30, 2: 29 if month.year % 4 == 0 else 28}
    return month.replace(day=ends.get(month.month, 31)).isoformat()


def sign(value) -> int:
    return (value > 0) - (value < 0)


def in_scope(division: str, scope: str) -> bool:
    return scope in ("*", division, PARENTS.get(division), PARENTS.get(PARENTS.get(division)))


@cache
def smallest_rare(cases: int, missed: int, seen: int) -> int:
    chances = betabinom.pmf(np.arange(cases + 1), cases, missed + 0.5, seen - missed + 0.5)
    tails = np.cumsum(chances[::-1])[::-1]
    return next((y for y in range(1, cases + 1) if tails[y] <= TAIL), cases + 1)


@cache
def funnel_limit(cases: int, rate: float, share: float) -> tuple[float, float]:
    """Spiegelhalter's interpolated quantile, of the met from below and of the missed from above."""
    if rate in (0, 1):
        return rate, rate
    limits = []
    for p in (rate, 1 - rate):
        up_to = binom.cdf(np.arange(cases + 1), cases, p)
        count = next(r for r in range(cases + 1) if up_to[r] > share)
        limits.append(max(0, (count - (up_to[count] - share) / binom.pmf(count, cases, p)) / cases))
    return limits[0], 1 - limits[1]


def between_variance(counts: list[tuple[int, int]]) -> float:
    """DerSimonian and Laird's moment about the common rate, of standardised deviations with either tenth moved in."""
    rate = sum(met for met, _ in counts) / sum(cases for _, cases in counts)
    if rate in (0, 1) or len(counts) < 2:
        return 0.0
    chances = [rate * (1 - rate) / cases for _, cases in counts]
    off = [(met / cases - rate) / sqrt(chance) for (met, cases), chance in zip(counts, chances, strict=True)]
    squares = float((np.asarray(winsorize(np.array(off), limits=0.1)) ** 2).sum())
    weights = [1 / chance for chance in chances]
    slack = sum(weights) - sum(w**2 for w in weights) / sum(weights)
    return max(0.0, (squares - (len(counts) - 1)) / slack)


class PlainTrends:
    """Charts, outlooks, funnels and slow progress of the months that have landed."""

    def __init__(self, county: TrendCounty, months: list[date]) -> None:
        self.kinds = county.kinds | {"score": "score"}
        results = [row for row in county.results if row["period_start"] in months]
        self.months = {self._key(row): row for row in results if row["period_kind"] == "month"}
        self.years = {self._key(row): row for row in results if row["period_kind"] == "year_to_date"}
        self.closed = {}
        for (division, code, month), row in self.months.items():
            if not row["is_provisional"] and division in LEVELS:
                self.closed.setdefault((division, code), {})[month] = row
        self.ranked = {}
        for row in county.scores:
            if row["period_start"] in months and row["is_assessed"] and row["division_code"] in TOWNSHIPS:
                self.ranked.setdefault(row["period_start"], set()).add(row["division_code"])
        self.series = {}
        for key, rows in self.closed.items():
            counts = {month: (row["numerator"], row["denominator"]) for month, row in rows.items()}
            self.series[key] = {month: count for month, count in counts.items() if count[1]}
        for row in county.scores:
            if row["period_start"] in months and row["is_assessed"] and not row["is_provisional"]:
                score = Fraction(str(row["score"]))
                self.series.setdefault((row["division_code"], "score"), {})[row["period_start"]] = (score, 1)

    @staticmethod
    def _key(row: dict) -> tuple[str, str, date]:
        return row["division_code"], row["indicator_code"], row["period_start"]

    def rebased_on(self, division: str, code: str, month: date) -> date | None:
        found = [
            date.fromisoformat(row["rebased_on"])
            for row in REBASES
            if in_scope(division, row["scope_code"]) and row["indicator_code"] in ("*", code)
        ]
        return max((day for day in found if day <= month), default=None)

    @cached_property
    def points(self) -> dict[tuple, dict]:
        """By division, indicator and month."""
        found = {}
        for (division, code), counts in self.series.items():
            for month in counts:
                first = self.rebased_on(division, code, month)
                window = [
                    counts[m]
                    for m in sorted(counts)
                    if number(month) - 24 < number(m) <= number(month) and (first is None or m >= first)
                ]
                if len(window) >= 12:
                    point = self._chart(window, self.kinds[code])
                    found[division, code, month] = point | {"rebased_on": first, "window_months": len(window)}
        return found

    def _chart(self, window: list[tuple], kind: str) -> dict:
        met, cases = (sum(count[i] for count in window) for i in (0, 1))
        if kind == "score":
            return {"chart": "xmr", "cases_since_miss": None} | self._xmr([score for score, _ in window])
        run = 0
        for x, n in reversed(window):
            if x < n:
                break
            run += n
        chart = "p_prime" if met and cases - met >= 5 * len(window) else "exact"
        lines = self._p_prime(window, kind) if chart == "p_prime" else self._exact(window, kind)
        return {"chart": chart, "cases_since_miss": run} | lines

    def _xmr(self, scores: list[Fraction]) -> dict:
        mean = sum(scores) / len(scores)
        moved = sum(abs(b - a) for a, b in pairwise(scores)) / (len(scores) - 1)
        far, near = Fraction("2.66") * moved, Fraction("1.7733") * moved
        return self._ruled(scores, mean, [far] * len(scores), [near] * len(scores), runs=True)

    def _p_prime(self, window: list[tuple], kind: str) -> dict:
        mean = Fraction(sum(x for x, _ in window), sum(n for _, n in window))
        shares = [Fraction(x, n) for x, n in window]
        errors = [sqrt(mean * (1 - mean) / n) for _, n in window]
        z = [float(share - mean) / error for share, error in zip(shares, errors, strict=True)]
        moved = sum(abs(b - a) for a, b in pairwise(z)) / (len(z) - 1)
        spread = [error * max(1, moved / 1.128) for error in errors]
        point = self._ruled(shares, mean, [3 * s for s in spread], [2 * s for s in spread], kind != "stock")
        for name in ("lower", "near_lower", "near_upper", "upper"):
            point[name] = min(1, max(0, point[name]))
        return point

    @staticmethod
    def _ruled(values: list, mean: Fraction, far: list, near: list, runs: bool) -> dict:
        off = [value - mean for value in values]
        sides, steps = [sign(d) for d in off], [sign(b - a) for a, b in pairwise(values)]
        beyond = [sign(d) if abs(d) > width else 0 for d, width in zip(off, near, strict=True)]
        found = [("outside", sides[-1] if abs(off[-1]) > far[-1] else 0)]
        if runs:
            found.append(("trend", steps[-1] if len(set(steps[-6:])) == 1 else 0))
            found.append(("two_of_three", beyond[-1] if beyond[-3:].count(beyond[-1]) >= 2 else 0))
            found.append(("shift", sides[-1] if len(set(sides[-7:])) == 1 else 0))
        signal, direction = next(((name, up) for name, up in found if up), (None, 0))
        lines = {"centre": mean, "lower": mean - far[-1], "upper": mean + far[-1]}
        lines |= {"near_lower": mean - near[-1], "near_upper": mean + near[-1]}
        kind = {1: "improvement", -1: "concern", 0: None}[direction]
        return {name: float(line) for name, line in lines.items()} | {"signal": signal, "signal_kind": kind}

    @staticmethod
    def _exact(window: list[tuple], kind: str) -> dict:
        (*before, (met, cases)) = window
        seen, missed = sum(n for _, n in before), sum(n - x for x, n in before)
        rare = smallest_rare(cases, missed, seen)
        signal = ("outside", "concern") if cases - met >= rare else (None, None)
        earlier, run = list(window), 0
        while earlier and earlier[-1][0] == earlier[-1][1]:
            run += earlier.pop()[1]
        if kind != "stock" and run and earlier:
            seen_then, missed_then = sum(n for _, n in earlier), sum(n - x for x, n in earlier)
            if betabinom.pmf(0, run, missed_then + 0.5, seen_then - missed_then + 0.5) <= TAIL:
                signal = ("clean_run", "improvement")
        lines = {"centre": (seen - missed + 0.5) / (seen + 1), "lower": (cases - rare + 1) / cases, "upper": 1.0}
        return lines | {"near_lower": None, "near_upper": None, "signal": signal[0], "signal_kind": signal[1]}

    def outlooks(self) -> dict[tuple, dict]:
        """By division and indicator."""
        newest = max(month for rows in self.closed.values() for month in rows)
        found = {}
        for (division, code), rows in self.closed.items():
            recent = [month for month in sorted(rows, reverse=True) if number(month) > number(newest) - 24]
            if not recent:
                continue
            reached = [rows[m]["is_reached"] for m in recent if rows[m]["verdict"] != "not_applicable"][:12]
            k, r, year = len(reached), sum(reached), self.years[division, code, recent[0]]
            chance = (r + 0.5) / (k + 1) if k >= 6 else None
            pace = Fraction(sum(rows[m]["denominator"] for m in recent[:12]), len(recent[:12]))
            rest, target = (12 - recent[0].month) * pace, Fraction(year["target_value"])
            required = None
            if self.kinds[code] != "stock" and rest:
                required = (target * (year["denominator"] + rest) - year["numerator"]) / rest
            found[division, code] = {
                "period_start": recent[0],
                "months_reached": r,
                "months_counted": k,
                "next_month_probability": chance,
                "capability": chance
                and ("reliable" if chance >= 0.9 else "unlikely" if chance <= 0.1 else "hit_or_miss"),
                "ytd_numerator": year["numerator"],
                "ytd_denominator": year["denominator"],
                "required_rate": required if required is None else float(required),
                "is_out_of_reach": required if required is None else required > 1,
            }
        return found

    def funnels(self) -> dict[tuple, dict]:
        """By month, county, indicator, centre and denominator: the centre and the limits, in pairs, and what they rest
        on."""
        points = {}
        for (division, code, month), row in self.months.items():
            county = self.months.get((PARENTS.get(division), code, month))
            if division not in TOWNSHIPS or not row["denominator"] or county is None:
                continue
            for kind, centre in (("target", float(county["target_value"])), ("county", county["value"])):
                if centre is not None and (kind == "county" or centre < 1):
                    funnel = points.setdefault((month, PARENTS[division], code, kind), [])
                    funnel.append((row["numerator"], row["denominator"], centre))
        found = {}
        for key, units in points.items():
            far = [(met / cases, *funnel_limit(cases, centre, 0.001)) for met, cases, centre in units]
            outside = sum(not low - 1e-12 <= value <= high + 1e-12 for value, low, high in far)
            variance = between_variance([(met, cases) for met, cases, _ in units])
            is_wide = 10 * outside > len(units) and variance > 0
            for _, cases, centre in units:
                pairs = []
                for share in (0.025, 0.001):
                    add = norm.isf(share) ** 2 * variance * is_wide
                    low, high = (sqrt((limit - centre) ** 2 + add) for limit in funnel_limit(cases, centre, share))
                    pairs += [max(0, centre - low), min(1, centre + high)]
                found[(*key, cases)] = {"limits": [centre, *pairs], "state": [len(units), outside, is_wide]} | {
                    "between_variance": variance
                }
        return found

    def slow_progress(self) -> dict[tuple, dict]:
        """By month, division, indicator and rule: the months looked at, and what the county has to do with it."""
        by_rule, found = self.slow_by_rule(), {}
        for month, county, code, rule in {(m, PARENTS[d], code, rule) for m, d, code, rule in by_rule}:
            own = {key: by_rule[key] for key in by_rule if key[0] == month and PARENTS[key[1]] == county}
            own = {key[1]: looked_at for key, looked_at in own.items() if key[2:] == (code, rule)}
            ranked = {division for division in self.ranked.get(month, ()) if PARENTS[division] == county}
            listed = len(ranked & own.keys())
            row = self.months.get((county, code, month))
            rate = row and row["value"]
            common = {"is_common": 2 * listed > len(ranked), "townships_listed": listed}
            common |= {"townships_ranked": len(ranked), "county_rate": rate}
            for division, looked_at in own.items():
                high = self.months[division, code, month]["ci_high"]
                if not common["is_common"] or (rate is not None and high < rate):
                    found[month, division, code, rule] = common | {"months": looked_at, "scope": "township"}
            if common["is_common"]:
                (months,) = (row["months"] for row in RULES if row["rule_id"] == rule)
                known = [m for (d, c, m) in self.months if (d, c) == (county, code)]
                known = [m for m in sorted(known) if number(month) - 24 < number(m) <= number(month)]
                found[month, county, code, rule] = common | {"months": known[-months:], "scope": "county"}
        return found

    def slow_by_rule(self) -> dict[tuple, list[date]]:
        """By month, township, indicator and rule: the months looked at."""
        points, found = self.points, {}
        for (division, code), rows in self.closed.items():
            for month in rows if division in TOWNSHIPS and code != SHOWN_ONLY else ():
                for rule in RULES:
                    looked_at = [m for m in sorted(rows) if number(month) - 24 < number(m) <= number(month)]
                    looked_at = looked_at[-rule["months"] :]
                    missed = [m for m in looked_at if self._is_missed(rows[m])]
                    improved = any(
                        points.get((division, code, m), {}).get("signal_kind") == "improvement"
                        for m in rows
                        if looked_at[0] <= m <= month
                    )
                    if (
                        rule["valid_from"] <= last_day(month) <= (rule["valid_to"] or "9")
                        and len(looked_at) == rule["months"]
                        and len(missed) >= rule["misses"]
                        and (not rule["requires_serious"] or (month in missed and rows[month]["is_serious"]))
                        and not (rule["requires_no_improvement"] and improved)
                    ):
                        found[month, division, code, rule["rule_id"]] = looked_at
        return found

    @staticmethod
    def _is_missed(row: dict) -> bool:
        return row["verdict"] != "not_applicable" and not row["is_reached"]
