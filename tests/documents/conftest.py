"""An edition from dice, and fonts made for the tests: a machine without a Chinese font makes the same documents."""

from __future__ import annotations

import datetime as dt
import importlib.util
import shutil
from pathlib import Path

import duckdb
import pytest
import yaml
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from dashboards.documents import bulletin
from dashboards.documents.letterhead import BLANK

CHECKOUT = Path(__file__).resolve().parents[2]
COUNTY = "623021000000"
MONTH = dt.date(2026, 10, 1)


# What the dice of the pages do not throw: chances of tiers, expected scores, who is silent, which indicators entered.
GIVEN = """
    alter table fct_ranking add column if not exists p_front double;
    alter table fct_ranking add column if not exists p_rear double;
    alter table fct_ranking add column if not exists expected_score double;
    alter table fct_ranking add column if not exists missing_sources text;
    alter table fct_ranking add column if not exists veto_indicator_code text;
    alter table fct_ranking add column if not exists veto_numerator bigint;
    alter table fct_ranking add column if not exists veto_denominator bigint;
    alter table fct_ranking add column if not exists veto_ci_high double;
    alter table fct_ranking add column if not exists veto_misses_left bigint;
    alter table fct_score_change add column if not exists entered text;
    alter table fct_score_change add column if not exists departed text;
    update fct_ranking set
        p_front = case tier when 'front' then 0.99 - rank / 100 when 'middle' then 0.4 else 0 end,
        p_rear = case tier when 'rear' then 0.9 + rank / 200 when 'middle' then 0.3 else 0 end,
        expected_score = round(greatest(0, score - 2.5 + rank / 4), 6);
"""


def _load(name: str):
    path = CHECKOUT / "tests" / "dashboards" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def home(tmp_path_factory) -> Path:
    """A home with one edition; tests only read it."""
    home = tmp_path_factory.mktemp("documents")
    with duckdb.connect(str(_load("fixture_edition").write_edition(home))) as database:
        database.execute(GIVEN)
    return home


@pytest.fixture(scope="session")
def edition_path(home) -> Path:
    return (home / "editions" / "current" / "shuangbai.duckdb").resolve()


@pytest.fixture
def published(edition_path):
    """The published tables, asked directly: `published("select ...")` gives rows of tuples."""
    with duckdb.connect(str(edition_path), read_only=True) as database:
        yield lambda sql, *values: database.execute(sql, values).fetchall()


@pytest.fixture
def altered(edition_path, tmp_path):
    """`altered("update ...", ...)`: the file of an edition that differs by these statements."""

    def alter(*statements: str) -> Path:
        copy = tmp_path / f"{len(list(tmp_path.iterdir()))}.duckdb"
        shutil.copy(edition_path, copy)
        with duckdb.connect(str(copy)) as database:
            for statement in statements:
                database.execute(statement)
        return copy

    return alter


@pytest.fixture(scope="session")
def fonts(tmp_path_factory) -> Path:
    """A folder with 仿宋 and 黑体 as this project's texts and divisions need them, every glyph a plain box."""
    files = [*CHECKOUT.glob("dashboards/**/messages.yml"), *CHECKOUT.glob("seeds/*.csv")]
    characters = {one for file in files for one in file.read_text(encoding="utf-8")} | {
        chr(one) for one in range(32, 127)
    }
    characters |= set("→↗↘●▲◐○•–—−〇一二三四五六七八九十")
    folder = tmp_path_factory.mktemp("fonts")
    for file, family in (("simfang.ttf", "FangSong"), ("simhei.ttf", "SimHei")):
        _write_font(folder / file, family, sorted(ord(one) for one in characters if one.isprintable()))
    return folder


def _write_font(path: Path, family: str, codes: list[int]) -> None:
    names = [".notdef", *(f"u{code:04X}" for code in codes)]
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for corner in ((100, 700), (800, 700), (800, 0)):
        pen.lineTo(corner)
    pen.closePath()
    box = pen.glyph()
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(names)
    font.setupCharacterMap(dict(zip(codes, names[1:], strict=True)))
    font.setupGlyf(dict.fromkeys(names, box))
    font.setupHorizontalMetrics({name: (500 if name <= "u007E" else 1000, 100) for name in names})
    font.setupHorizontalHeader(ascent=880, descent=-120)
    font.setupNameTable({"familyName": family, "styleName": "Regular"})
    font.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=880, usWinDescent=120)
    font.setupPost()
    font.save(path)


@pytest.fixture(autouse=True)
def made_fonts(fonts, monkeypatch):
    monkeypatch.setenv("SHUANGBAI_FONTS", str(fonts))


@pytest.fixture(scope="session")
def written(edition_path, fonts):
    """`written(format, language, kind, start)`: a document's bytes, made once."""
    made: dict[tuple, bytes] = {}

    def write(format: str, language: str = "zh", kind: str = "month", start: dt.date = MONTH) -> bytes:
        key = (format, language, kind, start)
        if key not in made:
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("SHUANGBAI_FONTS", str(fonts))
                made[key] = bulletin.write(edition_path, language, kind, start, COUNTY, format, BLANK)
        return made[key]

    return write


@pytest.fixture(scope="session")
def catalogue() -> dict[str, dict[str, str]]:
    return yaml.safe_load((CHECKOUT / "dashboards" / "documents" / "messages.yml").read_text(encoding="utf-8"))
