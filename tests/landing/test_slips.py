"""What a slip or an old program puts into a file, and what becomes of it: nothing wrong is taken for right, and nothing
disappears in silence."""

from __future__ import annotations

import sys
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
import xlsxwriter
from stdnum.cn import ric

from orchestration.contracts import load_contracts
from orchestration.landing import bounds
from orchestration.landing.persons import Persons
from orchestration.landing.tidying import AS_WRITTEN, NOTHING, plain, tidied

from .conftest import GOOD_ROWS, Clerk, csv_text, id_number

SERVICE = GOOD_ROWS["service_event"]
GPL = GOOD_ROWS["gpl_resident"]
NAME = "service_event__623021__2026-10-31"


def rows_of(source: str, *changes: dict[str, str], first: tuple[str, list[str]] | None = None) -> str:
    """A file with the header; `first` is a column before the contract's, with a cell for each row."""
    good = GOOD_ROWS[source]
    rows = [list(good), *([*{**good, **change}.values()] for change in changes)]
    if first:
        rows = [[cell, *row] for cell, row in zip([first[0], *first[1]], rows, strict=True)]
    return csv_text(rows)


# -- totals

NO_TOTALS = [
    "符合计划生育政策",
    "不符合计划生育政策",
    "综合计划村登记",
    "联合计生",
    "总计划",
    "整合计划",
    "合计划",
    "共计划",
]
TOTALS = [
    "合计", "合 计", "合　计：", "总计", "小计", "共计", "本页合计", "本页小计：", "全县共计2人", "城关镇合计",
    "合计（人）", "合计:12", "合计12.5", "2026年10月合计", "第三季度小计", "上半年总计", "以上合计", "各乡镇合计",
    "1-10月合计", "共计二人", "【合计】", "合计。",
]  # fmt: skip


def test_a_word_inside_a_word_is_no_total(clerk: Clerk) -> None:
    changes = [{"档案编号": f"G{i}"} for i in range(len(NO_TOTALS))]
    record = clerk.land_one(rows_of("gpl_resident", *changes, first=("政策情况", NO_TOTALS)))
    assert (record.accepted, record.non_data) == (len(NO_TOTALS), 0)


@pytest.mark.parametrize("cell", TOTALS)
def test_a_cell_that_says_total_is_one_where_a_required_column_is_blank(clerk: Clerk, cell: str) -> None:
    total, repeated = [cell, "4", *[""] * (len(GPL) - 1)], [cell, *GPL.values()]
    text = csv_text([["政策情况", *GPL], ["x", *GPL.values()], total, repeated])
    record = clerk.land_one(text)
    assert record.non_data_kinds == {"total": 1}
    # Every required value is there: it is a row of the list, and of the first the repetition.
    assert (record.accepted, record.quarantine_reasons) == (1, {"repeated_row": 1})


@pytest.mark.parametrize("cell", NO_TOTALS)
def test_what_is_no_total_is_never_passed_over(clerk: Clerk, cell: str) -> None:
    record = clerk.land_one(csv_text([list(GPL), list(GPL.values()), [cell, *[""] * (len(GPL) - 1)]]))
    assert (record.quarantined, record.non_data) == (1, 0)


# -- lost digits

LOST = ["2.02610E+17", "2.0261e+17", "2E+17", "2.0261E17"]


@pytest.mark.parametrize("source", ["gpl_resident", "service_event", "exchange_message"])
def test_a_key_a_code_or_a_reference_that_lost_its_digits_is_quarantined(clerk: Clerk, source: str) -> None:
    columns = [c for c in load_contracts()[source].columns if c.type in ("text", "code6", "code12")]
    changes = [{column.header: LOST[i % len(LOST)]} for i, column in enumerate(columns)]
    record = clerk.land_rows(source, *changes)
    assert [reason for _, reason in clerk.quarantine(record)] == [f"lost_digits:{column.name}" for column in columns]


