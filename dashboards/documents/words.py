"""Texts of a document in one language: its own catalogue first, then the pages'. No sentence is put together here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from dashboards import formatting
from dashboards.catalogue import CATALOGUE as PAGES
from dashboards.documents.failures import CATALOGUE
from dashboards.edition import Row
from dashboards.sources import source_name

NAMES_LISTED = 40


class Words:
    """`words("key", name=...)` in `language`. `grade_limits`: the least scores of the grades, which no score as it is
    written may cross."""

    def __init__(self, language: str, grade_limits: Sequence[float] = ()) -> None:
        self.language = language
        self._grade_limits = grade_limits

    def __call__(self, key: str, **values: object) -> str:
        catalogue = CATALOGUE if key in CATALOGUE.keys else PAGES
        return catalogue(key, self.language, **values)

    def plural(self, key: str, number: int, /, **values: object) -> str:
        """The text of `key` for one or for many."""
        return self(f"{key}.{'one' if number == 1 else 'many'}", count=self.count(number), **values)

    def count(self, number: int) -> str:
        return formatting.count(number, self.language)

    def names(self, names: list[str]) -> str:
        """`甲、乙、丙`; `A, B and C`. Names of which there are very many are cut short."""
        if len(names) > NAMES_LISTED:
            return formatting.some(names, self.language, NAMES_LISTED)
        if self.language == "zh" or len(names) < 2:
            return "、".join(names)
        return f"{', '.join(names[:-1])} and {names[-1]}"

    def sentence(self, *clauses: str, lead: str = "") -> str:
        """Clauses as one sentence behind `lead`; nothing if there is none."""
        kept = [clause for clause in clauses if clause]
        if not kept:
            return ""
        kept[0] = f"{lead}{kept[0]}"
        return formatting.clauses(kept, self.language)

    def text(self, *sentences: str) -> str:
        """Sentences one after the other."""
        return ("" if self.language == "zh" else " ").join(sentence for sentence in sentences if sentence)

    def unit(self, level: str) -> str:
        """What the units compared are called, many of them."""
        return self(f"unit.{level}")

    def unit_one(self, level: str) -> str:
        return self(f"unit_one.{level}")

    def rate(self, row: Row) -> str:
        return formatting.rate(row["numerator"], row["denominator"], self.language, row["target_value"])

    def target(self, row: Row) -> str:
        return formatting.share(row["target_value"], self.language, row["target_value"])

    def score(self, points: float | None) -> str:
        return formatting.score(points, self.language, *self._grade_limits)

    def day(self, moment: dt.datetime) -> str:
        return formatting.date(moment.date(), self.language)

    def short_day(self, moment: dt.datetime) -> str:
        """For a table: without its year."""
        return formatting.short_date(moment.date(), self.language)

    def window(self, row: Row, last_month: dt.date) -> str:
        """The months that a result is judged on, which end with `last_month`: `2025年11月至2026年10月`."""
        first, last = (formatting.month(one, self.language) for one in (row["judged_from"], last_month))
        return self("months.span", first=first, last=last)

    def sources(self, rows: list[Row]) -> str:
        return self.names([source_name(row["source"], self.language) for row in rows])

    def cases(self, row: Row) -> str:
        return formatting.cases(row["numerator"], row["denominator"], self.language)

    def numeral(self, number: int) -> str:
        """`三`, `十二` for the headings of a Chinese document; figures otherwise."""
        if self.language != "zh" or number > 99:
            return self.count(number)
        digits = "〇一二三四五六七八九"
        tens, ones = divmod(number, 10)
        return re.sub(r"^一十", "十", f"{digits[tens]}十" if tens else "") + (digits[ones] if ones else "")
