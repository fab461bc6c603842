"""What a ranking would be with other targets, floors or weights: the only figures that a page works out.

Here: the scoring formula of the assessment over the published counts, in exact fractions, and the choices as text for
the URL. Not here: vetoes and whether a result is assessed at all (as published; a choice changes neither), chance (a
published interval speaks for the published rules only), or a SELECT (`queries`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from itertools import groupby

from dashboards.edition import Row
from orchestration.installation.project_settings import project_setting

FIELDS = ("target", "floor", "weight")
LIMITS = {
    "target": (Decimal("0.01"), Decimal(1)),
    "floor": (Decimal(0), Decimal(1)),
    "weight": (Decimal(0), Decimal(100)),
}
# Where a target is set that had no floor, the plan's default: twenty points below it.
DEFAULT_GAP = Decimal("0.20")
# A share of cases; finer than a hundredth of a per cent no target is set.
_STEP = Decimal("0.0001")

Changes = dict[tuple[str, str], Decimal]


@dataclass
class Standing:
    """One division under the rules tried: `score` 0..100 to six decimals, `rank` and `grade` None if not assessed."""

    division_code: str
    score: float | None
    is_assessed: bool
    is_vetoed: bool
    parts: dict[str, float] = field(default_factory=dict)
    rank: int | None = None
    grade: str | None = None


def standings(counts: Iterable[Row], grades: list[Row], changes: Changes) -> dict[str, Standing]:
    """Every division ranked by its counts with `changes` made, by code.

    `counts`: one row per division and indicator, sorted by division, with judged_numerator and judged_denominator
    (None where nothing landed), target_value, floor_value, weight, min_denominator (as in force), is_withheld,
    is_vetoed.
    `grades`: grade, min_score, is_veto_cap.
    """
    found = [_score(code, list(rows), changes) for code, rows in groupby(counts, key=lambda row: row["division_code"])]
    ranked = sorted((one for one in found if one.is_assessed), key=lambda one: (one.is_vetoed, -(one.score or 0)))
    for place, one in enumerate(ranked, 1):
        level = ranked[place - 2] if place > 1 else None
        is_level = level is not None and (level.is_vetoed, level.score) == (one.is_vetoed, one.score)
        one.rank = level.rank if is_level else place
        one.grade = _grade(one, grades)
    return {one.division_code: one for one in found}


def rule(row: Row, changes: Changes) -> tuple[Decimal | None, Decimal | None, Decimal]:
    """Target, floor and weight of an indicator with `changes` made; no target means that it is not scored."""
    code = row["indicator_code"]
    target, floor, weight = (
        changes.get((code, name), row[column])
        for name, column in zip(FIELDS, ("target_value", "floor_value", "weight"), strict=True)
    )
    if target is not None and (floor is None or floor >= target):
        floor = max(Decimal(0), target - DEFAULT_GAP)
    return target, floor, weight if weight is not None else Decimal(target is not None)


def _score(division_code: str, rows: list[Row], changes: Changes) -> Standing:
    scored, attained = Fraction(0), {}
    for row in rows:
        target, floor, weight = rule(row, changes)
        if target is None or floor is None or not weight:
            continue
        scored += Fraction(weight)
        cases = row["judged_denominator"]
        if row["is_withheld"]:
            attained[row["indicator_code"]] = (Fraction(weight), Fraction(0))
        elif cases is not None and cases >= max(row["min_denominator"], 1):
            share = attainment(row["judged_numerator"], cases, target, floor)
            attained[row["indicator_code"]] = (Fraction(weight), share)
    assessed = sum((weight for weight, _ in attained.values()), Fraction(0))
    is_assessed = assessed > 0 and assessed >= _least_scored_share() * scored
    parts = {code: float(100 * weight * share / assessed) for code, (weight, share) in attained.items()}
    total = sum((weight * share for weight, share in attained.values()), Fraction(0))
    score = round(float(100 * total / assessed), 6) if assessed else None
    return Standing(division_code, score, is_assessed, rows[0]["is_vetoed"], parts)


def attainment(met: int, cases: int, target: Decimal, floor: Decimal) -> Fraction:
    """1 where the target is reached, exactly; below it the share of the way from the floor, not less than 0."""
    value, goal, base = Fraction(met, cases), Fraction(target), Fraction(floor)
    return Fraction(1) if value >= goal else max(Fraction(0), (value - base) / (goal - base))


def _grade(one: Standing, grades: list[Row]) -> str | None:
    cap = min((grade["min_score"] for grade in grades if grade["is_veto_cap"]), default=None)
    score = one.score or 0
    if one.is_vetoed and cap is not None:
        score = min(score, float(cap))
    fitting = [grade for grade in grades if score >= grade["min_score"]]
    return max(fitting, key=lambda grade: grade["min_score"])["grade"] if fitting else None


@cache
def _least_scored_share() -> Fraction:
    """Of all scored weight: what must be assessed, as the warehouse is told."""
    return Fraction(str(project_setting("min_scored_share")))


def read(said: str | None, codes: Iterable[str]) -> Changes:
    """The choices of `data_update.target~0.95,…`; what is not understood or out of bounds is passed over."""
    changes, known = {}, set(codes)
    for part in (said or "").split(","):
        name, _, number = part.partition("~")
        code, _, what = name.partition(".")
        if code in known and what in FIELDS and (value := bounded(what, number)) is not None:
            changes[code, what] = value
    return changes


def bounded(what: str, number: object) -> Decimal | None:
    """`number` as a share (target, floor) or weight; None if it is none or out of bounds."""
    try:
        value = Decimal(str(number))
    except InvalidOperation:
        return None
    low, high = LIMITS[what]
    return value.quantize(_STEP).normalize() if value.is_finite() and low <= value <= high else None


def written(changes: Changes) -> str | None:
    """`changes` as text for the URL, None if there is none; `read` gives them back."""
    return ",".join(f"{code}.{what}~{value:f}" for (code, what), value in sorted(changes.items())) or None
