"""Seeds are read strictly: whatever happens to a file, it gives the same rows or an error that says where; never fewer
rows in silence."""

from __future__ import annotations

import csv
import io
import re
import shutil

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from orchestration.contracts import load_contracts
from orchestration.installation.county_seeds import OPTIONAL_COLUMNS, TYPES, SeedsError, assemble_seeds
from orchestration.installation.paths import DEFAULT_SEEDS, Home
from orchestration.installation.seed_reading.row_checks import COLUMN_TESTS, TABLE_TESTS
from orchestration.installation.seed_reading.strict_csv import UnreadableSeed, read_sheet
from orchestration.warehouse_build.dbt_project import assemble
from orchestration.warehouse_build.rule_catalogue import dbt_rules

NAMES = ("targets", "deadlines", "grades", "divisions", "indicators", "integrity_signals", "rule_indicators")
SEEDS = {seed["name"]: seed for seed in yaml.safe_load((DEFAULT_SEEDS / TYPES).read_text(encoding="utf-8"))["seeds"]}
CHINESE = re.compile(r"[一-鿿]")


def shipped(name: str) -> str:
    return (DEFAULT_SEEDS / f"{name}.csv").read_text(encoding="utf-8")


def plainly(text: str) -> list[list[str]]:
    """The rows as Python's own reader has them."""
    return list(csv.reader(io.StringIO(text, newline="")))


def read(name: str, content: bytes) -> list[list[str]]:
    sheet = read_sheet(
        f"{name}.csv", content, list(SEEDS[name]["config"]["column_types"]), OPTIONAL_COLUMNS.get(name, ())
    )
    return [sheet.columns, *sheet.rows]


@pytest.mark.parametrize("name", SEEDS)
def test_what_is_shipped_is_read_as_it_stands(name):
    assert read(name, (DEFAULT_SEEDS / f"{name}.csv").read_bytes()) == plainly(shipped(name))


@st.composite
def mutations(draw) -> tuple[str, str]:
    """A seed, and its text with a quote, a delimiter, a cell or a line break more or less."""
    name = draw(st.sampled_from(NAMES))
    text = shipped(name)
    at = draw(st.integers(0, len(text) - 1))
    kind = draw(
        st.sampled_from(["drop quote", "add quote", "drop comma", "add comma", "drop break", "add break", "cut"])
    )
    if kind.startswith("drop"):
        sign = {"quote": '"', "comma": ",", "break": "\n"}[kind.split()[1]]
        places = [one.start() for one in re.finditer(re.escape(sign), text)]
        if not places:
            return name, text
        at = places[draw(st.integers(0, len(places) - 1))]
        return name, text[:at] + text[at + 1 :]
    if kind == "cut":
        return name, text[:at]
    return name, text[:at] + {"quote": '"', "comma": ",", "break": "\n"}[kind.split()[1]] + text[at:]


@given(mutations())
def test_a_mutated_file_loses_no_row_in_silence(mutated):
    name, text = mutated
    try:
        found = read(name, text.encode())
    except UnreadableSeed as error:
        assert f"{name}.csv" in error.problem["zh"] and f"{name}.csv" in error.problem["en"]
        return
    whole = plainly(shipped(name))
    # A file that was cut just behind a row is a whole file of fewer rows, and one cut in its last cell one of as many.
    assert len(found) == len([line for line in text.split("\n") if line])
    if len(found) == len(whole):
        assert sum(one != other for one, other in zip(found, whole, strict=True)) <= 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "gb18030", "utf-8-sig"])
def test_an_encoding_is_named_or_read(name, encoding):
    content = shipped(name).encode(encoding)
    if content.decode("utf-8", "replace").lstrip("\ufeff") == shipped(name):
        assert read(name, content) == plainly(shipped(name))
        return
    with pytest.raises(UnreadableSeed, match="GBK" if encoding == "gb18030" else "UTF-16") as raised:
        read(name, content)
    assert "UTF-8" in raised.value.problem["zh"] and CHINESE.search(raised.value.problem["zh"])


@pytest.mark.parametrize("delimiter", [";", "\t", "，"])
@pytest.mark.parametrize("name", NAMES)
def test_another_delimiter_is_named(name, delimiter):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(plainly(shipped(name)))
    with pytest.raises(UnreadableSeed, match="TAB" if delimiter == "\t" else delimiter):
        read(name, text.getvalue().encode())


@pytest.fixture
def county(tmp_path, monkeypatch):
    folder = tmp_path / "county"
    folder.mkdir()
    monkeypatch.setenv("SHUANGBAI_SEEDS", str(folder))
    return folder


def refusal(home) -> dict[str, str]:
    """What is said, in both languages; nothing was written."""
    with pytest.raises(SeedsError) as raised:
        assemble_seeds(home)
    assert not home.seeds.exists()
    assert CHINESE.search(raised.value.values["zh"]) and not CHINESE.search(raised.value.values["en"].replace("“", ""))
    return raised.value.values


