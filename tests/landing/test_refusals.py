"""Files that are refused whole: each says which file, why and what to do, and the others go on."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.contracts import load_contracts
from orchestration.installation.messages import command_line_messages

from .conftest import GOOD_ROWS, Clerk, csv_text

HEADER = list(GOOD_ROWS["gpl_resident"])
GOOD = csv_text([HEADER, list(GOOD_ROWS["gpl_resident"].values())])
SECRETS = [GOOD_ROWS["gpl_resident"][header] for header in ("姓名", "公民身份号码", "联系电话", "更新人")]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("名单.csv", "bad_name"),
        ("gpl_resident__62302__2026-10-31.csv", "bad_name"),
        ("gpl_resident__623021__2026-02-30.csv", "bad_as_of"),
        ("gpl_resident__623021__2026-10-31.pdf", "unknown_format"),
        ("gpl_people__623021__2026-10-31.csv", "unknown_source"),
        ("gpl_resident__620102__2026-10-31.csv", "unknown_scope"),
        ("gpl_resident__623000__2026-10-31.csv", "unknown_scope"),
        ("gpl_resident__623021199__2026-10-31.csv", "unknown_scope"),
    ],
)
def test_names(clerk: Clerk, name: str, key: str) -> None:
    assert clerk.refuse(GOOD, name).key == f"landing.{key}"


@pytest.mark.parametrize(
    "name",
    [
        "gpl_resident__623021__2026-10-31 (1).csv",
        "gpl_resident__623021__2026-10-31（2）.csv",
        "gpl_resident__623021__2026-10-31 - 副本.csv",
        "gpl_resident__623021__2026-10-31 - 副本 (3).csv",
        "gpl_resident__623021__2026-10-31 - Copy.csv",
        "gpl_resident__623021__2026-10-31 - Copy (2).csv",
        "gpl_resident__623021__2026-10-31_副本.csv",
        "副本gpl_resident__623021__2026-10-31.csv",
        "复件 gpl_resident__623021__2026-10-31.csv",
        "Copy of gpl_resident__623021__2026-10-31.csv",
        " gpl_resident__623021__2026-10-31 .csv",
        "GPL_Resident__623021__2026-10-31.CSV",
        "gpl_resident_623021_2026-10-31.csv",
        "gpl_resident__623021__20261031.csv",
        "gpl_resident__623021__2026.10.31.csv",
        "gpl_resident__623021__2026年10月31日.csv",
        "ｇｐｌ＿ｒｅｓｉｄｅｎｔ＿＿６２３０２１＿＿２０２６－１０－３１.csv",
        "gpl_resident__\u200b623021__2026-10-31.csv",
        "gpl_resident__623021000000__2026-10-31.csv",
        "流动人口登记册__623021__2026-10-31.csv",
        "流动人口登记册623021_20261031.csv",
        "Provincial registry of migrant residents (GPL) 623021 2026-10-31.csv",
    ],
)
def test_names_that_leave_no_doubt_are_understood(clerk: Clerk, name: str) -> None:
    record = clerk.land_one(GOOD, name)
    assert (record.source, record.scope_code, str(record.as_of)) == ("gpl_resident", "623021000000", "2026-10-31")
    assert record.file_name == name


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("流动人口登记册_623021_2026-10-31_张三.xlsx", "gpl_resident__623021__2026-10-31.xlsx"),
        ("张三交的流动人口登记册 2026年10月31日.et", "gpl_resident__scope__2026-10-31.et"),
        ("城关镇623021100的登记册.csv", "source__623021100__YYYY-MM-DD.csv"),
        ("gpl_resident__623021__2026-10.csv", "gpl_resident__623021__YYYY-MM-DD.csv"),
        ("gpl_resident__2026-10-31__623021.csv", "gpl_resident__623021__2026-10-31.csv"),
        ("gpl_resident__623021__2026-10-31(13912345678).csv", "gpl_resident__623021__2026-10-31.csv"),
        ("gpl_resident__6230212026-10-31.csv", "gpl_resident__scope__YYYY-MM-DD.csv"),
        ("gpl_resident__623021100201__2026-10-31.csv", "gpl_resident__scope__2026-10-31.csv"),
        ("名单", "source__scope__YYYY-MM-DD.xlsx"),
    ],
)
def test_any_other_name_is_refused_with_the_one_that_was_meant(clerk: Clerk, name: str, meant: str) -> None:
    refusal = clerk.refuse(GOOD, name)
    assert refusal.key == "landing.bad_name"
    assert meant in refusal.message_zh and meant in refusal.message_en


def test_two_names_of_one_delivery_are_two_batches_or_the_same_file_again(clerk: Clerk) -> None:
    clerk.land_one(GOOD, "gpl_resident__623021__2026-10-31.csv")
    clerk.put(GOOD, "流动人口登记册__623021__2026-10-31 (1).csv")
    assert len(clerk.land().repeated) == 2
    record = clerk.land_one(GOOD.replace("H001", "H002"), "gpl_resident__623021__2026-10-31 (2).csv")
    assert record.sequence == 2


def test_no_two_extracts_are_called_the_same() -> None:
    contracts = load_contracts()
    called = [name for each in contracts.values() for name in (each.source, each.name_zh, each.name_en)]
    assert len({"".join(filter(str.isalnum, name)).lower() for name in called}) == 3 * len(contracts)


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "empty_file"),
        (b"\n \r\n\t\n", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (GOOD.encode() + b"\xff\xff\n", "undecodable"),
        (GOOD.encode("gb18030") + b"\x80\x80\n", "undecodable"),
        (GOOD.encode("utf-16") + b"\x00", "undecodable"),
        (GOOD.split("\n")[1].encode(), "no_header"),
        (("题头\n" * 30 + GOOD).encode(), "no_header"),
        (GOOD.replace("档案编号", "序号").encode(), "missing_columns"),
        (GOOD.replace("户编号", "档案号").encode(), "repeated_columns"),
        (GOOD.encode() + b'"never closed,1,2\n3,4\n', "unclosed_quote"),
    ],
)
def test_text_files(clerk: Clerk, content: bytes, key: str) -> None:
    refusal = clerk.refuse(content)
    assert refusal.key == f"landing.{key}"
    for text in (refusal.message_zh, refusal.message_en):
        assert refusal.file_name in text
        assert not any(secret in text for secret in SECRETS)


def test_damaged_utf_8_that_happens_to_be_gb18030_is_undecodable(clerk: Clerk) -> None:
    damaged = GOOD.encode()[:-3] + "好".encode("gb18030") + b"\n"
    assert clerk.refuse(damaged).key == "landing.undecodable"


BROKEN = [(b"", "empty_file"), (b"PK\x03\x04 no workbook", "unreadable_file"), (b"PAR1PAR1", "unreadable_file")]


@pytest.mark.parametrize("extension", ["xlsx", "parquet"])
@pytest.mark.parametrize(("content", "key"), BROKEN)
def test_broken_binary_files(clerk: Clerk, extension: str, content: bytes, key: str) -> None:
    assert clerk.refuse(content, f"gpl_resident__623021__2026-10-31.{extension}").key == f"landing.{key}"


def test_parquet_without_the_columns_or_with_unreadable_ones(clerk: Clerk) -> None:
    name = "system_login__623021__2026-10-31.parquet"
    good = {header: [cell] for header, cell in GOOD_ROWS["system_login"].items()}
    pq.write_table(pa.table({"a": [1], "b": [2]}), clerk.folder / name)
    assert clerk.land().refused[0].key == "landing.no_header"
    pq.write_table(pa.table({k: v for k, v in good.items() if k != "用户名"}), clerk.folder / name)
    assert clerk.land().refused[0].key == "landing.missing_columns"
    pq.write_table(pa.table({**good, "用户级别": [["乡级"]]}), clerk.folder / name)
    assert clerk.land().refused[0].key == "landing.column_type"
    pq.write_table(pa.table({**good, "用户级别": pa.array([b"\xff\xfe"])}), clerk.folder / name)
    assert clerk.land().refused[0].key == "landing.unreadable_file"


def test_only_the_header_row_is_asked_for_repeated_columns(clerk: Clerk) -> None:
    header = ["问卷编号", "乡镇代码", "调查日期", "知晓政策", "是否满意", "环境", "态度"]
    row = ["Q1", "623021100000", "2026-10-01", "是", "是", "满意", "满意"]
    record = clerk.land_one(csv_text([header, row]), "survey_response__623021__2026-10-31.csv")
    assert record.accepted == 1


def test_missing_columns_are_named_beside_those_found(clerk: Clerk) -> None:
    header = ["性别", "备注", "档案号", "带\n队"]
    refusal = clerk.refuse(csv_text([header, ["男", "x", "1", ""]]))
    for text in (refusal.message_zh, refusal.message_en):
        assert "出生日期 | 户籍地代码 | 现居住地代码 | 流入日期 | 档案状态 | 登记时间 | 更新时间" in text
        assert "档案编号 | 性别 | 备注 | 带 队" in text


@pytest.mark.parametrize("datum", ["13912345678", "2026-10-05", "2026年1月5日", "题" * 61])
def test_what_is_no_header_is_not_repeated_nor_are_its_neighbours(clerk: Clerk, datum: str) -> None:
    """The line break after the header row was lost, so a name may stand beside the number."""
    refusal = clerk.refuse(csv_text([["档案编号", "性别", "测试甲", datum], ["1", "男", "x", ""]]))
    for text in (refusal.message_zh, refusal.message_en):
        assert "档案编号 | 性别 | *** | ***" in text


def test_the_others_go_on_and_refused_files_stay(clerk: Clerk) -> None:
    clerk.put(b"", "gpl_resident__623021__2026-08-31.csv")
    clerk.put(GOOD, "gpl_resident__623021__2026-09-30.csv")
    clerk.put(GOOD, "zzz.csv")
    outcome = clerk.land()
    assert [record.file_name for record in outcome.landed] == ["gpl_resident__623021__2026-09-30.csv"]
    assert [refusal.file_name for refusal in outcome.refused] == ["gpl_resident__623021__2026-08-31.csv", "zzz.csv"]
    assert len(list(clerk.folder.iterdir())) == 3


def test_every_landing_text_is_said_in_both_languages() -> None:
    messages = command_line_messages()
    keys = {key for key in messages.keys if key.startswith("landing.")}
    values = dict.fromkeys(
        ["file", "as_of", "formats", "source", "sources", "scope", "position", "line", "within", "missing", "found",
         "columns", "rows", "accounted", "sheet", "limit", "error", "column", "type", "suggestion",
         "by", "day", "reason", "batch"], "?"
    )  # fmt: skip
    for key in keys:
        assert all(messages(key, language, **values) for language in ("zh", "en"))
