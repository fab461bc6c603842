"""What the reader looks at (language, period, division, indicator): it lives in the URL and is kept across pages.

Nothing is drawn here and no text is shown. An unknown value in the URL is kept as it is where a page has something to
say about it (a township, a period), and replaced by the default where it has not (a language, a kind of period).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

import streamlit as st

from dashboards import formatting, queries
from dashboards.catalogue import CATALOGUE
from dashboards.edition import Edition, Row
from orchestration.installation.messages import LANGUAGES

Default = TypeVar("Default")
PERIOD_KINDS = ("month", "quarter", "year_to_date")
NAMES = (
    *("lang", "kind", "period", "parent", "division", "indicator"),
    *("sort", "order", "rule", "mode", "centre", "other", "base", "urgency", "signal"),
    *("by", "source", "dimension", "rows", "leaf", "desk", "incident", "waiver", "status", "whose", "origin"),
    *("peers", "village", "trial", "against"),
)

_asked: ContextVar[dict[str, str | None] | None] = ContextVar("asked", default=None)


def begin_rerun() -> None:
    """Reads the URL, once for the whole rerun: a page asks for its state thousands of times, in each link and text."""
    _asked.set({name: _read(name) for name in NAMES})


def chosen(name: str) -> str | None:
    """The value of `name` in the URL, else the one last used in this session."""
    asked = _asked.get()
    return asked[name] if asked is not None and name in asked else _read(name)


def _read(name: str) -> str | None:
    if name in st.query_params:
        st.session_state[f"url.{name}"] = st.query_params[name]
    return st.session_state.get(f"url.{name}")


def choose(name: str, value: str | None) -> None:
    """Puts `value` into the URL (None takes it out)."""
    if (asked := _asked.get()) is not None:
        asked[name] = value
    st.session_state[f"url.{name}"] = value
    if value is None:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


def language() -> str:
    value = chosen("lang")
    return value if value in LANGUAGES else LANGUAGES[0]


def text(key: str, **values: object) -> str:
    """The text of `key` in the reader's language."""
    current = language()
    message = CATALOGUE(key, current, **values)
    return formatting.spaced(message) if current == "zh" else message


def known(value: str | None, among: Collection[str], default: Default) -> str | Default:
    """`value` if it is one of `among`, else `default`: an address may ask for anything."""
    return value if value is not None and value in among else default


def counted(key: str, number: int, **values: object) -> str:
    """The text of `key` for one or for many: only in English do they differ."""
    return text(f"{key}.{'one' if number == 1 else 'many'}", count=formatting.count(number, language()), **values)


@dataclass(frozen=True)
class View:
    """One state of the URL against one edition. `shown` is the first day of its period, None when the one asked for
    has no data; `periods` are those of its kind by their start, as `queries.frame.periods` has them.
    """

    language: str
    kind: str
    shown: dt.date | None
    asked: str | None
    periods: dict[dt.date, Row]
    parent_code: str
    division_code: str | None
    indicator_code: str | None

    @property
    def start(self) -> dt.date:
        """Of the period that is shown. No page is drawn without one (`frame.begin`)."""
        if self.shown is None:
            raise ValueError("this view shows no period")
        return self.shown

    @property
    def first_month(self) -> dt.date:
        return self.periods[self.start]["first_month"]

    @property
    def last_month(self) -> dt.date:
        return self.periods[self.start]["last_month"]

    @property
    def is_provisional(self) -> bool:
        return self.shown is not None and self.periods[self.shown]["is_provisional"]

    @property
    def period(self) -> str:
        return formatting.period(self.kind, self.start, self.language)

    def link(self, page: str = "", /, **changes: str | None) -> str:
        """An address of this state with `changes`; `page` is another page's path."""
        values = {name: chosen(name) for name in NAMES} | {"lang": self.language} | changes
        return f"{page}?{urlencode({name: value for name, value in values.items() if value})}"


def read_view(edition: Edition) -> View:
    """The state of the URL, with defaults: the county with most townships, its newest closed month."""
    codes = [parent["division_code"] for parent in queries.frame.parents(edition, language())]
    asked_parent, asked_kind, asked = chosen("parent"), chosen("kind"), chosen("period")
    parent = known(asked_parent, codes, next(iter(codes), ""))
    kind = known(asked_kind, PERIOD_KINDS, PERIOD_KINDS[0])
    of_kind = [one for one in queries.frame.periods(edition, parent) if one["period_kind"] == kind]
    if asked:
        month = _month(asked)
        shown = queries.frame.period_of(of_kind, month) if month else None
    else:
        shown = next((one for one in of_kind if one["is_default"]), None)
    start = shown["period_start"] if shown else None
    periods = {one["period_start"]: one for one in of_kind}
    view = View(language(), kind, start, asked, periods, parent, chosen("division"), chosen("indicator"))
    for name in NAMES:
        choose(name, chosen(name))
    choose("lang", view.language)
    if asked and start:
        # The address names the period shown: of the month that was chosen before the kind, its quarter.
        choose("period", f"{start:%Y-%m}")
    return view


def _month(asked: str) -> dt.date | None:
    """The first day of the month `YYYY-MM`; None of anything else."""
    try:
        return dt.datetime.strptime(asked, "%Y-%m").date()
    except ValueError:
        return None
