"""What failing rows do to results, by trying it out: every suspect case is turned, and all cases counted again.

What belongs here: rows as a test makes them, and the brute force. It shares nothing with the SQL.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

# rule -> indicator -> (effect, whether a row that is no case may come in)
MAPPING = {
    "decides_one": {"a": ("decides", False)},
    "decides_two": {"a": ("decides", False)},
    "doubts": {"a": ("doubts", False), "b": ("doubts", False)},
    "doubts_and_adds": {"a": ("doubts", True), "b": ("doubts", True)},
    "of_the_other": {"a": ("doubts", True)},
}
JUDGED_MONTHS = {"a": 1, "b": 2}
DECIDING = {"decides_one", "decides_two"}


@dataclass
class Row:
    """A row of the extract, or (`is_other`) of the one it is compared with; `outcomes` by indicator, null: no case."""

    number: int
    township: str
    month: date
    outcomes: dict[str, str | None]
    outside: set[str] = field(default_factory=set)
    fails: dict[str, bool] = field(default_factory=dict)
    partner: Row | None = None

    def case_of(self, indicator: str) -> Row | None:
        """The row whose case of `indicator` this row tells on."""
        row = self.partner or self
        return row if row.outcomes.get(indicator) not in (None, "pending") else None

    def is_suspect(self, rule: str) -> bool:
        return self.fails.get(rule) is False


@dataclass(frozen=True)
class Impact:
    numerator: int
    denominator: int
    suspects: int
    good: Fraction | None
    bad: Fraction | None
    crosses: bool


def month_before(month: date, months: int) -> date:
    index = month.year * 12 + month.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def counts(outcomes: list[str | None]) -> tuple[int, int]:
    """Cases met, and cases met or missed."""
    settled = [outcome for outcome in outcomes if outcome not in (None, "pending")]
    return settled.count("met"), len(settled)


def share(numerator: int, denominator: int) -> Fraction | None:
    return Fraction(numerator, denominator) if denominator else None


def turned(rows: list[Row], rule: str, indicator: str, is_good: bool) -> list[str | None]:
    """The outcomes of `rows` in the world in which every suspect row of the rule is good, or bad."""
    effect, adds = MAPPING[rule][indicator]
    world = {row.number: row.outcomes.get(indicator) for row in rows}
    added = []
    for row in (row for row in rows if row.is_suspect(rule)):
        case = row.case_of(indicator)
        if case is None:
            if adds and indicator in row.outside:
                added.append("met" if is_good else "missed")
        elif is_good:
            others = [other for other in DECIDING - {rule} if indicator == "a" and case.is_suspect(other)]
            world[case.number] = world[case.number] if others else "met"
        elif effect == "doubts":
            world[case.number] = "missed"
    return [*world.values(), *added]


def suspects(rows: list[Row], rule: str, indicator: str) -> list[Row]:
    _, adds = MAPPING[rule][indicator]
    return [
        row
        for row in rows
        if row.is_suspect(rule) and (row.case_of(indicator) or (adds and indicator in row.outside and not row.partner))
    ]


def impacts(
    rows: list[Row], landed: set[tuple[str, date]], targets: dict[str, Fraction | None]
) -> dict[tuple[str, str, str, date], Impact]:
    """By rule, indicator, township and month; the rows of a month that has not landed have no result to change."""
    found = {}
    for rule, mapped in MAPPING.items():
        for indicator in mapped:
            for township, month in landed:
                window = [month_before(month, n) for n in range(JUDGED_MONTHS[indicator])]
                judged = [
                    r for r in rows if r.township == township and r.month in window and (township, r.month) in landed
                ]
                own = [row for row in judged if row.month == month]
                if not suspects(judged, rule, indicator):
                    continue
                good, bad = (counts(turned(own, rule, indicator, is_good)) for is_good in (True, False))
                reached = []
                for is_good in (True, False):
                    met, of = counts(turned(judged, rule, indicator, is_good))
                    target = targets[indicator]
                    reached.append(bool(of) and target is not None and met >= target * of)
                found[rule, indicator, township, month] = Impact(
                    *counts([row.outcomes.get(indicator) for row in own]),
                    len(suspects(judged, rule, indicator)),
                    share(*good),
                    share(*bad),
                    reached[0] and not reached[1],
                )
    return found


def waived(rows: list[Row], landed: set[tuple[str, date]]) -> dict[tuple[str, str, date], int]:
    """Distinct waived rows by indicator, township and month."""
    telling: dict[tuple[str, str, date], set[int]] = {}
    for row in rows:
        for rule, is_waived in row.fails.items():
            for indicator, (_, adds) in MAPPING[rule].items():
                tells = row.case_of(indicator) or (adds and indicator in row.outside and not row.partner)
                if is_waived and tells and (row.township, row.month) in landed:
                    telling.setdefault((indicator, row.township, row.month), set()).add(row.number)
    return {key: len(numbers) for key, numbers in telling.items()}
