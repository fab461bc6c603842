"""Compare, for planners: all townships against chance, two townships side by side, two periods as a sum of changes."""

from __future__ import annotations

from dashboards import formatting, queries
from dashboards.components import charts, choices, comparison, frame, panels
from dashboards.components.tables import title
from dashboards.edition import Edition
from dashboards.view import View, chosen, text

MODES = ("funnel", "divisions", "periods")
CENTRES = ("county", "target")


def funnel(edition: Edition, view: View) -> None:
    catalogue = [one for one in queries.frame.indicators(edition, view.language) if one["has_result"]]
    names = {one["indicator_code"]: one["indicator_name"] for one in catalogue}
    code = view.indicator_code if view.indicator_code in names else next(iter(names))
    centre = chosen("centre") if chosen("centre") in CENTRES else CENTRES[0]
    scope = (view.last_month, view.parent_code, code, centre)
    units = queries.comparing.funnel(edition, view.language, *scope)
    limits = queries.comparing.funnel_limits(edition, *scope)
    month = formatting.month(view.last_month, view.language)
    with frame.lead(edition, view, comparison.funnel_sentence(view, names[code], month, units, limits)):
        choices.way("mode", MODES, "funnel")
        choices.one_of("indicator", names, code, width=300)
        choices.way("centre", CENTRES, centre)
    if not units:
        return title(text("empty.no_trend"))
    low = panels.low_end([units])
    start = formatting.share(low, view.language)
    note = text(f"funnel.note.{centre}") if limits else text(f"funnel.note.no_limits.{centre}")
    title(text("funnel.title", indicator=names[code]), f"{note}{text('funnel.note', start=start)}")
    return charts.funnel(view, units, limits, low)


def two_divisions(edition: Edition, view: View) -> None:
    key = (view.kind, view.start, view.parent_code)
    ranking = queries.league.ranking(edition, view.language, *key)
    by_code = {row["division_code"]: row for row in ranking}
    names = {code: row["division_name"] for code, row in by_code.items()}
    one = view.division_code if view.division_code in names else next(iter(names))
    others = {code: name for code, name in names.items() if code != one}
    if not others:
        with frame.lead(edition, view, text("divisions.sentence.alone", period=view.period)):
            return choices.way("mode", MODES, "divisions")
    other = chosen("other") if chosen("other") in others else next(iter(others))
    rows = queries.comparing.two_divisions(edition, view.language, *key, one, other)
    pair = (by_code[one], by_code[other])
    with frame.lead(edition, view, comparison.divisions_sentence(view, *pair, rows)):
        choices.way("mode", MODES, "divisions")
        choices.one_of("division", names, one)
        choices.one_of("other", others, other)
    comparison.standings(view, list(pair))
    return comparison.divisions_table(view, *pair, rows)


def two_periods(edition: Edition, view: View) -> None:
    key = (view.kind, view.start, view.parent_code)
    names = {row["division_code"]: row["division_name"] for row in queries.league.ranking(edition, view.language, *key)}
    code = view.division_code if view.division_code in names else next(iter(names))
    scores = {row["period_start"]: row for row in queries.comparing.scores(edition, view.kind, view.parent_code, code)}
    bases = {f"{start:%Y-%m}": row for start, row in scores.items() if start != view.start}
    earlier = [base for base in bases if base < f"{view.start:%Y-%m}"]
    base = chosen("base") if chosen("base") in bases else next(iter(earlier or bases), None)
    if base is None or view.start not in scores:
        with frame.lead(edition, view, text("periods.sentence.none", division=names[code], period=view.period)):
            choices.way("mode", MODES, "periods")
            return choices.one_of("division", names, code)
    start = bases[base]["period_start"]
    changes = queries.comparing.two_periods(
        edition, view.language, view.kind, view.start, start, view.parent_code, code
    )
    pair = (bases[base], scores[view.start])
    labels = {one: formatting.period(view.kind, row["period_start"], view.language) for one, row in bases.items()}
    with frame.lead(edition, view, comparison.periods_sentence(view, names[code], *pair, changes)):
        choices.way("mode", MODES, "periods")
        choices.one_of("division", names, code)
        choices.one_of("base", labels, base)
    return comparison.periods(view, names[code], *pair, changes)


edition, view = frame.begin()
mode = chosen("mode") if chosen("mode") in MODES else MODES[0]
{"funnel": funnel, "divisions": two_divisions, "periods": two_periods}[mode](edition, view)