def test_of_a_number_typed_as_a_number_the_digits_are_lost(clerk: Clerk) -> None:
    path = clerk.folder / f"{NAME}.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, list(SERVICE))
        for line in range(1, 6):
            sheet.write_row(line, 0, [202610310000000000 + line, *list(SERVICE.values())[1:]])
        sheet.write_row(6, 0, [123456789012345, *list(SERVICE.values())[1:]])
    (record,) = clerk.land().landed
    assert record.quarantine_reasons == {"lost_digits:event_no": 5}
    assert clerk.lake(record, "event_no") == [("123456789012345",)]


def test_an_account_is_a_key_and_an_identity_number_has_its_own_check(clerk: Clerk) -> None:
    record = clerk.land_rows("system_login", {}, {"用户名": "6.23021E+17"})
    assert clerk.quarantine(record) == [(3, "lost_digits:account_key")]
    record = clerk.land_rows("gpl_resident", {"公民身份号码": "6.20102E+17"})
    assert clerk.lake(record, "id_status") == [("bad_format",)]


@pytest.mark.parametrize("number", ["3E05", "E10", "2026E", "12E-3", "202610310000012345"])
def test_a_number_with_an_e_is_a_number(clerk: Clerk, number: str) -> None:
    assert clerk.lake(clerk.land_rows("service_event", {"服务编号": number}), "event_no") == [(number,)]


# -- dates


def test_a_day_that_has_not_come_is_refused_whole(clerk: Clerk) -> None:
    for source, years in (("gpl_resident", 36), ("service_event", 36), ("service_event", 1)):
        as_of = bounds.today().replace(day=1) + timedelta(days=366 * years)
        refusal = clerk.refuse(rows_of(source, {}), f"{source}__623021__{as_of}.csv")
        assert refusal.key == "landing.as_of_to_come"
        assert str(as_of) in refusal.message_zh
        (clerk.folder / refusal.file_name).unlink()
    assert clerk.refuse(rows_of("service_event", {}), "service_event__623021__1999-12-31.csv").key == (
        "landing.as_of_too_early"
    )


def test_a_clock_may_be_a_day_ahead(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "today", lambda: date(2026, 10, 30))
    assert clerk.land_rows("service_event", {}).accepted == 1
    monkeypatch.setattr(bounds, "today", lambda: date(2026, 10, 29))
    assert clerk.refuse(rows_of("service_event", {"服务编号": "S2"}), f"{NAME}.csv").key == "landing.as_of_to_come"


@pytest.mark.parametrize("text", ["1900-01-01", "1970-01-01", "0206-10-05", "2016-10-30", "2028-11-01", "9999-12-31"])
def test_a_date_that_would_steer_the_calendar_is_quarantined(clerk: Clerk, text: str) -> None:
    record = clerk.land_rows("service_event", {}, {"服务编号": "S2", "应服务日期": text})
    assert clerk.quarantine(record) == [(3, "implausible_date:due_date")]
    record = clerk.land_rows("exchange_message", {}, {"信息编号": "M2", "发出时间": f"{text} 08:00:00"})
    assert clerk.quarantine(record) == [(3, "implausible_date:sent_at")]


def test_the_days_at_the_bounds_are_plausible(clerk: Clerk) -> None:
    record = clerk.land_rows("service_event", {"应服务日期": "2016-10-31"}, {"应服务日期": "2028-10-31"})
    assert record.accepted == 2
    assert clerk.land_rows("exchange_message", {"发出时间": "2028-10-31 23:59:59"}).accepted == 1


@pytest.mark.parametrize("text", ["9999-12-31", "1900-01-01", "1970-01-01 00:00:00"])
def test_a_default_is_no_completion(clerk: Clerk, text: str) -> None:
    record = clerk.land_rows("service_event", {"完成时间": text})
    assert clerk.lake(record, "completed_at, unreadable") == [(None, ",completed_at,")]
    assert (record.unreadable_cells, record.unreadable_rows) == ({"completed_at": 1}, {"completed_at": [2]})


@pytest.mark.parametrize("text", ["9999-12-31", "1900-01-01"])
def test_a_default_is_no_departure(clerk: Clerk, text: str) -> None:
    record = clerk.land_rows("gpl_resident", {"流出日期": text})
    assert clerk.lake(record, "outflow_date, unreadable") == [(None, ",outflow_date,")]


