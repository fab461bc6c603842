"""Pages name what is missing, what a mix expects, what it would take, and what is the county's own matter."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from orchestration.contracts import load_contracts

DASHBOARDS = Path(__file__).resolve().parents[2] / "dashboards"
PAGES = {name: DASHBOARDS / "pages" / f"{name}.py" for name in ("05_month", "10_ranking", "20_township", "40_compare")}
TOWNSHIP, OTHER, COUNTY = "623021102000", "623021103000", "623021000000"
WITHHELD = (
    f"""update fct_ranking set missing_sources = 'exchange_message', is_provisional = true
    where period_kind = 'month' and period_start = '2026-10-01' and division_code = '{TOWNSHIP}'""",
    f"""update fct_indicator_result set verdict = 'not_delivered', numerator = null, denominator = null, value = null,
    is_reached = null, ci_low = null, ci_high = null, is_provisional = true
    where period_kind = 'month' and period_start = '2026-10-01' and division_code = '{TOWNSHIP}'
        and indicator_code = 'inquiry_on_time'""",
)
NEAR_VETO = (
    f"""update fct_ranking set veto_indicator_code = 'urgent_same_day', veto_numerator = 117, veto_denominator = 120,
    veto_ci_high = 0.9948, veto_misses_left = 2
    where period_kind = 'month' and period_start = '2026-10-01' and division_code = '{TOWNSHIP}'""",
)


def edition(home: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(home / "editions" / "current" / "shuangbai.duckdb"), read_only=True)


def shown(name: str, **query: str) -> str:
    """All that the page draws as markup, in one text without the thin spaces."""
    app = AppTest.from_file(str(PAGES[name]), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, app.exception[0].message
    return "".join(element.proto.body for element in app.get("html")).replace("\u2009", "")


@pytest.mark.parametrize("page", list(PAGES))
def test_what_was_not_delivered_is_named_beside_the_rank(changed_home, page):
    changed_home(*WITHHELD)
    choice = {"division": TOWNSHIP} | ({"mode": "divisions", "other": OTHER} if page == "40_compare" else {})
    text = shown(page, period="2026-10", **choice)
    name = load_contracts()["exchange_message"].name_zh
    assert f"逾期未报或未报齐：{name}" in text


def test_nothing_is_called_missing_where_all_is_there(home):
    for page in ("05_month", "10_ranking", "20_township"):
        text = shown(page, period="2026-10", division=TOWNSHIP)
        assert "逾期未报或未报齐" not in text and "数据未到齐" not in text


def test_the_running_month_says_what_is_still_to_come(home):
    assert "数据未到齐：" in shown("10_ranking", period="2026-11")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_score_stands_beside_the_one_that_its_mix_expects(home, language):
    with edition(home) as database:
        ((score, expected),) = database.execute(
            "select score, expected_score from fct_ranking where period_kind = 'month' and period_start = '2026-10-01'"
            " and division_code = ?",
            [TOWNSHIP],
        ).fetchall()
    page = shown("20_township", period="2026-10", division=TOWNSHIP, lang=language)
    said = {
        "zh": r"应得([\d.]+)分，实得与之相差([+−]?[\d.]+)分",
        "en": r"would score ([\d.]+); the difference is ([+−]?[\d.]+)",
    }
    (figures,) = re.findall(said[language], page)
    assert abs(float(figures[0]) - expected) < 0.1
    assert abs(float(figures[1].replace("−", "-")) - (score - expected)) < 0.1
    league = shown("10_ranking", period="2026-10", lang=language)
    assert league.count(figures[0]) >= 16  # of everybody
    assert f">{figures[1]}<" in league


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_step_of_a_township_is_shown_with_its_cases(home, language):
    with edition(home) as database:
        steps = database.execute(
            """select name_zh, name_en, missed, denominator, cases_to_target, can_still_meet, lost_for_good
            from fct_next_step inner join dim_indicator using (indicator_code)
            where period_kind = 'month' and period_start = '2026-10-01' and division_code = ?
                and (points_to_target > 0 or cases_to_target > 0 or pending > 0)""",
            [TOWNSHIP],
        ).fetchall()
    assert len(steps) > 2
    text = shown("20_township", period="2026-10", division=TOWNSHIP, lang=language)
    table = text.split('id="steps"')[1].split("<tbody>")[1].split("</tbody>")[0]
    for name_zh, name_en, missed, denominator, *_ in steps:
        line = table.split(name_zh if language == "zh" else name_en)[1].split("</tr>")[0]
        assert f"{missed}/{denominator}" in line.replace(",", "")


def test_the_way_to_the_next_grade_and_rank_is_said_in_points(home):
    with edition(home) as database:
        division, grade, rank = database.execute(
            "select division_code, points_to_grade, points_to_rank from fct_next_goal where period_kind = 'month'"
            " and period_start = '2026-10-01' and parent_code = ? and rank_low > 1 order by 1 limit 1",
            [COUNTY],
        ).fetchone()
    found = [points for points in (grade, rank) if points is not None]
    assert found
    text = shown("20_township", period="2026-10", division=division)
    finding = text.split('id="steps">')[1].split("</h2>")[0]
    said = [float(number) for number in re.findall(r"差([\d.]+)分", finding)]
    assert len(said) == len(found)
    assert all(abs(one - other) < 0.1 for one, other in zip(said, found, strict=True))


def test_an_undelivered_extract_is_a_step_of_its_own(changed_home):
    changed_home(*WITHHELD)
    text = shown("20_township", period="2026-10", division=TOWNSHIP)
    assert "报来数据才能计分" in text.split('id="steps"')[1].split("</table>")[0]


# An edition from before periods were published says of its own results which month is closed.
OLDER = "drop table dim_period"


def test_one_silent_township_does_not_keep_everybody_in_the_month_before(changed_home):
    changed_home(*WITHHELD, OLDER)
    text = shown("10_ranking")
    assert "2026年10月共" in text and "逾期未报或未报齐" in text


def test_a_township_whose_term_runs_does(changed_home):
    changed_home(WITHHELD[0], OLDER)
    assert "2026年9月共" in shown("10_ranking")


@pytest.mark.parametrize("page", ["05_month", "10_ranking", "20_township"])
def test_the_countys_own_matters_stand_apart(home, page):
    text = shown(page, period="2026-10", division=TOWNSHIP)
    assert "15个参评乡镇中有12个进展缓慢" in text


def test_a_veto_shows_its_edge_before_it_falls(changed_home):
    changed_home(*NEAR_VETO)
    for page in ("05_month", "20_township"):
        text = shown(page, period="2026-10", division=TOWNSHIP)
        assert "再漏2件即否决" in text and "117/120" in text


def test_without_a_veto_set_nothing_is_said_of_one(home):
    assert "即否决" not in shown("20_township", period="2026-10", division=TOWNSHIP)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_two_townships_differ_by_what_they_lost(home, language):
    """The differences on the page, and what counts for one only, are the difference of the scores."""
    with edition(home) as database:
        lost = database.execute(
            """select indicator_code, sum(lost) filter (where division_code = $one),
                sum(lost) filter (where division_code = $other)
            from fct_score_contribution where period_kind = 'month' and period_start = '2026-10-01'
                and parent_code = $parent group by 1""",
            {"one": TOWNSHIP, "other": OTHER, "parent": COUNTY},
        ).fetchall()
    text = shown("40_compare", period="2026-10", division=TOWNSHIP, other=OTHER, mode="divisions", lang=language)
    shared = [other - one for _, one, other in lost if one is not None and other is not None]
    largest = max(shared, key=abs)
    assert f"{'+' if largest > 0 else '−'}{abs(largest):.1f}" in text
    is_mixed = any((one is None) != (other is None) and (one or other) for _, one, other in lost)
    assert (("只有一方计分" if language == "zh" else "count for one of them only") in text) == is_mixed
