"""What is quarantined, why, in which order; what is accepted with doubts; what is no data."""

from __future__ import annotations

import json

import pytest

from orchestration.contracts import load_contracts

from .conftest import GOOD_ROWS, Clerk, csv_text

CONTRACTS = load_contracts()
ELSEWHERE = "623022100201"
NOWHERE = "999999999201"

# From the last reason in the order of extracts.md to the first; within one reason from the last column to the first.
FAULTS = [
    ("out_of_scope", {"现居住地代码": ELSEWHERE}),
    ("unknown_division:village_code", {"现居住地代码": NOWHERE}),
    ("unknown_code:record_state", {"档案状态": "在"}),
    ("unknown_code:sex", {"性别": "M"}),
    ("unreadable:updated_at", {"更新时间": "2026-10-05 25:00"}),
    ("unreadable:registered_at", {"登记时间": "昨天"}),
    ("unreadable:inflow_date", {"流入日期": "2026-02-30"}),
    ("unreadable:village_code", {"现居住地代码": "623021100"}),
    ("unreadable:origin_code", {"户籍地代码": "62010"}),
    ("unreadable:birth_date", {"出生日期": "1990-00-07"}),
    ("missing:updated_at", {"更新时间": ""}),
    ("missing:registered_at", {"登记时间": "\u3000"}),
    ("missing:record_state", {"档案状态": " "}),
    ("missing:inflow_date", {"流入日期": ""}),
    ("missing:village_code", {"现居住地代码": ""}),
    ("missing:origin_code", {"户籍地代码": ""}),
    ("missing:birth_date", {"出生日期": ""}),
    ("missing:sex", {"性别": ""}),
    ("missing:record_no", {"档案编号": "\t"}),
]


@pytest.mark.parametrize(("reason", "change"), FAULTS)
def test_each_reason(clerk: Clerk, reason: str, change: dict[str, str]) -> None:
    record = clerk.land_rows("gpl_resident", {}, change)
    assert clerk.quarantine(record) == [(3, reason)]
    assert record.quarantine_reasons == {reason: 1}
    assert (record.rows_in, record.accepted, record.quarantined, record.non_data) == (2, 1, 1, 0)


def test_the_first_reason_that_applies_is_given(clerk: Clerk) -> None:
    """Faults pile up, one more in each row; each row says the one that comes first."""
    piled: dict[str, str] = {}
    rows = []
    for _, change in FAULTS:
        piled = {**piled, **change}
        rows.append(piled)
    record = clerk.land_rows("gpl_resident", *rows)
    assert [reason for _, reason in clerk.quarantine(record)] == [reason for reason, _ in FAULTS]


def test_fields_too_few_or_too_many(clerk: Clerk) -> None:
    good = list(GOOD_ROWS["service_event"].values())
    rows = [list(GOOD_ROWS["service_event"]), good[:-1], [*good, "x"], ["S2", *good[1:], "", " "], ["", *good[1:-1]]]
    record = clerk.land_one(csv_text(rows), "service_event__623021__2026-10-31.csv")
    assert clerk.quarantine(record) == [(2, "malformed_row"), (3, "malformed_row"), (5, "malformed_row")]
    assert clerk.lake(record, "event_no, source_row") == [("S2", 4)]


def test_a_repeated_row_is_equal_in_every_column_after_normalisation(clerk: Clerk) -> None:
    record = clerk.land_rows(
        "gpl_resident",
        {},
        {"档案编号": "ＧＰＬ０００１ "},  # equal to the first
        {"姓名": "测试乙"},  # differs in a column that is dropped
        {"联系电话": "13912345679"},  # differs in a column that is reduced to a flag
        {"性别": "?"},
        {"性别": "？"},  # equal to the one before, but its own reason comes first
        {},
    )
    assert clerk.quarantine(record) == [
        (3, "repeated_row"),
        (6, "unknown_code:sex"),
        (7, "unknown_code:sex"),
        (8, "repeated_row"),
    ]
    assert [row for (row,) in clerk.lake(record, "source_row")] == [2, 4, 5]


def test_a_township_file_holds_its_township_only(clerk: Clerk) -> None:
    record = clerk.land_rows("gpl_resident", {}, {"现居住地代码": "623021101201"}, scope="623021100")
    assert clerk.quarantine(record) == [(3, "out_of_scope")]
    assert record.scope_code == "623021100000"


def test_only_the_registry_must_lie_in_scope(clerk: Clerk) -> None:
    record = clerk.land_rows("service_event", {"服务地代码": ELSEWHERE}, scope="623021100")
    assert clerk.lake(record, "village_code") == [(ELSEWHERE,)]


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"收费金额": "-5"}, "fee"),
        ({"收费金额": "免费"}, "fee"),
        ({"完成时间": "2026-10-32"}, "completed_at"),
    ],
)
def test_an_optional_column_that_cannot_be_read_is_null_and_named(
    clerk: Clerk, change: dict[str, str], column: str
) -> None:
    record = clerk.land_rows("service_event", change)
    assert clerk.lake(record, f"{column}, unreadable") == [(None, f",{column},")]


def test_several_doubts_and_none(clerk: Clerk) -> None:
    record = clerk.land_rows(
        "gpl_resident",
        {"流出日期": "x", "居住方式": "帐篷", "服务联系卡": "?"},
        {"档案编号": "G2", "流出日期": "", "居住方式": "", "服务联系卡": ""},
    )
    assert clerk.lake(record, "outflow_date, residence_kind, has_contact_card, unreadable") == [
        (None, None, None, ",outflow_date,residence_kind,has_contact_card,"),
        (None, None, None, ""),
    ]


