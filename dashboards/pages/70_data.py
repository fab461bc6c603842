"""Data, for quality staff: the two registries against each other, signals of arranged numbers, what was delivered."""

from __future__ import annotations

from dashboards import formatting, queries
from dashboards.components import deliveries, frame, integrity, registries

edition, view = frame.begin()
language = view.language
month = formatting.month(view.last_month, language)
found = queries.registries.reconciliation(edition, language, view.last_month, view.parent_code)
whole = next((row for row in found if row["division_code"] == view.parent_code), None)
totals = queries.deliveries.batch_totals(edition)
frame.lead(
    edition,
    view,
    formatting.clauses([registries.sentence(view, whole, month), deliveries.balance(totals, language)], language),
)

if whole:
    registries.draw(view, found, queries.registries.differences(edition, view.last_month, view.parent_code))
else:
    frame.state("empty.no_registries", "empty.no_registries.do", period=month)

months = (view.first_month, view.last_month)
signals = queries.integrity.signals(edition, language, *months, view.parent_code)
names = {one["indicator_code"]: one["indicator_name"] for one in queries.frame.indicators(edition, language)}
integrity.draw(view, queries.integrity.kinds(edition, language, *months, view.parent_code), signals, names)
if signal := integrity.chosen_of(signals):
    scope = (signal["signal_kind"], signal["division_code"], signal["period_start"], integrity.ROWS_SHOWN)
    integrity.rows(view, signal, queries.integrity.cases(edition, *scope), names)
deliveries.draw(view, queries.deliveries.batches(edition, language))
