"""Data, for quality staff: what came and what is owed, the two registries, signals of arranged numbers, every file."""

from __future__ import annotations

from dashboards import formatting, queries
from dashboards.components import deliveries, export, frame, integrity, overdue_deliveries, registries, withdrawal
from dashboards.view import chosen

edition, view = frame.begin()
language = view.language
month = formatting.month(view.last_month, language)
found = queries.registries.reconciliation(edition, language, view.last_month, view.parent_code)
whole = next((row for row in found if row["division_code"] == view.parent_code), None)
totals = queries.deliveries.batch_totals(edition)
missing = queries.deliveries.missing(edition, language, view.parent_code)
said = [
    overdue_deliveries.clause(len(missing)),
    registries.sentence(view, whole, month),
    deliveries.balance(totals, language),
]
lead = formatting.clauses(said, language)
controls = frame.lead(edition, view, lead)

known = queries.deliveries.sources(edition)
source = asked if (asked := chosen("source")) in known else None
span = overdue_deliveries.MONTHS_OF_ONE if source else overdue_deliveries.MONTHS_OF_ALL
overdue_deliveries.draw(view, queries.deliveries.states(edition, language, view.parent_code, source, span), source)

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
batches = withdrawal.told(queries.deliveries.batches(edition, language), language)
deliveries.draw(view, batches)
withdrawal.draw(view, edition.rights, batches)
export.offer(controls, edition, view, lead, {"export.registries": found, "export.deliveries": batches})