def test_a_required_flag_that_is_none_of_the_listed_values(clerk: Clerk) -> None:
    record = clerk.land_rows("exchange_message", {"重点信息": "也许"}, {"重点信息": ""}, {"重点信息": "√"})
    assert clerk.quarantine(record) == [(2, "unknown_code:is_key"), (3, "missing:is_key")]


def test_codes_are_cut_to_the_township_where_the_contract_says_so(clerk: Clerk) -> None:
    record = clerk.land_rows("exchange_message", {"接收地代码": "623021100205"})
    assert clerk.lake(record, "to_code, kind, urgency, from_code") == [
        ("623021100000", "inquiry", "ordinary", "620102")
    ]


def test_rows_that_are_no_data_are_counted_by_kind(clerk: Clerk) -> None:
    header = list(GOOD_ROWS["service_event"])
    good = list(GOOD_ROWS["service_event"].values())
    blank = [""] * len(header)
    rows = [
        header, good, header, blank, ["\u3000", "", "\t", *blank[3:]], ["合计", *blank[1:]],
        ["", "本页小计：", *blank[2:]], ["总 计"], ["", "", "共计3人"], [header[0] + " ", *header[1:]],
    ]  # fmt: skip
    record = clerk.land_one(csv_text(rows) + "\n\n", "service_event__623021__2026-10-31.csv")
    assert record.non_data_kinds == {"blank": 4, "repeated_header": 2, "total": 4}
    assert (record.rows_in, record.accepted, record.quarantined) == (11, 1, 0)


def test_quarantined_cells_are_kept_but_for_what_identifies(clerk: Clerk) -> None:
    good = GOOD_ROWS["gpl_resident"]
    record = clerk.land_rows(
        "gpl_resident", {"性别": "M", "房屋编号": good["公民身份号码"], "户编号": good["联系电话"]}
    )
    ((cells,),) = clerk.quarantine(record, "cells")
    kept = json.loads(cells)
    assert list(kept) == list(good)
    masked = {"姓名", "公民身份号码", "联系电话", "更新人", "户编号"}
    assert {header for header, cell in kept.items() if cell == "***"} == masked
    assert kept["性别"] == "M"
    assert kept["房屋编号"].startswith("ID-")
    assert kept["服务联系卡"] == "是"
    assert kept["档案编号"] == "GPL0001"


# Each as somebody types it; none is anybody's.
PERSONAL = [
    "欧阳测试", "欧阳 测试", "OUYANG CESHI", "Ouyang", "古丽·测试", "ceshi@example.cn",
    "13912345678", "139 1234 5678", "139-1234-5678", "139.1234.5678", "1391234 5678", "+8613912345678",
    "电话13912345678", "8613912345678", "013912345678",
    "11010519491231002X", "110105 19491231 002X", "110105-19491231-002X", "110105491231002", "110105 491231 002",
    "11010519491231002",
]  # fmt: skip
# The number of a house, of a file and what is left of one: in a column of numbers they are no person's, elsewhere they
# have nothing to do.
OUT_OF_PLACE = ["东街12号", "欧阳1990", "1.10105E+17"]


@pytest.mark.parametrize("source", sorted(CONTRACTS))
def test_nothing_personal_is_kept_under_any_header(clerk: Clerk, source: str) -> None:
    """One row for each header and cell, with nothing else in it."""
    columns = CONTRACTS[source].columns
    headers = [column.header for column in columns]
    typed = [(c.header, cell) for c in columns for cell in (PERSONAL if c.type == "text" else PERSONAL + OUT_OF_PLACE)]
    rows = [[cell if header == own else "" for header in headers] for own, cell in typed]
    record = clerk.land_one(csv_text([headers, *rows]), f"{source}__623021__2026-10-31.csv")
    assert record.quarantined == len(typed)
    kept = [json.loads(cells)[own] for (own, _), (cells,) in zip(typed, clerk.quarantine(record, "cells"), strict=True)]
    assert {cell for cell in kept if not cell.startswith("ID-")} == {"***"}


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("档案编号", "GPL-0001"), ("性别", "男"), ("性别", "M"), ("出生日期", "1990-13-45"),
        ("出生日期", "1990年3月7日"), ("登记时间", "2026-03-05 25:00"), ("现居住地代码", "623021999201"),
        ("户籍地代码", "62010"),
    ],
)  # fmt: skip
def test_what_fits_its_column_is_kept(clerk: Clerk, header: str, cell: str) -> None:
    record = clerk.land_rows("gpl_resident", {"档案状态": "?", header: cell})
    ((cells,),) = clerk.quarantine(record, "cells")
    assert json.loads(cells)[header] == cell


@pytest.mark.parametrize(
    "misplaced",
    [
        {"性别": "金丝雀甲子"},
        {"流入日期": "欧阳𠮷雀"},
        {"性别": "", "户编号": "金丝雀甲子"},
        {"性别": "", "房屋编号": "1391234 5678"},
        {"性别": "", "户编号": "110105 19491231 002X"},
    ],
    ids=str,
)
def test_who_stands_under_the_wrong_header_is_not_kept(clerk: Clerk, misplaced: dict[str, str]) -> None:
    record = clerk.land_rows("gpl_resident", misplaced)
    ((cells,),) = clerk.quarantine(record, "cells")
    kept = json.loads(cells)
    assert {kept[header] for header, cell in misplaced.items() if cell} == {"***"}


def test_a_row_whose_fields_may_have_shifted_keeps_no_cell(clerk: Clerk) -> None:
    good = GOOD_ROWS["gpl_resident"]
    shifted = [cell for header, cell in good.items() if header != "户编号"]
    record = clerk.land_one(csv_text([list(good), shifted]))
    ((cells,),) = clerk.quarantine(record, "cells")
    assert set(json.loads(cells).values()) <= {"***", ""}
