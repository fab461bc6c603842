"""The rules, for quality staff and whoever doubts one: what each asks, why, what it stops, and what it found."""

from __future__ import annotations

from dashboards import queries
from dashboards.components import frame, rulebook
from dashboards.view import text

edition, view = frame.begin()
rules = queries.rules.results(edition, view.language, view.first_month, view.last_month)
if rules:
    frame.lead(edition, view, rulebook.sentence(view, rules))
    rulebook.as_document(edition, view, rules)
    rulebook.draw(view, rules)
else:
    frame.lead(edition, view, text("empty.no_quality"))
    frame.state("empty.no_quality", "empty.no_quality.do")
