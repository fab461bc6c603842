"""Parquet as other programs write it: every physical type that means a text, a day or a number; the rest refused."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from .conftest import GOOD_ROWS, Clerk

NAME = "service_event__623021__2026-10-31.parquet"
GOOD = GOOD_ROWS["service_event"]
MOMENT = datetime(2026, 10, 5, 10, 0)


def parquet(changes: dict[str, pa.Array], rows: int = 1, **options: object) -> bytes:
    """A good row, `rows` times with numbers of their own, with some columns replaced."""
    columns = {header: pa.array([cell] * rows) for header, cell in GOOD.items()}
    columns["服务编号"] = pa.array([f"S{i}" for i in range(rows)])
    out = io.BytesIO()
    pq.write_table(pa.table({**columns, **changes}), out, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("header", "column", "values", "landed"),
    [
        ("服务编号", "event_no", pa.array([7], pa.int64()), "7"),
        ("服务编号", "event_no", pa.array([7], pa.uint8()), "7"),
        ("服务编号", "event_no", pa.array([7.0], pa.float64()), "7"),
        ("服务编号", "event_no", pa.array([Decimal(7)], pa.decimal128(10, 0)), "7"),
        ("服务编号", "event_no", pa.array(["S7"], pa.large_string()), "S7"),
        ("服务编号", "event_no", pa.array(["S7"], pa.string_view()), "S7"),
        ("服务编号", "event_no", pa.array([b"S7"], pa.binary()), "S7"),
        ("服务编号", "event_no", pa.array(["S7"]).dictionary_encode(), "S7"),
        ("服务类型", "kind", pa.array(["随访"], pa.large_string()).dictionary_encode(), "follow_up"),
        ("服务地代码", "village_code", pa.array([623021100201], pa.int64()), "623021100201"),
        ("服务地代码", "village_code", pa.array([623021100201.0], pa.float64()), "623021100201"),
        ("服务地代码", "village_code", pa.array([Decimal("623021100201")], pa.decimal128(18, 0)), "623021100201"),
        ("应服务日期", "due_date", pa.array([date(2026, 10, 5)], pa.date32()), date(2026, 10, 5)),
        ("应服务日期", "due_date", pa.array([MOMENT], pa.timestamp("s")), date(2026, 10, 5)),
        ("应服务日期", "due_date", pa.array([46300], pa.int32()), date(2026, 10, 5)),
        ("完成时间", "completed_at", pa.array([MOMENT], pa.timestamp("ns")), MOMENT),
        ("完成时间", "completed_at", pa.array([MOMENT], pa.timestamp("us")), MOMENT),
        ("完成时间", "completed_at", pa.array([datetime(2026, 10, 5, 2)], pa.timestamp("ms", "UTC")), MOMENT),
        ("完成时间", "completed_at", pa.array([date(2026, 10, 5)], pa.date32()), datetime(2026, 10, 5)),
        ("完成时间", "completed_at", pa.nulls(1), None),
        ("收费金额", "fee", pa.array([Decimal("12.30")], pa.decimal128(20, 6)), Decimal("12.30")),
        ("收费金额", "fee", pa.array([12.3], pa.float64()), Decimal("12.30")),
        ("收费金额", "fee", pa.array([12], pa.int16()), Decimal("12.00")),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)
def test_physical_types(clerk: Clerk, header: str, column: str, values: pa.Array, landed: object) -> None:
    record = clerk.land_one(parquet({header: values}), NAME)
    assert clerk.lake(record, f"{column}, unreadable") == [(landed, "")]


def test_a_number_that_was_an_identity_number_is_not_guessed(clerk: Clerk) -> None:
    good = {header: pa.array([cell]) for header, cell in GOOD_ROWS["gpl_resident"].items()}
    out = io.BytesIO()
    pq.write_table(pa.table({**good, "公民身份号码": pa.array([6.20102199003071e17])}), out)
    record = clerk.land_one(out.getvalue(), NAME.replace("service_event", "gpl_resident"))
    assert clerk.lake(record, "id_status, person_key") == [("bad_format", None)]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([["S1"]], pa.list_(pa.string())),
        pa.array([{"a": "S1"}], pa.struct({"a": pa.string()})),
        pa.array([[("a", "S1")]], pa.map_(pa.string(), pa.string())),
    ],
    ids=["list", "struct", "map"],
)
@pytest.mark.parametrize("header", ["服务编号", "收费金额"])
def test_a_column_that_holds_no_single_values_is_named_with_its_type(
    clerk: Clerk, request: pytest.FixtureRequest, header: str, values: pa.Array
) -> None:
    refusal = clerk.refuse(parquet({header: values}), NAME)
    kind = request.node.callspec.id.split("-")[-1]
    assert refusal.key == "landing.column_type"
    assert all(header in said and kind in said for said in (refusal.message_zh, refusal.message_en))
    assert "string" not in refusal.message_en, "nor the names of what is inside"


def test_bytes_that_are_no_text_are_refused(clerk: Clerk) -> None:
    assert clerk.refuse(parquet({"服务编号": pa.array([b"\xff\xfe"])}), NAME).key == "landing.unreadable_file"


def test_unknown_columns_of_any_type_are_not_read(clerk: Clerk) -> None:
    extra = {"备注": pa.array([["不得入库"]]), "图": pa.array([b"\xff"]), "明细": pa.array([{"a": "不得入库"}])}
    record = clerk.land_one(parquet(extra), NAME)
    assert record.unknown_columns == ["备注", "图", "明细"]
    assert record.accepted == 1


def test_rows_in_several_groups_keep_their_ordinal(clerk: Clerk) -> None:
    record = clerk.land_one(parquet({}, rows=25, row_group_size=10), NAME)
    assert clerk.lake(record, "event_no, source_row") == [(f"S{i}", i + 1) for i in range(25)]


def test_headers_and_no_rows(clerk: Clerk) -> None:
    record = clerk.land_one(parquet({}, rows=0), NAME)
    assert (record.rows_in, record.accepted) == (0, 0)


WHOLE = parquet({}, rows=300, use_dictionary=False)


@pytest.mark.parametrize(
    "content",
    [
        WHOLE[: len(WHOLE) // 2],
        WHOLE[:-1],
        WHOLE[:-8] + (1 << 31).to_bytes(4, "little")[:4] + b"PAR1",
        WHOLE[:-8] + bytes(4) + b"PAR1",
        WHOLE[:4] + bytes(400) + WHOLE[404:],
        b"PAR1" + bytes(64) + (64).to_bytes(4, "little") + b"PAR1",
        WHOLE[:-4] + b"PARE",
    ],
    ids=["half", "last byte", "long footer", "no footer", "zeros", "zero footer", "encrypted"],
)
def test_damaged_files_are_refused(clerk: Clerk, content: bytes) -> None:
    assert clerk.refuse(content, NAME).key == "landing.unreadable_file"
