"""Compare, for planners: townships against chance, two townships, two periods, fields of work, indicators."""

from __future__ import annotations

from streamlit.delta_generator import DeltaGenerator

from dashboards import formatting, queries
from dashboards.components import choices, comparison, export, frame, peer_strip_plot, villages
from dashboards.edition import Edition
from dashboards.view import View, chosen, known, text

MODES = ("funnel", "divisions", "periods", "domains", "spread")
CENTRES = ("county", "target")


def begin_mode(edition: Edition, view: View, mode: str, lead: str, tables: dict | None = None) -> DeltaGenerator:
    """The sentence and the controls of a way to compare, with its figures to take away."""
    with (controls := frame.lead(edition, view, lead)):
        choices.way("mode", MODES, mode)
    export.offer(controls, edition, view, lead, tables or {})
    return controls


def funnel(edition: Edition, view: View) -> None:
    catalogue = [one for one in queries.frame.indicators(edition, view.language) if one["has_result"]]
    names = {one["indicator_code"]: one["indicator_name"] for one in catalogue}
    code = known(view.indicator_code, names, next(iter(names)))
    centre = known(chosen("centre"), CENTRES, CENTRES[0])
    scope = (view.last_month, view.parent_code, code, centre)
    units = queries.comparing.funnel(edition, view.language, *scope)
    limits = queries.comparing.funnel_limits(edition, *scope)
    month = formatting.month(view.last_month, view.language)
    lead = comparison.funnel_sentence(view, names[code], month, units, limits)
    with begin_mode(edition, view, "funnel", lead, {"export.townships": units}):
        choices.one_of("indicator", names, code, width=300)
        choices.way("centre", CENTRES, centre)
    comparison.funnel(view, names[code], units, limits, centre)


def two_divisions(edition: Edition, view: View) -> None:
    key = (view.kind, view.start, view.parent_code)
    by_code = {row["division_code"]: row for row in queries.league.ranking(edition, view.language, *key)}
    names = {code: row["division_name"] for code, row in by_code.items()}
    one = known(view.division_code, names, next(iter(names)))
    others = {code: name for code, name in names.items() if code != one}
    if not others:
        begin_mode(edition, view, "divisions", text("divisions.sentence.alone", period=view.period))
        return
    other = known(chosen("other"), others, next(iter(others)))
    rows = queries.comparing.two_divisions(edition, view.language, *key, one, other)
    pair = (by_code[one], by_code[other])
    lead = comparison.divisions_sentence(view, *pair, rows)
    with begin_mode(edition, view, "divisions", lead, {"export.comparison": pair, "export.indicators": rows}):
        choices.one_of("division", names, one)
        choices.one_of("other", others, other)
    comparison.standings(view, list(pair))
    comparison.divisions_table(view, *pair, rows)


def two_periods(edition: Edition, view: View) -> None:
    key = (view.kind, view.start, view.parent_code)
    names = {row["division_code"]: row["division_name"] for row in queries.league.ranking(edition, view.language, *key)}
    code = known(view.division_code, names, next(iter(names)))
    scores = {row["period_start"]: row for row in queries.comparing.scores(edition, view.kind, view.parent_code, code)}
    bases = {f"{start:%Y-%m}": row for start, row in scores.items() if start != view.start}
    earlier = [base for base in bases if base < f"{view.start:%Y-%m}"]
    base = known(chosen("base"), bases, next(iter(earlier or bases), None))
    if base is None or view.start not in scores:
        with begin_mode(
            edition, view, "periods", text("periods.sentence.none", division=names[code], period=view.period)
        ):
            return choices.one_of("division", names, code)
    start, scope = bases[base]["period_start"], (view.parent_code, code)
    changes = queries.comparing.two_periods(edition, view.language, view.kind, view.start, start, *scope)
    pair = (bases[base], scores[view.start])
    labels = {one: formatting.period(view.kind, row["period_start"], view.language) for one, row in bases.items()}
    lead = comparison.periods_sentence(view, names[code], *pair, changes)
    with begin_mode(edition, view, "periods", lead, {"export.comparison": pair, "export.indicators": changes}):
        choices.one_of("division", names, code)
        choices.one_of("base", labels, base)
    return comparison.periods(view, names[code], *pair, changes)


def whole(edition: Edition, view: View) -> None:
    """All townships at once: by field of work, or by indicator."""
    by_field, key = chosen("mode") == "domains", (view.kind, view.start, view.parent_code)
    if by_field:
        rows = queries.peers.domains(edition, view.language, *key)
        begin_mode(edition, view, "domains", villages.domains_sentence(view, rows), {"export.domains": rows})
        return villages.domains(view, rows)
    names = {one["division_code"]: one["division_name"] for one in queries.league.ranking(edition, view.language, *key)}
    rows = queries.peers.spread(edition, view.language, *key, tuple(names))
    results = queries.league.named_results(edition, view.language, *key)
    begin_mode(edition, view, "spread", peer_strip_plot.sentence(view, rows), {"export.results": results})
    return peer_strip_plot.spread(view, rows, names)


edition, view = frame.begin()
mode = known(chosen("mode"), MODES, MODES[0])
{"funnel": funnel, "divisions": two_divisions, "periods": two_periods}.get(mode, whole)(edition, view)
