"""Quality, for those who mend the data: failures by rule, township and month, and the failing rows."""

from __future__ import annotations

from dashboards import formatting, queries
from dashboards.components import failures, frame
from dashboards.components.tables import title
from dashboards.view import text

edition, view = frame.begin()
language = view.language
rules = queries.quality.quality_by_rule(edition, language, view.first_month, view.last_month)
failing = [rule for rule in rules if rule["rows_failed"]]

parts = [text("quality.sentence.none", period=view.period, rules=len(rules))]
if failing:
    worst = failing[0]
    count = formatting.count(worst["rows_failed"], language)
    parts = [
        text("quality.sentence.failing", period=view.period, rules=len(rules), failing=len(failing)),
        text("quality.sentence.worst", rule=worst["rule_text"], count=count),
    ]
frame.lead(edition, view, formatting.clauses(parts, language))

if rules:
    rule_id = failures.choose_rule(rules)
    split = queries.quality.quality_totals(edition, view.first_month, view.last_month)
    numbers = {name: formatting.count(number, language) for name, number in split.items()}
    headline = text("quality.rules.title", **numbers) if failing else text("quality.rules.none")
    title(headline, text("quality.rules.note"))
    failures.rule_tables(view, rules, rule_id)
    grid = queries.quality.quality_by_township(edition, language, view.parent_code, rule_id)
    failures.township_grid(view, grid)
    division_code = next((row["division_code"] for row in grid if row["division_code"] == view.division_code), None)
    rows = queries.quality.quality_failures(edition, language, rule_id, division_code, failures.ROWS_SHOWN)
    failures.row_list(view, rows)
else:
    frame.state("empty.no_quality", "empty.no_quality.do", period=view.period)