def changed(name: str, line: int, **cells: str) -> str:
    """The shipped seed with other cells in one line of the file."""
    header, *rows = plainly(shipped(name))
    rows[line - 2] = [cells.get(column, cell) for column, cell in zip(header, rows[line - 2], strict=True)]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


@pytest.mark.parametrize(
    ("file", "meant"),
    [
        ("Targets.csv", "targets.csv"),
        ("targets.xlsx", "targets.csv"),
        ("target.csv", "targets.csv"),
        ("targets.csv.txt", "targets.csv"),
        ("deadline.CSV", "deadlines.csv"),
        ("grades(1).csv", "grades.csv"),
        ("notes.pdf", "targets.csv"),
    ],
)
def test_a_file_that_would_be_passed_over_is_named(county, tmp_path, file, meant):
    (county / file).write_text(shipped("targets"), encoding="utf-8")
    for words in refusal(Home(tmp_path / "home")).values():
        assert file in words and meant in words


def test_a_folder_among_the_seeds_is_named(county, tmp_path):
    (county / "2026").mkdir()
    assert "2026" in refusal(Home(tmp_path / "home"))["zh"]


def test_what_systems_leave_behind_is_no_seed(county, tmp_path):
    for name in (".DS_Store", "Thumbs.db", "~$targets.xlsx", "README.md", TYPES):
        (county / name).write_text("-", encoding="utf-8")
    assert assemble_seeds(Home(tmp_path / "home")) == []


def test_what_is_shipped_is_held_to_the_same(tmp_path, monkeypatch):
    folder = tmp_path / "seeds"
    shutil.copytree(DEFAULT_SEEDS, folder)
    monkeypatch.delenv("SHUANGBAI_SEEDS", raising=False)
    monkeypatch.setattr("orchestration.installation.county_seeds.DEFAULT_SEEDS", folder)
    monkeypatch.setattr("orchestration.installation.paths.DEFAULT_SEEDS", folder)
    text = shipped("targets")
    at = text.index('"')
    (folder / "targets.csv").write_text(text[:at] + text[at + 1 :], encoding="utf-8")
    line = text[:at].count("\n") + 1
    assert f"targets.csv, line {line}" in refusal(Home(tmp_path / "home"))["en"]


WRONG = [
    ("targets", 2, {"target_value": "98"}),
    ("targets", 2, {"target_value": ""}),
    ("targets", 3, {"floor_value": "0.99"}),
    ("targets", 3, {"tolerance_value": "1.5"}),
    ("targets", 4, {"weight": "-1"}),
    ("targets", 4, {"min_denominator": "0"}),
    ("targets", 4, {"min_denominator": "5.5"}),
    ("targets", 5, {"is_veto": "true", "source_clause": "default"}),
    ("targets", 5, {"is_veto": "true", "approved_by": ""}),
    ("targets", 5, {"valid_from": "1900-01-01"}),
    ("targets", 5, {"valid_to": "9999-12-31"}),
    ("targets", 5, {"valid_to": "1999-12-31"}),
    ("targets", 6, {"indicator_code": "one_file_per_persn"}),
    ("targets", 6, {"indicator_code": "data_update"}),
    ("targets", 6, {"scope_code": "623099000000"}),
    ("targets", 6, {"scope_code": "623021"}),
    ("deadlines", 2, {"due_days": "400"}),
    ("deadlines", 2, {"due_days": "-1"}),
    ("deadlines", 2, {"message_kind": "inquiries"}),
    ("deadlines", 2, {"indicator_code": "satisfaction"}),
    ("deadlines", 4, {"urgency": "high"}),
    ("deadlines", 5, {"urgency": "ordinary"}),
    ("grades", 2, {"min_score": "950"}),
    ("grades", 4, {"min_score": "85"}),
    ("grades", 3, {"is_veto_cap": "false"}),
    ("grades", 5, {"min_score": "10"}),
    ("indicators", 4, {"domain": "informatoin"}),
    ("indicators", 4, {"measure_kind": "rate"}),
    ("indicators", 5, {"name_zh": ""}),
    ("divisions", 9, {"level": "town"}),
    ("divisions", 9, {"division_code": "62010X000000"}),
    ("unit_kinds", 2, {"is_ranked": ""}),
    ("slow_progress_rules", 2, {"misses": "5"}),
    ("integrity_signals", 5, {"tail_probability": "1.5"}),
    ("integrity_signals", 5, {"signal_kind": "instnat"}),
    ("rule_indicators", 7, {"effect": "decide"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "line", "cells"), WRONG, ids=lambda value: str(value)[:60])
def test_a_row_that_cannot_be_is_named_with_its_line(county, tmp_path, name, line, cells):
    (county / f"{name}.csv").write_text(changed(name, line, **cells), encoding="utf-8")
    words = refusal(Home(tmp_path / "home"))
    # What the whole file lacks has no line: grades without a lowest one or a cap, a kind that no row is of.
    whole = cells in ({"is_veto_cap": "false"}, {"min_score": "10"})
    for language, place in {"zh": f"{name}.csv 第 {line} 行", "en": f"{name}.csv, line {line}:"}.items():
        assert f"{name}.csv" in words[language] if whole else place in words[language]


@pytest.mark.parametrize("name", ["targets", "deadlines", "grades", "indicators", "divisions"])
def test_a_header_alone_is_said(county, tmp_path, name):
    (county / f"{name}.csv").write_text(shipped(name).split("\n")[0] + "\n", encoding="utf-8")
    assert f"{name}.csv" in refusal(Home(tmp_path / "home"))["en"]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("weight,target_value", "target_value"),
        ("target_valeu,weight", "target_value"),
        ("target_value,weight,remark", "remark"),
        ("target_value,target_value", "target_value"),
        ("target_value", "weight"),
    ],
)
def test_a_column_that_is_not_there_twice_or_misspelt_is_named(header, said):
    row = ",".join("1" for _ in header.split(","))
    if header == "weight,target_value":
        sheet = read_sheet("targets.csv", f"{header}\n1,2\n".encode(), ["target_value", "weight"])
        assert sheet.rows == [["2", "1"]]
        return
    with pytest.raises(UnreadableSeed, match=said):
        read_sheet("targets.csv", f"{header}\n{row}\n".encode(), ["target_value", "weight"])