@pytest.mark.parametrize("source", [name for name, one in load_contracts().items() if one.shape == "ledger"])
def test_every_ledger_bounds_the_date_that_decides_its_months(source: str) -> None:
    contract = load_contracts()[source]
    (event,) = (column for column in contract.columns if column.name == contract.event_column)
    assert (contract.bound_of(event).years_before, contract.bound_of(event).years_after) == (10, 2)


# -- tidying


def test_nothing_unseen_and_no_blank_is_left_out() -> None:
    """All of Unicode, against its own tables."""
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if unicodedata.category(character) in ("Cf", "Cc"):
            assert AS_WRITTEN[code] is None, hex(code)
        elif unicodedata.category(character).startswith("Z"):
            assert AS_WRITTEN[code] == " ", hex(code)


def test_every_odd_character_is_found_wherever_it_stands() -> None:
    for code, becomes in AS_WRITTEN.items():
        character, written = chr(code), becomes if isinstance(becomes, str) else chr(becomes or 0).strip("\0")
        column = pa.array(["S1", f"S{character}1", "甲", f"{character}S1", f"S1{character}", character])
        inside = f"S{written}1" if character != "=" else "S=1"
        assert tidied(column).to_pylist() == [plain(cell) for cell in column.to_pylist()]
        assert plain(f"S{character}1") == inside, hex(code)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("'GPL0001", "GPL0001"), ('="GPL0001"', "GPL0001"), ("＇GPL0001", "GPL0001"), ('=" GPL0001 "', "GPL0001"),
        ('="a""b"', 'a"b'), ("'", ""), ('=""', ""), ("=1+1", "=1+1"), ("O'Brien", "O'Brien"), ("'无", ""),
        ("\u202dGPL0001\u202c", "GPL0001"), ("GPL\u20600001\ufeff", "GPL0001"), ("\u2003GPL0001\x1a", "GPL0001"),
        ("GPL\u3000\u20030001", "GPL  0001"), ("无", ""), ("查无", "查无"), ("否", "否"), ("#REF!", ""), ("#ref!", ""),
        ("NULL", ""), ("null", ""), ("None", ""), ("N/A", ""), ("-", ""), ("－", ""), ("—", ""), ("/", ""),
        ("-1", "-1"),
    ],
)  # fmt: skip
def test_a_cell_without_what_only_guards_it_or_says_nothing(typed: str, meant: str) -> None:
    assert plain(typed) == meant
    assert tidied(pa.array(["x", typed, "无此人"])).to_pylist() == ["x", meant, "无此人"]


def test_no_label_of_any_contract_says_nothing() -> None:
    labels = {label for one in load_contracts().values() for column in one.columns for label in column.codes}
    assert not (labels | {"是", "否", "Y", "N", "1", "0", "√", "×"}) & NOTHING


def test_guards_and_unseen_characters_are_no_part_of_a_key(clerk: Clerk) -> None:
    guarded = ",".join(f'="{cell}"' if cell else "" for cell in {**GPL, "档案编号": "GPL0001"}.values())
    apostrophes = ",".join("'" + cell for cell in {**GPL, "档案编号": "GPL0002"}.values())
    plain_row = ",".join({**GPL, "档案编号": "GPL0003"}.values())
    unseen = ",".join(f"\u200b{cell}\u2060" for cell in {**GPL, "档案编号": "GPL0003"}.values())
    header = ",".join("\u200b" + name for name in GPL)
    record = clerk.land_one("\n".join([header, guarded, apostrophes, plain_row, unseen]) + "\n")
    assert clerk.quarantine(record) == [(5, "repeated_row")]
    columns = "record_no, id_status, village_code, origin_code, birth_date, has_phone, operator_key"
    stored = clerk.lake(record, columns)
    assert [row[0] for row in stored] == ["GPL0001", "GPL0002", "GPL0003"]
    assert {row[1:] for row in stored} == {("ok", "623021100201", "620102", date(1990, 3, 7), True, stored[0][-1])}


