"""The clerks' page: nothing of a contract or a suite is missing, in either language, and its own samples land."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from expectations.suite import load_suites
from orchestration.commands.contract_guide import main
from orchestration.contracts import load_contracts
from orchestration.contracts.quarantine_reasons import labels
from orchestration.installation.messages import LANGUAGES
from orchestration.installation.paths import Home
from orchestration.landing.checking import Finding, check

CONTRACTS = load_contracts()


class Page(HTMLParser):
    """Texts by section (`""` before the first), the samples, and every address named."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sections: dict[str, list[str]] = {"": []}
        self.samples: dict[str, str] = {}
        self.addresses: list[str] = []
        self._section, self._open = "", []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "section":
            self._section = values["id"]
            self.sections[self._section] = []
        self.addresses += [values[name] for name in ("href", "src") if name in values]
        if tag not in ("meta", "link", "img", "br"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, f"{tag} is closed and was not open"

    def handle_data(self, data: str) -> None:
        self.sections[self._section].append(data)
        if self._open and self._open[-1] == "pre":
            self.samples[self._section] = data


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("build") / "guide"
    main(out)
    return out


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def page(guide: Path, language: str) -> Page:
    return Page((guide / f"guide_{language}.html").read_text(encoding="utf-8"))


def test_every_column_of_every_contract_is_there(page, language):
    assert set(page.sections) == {"", *CONTRACTS}
    for source, contract in CONTRACTS.items():
        said = page.sections[source]
        assert getattr(contract, f"name_{language}") in "".join(said)
        for column in contract.columns:
            assert column.header in said
            assert getattr(column, f"description_{language}") in said
            assert all(alias in " ".join(said) for alias in column.aliases)
            assert all(label in " ".join(said) for label in labels(column))


def test_every_rule_is_there_with_what_to_correct(page, language):
    for suite in load_suites():
        said = page.sections[suite.name]
        for rule in suite.expectations:
            star = " *" if rule.meta.affects_accuracy else ""
            assert getattr(rule.meta, f"text_{language}") + star in said
            assert getattr(rule.meta, f"fix_{language}") in said
            assert rule.meta.rule_id in said


def test_what_is_required_leads_to_quarantine(page):
    """The row of missing cells names every required column and no other."""
    for source, contract in CONTRACTS.items():
        (missing,) = (text for text in page.sections[source] if text.startswith("缺少") or text.endswith("is missing"))
        headers = set(re.split(r"、|, ", missing.removeprefix("缺少").removesuffix(" is missing")))
        shown = {re.sub(r".*\((.*)\)$", r"\1", header) for header in headers}
        assert shown == {column.header for column in contract.columns if column.required}


def test_it_is_self_contained_and_leads_to_its_other_language(page, language):
    other = next(one for one in LANGUAGES if one != language)
    assert set(page.addresses) == {f"#{source}" for source in CONTRACTS} | {f"guide_{other}.html"}


def test_no_style_or_text_names_a_host(guide):
    for path in guide.iterdir():
        assert re.search(r"https?:|//|@import|url\(", path.read_text(encoding="utf-8")) is None


@pytest.mark.parametrize("source", sorted(CONTRACTS))
def test_its_own_sample_would_land(guide, tmp_path, source):
    sample = Page((guide / "guide_zh.html").read_text(encoding="utf-8")).samples[source]
    path = tmp_path / f"{source}__623021__2026-10-31.csv"
    path.write_text(sample, encoding="utf-8")
    found = check(Home(tmp_path / "home"), path)
    assert isinstance(found, Finding), found
    assert (found.record.rows_in, found.record.accepted) == (1, 1), found.set_aside
    assert len(found.header.positions) == len(CONTRACTS[source].columns)
