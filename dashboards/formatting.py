"""Figures and dates as text, in Chinese and English. No figure is computed here, only rounded and written.

Rounded to one decimal as everybody's calculator does (GB/T 8170, halves away from zero); with as many more as it takes
where one would carry a figure onto or across a limit that it is read against: its target, a grade's least score, 0 or
100. So 999 of 1,000 is 99.9 %, 9,999 of 10,000 is 99.99 %, and 97.96 % against 98 % stays 97.96 %. Who does not say the
limits gets those that most rows have: every whole number.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

THIN_SPACE = "\u2009"
ABSENT = "–"
_CHINA = dt.timezone(dt.timedelta(hours=8))
_LOCALES = {"zh": "zh_Hans_CN", "en": "en_GB"}
_CJK = r"[\u3400-\u9fff]"
_BEFORE_FIGURE = re.compile(rf"({_CJK})(?=[0-9A-Za-z+−])")
_AFTER_FIGURE = re.compile(rf"([0-9A-Za-z%])(?={_CJK})")
_TENTH = Decimal("0.1")


@lru_cache(maxsize=65_536)
def spaced(text: str) -> str:
    """Chinese with a thin space between characters and figures."""
    return _AFTER_FIGURE.sub(rf"\1{THIN_SPACE}", _BEFORE_FIGURE.sub(rf"\1{THIN_SPACE}", text))


def count(number: int | None, language: str) -> str:
    return ABSENT if number is None else _written(int(number), None, language)


def rounded(exact: Fraction | Decimal, limits: Iterable[Fraction | Decimal | int] | None = None) -> Decimal:
    """`exact` to one decimal, or to the fewest with which it stays on its side of each of `limits` (None: of the whole
    numbers)."""
    exact = Fraction(exact)
    held = {Fraction(floor(exact)), Fraction(ceil(exact))} if limits is None else {Fraction(one) for one in limits}
    places = 1
    while True:
        ticks = floor(abs(exact) * 10**places + Fraction(1, 2)) * (-1 if exact < 0 else 1)
        shown = Fraction(ticks, 10**places)
        if all(_side(shown, limit) == _side(exact, limit) for limit in held):
            return Decimal(ticks).scaleb(-places)
        places += 1


def percent(value: Fraction | float | Decimal, *targets: float | Decimal | None) -> Decimal:
    """The per cent of a rate in 0..1, as it is written; `targets` as in `rate`."""
    return rounded(_hundredfold(value), _limits(targets))


def rate(numerator: int | None, denominator: int | None, language: str, *targets: float | Decimal | None) -> str:
    """`98.0%` of the exact quotient; nothing is a rate of no case. `targets`: rates in 0..1 that it is read against,
    None where there is none."""
    if numerator is None or not denominator:
        return ABSENT
    return share(Fraction(int(numerator), int(denominator)), language, *targets)


def share(value: Fraction | float | Decimal | None, language: str, *targets: float | Decimal | None) -> str:
    """A rate that comes as a number in 0..1 (a target, a limit); `targets` as in `rate`."""
    return ABSENT if value is None else _percent(percent(value, *targets), language)


def share_needed(value: float, language: str) -> str:
    """A rate that must be reached: raised to the next tenth, so that what is written suffices."""
    return _percent((round(Decimal(str(value)), 9) * 100).quantize(_TENTH, ROUND_CEILING), language)


def chance(probability: float | None, language: str) -> str:
    """A chance that was drawn, in whole per cent, and never as a certainty."""
    if probability is None:
        return ABSENT
    whole = floor(_hundredfold(probability) + Fraction(1, 2))
    least, most = {"zh": ("不到1%", "99%以上"), "en": ("under 1%", "over 99%")}[language]
    return least if whole < 1 else most if whole > 99 else f"{whole}%"


def cases(numerator: int | None, denominator: int | None, language: str) -> str:
    return ABSENT if denominator is None else f"{count(numerator, language)}/{count(denominator, language)}"


def score(points: float | None, language: str, *limits: float | Decimal) -> str:
    """Points 0..100; `limits`: the least scores of the grades."""
    return ABSENT if points is None else _decimal(rounded_score(points, *limits), language)


def rounded_score(points: float | Decimal, *limits: float | Decimal) -> Decimal:
    """The points as `score` writes them."""
    return rounded(_exact(points), (0, 100, *map(_exact, limits)) if limits else None)


def points(part: float | None, language: str) -> str:
    """A part of a score; what is not nothing never reads 0.0."""
    return ABSENT if part is None else _decimal(rounded(_exact(part), (0,)), language)


def change(difference: float | None, language: str) -> str:
    """A signed difference of scores, or a part of one, with a true minus sign; what is not nothing never reads 0.0."""
    if difference is None:
        return ABSENT
    exact = _exact(difference)
    sign = "+" if exact > 0 else "−" if exact < 0 else ""
    return f"{sign}{_decimal(rounded(abs(exact), (0,)), language)}"


def rate_change(difference: float | None, language: str) -> str:
    """A signed difference of two rates in percentage points."""
    return ABSENT if difference is None else change(difference * 100, language)


def gain(fraction: float | None, language: str) -> str:
    """A part of a gap that was closed (or, with a minus, opened)."""
    if fraction is None:
        return ABSENT
    sign = "−" if fraction < 0 else "+" if fraction > 0 else ""
    return f"{sign}{share(abs(fraction), language, None)}"


def period(kind: str, start: dt.date, language: str) -> str:
    """`2026年9月`, `2026年第3季度`, `2026年1月至9月`; `September 2026`, `Q3 2026`, `January to September 2026`."""
    locale = _LOCALES[language]
    if kind == "quarter":
        return format_date(start, "y年第Q季度" if language == "zh" else "QQQ y", locale)
    if kind == "year_to_date" and start.month > 1:
        return format_date(start, "y年1月至M月" if language == "zh" else "'January to' MMMM y", locale)
    return month(start, language)


def month(start: dt.date, language: str) -> str:
    return format_date(start, "y年M月" if language == "zh" else "MMMM y", _LOCALES[language])


def short_month(start: dt.date, language: str) -> str:
    """`26年9月`; `Sep 26`: for an axis."""
    return format_date(start, "yy年M月" if language == "zh" else "MMM yy", _LOCALES[language])


def date(day: dt.date | None, language: str) -> str:
    return ABSENT if day is None else format_date(day, "long", _LOCALES[language])


def short_date(day: dt.date, language: str) -> str:
    """`11月5日`; `5 Nov`: where the year is said beside it."""
    return format_date(day, "M月d日" if language == "zh" else "d MMM", _LOCALES[language])


def moment(instant: dt.datetime, language: str) -> str:
    """When something was run or published, in China's time; stamps of runs without a zone are UTC."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)
    pattern = "y年M月d日 HH:mm" if language == "zh" else "d MMMM y HH:mm"
    return format_datetime(aware.astimezone(_CHINA), pattern, tzinfo=_CHINA, locale=_LOCALES[language])