@pytest.mark.parametrize("end", ["\x1a", "\n\x1a", "\r\n\x1a", "\r\n\x1a\r\n"])
def test_the_end_mark_of_an_old_program_is_no_data(clerk: Clerk, end: str) -> None:
    text = csv_text([list(SERVICE), list(SERVICE.values())]).rstrip("\n") + end
    record = clerk.land_one(text.encode("gb18030"), f"{NAME}.csv")
    assert (record.accepted, record.quarantined) == (1, 0)
    assert clerk.lake(record, "fee") == [(Decimal(0),)]


def test_placeholders_in_optional_columns_and_in_a_key(clerk: Clerk) -> None:
    changes = [
        {"服务编号": "S1", "档案编号": "#N/A", "完成时间": "#VALUE!"},
        {"服务编号": "#REF!"},
        {"服务编号": "S3", "档案编号": "NULL", "完成时间": "NULL"},
        {"服务编号": "S4", "档案编号": "无", "完成时间": "/"},
        {"服务编号": "S5", "完成时间": "9999-12-31", "收费金额": "1,200.00"},
        {"服务编号": "S6", "完成时间": "1900-01-01", "收费金额": "￥5.00"},
        {"服务编号": "S7", "完成时间": "2026/10/5 下午 3:05", "收费金额": "-0"},
    ]
    record = clerk.land_rows("service_event", *changes)
    assert clerk.quarantine(record) == [(3, "missing:event_no")]
    assert clerk.lake(record, "event_no, record_no, completed_at, fee") == [
        ("S1", None, None, 0), ("S3", None, None, 0), ("S4", None, None, 0), ("S5", "GPL0001", None, 1200),
        ("S6", "GPL0001", None, 5), ("S7", "GPL0001", datetime(2026, 10, 5, 15, 5), 0),
    ]  # fmt: skip
    assert (record.unreadable_cells, record.unreadable_rows) == ({"completed_at": 2}, {"completed_at": [6, 7]})


def test_a_row_of_error_texts_is_no_blank_line(clerk: Clerk) -> None:
    record = clerk.land_one(csv_text([list(SERVICE), list(SERVICE.values()), ["#REF!"] * len(SERVICE), ["\x1a"]]),
                            f"{NAME}.csv")  # fmt: skip
    assert (record.quarantine_reasons, record.non_data_kinds) == ({"missing:event_no": 1}, {"blank": 1})


@pytest.mark.parametrize("row", [0, 13, 29])
def test_a_header_below_titles_and_notes_is_found(clerk: Clerk, row: int) -> None:
    titles = [[f"说明{line}"] for line in range(row)]
    assert clerk.land_one(csv_text([*titles, list(SERVICE), list(SERVICE.values())]), f"{NAME}.csv").accepted == 1


# -- serials


@pytest.mark.parametrize(
    ("text", "moment"),
    [("46300", datetime(2026, 10, 5)), ("46300.41667", datetime(2026, 10, 5, 10)),
     ("46300.4166666667", datetime(2026, 10, 5, 10)), ("46300.999999", datetime(2026, 10, 6))],
)  # fmt: skip
def test_a_bare_serial_is_a_time_and_a_day(clerk: Clerk, text: str, moment: datetime) -> None:
    record = clerk.land_rows("service_event", {"完成时间": text, "应服务日期": text})
    assert clerk.lake(record, "completed_at, due_date") == [(moment, moment.date())]


@pytest.mark.parametrize(("is_1904", "serial"), [(False, 46300), (True, 46300 - 1462)])
def test_a_serial_counts_from_the_day_that_its_workbook_declares(clerk: Clerk, is_1904: bool, serial: int) -> None:
    path = clerk.folder / f"{NAME}.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": is_1904}) as workbook:
        sheet, day = workbook.add_worksheet(), workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        row = {**SERVICE, "应服务日期": serial, "完成时间": serial + 0.41667}
        sheet.write_row(0, 0, list(row))
        sheet.write_row(1, 0, list(row.values()))
        sheet.write_row(2, 0, list({**row, "服务编号": "S2"}.values()))
        sheet.write_datetime(2, list(row).index("完成时间"), datetime(2026, 10, 5, 10), day)
    (record,) = clerk.land().landed
    assert clerk.lake(record, "due_date, completed_at") == [(date(2026, 10, 5), datetime(2026, 10, 5, 10))] * 2


