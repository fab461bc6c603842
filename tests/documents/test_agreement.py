"""The bulletin agrees with the edition and with itself: every figure that is told twice is the same.

What is expected is worked out from the published tables in SQL of its own; what the dice do not throw is planted.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import dataclass

import duckdb
import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from dashboards.documents import bulletin, composition, facts
from dashboards.documents.document import Paragraph, Table
from dashboards.documents.letterhead import Letterhead

COUNTY, MONTH = "623021000000", dt.date(2026, 10, 1)
LANGUAGES = ("zh", "en")
OF_THE_MONTH = "period_kind = 'month' and period_start = date '2026-10-01'"
OF_THE_COUNTY = f"{OF_THE_MONTH} and parent_code = '{COUNTY}'"
ASSESSED = "verdict in ('met', 'cannot_tell', 'not_met')"
TOWNSHIPS = f"select division_code from dim_division where parent_code = '{COUNTY}'"
SERVICES = ("service_on_time", "service_free", "care_visit")


@dataclass
class Paper:
    """What a bulletin says: its text before the annexes, notes, captions, tables in order, and its figures in words."""

    body: str
    notes: str
    captions: list[str]
    tables: list[list[list[str]]]
    figures: list[str]

    @classmethod
    def read(cls, made: bytes) -> Paper:
        """From the file that a reader gets."""
        paper = Document(io.BytesIO(made))
        texts = [(one.style.name, one.text) for one in paper.paragraphs]
        end = next(place for place, (style, _) in enumerate(texts) if style == "Bulletin Annex")
        text = ("Bulletin Text", "Heading 1", "Heading 2")
        return cls(
            "\n".join(said for style, said in texts[:end] if style in text),
            "\n".join(said for style, said in texts if style == "Bulletin Note"),
            [said for style, said in texts if style == "Caption"],
            [[[cell.text for cell in row.cells] for row in table.rows] for table in paper.tables],
            [shape._inline.docPr.get("descr") for shape in paper.inline_shapes],
        )

    @classmethod
    def of(cls, path, language: str = "zh") -> Paper:
        """Before it is drawn and set, which takes longest; that nothing is lost there is tested elsewhere."""
        with facts.opened(path) as edition:
            gathered = facts.gather(edition, language, "month", MONTH, COUNTY)
        made = composition.bulletin(gathered, Letterhead(), has_figures=False)
        blocks = [block for annex in made.annexes for block in annex.blocks]
        tables = [block for block in blocks if isinstance(block, Table)]
        return cls(
            "\n".join(block.text for block in made.blocks),
            "\n".join(block.text for block in blocks if isinstance(block, Paragraph)),
            [table.caption for table in tables],
            [[[one.heading for one in table.columns], *([cell.text for cell in row] for row in table.rows)]
             for table in tables],
            [],
        )  # fmt: skip

    def rows(self, table: int) -> list[dict[str, str]]:
        head, *rows = self.tables[table]
        return [dict(zip(head, row, strict=True)) for row in rows]


def sheet_of(path, name: str, first: str) -> list[dict]:
    made = bulletin.write(path, "zh", "month", MONTH, COUNTY, "xlsx", Letterhead())
    rows = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_name(name).to_python()
    top = next(place for place, row in enumerate(rows) if row and row[0] == first)
    return [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :] if any(cell != "" for cell in row)]


def asked(path, sql: str) -> list[tuple]:
    with duckdb.connect(str(path), read_only=True) as database:
        return database.execute(sql).fetchall()


@pytest.fixture(scope="session", params=LANGUAGES)
def paper(request, edition_path, fonts) -> tuple[str, Paper]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHUANGBAI_FONTS", str(fonts))
        made = bulletin.write(edition_path, request.param, "month", MONTH, COUNTY, "docx", Letterhead())
        return request.param, Paper.read(made)


class TestTheJudgedWindow:
    def test_stands_wherever_the_audits_do(self, paper, published):
        language, made = paper
        window = published(
            "select division_code, sum(numerator), sum(denominator) from fct_indicator_result "
            "where period_kind = 'month' and indicator_code = 'audited_accuracy' "
            "and period_start between date '2025-11-01' and date '2026-10-01' "
            "group by all"
        )
        counts = {division: (met, cases) for division, met, cases in window}
        own = {
            division: (met, cases)
            for division, met, cases in published(
                "select division_code, numerator, denominator from fct_indicator_result "
                f"where {OF_THE_MONTH} and indicator_code = 'audited_accuracy'"
            )
        }
        place = next(row for row in made.tables[1] if row[1] in ("抽查准确率", "Audited accuracy"))
        met, cases = counts[COUNTY]
        assert f"{met:,}/{cases:,}" in place
        assert f"{own[COUNTY][0]:,}/{own[COUNTY][1]:,}" not in place
        ranked = [code for (code,) in published(
            f"select division_code from fct_ranking where {OF_THE_COUNTY} order by rank, division_code")]  # fmt: skip
        cells = next(row for row in made.tables[2] if row[0] in ("抽查准确率", "Audited accuracy"))[1:]
        shown = [float(re.sub(r"[^\d.]", "", cell)) for cell in cells]
        for code, figure in zip(ranked, shown, strict=True):
            assert abs(figure - 100 * counts[code][0] / counts[code][1]) <= 0.05 + 1e-9, code
        # Or the test could not tell the one from the other.
        assert (
            sum(
                abs(figure - 100 * own[code][0] / own[code][1]) > 0.06
                for code, figure in zip(ranked, shown, strict=True)
            )
            > 5
        )
        said = {
            "zh": "抽查准确率按2025年11月至2026年10月合计评定",
            "en": "Audited accuracy is that of November 2025 to October 2026",
        }
        assert made.notes.count(said[language]) == 2


class TestTheFigureAndTheText:
    def test_count_the_same(self, paper, published):
        language, made = paper
        names = dict(published(f"select name_{language}, indicator_code from dim_indicator"))
        counts = {code: row for code, *row in published(
            f"select indicator_code, count(*) filter (where not is_reached), count(*) filter (where is_reached) "
            f"from fct_indicator_result where {OF_THE_MONTH} and {ASSESSED} and division_code in ({TOWNSHIPS}) "
            "group by all"
        )}  # fmt: skip
        states = {"zh": ("未达到，尚不能断定", "未达标", "严重未达标", "逾期未报"),
                  "en": ("short, not certain", "not met", "far from met", "not delivered")}[language]  # fmt: skip
        drawn = {}
        for part in re.split(
            "；" if language == "zh" else "; ", made.figures[1].split("：" if language == "zh" else ": ", 1)[1]
        ):
            name, _, rest = part.partition("：" if language == "zh" else ": ")
            found = re.findall(r"([^、\d]+)(\d+)个" if language == "zh" else r"(\d+) ([^\d]+?)(?:, (?=\d)|$)", rest)
            pairs = [(state, int(count)) if language == "zh" else (count, int(state)) for state, count in found]
            drawn[names[name]] = sum(count for state, count in pairs if state in states)
        assert drawn == {code: short for code, (short, _) in counts.items()}
        told = {"zh": r"([^；：。（）]+?)[\d.]+%（[^）]*?(各乡镇均未达到|\d+个乡镇未达到)",
                "en": r"(?:: |; )([^;:.(]+?) [\d.]+% \([^)]*?(no township|\d+ townships|one township)"}  # fmt: skip
        found = re.findall(told[language], made.body)
        assert len(found) >= 3
        for name, said in found:
            short, reached = counts[names[name]]
            number = {"各": short + reached, "no": short + reached, "on": 1}.get(said[:2].strip("乡"))
            assert short == (number if number is not None and not said[0].isdigit() else int(re.match(r"\d+", said)[0]))
        most = max(short for short, _ in counts.values())
        for name, code in names.items():
            assert (name in made.captions[1]) == (code in counts and counts[code][0] == most)

    def test_of_indicators_are_the_table(self, paper, published):
        _, made = paper
        for row in made.tables[1][1:]:
            (reached, held), = published(
                f"select count(*) filter (where is_reached), count(*) filter (where is_reached is not null) "
                f"from fct_indicator_result inner join dim_indicator using (indicator_code) "
                f"where {OF_THE_MONTH} and {ASSESSED} and position = ? and division_code in ({TOWNSHIPS})",
                int(row[0]),
            )  # fmt: skip
            assert row[-1] == (f"{reached}/{held}" if held else "–")


class TestTheRanking:
    def test_stands_beside_what_the_mix_would_give(self, paper, published):
        _, made = paper
        rows = published(
            f"select score, expected_score from fct_ranking where {OF_THE_COUNTY} order by rank, division_code"
        )
        for shown, (score, expected) in zip(made.tables[0][1:], rows, strict=True):
            assert abs(float(shown[3]) - expected) <= 0.05 + 1e-9
            assert abs(float(shown[4].replace("−", "-")) - (score - expected)) <= 0.05 + 1e-9

    def test_gives_every_tier_its_chance(self, paper, published):
        language, made = paper
        name_column = "division_name" if language == "zh" else "division_name_en"
        rows = published(
            f"select coalesce(nullif({name_column}, ''), division_name), tier, if(tier = 'front', p_front, p_rear) "
            "from fct_ranking inner join dim_division using (division_code) "
            f"where {OF_THE_MONTH} and fct_ranking.parent_code = '{COUNTY}'"
        )
        assert {tier for _, tier, _ in rows} == {"front", "middle", "rear"}
        for name, tier, chance in rows:
            said = f"{name}（把握{chance:.0%}）" if language == "zh" else f"{name} (chance {chance:.0%})"
            assert (said in made.body) == (tier != "middle"), name

    def test_names_all_who_share_a_place(self, altered):
        tied = [code for (code,) in asked(altered(), f"select division_code from fct_ranking where {OF_THE_COUNTY} "
                                                     "order by rank limit 5")]  # fmt: skip
        path = altered(
            f"update fct_ranking set rank = 1, score = 99, previous_rank = null "
            f"where {OF_THE_COUNTY} and division_code in {tuple(tied)}"
        )
        sentence = re.search("名次居前的.*?；", Paper.of(path).body)[0]
        names = {
            name
            for (name,) in asked(path, f"select division_name from dim_division where division_code in {tuple(tied)}")
        }
        assert set(re.findall(r"([^、是]+?)（99\.0分）", sentence)) == names

    def test_puts_what_is_not_assessed_in_brackets(self, altered):
        path = altered(
            f"update fct_indicator_result set verdict = 'not_applicable' where {OF_THE_MONTH} "
            "and indicator_code = 'care_visit'"
            f" and division_code in ({TOWNSHIPS})"
        )
        cells = next(row for row in Paper.of(path).tables[2] if row[0] == "关怀走访完成率")[1:]
        assert all(re.fullmatch(r"\(\d+\.\d+\)", cell) for cell in cells)


class TestSilence:
    def silent(self, altered):
        """A township that withheld its ledger of services, and one whose registry is still to come."""
        services = "', '".join(SERVICES)
        return altered(
            f"update fct_indicator_result set numerator = null, denominator = null, value = null, is_reached = null, "
            f"verdict = 'not_delivered', is_provisional = true where {OF_THE_MONTH} and division_code = '623021100000' "
            f"and indicator_code in ('{services}')",
            f"update fct_score_contribution set lost = 5, contribution = 0 where {OF_THE_MONTH} "
            f"and division_code = '623021100000' and indicator_code in ('{services}')",
            f"update fct_ranking set missing_sources = 'service_event', is_provisional = true where {OF_THE_MONTH} "
            "and division_code = '623021100000'",
            f"update fct_ranking set missing_sources = 'padis_resident', is_provisional = true where {OF_THE_MONTH} "
            "and division_code = '623021101000'",
        )

    def test_is_named_beside_the_rank(self, altered):
        path = self.silent(altered)
        made = Paper.of(path)
        (withheld, rank), (late, _) = asked(
            path, "select division_name, rank from fct_ranking inner join dim_division using (division_code) "
            f"where {OF_THE_MONTH} and missing_sources is not null order by missing_sources desc")  # fmt: skip
        assert f"逾期未报数据的：{withheld}（第{rank}名）服务台帐，所涉3项指标按零分计。" in made.body
        assert f"{late}的国家平台个案尚未到齐" in made.body
        assert f"逾期未报的请立即补报：{withheld}（服务台帐）" in made.body
        beside = {row["单位"]: row["未报或未到齐的数据"] for row in made.rows(0)}
        assert {name: text for name, text in beside.items() if text} == {
            withheld: "△ 服务台帐（逾期未报）", late: "国家平台个案"}  # fmt: skip
        row = next(row for row in made.tables[2] if row[0] == "免费服务率")
        assert row[made.tables[2][0].index(withheld)] == "△"
        in_english = Paper.of(path, "en")
        assert "Ledger of services, the 3 indicators concerned count as nothing reached" in in_english.body
        assert "Cases on the national exchange platform (PADIS) of " in in_english.body

    @pytest.mark.parametrize(
        "statement",
        [
            f"update fct_ranking set missing_sources = 'gpl_resident' where {OF_THE_MONTH} "
            "and division_code = '623021101000'",
            f"update fct_ranking set is_provisional = true where {OF_THE_MONTH} and division_code = '623021101000'",
            f"update fct_indicator_result set is_provisional = true where {OF_THE_MONTH} "
            "and division_code = '623021101000' and indicator_code = 'satisfaction'",
        ],
    )
    @pytest.mark.parametrize(("language", "complete"), [("zh", "均已到齐"), ("en", "data of the period are complete")])
    def test_of_any_kind_is_never_complete(self, altered, edition_path, statement, language, complete):
        assert complete in Paper.of(edition_path, language).body
        assert complete not in Paper.of(altered(statement), language).body


class TestVetoes:
    def test_are_not_spoken_of_where_the_county_sets_none(self, edition_path):
        assert "否决" not in Paper.of(edition_path).body

    def test_stand_with_their_twelve_months(self, altered):
        path = altered(
            f"update fct_ranking set veto_indicator_code = 'care_visit', veto_numerator = 80, veto_denominator = 100, "
            f"veto_ci_high = 0.8734, veto_misses_left = 0, is_vetoed = division_code = '623021101000', "
            f"vetoed_by = 'care_visit' where {OF_THE_COUNTY}",
            f"update fct_ranking set veto_numerator = 97, veto_ci_high = 0.9938, veto_misses_left = 3 "
            f"where {OF_THE_COUNTY} and division_code = '623021102000'",
        )
        body = Paper.of(path).body
        names = dict(asked(path, "select division_code, division_name from dim_division"))
        assert f"{names['623021101000']}（关怀走访完成率十二个月合计80.0%，80/100，有利估计87.3%）" in body
        assert f"离否决最近的是{names['623021102000']}（关怀走访完成率十二个月合计97.0%，97/100" in body
        assert "再漏办3件即被否决" in body
        row = next(row for row in sheet_of(path, "排名", "名次") if row["区划代码"] == "623021101000")
        assert (row["十二个月办好"], row["十二个月应办"], round(row["有利估计"], 3)) == (80, 100, 0.873)


class TestTheWorkbook:
    def test_explains_every_change_by_points_lost(self, altered):
        mixed = f"{OF_THE_COUNTY} and change_kind = 'mix'"
        path = altered(
            f"insert into fct_score_change by name select period_kind, period_start, parent_code, division_code, "
            "'mix' as indicator_code, 'mix' as change_kind, 'care_visit satisfaction' as entered, "
            "'publicity' as departed, 0.0 as lost, 0.0 as previous_lost, 0.25 as change "
            f"from fct_ranking where {OF_THE_COUNTY} and division_code = '623021101000'"
        )
        parts: dict[str, float] = {}
        changes: dict[str, float] = {}
        rows = sheet_of(path, "升降构成", "单位")
        for row in rows:
            parts[row["单位"]] = parts.get(row["单位"], 0) + row["升降"]
            changes[row["单位"]] = row["得分升降"]
        ((name,),) = asked(path, "select division_name from dim_division where division_code = '623021101000'")
        assert len(parts) > 10
        for unit, total in parts.items():
            assert abs(total - (0.25 if unit == name else 0) - changes[unit]) < 1e-4, unit
        ((count,),) = asked(path, f"select count(*) from fct_score_change where {mixed} and change <> 0")
        said = [row for row in rows if row["其中"] == "新计或不再计的指标"]
        assert len(said) == count
        own = next(row for row in said if row["单位"] == name)
        assert own["新计或不再计的"] == "新计：关怀走访完成率、满意度；不再计：宣传率"

    def test_holds_every_next_step(self, edition_path):
        rows = sheet_of(edition_path, "提分途径", "单位")
        published = asked(edition_path,
            "select division_name, name_zh, missed, cases_to_target, can_still_meet, lost_for_good, points_to_target "
            "from fct_next_step inner join dim_division using (division_code) "
            "inner join dim_indicator using (indicator_code) "
            f"where {OF_THE_MONTH} and fct_next_step.division_code in ({TOWNSHIPS})")  # fmt: skip
        shown = {
            (row["单位"], row["指标"]): (
                row["漏办"],
                row["离目标差几件"],
                row["尚可办"],
                row["已不能补办"],
                row["达标得分"],
            )
            for row in rows
        }
        assert len(published) == len(shown) > 50
        for unit, name, *figures in published:
            assert shown[unit, name] == pytest.approx(figures, abs=1e-6)

    def test_the_annex_takes_the_two_that_are_worth_most(self, paper, edition_path):
        _, made = paper
        rows = made.tables[3][1:]
        worth = asked(edition_path, f"select division_code, list(points_to_target order by points_to_target desc)[:2] "
                      f"from fct_next_step where {OF_THE_MONTH} and division_code in ({TOWNSHIPS}) "
                      "and points_to_target > 0 group by all")  # fmt: skip
        shown = sorted(float(row[5]) for row in rows)
        expected = sorted(points for _, two in worth for points in two)
        assert len(shown) >= len(expected) > 20
        assert len(shown) > len(expected) or shown == pytest.approx(expected, abs=0.0501)


class TestWhatIsTheCountys:
    def test_stands_apart_from_what_is_a_townships(self, altered):
        path = altered(
            f"insert into fct_slow_progress by name select period_start, '{COUNTY}' as division_code, "
            "'publicity' as indicator_code, rule_id, 'county' as scope, months_missed, months_counted, "
            "true as is_common, 12 as townships_listed, 16 as townships_ranked, 0.9796 as county_rate, evidence "
            "from fct_slow_progress limit 1"
        )
        body = Paper.of(path).body
        common, own = body.split("（一）全县共性问题")[1].split("（二）各乡镇")
        assert "宣传率（全县98.0%，16个乡镇中12个）" in common
        names = [
            name for (name,) in asked(path, f"select division_name from dim_division where parent_code = '{COUNTY}'")
        ]
        assert not [name for name in names if name in common]
        listed = asked(path, "select count(*), count(distinct division_code) from fct_slow_progress "
                             "where period_start = date '2026-10-01' and scope = 'township'")[0]  # fmt: skip
        assert f"列为进展缓慢的有{listed[1]}个乡镇，共{listed[0]}项次" in own
        assert "宣传率由县里牵头" in body
