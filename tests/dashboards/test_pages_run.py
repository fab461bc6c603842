"""Every page runs headless, in both languages, in every state that was designed for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

DASHBOARDS = Path(__file__).resolve().parents[2] / "dashboards"
PAGES = sorted((DASHBOARDS / "pages").glob("*.py"))
TOWNSHIP = "623021102000"


def run(page: Path, **query: str) -> AppTest:
    app = AppTest.from_file(str(page), default_timeout=30)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception[0].message
    return app


def shown(app: AppTest) -> str:
    """Everything that was drawn as markup, in one text without the thin spaces."""
    return "".join(element.proto.body for element in app.get("html")).replace("\u2009", "")


@pytest.fixture
def home(published_home, monkeypatch):
    monkeypatch.setenv("SHUANGBAI_HOME", str(published_home))
    return published_home


def test_there_are_pages():
    assert [page.stem for page in PAGES][:3] == ["10_ranking", "20_trends", "30_quality"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
class TestEveryPage:
    def test_names_edition_freshness_and_synthetic_data(self, home, page, language):
        text = shown(run(page, lang=language))
        assert "1b2c3d4e" in text
        assert ("2026年11月15日" if language == "zh" else "15 November 2026") in text
        assert ("合成数据" if language == "zh" else "synthetic") in text

    def test_shows_every_kind_of_period(self, home, page, language):
        kind, period = {"zh": ("quarter", "2026-07"), "en": ("year_to_date", "2026-09")}[language]
        run(page, lang=language, kind=kind, period=period)

    @pytest.mark.parametrize("division", [TOWNSHIP, "999999999999"])
    def test_takes_any_division_in_the_address(self, home, page, language, division):
        run(page, lang=language, division=division)

    def test_says_so_when_there_is_no_data_for_the_period(self, home, page, language):
        assert "1999-01" in shown(run(page, lang=language, period="1999-01"))

    def test_says_what_to_do_before_the_first_publication(self, tmp_path, monkeypatch, page, language):
        monkeypatch.setenv("SHUANGBAI_HOME", str(tmp_path))
        assert "shuangbai run" in shown(run(page, lang=language))

    def test_takes_nonsense_in_the_address(self, home, page, language):
        run(page, lang=f"{language}x", kind="century", parent="1", indicator="none", sort="none", rule="none")


def test_a_provisional_month_says_so(home):
    assert "暂定" in shown(run(PAGES[0], lang="zh", period="2026-11"))
    assert "provisional" in shown(run(PAGES[0], lang="en", period="2026-11"))


def test_the_default_is_the_newest_closed_month(home):
    assert "2026年10月" in shown(run(PAGES[0], lang="zh"))


def test_an_unknown_township_is_named_and_the_table_still_shown(home):
    text = shown(run(PAGES[0], lang="zh", division="999999999999"))
    assert "999999999999" in text
    assert "冶力关镇" in text


def test_a_card_names_every_indicator_and_leads_to_file_and_line(home):
    app = run(PAGES[0], lang="zh", division=TOWNSHIP, indicator="data_update")
    names = [row["name_zh"] for row in read_seed("indicators")]
    assert all(name in shown(app) for name in names)
    assert list(app.dataframe[0].value.columns[-2:]) == ["source_file", "source_row"]


def read_seed(name: str) -> list[dict]:
    import csv

    with (DASHBOARDS.parent / "seeds" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("state", ["blocked", "refused", "failed"])
def test_refused_newer_data_are_named_with_their_reason(write_edition, tmp_path, monkeypatch, state):
    write_edition(tmp_path)
    reasons = [{"zh": "合计不符", "en": "the totals do not agree"}]
    (tmp_path / "run.json").write_text(
        json.dumps({"state": state, "finished_at": "2026-11-17T00:00:00+00:00", "reasons": reasons})
    )
    monkeypatch.setenv("SHUANGBAI_HOME", str(tmp_path))
    assert "合计不符" in shown(run(PAGES[0], lang="zh"))
    assert "the totals do not agree" in shown(run(PAGES[0], lang="en"))


def test_real_data_carry_no_banner(write_edition, tmp_path, monkeypatch):
    write_edition(tmp_path, is_synthetic=False)
    monkeypatch.setenv("SHUANGBAI_HOME", str(tmp_path))
    assert "合成" not in shown(run(PAGES[0], lang="zh"))


def test_a_new_edition_is_shown_without_a_restart(write_edition, tmp_path, monkeypatch):
    write_edition(tmp_path)
    monkeypatch.setenv("SHUANGBAI_HOME", str(tmp_path))
    app = run(PAGES[0], lang="zh")
    write_edition(tmp_path, "20261117T000512000000Z-2c3d4e5f", seed=2)
    app.run()
    assert "2c3d4e5f" in shown(app)
    assert "1b2c3d4e" not in shown(app)


def test_the_chosen_period_is_kept_when_the_kind_changes(home):
    app = run(PAGES[0], lang="zh", period="2026-08")
    app.button_group(key="control.kind").set_value("quarter").run()
    assert app.query_params["period"] == "2026-07"
    assert "2026年第3季度" in shown(app)
