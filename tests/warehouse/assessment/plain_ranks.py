"""What is said of a rank, worked out once more in plain Python: every draw its own number, every rank counted.

It shares nothing with the models but the text that seeds a stream and NumPy's generator. Not here: comparing.
"""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_right
from collections import defaultdict
from datetime import date
from fractions import Fraction

import numpy as np
from plain_assessment import plus

# The grid of what the law of an indicator might be: weights in cases, standard errors of the mean, chances of a spike
# with how likely each is beforehand.
WEIGHTS = [5 * 4_000 ** (step / 9) for step in range(10)]
ERRORS = [-1.5, 0, 1.5]
TIER = 0.94
SPIKES = {0.0: 0.5, 0.3: 0.25, 0.6: 0.25}

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


def log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def laws(units: list[tuple[int, int]]) -> list[tuple[float, float, float, float]]:
    """Probability, a, b and spike of each law that the counts of an indicator leave open."""
    m = (sum(x for x, _ in units) + 0.5) / (sum(n for _, n in units) + 1)
    found = []
    for k in WEIGHTS:
        told = sum(n * (k + 1) / (n + k) for _, n in units)
        error = 1 / math.sqrt(max(told * m * (1 - m), 0.5))
        for z in ERRORS:
            whole = 1 / (1 + (1 - m) / m * math.exp(-error * z))
            for spike, beforehand in SPIKES.items():
                rest = max(1 - (1 - whole) / (1 - spike), 0.05)
                a, b = k * rest, k * (1 - rest)
                log = math.log(error) + math.log(beforehand)
                for x, n in units:
                    chance = (1 - spike) * math.exp(log_beta(x + a, n - x + b) - log_beta(a, b))
                    log += math.log(chance + (spike if x == n else 0))
                found.append((log, a, b, spike))
    if sum(n > 0 for _, n in units) < 3:
        return [(float(number == 3), *law) for number, (_, *law) in enumerate(found)]
    most = max(log for log, *_ in found)
    total = sum(math.exp(log - most) for log, *_ in found)
    return [(math.exp(log - most) / total, *law) for log, *law in found]


