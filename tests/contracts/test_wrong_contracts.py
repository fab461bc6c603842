"""A wrong contract fails at the start, with the file, the line and what is wrong there."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.contracts import ContractError, load_contract, load_contracts
from orchestration.installation.paths import CONTRACTS

RIGHT = """source: visit
version: 1
shape: ledger
key: [visit_no]
event_column: visited_at
name_zh: 走访
name_en: Visits
description_zh: 一行一次走访。
description_en: One row per visit.
columns:
  - {header: 走访编号, name: visit_no, type: text, required: true, description_zh: 编号, description_en: Number}
  - header: 走访时间
    name: visited_at
    type: timestamp
    required: true
    aliases: [走访日期]
    description_zh: 时间
    description_en: When
  - {header: 结果, name: outcome, type: code, codes: {见到: met, 未见: missed}, description_zh: 果, description_en: How}
  - {header: 村代码, name: village_code, type: code12, required: true, description_zh: 村, description_en: Village}
  - {header: 备注, name: remark, type: dropped, description_zh: 不入库, description_en: Never stored}
number_given_by: township
"""


def load(folder: Path, text: str, name: str = "visit.yml") -> None:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    load_contract(path)


def test_the_contract_these_tests_spoil_is_right(tmp_path: Path) -> None:
    load(tmp_path, RIGHT)


@pytest.mark.parametrize(
    ("old", "new", "line", "fault"),
    [
        ("source: visit", "source: visits", 1, "source: is visits, the file name says visit"),
        ("version: 1", "version: 0", 2, "version:"),
        ("version: 1", "version: first", 2, "version:"),
        ("shape: ledger", "shape: heap", 3, "shape:"),
        ("shape: ledger", "shape: snapshot", 5, "event_column: a ledger, and only a ledger"),
        ("key: [visit_no]", "key: []", 4, "key: a ledger has a key"),
        ("key: [visit_no]", "key: [outcome]", 4, "key: \\['outcome'\\] is not a required column"),
        ("key: [visit_no]", "key: visit_no", 4, "key:"),
        ("event_column: visited_at\n", "", 1, "event_column: a ledger, and only a ledger"),
        ("event_column: visited_at", "event_column: visit_no", 5, "event_column: visit_no is not a required date"),
        ("event_column: visited_at", "event_column: nothing", 5, "event_column: nothing is not a required date"),
        ("given_by: township\n", "given_by: village\n", 22, "number_given_by: Input should be 'platform'"),
        ("number_given_by: township\n", "", 1, "number_given_by: a ledger, and only a ledger"),
        ("code12, required: true", "code12", 11, "columns: a ledger has one required code12"),
        ("name_en: Visits", "colour: red\nname_en: Visits", 7, "colour: Extra inputs"),
        ("name_zh: 走访\n", "", 1, "name_zh: Field required"),
        ("name_zh: 走访\n", "version: 2\n", 6, "version occurs twice"),
        ("header: 走访编号", "colour: 1, header: 走访编号", 11, "columns.0.colour: Extra inputs"),
        ("name: visit_no", "name: 编号", 11, "columns.0.name:"),
        ("    type: timestamp", "    type: moment", 14, "columns.1.type:"),
        ("    name: visited_at\n", "", 12, "columns.1.name: Field required"),
        ("    aliases: [走访日期]", "    aliases: 走访日期", 16, "columns.1.aliases:"),
        ("aliases: [走访日期]", "aliases: [走访日期, 走访编号]", 12, "columns.1: 走访编号 and 走访时间 both answer to"),
        ("name: remark", "name: outcome", 21, "columns.4: 结果 and 备注 both answer to outcome"),
        ("name: village_code", "name: batch_id", 20, "columns.3: the trace and 村代码 both answer to batch_id"),
        (", codes: {见到: met, 未见: missed}", "", 19, "columns.2.codes: `codes` belongs to type code"),
        ("type: text", "type: text, codes: {a: b}", 11, "columns.0.codes: `codes` belongs to type code"),
        ("met, 未见: missed", "met, 未见: met", 19, "columns.2.codes: two labels have the same code"),
        ("met, 未见: missed", "yes, 未见: no", 19, "columns.2.codes.见到:"),
        ("type: text", "type: text, cut_to_township: true", 11, "columns.0.cut_to_township: only a code12"),
        ("type: text", "type: text, must_lie_in_scope: true", 11, "columns.0.must_lie_in_scope: only a code12"),
        ("type: text", "type: text, yields: [person_key]", 11, "columns.0.yields: type text does not yield"),
        ("type: dropped", "type: id", 21, "columns.4.type: type id must say what it `yields`"),
        ("type: dropped", "type: id, yields: [id_agrees]", 11, "columns: id_agrees compares with"),
        ("type: dropped", "type: [", 21, "expected"),
        ("columns:", "columns", 11, "could not find"),
        ("columns:", "\tcolumns:", 10, "found character"),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, fault: str) -> None:
    assert old in RIGHT
    with pytest.raises(ContractError, match=rf"^visit\.yml:{line}: {fault}"):
        load(tmp_path, RIGHT.replace(old, new, 1))


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    spoiled = RIGHT.replace("version: 1", "version: 0").replace("type: text", "type: number")
    with pytest.raises(ContractError) as error:
        load(tmp_path, spoiled)
    assert [fault.split(": ")[0] for fault in str(error.value).split("\n")] == ["visit.yml:2", "visit.yml:11"]


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n- b\n", "visit", "2026-02-31"])
def test_what_is_no_mapping(tmp_path: Path, text: str) -> None:
    with pytest.raises(ContractError, match=r"^visit\.yml:1: "):
        load(tmp_path, text)


def test_what_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "visit.yml").write_bytes("来源".encode("gb18030"))
    with pytest.raises(ContractError, match=r"^visit\.yml:1: .*utf-8"):
        load_contracts(tmp_path)


def test_a_shipped_contract_that_is_spoilt_stops_landing_at_once(tmp_path: Path) -> None:
    for path in CONTRACTS.glob("*.yml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    spoilt = tmp_path / "service_event.yml"
    lines = spoilt.read_text(encoding="utf-8").replace("type: amount", "type: money").splitlines()
    spoilt.write_text("\n".join(lines), encoding="utf-8")
    line = next(number for number, text in enumerate(lines, 1) if "money" in text)
    with pytest.raises(ContractError, match=rf"^service_event\.yml:{line}: columns\.\d\.type: "):
        load_contracts(tmp_path)