@pytest.mark.parametrize(
    ("text", "moment"),
    [("2026/10/5 下午 3:05", datetime(2026, 10, 5, 15, 5)), ("2026-10-05 上午12:05", datetime(2026, 10, 5, 0, 5)),
     ("2026-10-05 下午12:05:10", datetime(2026, 10, 5, 12, 5, 10)), ("2026/10/5 3:05 PM", datetime(2026, 10, 5, 15, 5)),
     ("2026-10-05 下午 15:05", None)],
)  # fmt: skip
def test_half_a_day_by_its_name(clerk: Clerk, text: str, moment: datetime | None) -> None:
    assert clerk.lake(clerk.land_rows("service_event", {"完成时间": text}), "completed_at") == [(moment,)]


# -- rows that are equal in value


@pytest.mark.parametrize(
    "change",
    [
        {"出生日期": "1990/3/7"}, {"出生日期": "32939"}, {"更新时间": "2026/10/5 17:30"},
        {"登记时间": "2025年3月2日 8:00:00"},
        {"宣传告知": "N"}, {"服务联系卡": "√"}, {"联系电话": "139 1234 5678"}, {"联系电话": "+86-13912345678"},
        {"档案编号": "\u200bGPL0001"},
    ],
)  # fmt: skip
def test_one_value_in_two_spellings_is_one_row(clerk: Clerk, change: dict[str, str]) -> None:
    assert clerk.quarantine(clerk.land_rows("gpl_resident", {}, change)) == [(3, "repeated_row")]


def test_an_old_number_is_the_number_it_became(clerk: Clerk) -> None:
    full = id_number()
    old = full[:6] + full[8:17]
    rows = [{"公民身份号码": full}, {"公民身份号码": old}, {"公民身份号码": id_number(serial="125")}]
    assert clerk.quarantine(clerk.land_rows("gpl_resident", *rows)) == [(3, "repeated_row")]


def test_amounts_are_compared_by_value_and_what_cannot_be_read_by_text(clerk: Clerk) -> None:
    record = clerk.land_rows(
        "service_event", {"收费金额": "5"}, {"收费金额": "5.00"}, {"收费金额": "x"}, {"收费金额": "y"}
    )
    assert clerk.quarantine(record) == [(3, "repeated_row")]


# -- persons in numbers

PERSONS = {
    "number": id_number(), "lower x": "11010519491231002x", "old number": "620102900307123",
    "with blanks": f"{id_number()[:6]} {id_number()[6:]}", "with lines": "620102-19900307-1213",
    "in text": f"户主{id_number()}", "mobile": "13912345678", "spaced mobile": "139 1234 5678",
    "with country": "+86-139-1234-5678", "in words": "电话13912345678",
    "e-mail": "zhang.san+1@example.cn", "two": "张三", "three": "王小明", "four": "欧阳测试", "rare": "\U00020bb7三",
    "five": "金丝雀甲子", "another script": "Ceshi Yī", "set apart": "张 三", "with a dot": "玛依拉·某",
    "full width": "１３９１２３４５６７８", "a wrong digit": id_number()[:17] + "0",
}  # fmt: skip
NUMBERS = [
    "GPL0001", "623021100100001", "F62302110020110001", "202610310000012345", "101001234567", "13-2026-00012", "H3-201",
    "临潭县流动人口登记表第3号", "东街12号", "A", "2026-10-05/12", "623021202610050001"[:17],
]  # fmt: skip
TEXTS = [(one.source, column) for one in load_contracts().values() for column in one.columns if column.type == "text"]
REFERENCE = r"ID-[0-9a-f]{16}"


@pytest.mark.parametrize(("source", "column"), [(source, c) for source, c in TEXTS if source in GOOD_ROWS])
def test_whoever_stands_in_a_number_is_replaced_and_the_row_accepted(clerk: Clerk, source: str, column) -> None:
    told_apart = {"gpl_resident": "更新时间", "service_event": "完成时间", "exchange_message": "接收时间"}[source]
    moments = [f"2026-10-05 10:00:{i:02}" for i in range(len(PERSONS))]
    rows = zip(PERSONS.values(), moments, strict=True)
    record = clerk.land_rows(source, *({column.header: person, told_apart: moment} for person, moment in rows))
    assert record.quarantined == 0, clerk.quarantine(record)
    stored = [value for (value,) in clerk.lake(record, column.name)]
    assert all(value.startswith("ID-") and len(value) == 19 for value in stored), dict(
        zip(PERSONS, stored, strict=True)
    )
    content = Path(record.parquet_path).read_bytes()
    assert not [person for person in PERSONS.values() if person.encode() in content]


