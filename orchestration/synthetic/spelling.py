"""Values to text, as an office spells them in its form: headers, dates, flags, codes, and small irregularities.

Every spelling here is one that can be read; what cannot be read comes from `spoiling`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from orchestration.contracts import Column, Contract
from orchestration.synthetic.delivery import Delivery
from orchestration.synthetic.forms import Form

FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in [*range(0x30, 0x3A), *range(0x41, 0x5B)]})
EXCEL_DAY_ZERO = np.datetime64("1899-12-30")
# A column of the contract that is not named like the value it is made from.
VALUE_OF_TYPE = {"id": "id_number", "phone": "phone", "dropped": "name"}


def _serial(day: pd.Timestamp) -> str:
    """Excel's number of a day, or the day itself where the number would not have five digits."""
    serial = int((day.to_datetime64().astype("M8[D]") - EXCEL_DAY_ZERO).astype(int))
    return str(serial) if 10_000 <= serial < 80_000 else f"{day:%Y-%m-%d}"


DATE_SPELLINGS: dict[str, Callable[[pd.Timestamp], str]] = {
    "dashes": lambda day: f"{day:%Y-%m-%d}",
    "slashes": lambda day: f"{day.year}/{day.month}/{day.day}",
    "chinese": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "compact": lambda day: f"{day:%Y%m%d}",
    "dots": lambda day: f"{day:%Y.%m.%d}",
    "with_time": lambda day: f"{day:%Y-%m-%d} 08:00",
    "serial": _serial,
}


def spell_headers(contract: Contract, form: Form) -> list[str]:
    return [_header(column, form.header_style) for column in contract.columns]


def spell(rng: np.random.Generator, delivery: Delivery, contract: Contract, form: Form) -> dict[str, np.ndarray]:
    """Text of every cell, by column name of the contract; null is blank."""
    cells = {column.name: _column(delivery.rows, column, form) for column in contract.columns}
    taken = {(row, column) for row, column, _ in delivery.spellings}
    for column in contract.columns:
        count = rng.binomial(len(delivery.rows), form.noise)
        for row in rng.integers(0, max(len(delivery.rows), 1), count).tolist():
            if (row, column.name) not in taken and cells[column.name][row]:
                cells[column.name][row] = _irregular(rng, cells[column.name][row], column, delivery.rows, row)
    for row, column, text in delivery.spellings:
        cells[column][row] = text
    for row, earlier in delivery.repeats:
        for texts in cells.values():
            texts[row] = f"{texts[earlier]} " if texts[earlier] else ""
    return cells


def value_name(column: Column) -> str:
    return VALUE_OF_TYPE.get(column.type, column.name)


def _header(column: Column, style: str) -> str:
    if style == "spaced":
        return f"{column.header} \u3000"
    if style == "short" and column.header.endswith("编号"):
        return column.header.removesuffix("编号") + "号"
    if style == "english" and column.type not in VALUE_OF_TYPE:
        return column.name
    return column.header


def _column(rows: pd.DataFrame, column: Column, form: Form) -> np.ndarray:
    values = rows[value_name(column)]
    match column.type:
        case "date":
            return _dates(values, form.date_style)
        case "timestamp":
            return _times(values, form.time_style)
        case "flag":
            return _coded(values, dict(zip(("yes", "no"), form.flag_style, strict=True)))
        case "code":
            return _coded(values, {code: label for label, code in column.codes.items()})
        case "amount":
            return _coded(values, {amount: f"{amount:.2f}" for amount in values.dropna().unique()})
    return values.astype(object).where(values.notna(), "").to_numpy(object, copy=True)


def _coded(values: pd.Series, labels: dict[object, str]) -> np.ndarray:
    positions, found = pd.factorize(values)
    texts = np.array([*(labels[value] for value in found), ""], dtype=object)
    return texts[positions]


def _dates(values: pd.Series, style: str) -> np.ndarray:
    positions, found = pd.factorize(values)
    return np.array([*map(DATE_SPELLINGS[style], pd.DatetimeIndex(found)), ""], dtype=object)[positions]


def _times(values: pd.Series, style: str) -> np.ndarray:
    text = pd.Series(np.datetime_as_string(values.to_numpy().astype("M8[s]")), dtype="str")
    if style != "letter_t":
        text = text.str.replace("T", " ", regex=False)
    if style == "slashes":
        text = text.str.replace("-", "/", regex=False)
    return np.where(values.isna(), "", text.to_numpy(object))


def _irregular(rng: np.random.Generator, text: str, column: Column, rows: pd.DataFrame, row: int) -> str:
    """Another readable spelling of one cell."""
    if column.type == "date":
        styles = [style for style in DATE_SPELLINGS if style != "serial"]
        return DATE_SPELLINGS[str(rng.choice(styles))](rows[column.name].iloc[row])
    if column.type == "id" and rows["id_status"].iloc[row] == "ok":
        is_old = text[6:8] == "19" and rng.random() < 0.5
        return text[:6] + text[8:17] if is_old else text.lower().translate(FULL_WIDTH)
    if column.type in ("text", "code6", "code12", "timestamp") and rng.random() < 0.5:
        return text.translate(FULL_WIDTH)
    return str(rng.choice([" {}", "{} ", "\u3000{}", "{}\u3000 "])).format(text)
