"""What holds for the dashboards as a whole: the catalogue, where a SELECT may stand, how they are served."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from lxml.html import fragment_fromstring

from dashboards.markup import fragments
from dashboards.serving import options, serve_command

DASHBOARDS = Path(__file__).resolve().parents[2] / "dashboards"
SOURCES = {path: path.read_text(encoding="utf-8") for path in sorted(DASHBOARDS.rglob("*.py"))}
TEMPLATES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(DASHBOARDS.glob("templates/*.html"))}
CATALOGUE = yaml.safe_load((DASHBOARDS / "messages.yml").read_text(encoding="utf-8"))
KEY = r"[a-z_]+(?:\.[a-z_]+)*"


# What asks this catalogue only: the bulletin has one of its own beside it.
READERS = {path: text for path, text in SOURCES.items() if "documents" not in path.parts}


def literals() -> set[str]:
    """Every quoted word of the code that could be a key; what is counted has a text for one and one for many."""
    return {match for text in SOURCES.values() for match in re.findall(rf'"({KEY})"', text)} | counted()


def counted() -> set[str]:
    keys = {match for text in READERS.values() for match in re.findall(rf'\b(?:counted|_range)\(\s*"({KEY})"', text)}
    return {f"{key}.{number}" for key in keys for number in ("one", "many")}


def patterns() -> list[re.Pattern]:
    """The keys put together by the code, as patterns: `state.{name}`."""
    found = [
        match for text in SOURCES.values() for match in re.findall(r'f"([a-z_.{}\[\]\'"]*?\{.*?\}[a-z_.]*)"', text)
    ]
    shapes = {re.sub(r"\{.*?\}", "{}", one) for one in found}
    return [re.compile(re.escape(one).replace(r"\{\}", r"[a-z0-9_]+")) for one in shapes if "." in one]


def test_both_languages_have_every_text():
    assert all(set(texts) == {"zh", "en"} for texts in CATALOGUE.values())
    assert not [key for key, texts in CATALOGUE.items() if not all(str(text).strip() for text in texts.values())]


def test_both_languages_take_the_same_values():
    fields = {key: [set(re.findall(r"\{(\w+)\}", text)) for text in texts.values()] for key, texts in CATALOGUE.items()}
    assert not [key for key, (zh, en) in fields.items() if zh != en and not key.endswith(".one")]
    assert not [key for key, (zh, en) in fields.items() if key.endswith(".one") and en - zh]


def test_every_text_is_used():
    used, shapes = literals(), patterns()
    assert not [key for key in CATALOGUE if key not in used and not any(shape.fullmatch(key) for shape in shapes)]


def test_every_text_asked_for_exists():
    asked = {match for text in READERS.values() for match in re.findall(rf'\btext\(\s*"({KEY})"', text)}
    asked |= {match for text in READERS.values() for match in re.findall(rf'state\("({KEY})", "{KEY}"', text)}
    assert asked
    assert not (asked | counted()) - set(CATALOGUE)


def test_every_page_has_its_name():
    assert not [
        page for page in (DASHBOARDS / "pages").glob("*.py") if f"{page.stem.partition('_')[2]}.page" not in CATALOGUE
    ]


def test_chinese_texts_hold_no_english_sentence_and_english_no_chinese():
    assert not [key for key, texts in CATALOGUE.items() if re.search(r"[\u4e00-\u9fff]", texts["en"])]
    assert not [key for key, texts in CATALOGUE.items() if not re.search(r"[\u4e00-\u9fff{]", texts["zh"])]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(DASHBOARDS)))
class TestEveryModule:
    def test_holds_no_select_but_in_queries(self, path):
        if path.parent.name != "queries" and path.stem != "queries":
            assert not re.search(r"\bselect\b[\s\S]{0,200}\bfrom\b\s+\w+_", SOURCES[path])

    def test_a_page_is_small_and_does_no_arithmetic(self, path):
        if path.parent.name == "pages":
            assert SOURCES[path].count("\n") <= 100
            assert not re.search(r"\b(sum|round|mean|abs)\(", SOURCES[path])

    def test_uses_no_width_that_is_gone(self, path):
        assert "use_container_width" not in SOURCES[path]


def test_files_leave_in_one_place_that_knows_whose_they_are():
    kept_open = [path.name for path, text in SOURCES.items() if "st.download_button" in text]
    assert kept_open == ["download.py"]


def test_it_is_served_to_this_machine_only_and_tells_nobody():
    assert serve_command(8599)[-2:] == ["--port=8599", "--host=127.0.0.1"]
    given = options(8599, "127.0.0.1")
    assert given["server.address"] == "127.0.0.1"
    assert given["server.port"] == 8599
    assert given["browser.gatherUsageStats"] is False
    assert given["server.fileWatcherType"] == "none"
    assert given["server.headless"] is True
    assert given["server.enableAgentApi"] is False
    assert given["server.trustedUserHeaders"] == {}
    assert given["runner.postScriptGC"] is False
    assert not [value for value in given.values() if "://" in str(value)]


def test_every_option_is_one_that_streamlit_knows():
    from streamlit import config

    assert not set(options(1, "127.0.0.1")) - set(config.get_config_options())


def test_what_is_filled_into_a_page_is_escaped():
    """By the templates: nothing is escaped by hand, and nothing is called markup that is not a stylesheet."""
    trusting = [
        path for path, text in SOURCES.items() if re.search(r"(?<!re\.)\bescape\(|\bMarkup\(|\|\s*safe\b", text)
    ]
    assert [path.name for path in trusting] == ["theme.py"]
    assert not [name for name, text in TEMPLATES.items() if re.search(r"\|\s*safe\b|autoescape", text)]
    hostile = """<b onclick='x'>"&"""
    said = fragments.link(hostile, hostile, title=hostile)
    (link,) = fragment_fromstring(said, create_parent="div")
    assert (link.text, link.get("href"), link.get("title")) == (hostile,) * 3 and len(link) == 0


def test_every_macro_of_a_template_is_used():
    used = " ".join(SOURCES.values()) + " ".join(TEMPLATES.values())
    found = {(name, macro) for name, text in TEMPLATES.items() for macro in re.findall(r"{% macro (\w+)\(", text)}
    assert found and not [one for one in found if len(re.findall(rf"\b{one[1]}\(", used)) < 2]
