"""What is said of a rank, worked out once more in plain Python: every draw its own number, every rank counted.

It shares nothing with the models but the text that seeds a stream and NumPy's generator. Not here: comparing.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from datetime import date
from fractions import Fraction

import numpy as np
from plain_assessment import plus

BACK = {"month": -1, "quarter": -3, "year_to_date": -12}


def stream(*parts: object) -> np.random.Generator:
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:8], "big")))


def ranks_of(scores: dict[str, float], vetoed: dict[str, bool]) -> dict[str, int]:
    keys = {unit: (vetoed[unit], -score) for unit, score in scores.items()}
    return {unit: 1 + sum(other < key for other in keys.values()) for unit, key in keys.items()}


def percentiles(ranks: list[int]) -> tuple[int, int]:
    ordered = sorted(ranks)
    return tuple(ordered[math.ceil(Fraction(share) * len(ordered)) - 1] for share in ("0.025", "0.975"))


class PlainRanks:
    """All that stands beside the ranks of one county's assessment; `results` and `rankings` are the plain ones."""

    def __init__(self, results: dict[tuple, dict], rankings: dict[tuple, dict]) -> None:
        self.results = results
        self.groups: dict[tuple, dict[str, dict]] = defaultdict(dict)
        for (*parent, division), unit in rankings.items():
            if unit["rank"] is not None:
                self.groups[tuple(parent)][division] = unit

    def assessed(self, group: tuple) -> list[tuple[str, str, dict]]:
        """Division, indicator and result of whatever counts in the scores of the ranked, sorted."""
        return [
            (division, code, self.results[*group[:2], division, code])
            for division in sorted(self.groups[group])
            for code in sorted(self.groups[group][division]["contributions"])
        ]

    def pooled(self, *groups: tuple) -> dict[str, tuple[int, int]]:
        sums = defaultdict(lambda: (0, 0))
        for group in groups:
            for _, code, result in self.assessed(group):
                sums[code] = tuple(a + b for a, b in zip(sums[code], result["judged"], strict=True))
        return sums

    def vetoed(self, group: tuple) -> dict[str, bool]:
        return {division: bool(unit["vetoed_by"]) for division, unit in self.groups[group].items()}

    def drawn_scores(self, group, pooled, random, draws, common=None) -> dict[str, list[float]]:
        """Scores by division, one per draw; only the pairs in `common`, if it is given."""
        reached, weights = defaultdict(lambda: [0.0] * draws), defaultdict(float)
        for division, code, result in self.assessed(group):
            if common is not None and (division, code) not in common:
                continue
            target = {name: float(result["target"][f"{name}_value"]) for name in ("target", "floor")}
            weight, (met, cases) = float(result["target"]["weight"]), result["judged"]
            m = (pooled[code][0] + 0.5) / (pooled[code][1] + 1)
            for draw, theta in enumerate(random.beta(met + 5 * m, cases - met + 5 * (1 - m), draws).tolist()):
                share = max(0, (theta - target["floor"]) / (target["target"] - target["floor"]))
                reached[division][draw] += weight * (1 if theta >= target["target"] else share)
            weights[division] += weight
        return {unit: [round(100 * sum_ / weights[unit], 6) for sum_ in reached[unit]] for unit in reached}

    def intervals(self, group: tuple, draws: int) -> dict[str, tuple]:
        """rank_low, rank_high, p_top3, p_bottom3 and tier by division."""
        scores = self.drawn_scores(group, self.pooled(group), stream(*group), draws)
        vetoed, units = self.vetoed(group), self.groups[group]
        drawn = defaultdict(list)
        for draw in range(draws):
            for unit, rank in ranks_of({unit: scores[unit][draw] for unit in scores}, vetoed).items():
                drawn[unit].append(rank)
        third, found, shared = -(-len(units) // 3), {}, defaultdict(list)
        for unit, ranks in drawn.items():
            shared[units[unit]["rank"]] += [*percentiles(ranks), units[unit]["rank"]]
        for unit, ranks in drawn.items():
            limits = shared[units[unit]["rank"]]
            chance = {
                "top": sum(rank <= 3 for rank in ranks) / draws,
                "bottom": sum(rank > len(units) - 3 for rank in ranks) / draws,
                "front": sum(rank <= third for rank in ranks) / draws,
                "rear": sum(rank > len(units) - third for rank in ranks) / draws,
            }
            tier = "front" if chance["front"] >= 0.9 else "rear" if chance["rear"] >= 0.9 else "middle"
            tier = tier if len(units) >= 6 else None
            found[unit] = (min(limits), max(limits), chance["top"], chance["bottom"], tier)
        return found

    def trend_chances(self, group: tuple, draws: int) -> dict[str, tuple[float, float]]:
        """The chances that the score rose and fell, by division, from streams of this module's own."""
        before = (group[0], plus(group[1], BACK[group[0]]), group[2])
        if before not in self.groups:
            return {}
        pairs = [{(division, code) for division, code, _ in self.assessed(period)} for period in (group, before)]
        common, pooled = pairs[0] & pairs[1], self.pooled(group, before)
        now, then = (
            self.drawn_scores(period, pooled, stream("trend", *period), draws, common) for period in (group, before)
        )
        return {
            unit: tuple(
                sum(sign * (a - b) > 0 for a, b in zip(now[unit], then[unit], strict=True)) / draws for sign in (1, -1)
            )
            for unit in now
        }

    def leave_one_out(self, group: tuple) -> dict[str, tuple[int, int] | tuple[None, None]]:
        pairs, ranks = self.assessed(group), defaultdict(list)
        for left_out in {code for _, code, _ in pairs}:
            sums = defaultdict(lambda: [Fraction(0), Fraction(0)])
            for division, code, result in pairs:
                if code != left_out:
                    sums[division][0] += result["target"]["weight"] * result["attainment"]
                    sums[division][1] += result["target"]["weight"]
            scores = {division: round(100 * reached / weight, 6) for division, (reached, weight) in sums.items()}
            for division, rank in ranks_of(scores, self.vetoed(group)).items():
                ranks[division].append(rank)
        return {
            unit: (min(ranks[unit]), max(ranks[unit])) if ranks[unit] else (None, None) for unit in self.groups[group]
        }

    def by_weights(self, group: tuple, draws: int) -> dict[str, tuple[int, int]]:
        pairs, ranks = self.assessed(group), defaultdict(list)
        codes = sorted({code for _, code, _ in pairs})
        for factors in stream(*group, "weights").uniform(-0.25, 0.25, (draws, len(codes))).tolist():
            factor = dict(zip(codes, factors, strict=True))
            sums = defaultdict(lambda: [0.0, 0.0])
            for division, code, result in pairs:
                weight = float(result["target"]["weight"]) * (1 + factor[code])
                sums[division][0] += weight * float(result["attainment"])
                sums[division][1] += weight
            scores = {division: round(100 * reached / weight, 6) for division, (reached, weight) in sums.items()}
            for division, rank in ranks_of(scores, self.vetoed(group)).items():
                ranks[division].append(rank)
        return {unit: percentiles(drawn) for unit, drawn in ranks.items()}

    def shrunk(self, group: tuple) -> dict[tuple[str, str], float | None]:
        """By division and indicator, of all ranked with a judged case; the spec's formula in fractions."""
        found, by_code = {}, defaultdict(dict)
        for (kind, start, division, code), result in self.results.items():
            if (kind, start) == group[:2] and division in self.groups[group] and result["judged"][1]:
                by_code[code][division] = result["judged"]
        for code, units in by_code.items():
            cases, count = sum(n for _, n in units.values()), len(units)
            m = Fraction(sum(x for x, _ in units.values()), cases)
            scatter = sum(n * (Fraction(x, n) - m) ** 2 for x, n in units.values())
            room = cases - (count - 1) - Fraction(sum(n * n for _, n in units.values()), cases)
            between = max(Fraction(0), (scatter - (count - 1) * m * (1 - m)) / room) if room else Fraction(0)
            for division, (x, n) in units.items():
                prior = min(max(m * (1 - m) / between - 1, Fraction(1)), Fraction(cases)) if between else None
                value = (x + prior * m) / (n + prior) if between else m
                found[division, code] = value if count >= 3 else None
        return found

    def improvements(self, group: tuple) -> dict[str, tuple[Fraction | None, bool]]:
        """Improvement and whether at the ceiling, by division with a base."""
        base = (group[0], plus(group[1], -12), group[2])
        if base not in self.groups:
            return {}
        now, then, gains = self.shrunk(group), self.shrunk(base), defaultdict(list)
        was = {(division, code): result for division, code, result in self.assessed(base)}
        for division, code, result in self.assessed(group):
            if (division, code) in was:
                old = was[division, code]
                goal, start = result["target"]["target_value"], then[division, code]
                room = old["ci_high"] < old["target"]["target_value"] and (start is None or start < goal)
                gain = None
                if room and start is not None and now[division, code] is not None:
                    gain = max(Fraction(-1), min(Fraction(1), (now[division, code] - start) / (goal - start)))
                gains[division].append((room, gain, result["target"]["weight"]))
        found = {}
        for division, parts in gains.items():
            known = [(gain, weight) for _, gain, weight in parts if gain is not None]
            mean = sum(g * w for g, w in known) / sum(w for _, w in known) if known else None
            found[division] = (mean, not any(room for room, _, _ in parts))
        return found

    @staticmethod
    def previous(kind: str, start: date) -> date:
        return plus(start, BACK[kind])
