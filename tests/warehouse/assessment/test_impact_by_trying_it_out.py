"""What failing rows could do to results: the models against turning every suspect case in plain Python."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from compiled_models import CompiledModels
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from plain_impact import JUDGED_MONTHS, MAPPING, Row, counts, impacts, month_before, waived

TOWNSHIPS = ("990101001000", "990101002000")
COUNTY = "990101000000"
MONTHS = (date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1))
FILE, OTHER_FILE = "file.csv", "other.csv"
OUTCOMES = st.sampled_from([None, "met", "met", "missed", "pending"])
TARGETS = st.sampled_from([None, Decimal("0.5"), Decimal("0.666667"), Decimal("0.98"), Decimal(1)])


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> CompiledModels:
    return CompiledModels(tmp_path_factory.mktemp("compiled"), ["quality_impact", "quality_waived"])


@st.composite
def facts(draw: st.DrawFn) -> list[Row]:
    """Rows of an extract whose cases some rule decides, and rows of another that stand beside them or alone."""
    rows: list[Row] = []
    for number in range(1, draw(st.integers(1, 14)) + 1):
        fails = draw(
            st.dictionaries(st.sampled_from([rule for rule in MAPPING if rule != "of_the_other"]), st.booleans())
        )
        outcomes = {"a": draw(OUTCOMES), "b": draw(OUTCOMES)}
        if outcomes["a"] and any(fails.get(rule) is False for rule in ("decides_one", "decides_two")):
            outcomes["a"] = "missed"
        outside = {code for code in outcomes if outcomes[code] is None and draw(st.booleans())}
        place = draw(st.sampled_from(TOWNSHIPS)), draw(st.sampled_from(MONTHS))
        rows.append(Row(number, *place, outcomes, outside, fails))
    for number in range(101, 101 + draw(st.integers(0, 4))):
        partner = draw(st.sampled_from([None, *rows]))
        if partner and any(row.partner is partner for row in rows):
            partner = None
        place = (partner.township, partner.month) if partner else (TOWNSHIPS[0], MONTHS[1])
        outside = set() if partner else {"a"}
        rows.append(Row(number, *place, {}, outside, {"of_the_other": draw(st.booleans())}, partner))
    return rows


def written(rows: list[Row], landed: set, targets: dict) -> dict[str, tuple[str, list[tuple]]]:
    """The tables that the models read."""
    trace = {
        row.number: ("other" if row.number > 100 else "extract", OTHER_FILE if row.number > 100 else FILE)
        for row in rows
    }
    cases = [
        (code, row.month, row.township, *trace[row.number], row.number, outcome)
        for row in rows
        for code, outcome in row.outcomes.items()
        if outcome
    ]
    beside = [
        ("a", row.month, row.township, *trace[row.number], row.number, *trace[row.partner.number], row.partner.number)
        for row in rows
        if row.partner
    ] + [
        (code, row.month, row.township, *trace[row.number], row.number, None, None, None)
        for row in rows
        for code in sorted(row.outside)
    ]
    failing = [
        (rule, *trace[row.number], row.number, is_waived) for row in rows for rule, is_waived in row.fails.items()
    ]
    results = []
    for code, months in JUDGED_MONTHS.items():
        for township, month in landed:
            of = [r for r in rows if r.township == township and (township, r.month) in landed]
            own = counts([row.outcomes.get(code) for row in of if row.month == month])
            window = [month_before(month, n) for n in range(months)]
            judged = counts([row.outcomes.get(code) for row in of if row.month in window])
            results.append(("month", "township", month, township, code, *own, *judged, targets[code]))
    mapped = [(rule, code, *effect) for rule, codes in MAPPING.items() for code, effect in codes.items()]
    spine = """indicator_code varchar, period_month date, township_code varchar, source varchar, source_file varchar,
        source_row bigint"""
    return {
        "seeds.indicators": ("indicator_code varchar, judged_months integer", list(JUDGED_MONTHS.items())),
        "seeds.rule_indicators": ("rule_id varchar, indicator_code varchar, effect varchar, adds_case boolean", mapped),
        "quality.failing_row": (
            "rule_id varchar, source varchar, source_file varchar, source_row bigint, is_waived boolean",
            failing,
        ),
        "assessment.case_outcome": (f"{spine}, outcome varchar", cases),
        "core.beside_case": (f"{spine}, case_source varchar, case_file varchar, case_row bigint", beside),
        "core.dim_division_ancestor": (
            "division_code varchar, ancestor_code varchar",
            [(township, above) for township in TOWNSHIPS for above in (township, COUNTY)],
        ),
        "assessment.landed_indicator": (
            "period_month date, township_code varchar, indicator_code varchar, is_counted boolean",
            [(month, township, code, True) for township, month in landed for code in JUDGED_MONTHS],
        ),
        "assessment.indicator_result": (
            """period_kind varchar, level varchar, period_start date, division_code varchar, indicator_code varchar,
               numerator bigint, denominator bigint, judged_numerator bigint, judged_denominator bigint,
               target_value decimal(9, 6)""",
            results,
        ),
    }


EVERYWHERE = {(township, month) for township in TOWNSHIPS for month in MONTHS}
# 49 of 50 reach 98 %; the one that is suspect decides.
ON_THE_LINE = [Row(number, *sorted(EVERYWHERE)[0], {"a": "met"}) for number in range(1, 51)]
ON_THE_LINE[0].outcomes["a"] = "missed"
ON_THE_LINE[1].fails["doubts"] = False


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(facts(), TARGETS, TARGETS, st.sets(st.sampled_from(sorted(EVERYWHERE)), max_size=2))
@example(ON_THE_LINE, Decimal("0.98"), None, set())
def test_every_suspect_case_turned_by_hand(models, rows, target_a, target_b, not_landed):
    landed = EVERYWHERE - not_landed
    targets = {"a": target_a, "b": target_b}
    with models.run(["suspect_case", "quality_impact", "quality_waived"], written(rows, landed, targets)) as warehouse:
        found = {
            tuple(row[:4]): row[4:]
            for row in warehouse.execute(
                """select rule_id, indicator_code, division_code, period_start, numerator, denominator, suspect_rows,
                          value_if_all_good, value_if_all_bad, crosses_target, value
                   from assessment.quality_impact"""
            ).fetchall()
        }
        counted = warehouse.execute("select * from assessment.quality_waived").fetchall()
    fractions = {code: None if target is None else Fraction(target) for code, target in targets.items()}
    expected = impacts(rows, landed, fractions)
    assert found.keys() == expected.keys()
    for key, impact in expected.items():
        numerator, denominator, suspect_rows, good, bad, crosses, value = found[key]
        assert (numerator, denominator) == (impact.numerator, impact.denominator)
        assert suspect_rows == impact.suspects
        assert (good, bad) == tuple(None if end is None else float(end) for end in (impact.good, impact.bad))
        assert crosses == impact.crosses
        assert value is None or bad <= value <= good
        assert MAPPING[key[0]][key[1]][0] == "doubts" or bad == value
    by_township = waived(rows, landed)
    of_the_county: dict[tuple, int] = {}
    for (code, _, month), number in by_township.items():
        of_the_county[code, COUNTY, month] = of_the_county.get((code, COUNTY, month), 0) + number
    assert {(code, place, month): number for code, place, month, number in counted} == by_township | of_the_county