def today() -> dt.date:
    """The day in China."""
    return dt.datetime.now(_CHINA).date()


def listing(items: list[str], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(items)


def some(items: list[str], language: str, limit: int = 3) -> str:
    """The first few of a list and how many there are; all of them if only one would be left out."""
    if len(items) <= limit + 1:
        return listing(items, language)
    shown = listing(items[:limit], language)
    return f"{shown}等{len(items)}个" if language == "zh" else f"{shown} and {len(items) - limit} others"


def clauses(parts: list[str], language: str) -> str:
    """Clauses as one sentence with its capital and its full stop."""
    joined = ("；" if language == "zh" else "; ").join(part for part in parts if part)
    return f"{joined}。" if language == "zh" else f"{joined[:1].upper()}{joined[1:]}."


def _exact(number: float | Decimal) -> Decimal:
    return round(Decimal(str(number)), 6)


def _hundredfold(value: Fraction | float | Decimal) -> Fraction:
    """A rate in per cent; one that is no quotient without the noise of floats."""
    exact = value if isinstance(value, Fraction) else round(Decimal(str(value)), 9)
    return Fraction(exact) * 100


def _limits(targets: tuple) -> list[Fraction] | None:
    return [Fraction(0), Fraction(100), *(_hundredfold(one) for one in targets if one is not None)] if targets else None


def decimals(number: Decimal) -> int:
    """How many decimals a finite number is written with."""
    exponent = number.as_tuple().exponent
    return max(0, -int(exponent))


def _side(number: Fraction, limit: Fraction) -> int:
    return (number > limit) - (number < limit)


def _decimal(number: Decimal, language: str) -> str:
    """With as many decimals as it has, one at least."""
    return _written(number, f"#,##0.0{'0' * (decimals(number) - 1)}", language)


@lru_cache(maxsize=65_536)
def _written(number: int | Decimal, pattern: str | None, language: str) -> str:
    """A page writes thousands of figures, and mostly the same ones."""
    return format_decimal(number, pattern, locale=_LOCALES[language])


def _percent(number: Decimal, language: str) -> str:
    return f"{_decimal(number, language)}%"