def test_one_person_has_one_reference_in_every_spelling_and_extract(clerk: Clerk) -> None:
    full = id_number()
    spellings = [full, f"{full[:6]} {full[6:14]} {full[14:]}", full[:6] + full[8:17], f"{full[:6]}-{full[6:]}"]
    record = clerk.land_rows("service_event", *({"服务编号": f"S{i}", "档案编号": s} for i, s in enumerate(spellings)))
    references = {value for (value,) in clerk.lake(record, "record_no")}
    assert len(references) == 1
    record = clerk.land_rows("gpl_resident", {"档案编号": full})
    assert {value for (value,) in clerk.lake(record, "record_no")} == references
    phones = clerk.land_rows("exchange_message", *({"信息编号": n} for n in ("13912345678", "+86 139-1234-5678")))
    assert len({value for (value,) in clerk.lake(phones, "message_no")}) == 1


@pytest.mark.parametrize("number", NUMBERS)
def test_the_number_of_an_office_stays(clerk: Clerk, number: str) -> None:
    assert clerk.lake(clerk.land_rows("service_event", {"服务编号": number}), "event_no") == [(number,)]


def test_a_village_and_a_count_are_no_birthday() -> None:
    """Of numbers like these one in eleven has the check character of an identity number by chance."""
    numbers = [f"D623021200201{serial}" for serial in range(100001, 100101)]
    assert any(ric.is_valid(number[1:]) for number in numbers)
    persons = Persons(lambda texts: texts, {"623021200"})
    assert persons.kept(pa.array(numbers)).to_pylist() == numbers


def test_nobody_can_type_a_reference(clerk: Clerk) -> None:
    record = clerk.land_rows("service_event", {"服务编号": id_number()})
    ((reference,),) = clerk.lake(record, "event_no")
    record = clerk.land_rows("service_event", {"服务编号": reference})
    ((typed,),) = clerk.lake(record, "event_no")
    assert typed.startswith("ID-") and typed != reference


def test_a_text_longer_than_a_number_is_not_kept(clerk: Clerk) -> None:
    longest = "1" + "x" * (bounds.bounds().longest_text - 1)
    record = clerk.land_rows("service_event", {"服务编号": longest}, {"服务编号": longest + "y"})
    (kept,), (replaced,) = clerk.lake(record, "event_no")
    assert kept == longest
    assert replaced.startswith("ID-")


def test_the_numbers_of_these_tests_are_what_they_are_called() -> None:
    assert ric.is_valid(PERSONS["number"]) and ric.is_valid(PERSONS["lower x"].upper())
    assert not ric.is_valid(PERSONS["a wrong digit"])


# -- names of files


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三.csv", "***.csv (#1)"), ("13912345678.csv", "***.csv (#1)"), (f"名单{id_number()}.csv", "***.csv (#1)"),
        ("zhang.san@example.cn.csv", "***"), ("Canary Bird.csv", "***.csv (#1)"), ("zzz.csv", "zzz.csv"),
        ("金丝雀甲子.csv", "***.csv (#1)"), ("流动人口登记册.csv", "流动人口登记册.csv"),
        ("a\x1b[31mb.csv", "a[31mb.csv"),
    ],
)  # fmt: skip
def test_of_a_file_s_name_nobody_is_shown(clerk: Clerk, name: str, shown: str) -> None:
    refusal = clerk.refuse("x", name)
    assert refusal.file_name.startswith(shown.split(".", maxsplit=1)[0])
    for told in (refusal.file_name, refusal.message_zh, refusal.message_en):
        assert "\x1b" not in told
        assert "***" not in shown or name.rpartition(".")[0] not in told
