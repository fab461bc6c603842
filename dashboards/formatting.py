"""Figures and dates as text, in Chinese and English. No figure is computed here, only cut and written.

Rates and scores are cut, never rounded: 999 of 1,000 is 99.9 %, never 100.0 %; one of 5,000 is 0.1 %, never 0.0 %;
and a rate that misses its target by a case never reads as if it had reached it.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache

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


def rate(numerator: int | None, denominator: int | None, language: str) -> str:
    """`98.0%`, cut from the exact quotient; nothing is a rate of no case."""
    if not denominator:
        return ABSENT
    permille = int(numerator) * 1000 // int(denominator)
    return _percent(Decimal(max(permille, 1 if numerator else 0)) / 10, language)


def share(value: float | None, language: str) -> str:
    """A rate that comes as a number in 0..1 (a target, a limit). Its float noise is dropped before it is cut."""
    if value is None:
        return ABSENT
    exact = round(Decimal(str(value)), 9) * 100
    percent = exact.quantize(_TENTH, ROUND_FLOOR)
    return _percent(max(percent, _TENTH) if exact else percent, language)


def share_needed(value: float, language: str) -> str:
    """A rate that must be reached: raised to the next tenth, so that what is written suffices."""
    return _percent((round(Decimal(str(value)), 9) * 100).quantize(_TENTH, ROUND_CEILING), language)


def cases(numerator: int | None, denominator: int | None, language: str) -> str:
    return ABSENT if denominator is None else f"{count(numerator, language)}/{count(denominator, language)}"


def score(points: float | None, language: str) -> str:
    """Points 0..100, cut to one decimal (94.96 is below 95 and reads so)."""
    return ABSENT if points is None else _decimal(_exact(points).quantize(_TENTH, ROUND_FLOOR), language)


def points(part: float | None, language: str) -> str:
    """A part of a score; what is not nothing never reads 0.0."""
    if part is None:
        return ABSENT
    exact = _exact(part)
    if 0 < exact < _TENTH:
        return f"<{_decimal(_TENTH, language)}"
    return _decimal(exact.quantize(_TENTH, ROUND_FLOOR), language)


def change(difference: float | None, language: str) -> str:
    """A signed difference of scores, cut towards zero, with a true minus sign."""
    if difference is None:
        return ABSENT
    exact = _exact(difference)
    cut = exact.quantize(_TENTH, ROUND_FLOOR if exact > 0 else ROUND_CEILING)
    return f"{'+' if cut > 0 else '−' if cut < 0 else ''}{_decimal(abs(cut), language)}"


def part_of_change(difference: float, language: str) -> str:
    """A signed part of a change; what is not nothing never reads 0.0."""
    written = change(difference, language)
    if not difference or written[0] in "+−":
        return written
    return f"{'+' if difference > 0 else '−'}{points(abs(difference), language)}"


def rate_change(difference: float | None, language: str) -> str:
    """A signed difference of two rates in percentage points; what is not nothing never reads 0.0."""
    return ABSENT if difference is None else part_of_change(difference * 100, language)


def gain(fraction: float | None, language: str) -> str:
    """A part of a gap that was closed (or, with a minus, opened), cut towards zero."""
    if fraction is None:
        return ABSENT
    sign = "−" if fraction < 0 else "+" if fraction > 0 else ""
    return f"{sign}{share(abs(fraction), language)}"


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


def _exact(number: float) -> Decimal:
    return round(Decimal(str(number)), 6)


def _decimal(number: Decimal, language: str) -> str:
    return _written(number, "#,##0.0", language)


@lru_cache(maxsize=65_536)
def _written(number: int | Decimal, pattern: str | None, language: str) -> str:
    """A page writes thousands of figures, and mostly the same ones."""
    return format_decimal(number, pattern, locale=_LOCALES[language])


def _percent(number: Decimal, language: str) -> str:
    return f"{_decimal(number, language)}%"