def test_what_cannot_be_seen_around_a_value_is_taken_off_and_inside_it_refused():
    known = ["code", "name"]
    content = '\ufeffcode , name\n 623021000000\u3000,"\u200b临潭县 "\r\n\n,,\n'.replace(",,", ",")
    assert read_sheet("divisions.csv", content.encode(), known).rows == [["623021000000", "临潭县"]]
    with pytest.raises(UnreadableSeed, match=r"divisions.csv, line 2: code .*U\+200B"):
        read_sheet("divisions.csv", "code,name\n6230\u200b21,x\n".encode(), known)
    with pytest.raises(UnreadableSeed, match="line 3"):
        read_sheet("divisions.csv", b"code,name\n1,2\n3\0,4\n", known)


def test_a_target_that_is_missing_is_said(county, tmp_path):
    kept = [line for line in shipped("targets").split("\n") if not line.startswith("care_visit,")]
    (county / "targets.csv").write_text("\n".join(kept), encoding="utf-8")
    (notice,) = assemble_seeds(Home(tmp_path / "home"))
    assert "care_visit" in notice["zh"] and "care_visit" in notice["en"]


def test_what_was_found_right_is_not_taken_for_right_when_it_changes(county, tmp_path):
    home = Home(tmp_path / "home")
    assemble_seeds(home)
    before = (home.seeds / "grades.csv").read_bytes()
    (county / "grades.csv").write_text(changed("grades", 2, min_score="950"), encoding="utf-8")
    with pytest.raises(SeedsError):
        assemble_seeds(home)
    (county / "grades.csv").unlink()
    (home.seeds / "grades.csv").write_text("grade\n", encoding="utf-8")
    assemble_seeds(home)
    assert (home.seeds / "grades.csv").read_bytes() == before


def test_what_messages_there_are_is_said_by_the_contract():
    columns = {column["name"]: column for column in SEEDS["deadlines"]["columns"]}
    codes = {
        column.name: set(column.codes.values())
        for column in load_contracts()["exchange_message"].columns
        if column.codes
    }
    for of_seed, of_contract in {"message_kind": "kind", "urgency": "urgency"}.items():
        (listed,) = [test["accepted_values"] for test in columns[of_seed]["data_tests"] if isinstance(test, dict)]
        assert set(listed["arguments"]["values"]) == codes[of_contract]


def test_every_test_of_a_seed_is_checked_before_dbt_and_has_words_after(tmp_path):
    """A test of a seed, or of a table that repeats one, reaches an officer as words and the name of the seed's file."""
    for seed in SEEDS.values():
        tests = [("table", test) for test in seed.get("data_tests", [])]
        tests += [("column", test) for column in seed.get("columns", []) for test in column.get("data_tests", [])]
        for kind, test in tests:
            assert (test if isinstance(test, str) else next(iter(test))) in {
                "table": TABLE_TESTS,
                "column": COLUMN_TESTS,
            }[kind]
    manifest = assemble(Home(tmp_path / "home")).manifest()
    rules = {rule.rule_id: rule for rule in dbt_rules(manifest)}
    of_seeds = [
        node for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and any(one.startswith("seed.") for one in node["depends_on"]["nodes"])
    ]  # fmt: skip
    assert len(of_seeds) > 30
    for node in of_seeds:
        rule = rules[node["name"]]
        assert CHINESE.search(rule.text_zh) and rule.text_en and node["name"] not in rule.text_zh + rule.text_en
        if all(one.startswith("seed.") for one in node["depends_on"]["nodes"]):
            assert ".csv" in rule.fix_zh and ".csv" in rule.fix_en