def changes(now: dict, before: dict) -> dict[str, tuple[str, Fraction, Fraction, str | None, str | None]]:
    """By indicator, and `mix` for all that count on one side only: the kind of line, points lost now and before, what
    entered and what left."""
    both = now["losses"].keys() & before["losses"].keys()
    lines = {code: ("indicator", now["losses"][code], before["losses"][code], None, None) for code in both}
    entered, left = (sorted(unit["losses"].keys() - both) for unit in (now, before))
    if entered or left:
        lost, previous = (
            sum(unit["losses"][code] for code in codes) for unit, codes in ((now, entered), (before, left))
        )
        lines["mix"] = ("mix", lost, previous, " ".join(entered) or None, " ".join(left) or None)
    return lines


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

    def vetoed(self, group: tuple) -> dict[str, bool]:
        return {division: bool(unit["vetoed_by"]) for division, unit in self.groups[group].items()}

    def drawn_laws(self, group: tuple, draws: int) -> dict[str, list[tuple[float, float, float]]]:
        """One law per draw, by indicator: those of the counts of all ranked."""
        counts, drawn = defaultdict(list), {}
        for _, code, result in self.assessed(group):
            counts[code].append(result["judged"] or (0, 0))
        random = stream(*group, "laws")
        for code in sorted(counts):
            possible, ends, below = laws(counts[code]), [], 0.0
            for probability, *_ in possible:
                below += probability
                ends.append(below)
            drawn[code] = [possible[bisect_right(ends[:-1], number)][1:] for number in random.random(draws).tolist()]
        return drawn

    def drawn_scores(self, group: tuple, draws: int) -> dict[str, list[float]]:
        """Scores by division, one per draw."""
        reached, weights = defaultdict(lambda: [0.0] * draws), defaultdict(float)
        drawn, random, whether = self.drawn_laws(group, draws), stream(*group), stream(*group, "spotless")
        for division, code, result in self.assessed(group):
            target = {name: float(result["target"][f"{name}_value"]) for name in ("target", "floor")}
            weight, (x, n) = float(result["target"]["weight"]), result["judged"] or (0, 0)
            rates = [float(random.beta(x + a, n - x + b)) for a, b, _ in drawn[code]]
            if x == n and result["judged"]:
                for draw, (number, (a, b, spike)) in enumerate(
                    zip(whether.random(draws).tolist(), drawn[code], strict=True)
                ):
                    by_luck = (1 - spike) * math.exp(log_beta(n + a, b) - log_beta(a, b))
                    rates[draw] = 1.0 if number < spike / (spike + by_luck) else rates[draw]
            for draw, theta in enumerate(rates):
                share = max(0, (theta - target["floor"]) / (target["target"] - target["floor"]))
                reached[division][draw] += weight * (1 if theta >= target["target"] else share) * bool(result["judged"])
            weights[division] += weight
        return {unit: [round(100 * sum_ / weights[unit], 6) for sum_ in reached[unit]] for unit in reached}

    def intervals(self, group: tuple, draws: int) -> dict[str, tuple]:
        """rank_low, rank_high, p_top3, p_bottom3, p_front, p_rear and tier by division."""
        scores = self.drawn_scores(group, draws)
        vetoed, units = self.vetoed(group), self.groups[group]
        drawn = defaultdict(list)
        for draw in range(draws):
            for unit, rank in ranks_of({unit: scores[unit][draw] for unit in scores}, vetoed).items():
                drawn[unit].append(rank)
        third, found, shared = -(-len(units) // 3), {}, defaultdict(list)
        for unit, ranks in drawn.items():
            shared[self.equals(group, unit)] += [*percentiles(ranks), units[unit]["rank"]]
        for unit, ranks in drawn.items():
            limits = shared[self.equals(group, unit)]
            chance = {
                "top": sum(rank <= 3 for rank in ranks) / draws,
                "bottom": sum(rank > len(units) - 3 for rank in ranks) / draws,
                "front": sum(rank <= third for rank in ranks) / draws,
                "rear": sum(rank > len(units) - third for rank in ranks) / draws,
            }
            tier = "front" if chance["front"] >= TIER else "rear" if chance["rear"] >= TIER else "middle"
            tier = tier if len(units) >= 6 else None
            found[unit] = (min(limits), max(limits), *chance.values(), tier)
        return found

    def equals(self, group: tuple, unit: str) -> object:
        """What a unit has in common with those whose interval it shares: the rank, if none of them has a miss."""
        counts = [result["judged"] for division, _, result in self.assessed(group) if division == unit]
        return self.groups[group][unit]["rank"] if all(judged and judged[0] == judged[1] for judged in counts) else unit

    def trends(self, group: tuple) -> dict[str, tuple[int, float, float]]:
        """By division: where the score went on the indicators of both periods, and how rarely chance alone moves its
        cases at least as far up and down, from numbers of this module's own."""
        before = (group[0], plus(group[1], BACK[group[0]]), group[2])
        if before not in self.groups:
            return {}
        then = {(division, code): result for division, code, result in self.assessed(before) if result["judged"]}
        pairs = defaultdict(list)
        for division, code, result in self.assessed(group):
            if result["judged"] and (division, code) in then:
                pairs[division].append((result, then[division, code]))
        return {division: self._trend(pairs[division], stream("trend", *group, division)) for division in pairs}

    @staticmethod
    def _trend(pairs: list[tuple[dict, dict]], random: np.random.Generator, draws: int = 20_000) -> tuple:
        scores = [
            100
            * sum(pair[side]["target"]["weight"] * pair[side]["attainment"] for pair in pairs)
            / sum(pair[side]["target"]["weight"] for pair in pairs)
            for side in (0, 1)
        ]
        worths, deviations = [], [0.0, 0.0]
        for now, old in pairs:
            (x, n), (y, m), target = now["judged"], old["judged"], now["target"]
            points = float(target["weight"] / (target["target_value"] - target["floor_value"])) * (1 / n + 1 / m)
            variance = (x + y) * (n + m - x - y) * n * m / ((n + m) ** 2 * max(n + m - 1, 1))
            worths.append((1, points))
            deviations = [d + variance * worth**2 for d, worth in zip(deviations, worths[-1], strict=True)]
        worth = [sum(w / math.sqrt(d) if d else w for w, d in zip(each, deviations, strict=True)) for each in worths]
        moved, chance = 0.0, np.zeros(draws)
        for (now, old), each in zip(pairs, worth, strict=True):
            (x, n), (y, m) = now["judged"], old["judged"]
            moved += each * x
            chance += each * random.hypergeometric(x + y, n + m - x - y, n, draws)
        up, down = (np.mean(sign * (chance - moved) >= -1e-9) for sign in (1, -1))
        change = round(float(scores[0] - scores[1]), 6)
        return (change > 0) - (change < 0), float(up), float(down)

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
            if (
                (kind, start) == group[:2]
                and division in self.groups[group]
                and result["judged"]
                and result["judged"][1]
            ):
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
            if (division, code) in was and result["judged"] and was[division, code]["judged"]:
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
