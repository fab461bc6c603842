"""Rows and cells that cannot be read: for every reason of quarantine a spoiled copy of a row, and unreadable cells.

Breaks the spelling of a delivery, never the world: a spoiled row is an extra one, so nobody disappears through it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from orchestration.contracts import Column, Contract
from orchestration.synthetic.amendments import RATES
from orchestration.synthetic.delivery import Delivery
from orchestration.synthetic.randomness import pick
from orchestration.synthetic.world import World

REASONS = (
    "malformed_row", "missing", "unreadable", "unknown_code", "unknown_division", "out_of_scope", "repeated_row",
)  # fmt: skip
UNREADABLE = {"date": "2026-13-45", "timestamp": "昨天下午", "code": "见附件", "flag": "见附件", "amount": "-20.00"}
MIXED_TYPES = ("date", "timestamp")


def spoil(world: World, delivery: Delivery, contract: Contract, is_delimited: bool, number: int) -> Delivery:
    """`delivery` with spoiled rows and cells added; `number` makes the files take turns with the reasons."""
    rate, count = RATES[world.defects], len(delivery.rows)
    if not rate or not count:
        return delivery
    rng = world.stream("spoiling", delivery.stem)
    _spoil_cells(rng, delivery, contract, round(rate * count / 2) + (number % 3 == 0))
    reasons = [reason for reason in REASONS if _is_possible(world, delivery, contract, reason, is_delimited)]
    spoiled = max(len(reasons), round(rate * count)) if world.defects == "heavy" else 1 + round(rate * count / 3)
    untouched = np.setdiff1d(np.arange(count), [row for row, _, _ in delivery.spellings])
    if not len(untouched):
        return delivery
    copied = untouched[pick(rng, len(untouched), spoiled)]
    place = copied + 0.5 + np.floor(rng.random(len(copied)) * (count - copied))
    ways = [_way(rng, world, delivery, contract, reasons[(number + n) % len(reasons)]) for n in range(len(copied))]
    copies = delivery.rows.iloc[copied].assign(quarantine=[reason for reason, _, _ in ways])
    order = np.argsort(np.concatenate([np.arange(count), place]), kind="stable")
    now_at = np.argsort(order, kind="stable")
    spellings = [(int(now_at[row]), column, text) for row, column, text in delivery.spellings]
    spellings += [(int(now_at[count + n]), column, text) for n, (_, column, text) in enumerate(ways) if column]
    repeats = [
        (int(now_at[count + n]), int(now_at[row]))
        for n, (row, (reason, _, _)) in enumerate(zip(copied, ways, strict=True))
        if reason == "repeated_row"
    ]
    rows = pd.concat([delivery.rows, copies]).iloc[order].reset_index(drop=True)
    return Delivery(delivery.source, delivery.scope, delivery.as_of, rows, spellings, repeats)


def _spoil_cells(rng: np.random.Generator, delivery: Delivery, contract: Contract, count: int) -> None:
    """Optional cells nobody can read: the value is lost, the row stays."""
    optional = [column for column in contract.columns if not column.required and column.type in UNREADABLE]
    for row in pick(rng, len(delivery.rows), count if optional else 0).tolist():
        column = optional[int(rng.integers(len(optional)))]
        delivery.spellings.append((row, column.name, UNREADABLE[column.type]))
        delivery.rows.iloc[row, delivery.rows.columns.get_loc(column.name)] = None
        delivery.rows.iloc[row, delivery.rows.columns.get_loc("unreadable")] = f",{column.name},"


def _is_possible(world: World, delivery: Delivery, contract: Contract, reason: str, is_delimited: bool) -> bool:
    match reason:
        case "malformed_row":
            return is_delimited
        case "out_of_scope":
            return bool(_in_scope(contract)) and _foreign_village(world, delivery) is not None
        case "unreadable" | "unknown_code" | "unknown_division":
            return bool(_candidates(contract, reason))
    return True


def _candidates(contract: Contract, reason: str) -> list[Column]:
    types = {"unreadable": MIXED_TYPES, "unknown_code": ("code",), "unknown_division": ("code12",)}
    return [column for column in contract.columns if column.required and column.type in types.get(reason, column.type)]


def _in_scope(contract: Contract) -> list[Column]:
    return [column for column in contract.columns if column.must_lie_in_scope]


def _foreign_village(world: World, delivery: Delivery) -> str | None:
    neighbours = [code for code in world.divisions.townships if not delivery.covers(code[:9])]
    foreign = neighbours[0] if neighbours else world.divisions.elsewhere
    return f"{foreign[:9]}201" if foreign else None


def _way(
    rng: np.random.Generator, world: World, delivery: Delivery, contract: Contract, reason: str
) -> tuple[str, str, str]:
    """Reason as landing is to give it, column, text; the column is blank where no single cell is at fault."""
    if reason in ("malformed_row", "repeated_row"):
        return reason, "", ""
    if reason == "out_of_scope":
        return reason, _in_scope(contract)[0].name, str(_foreign_village(world, delivery))
    candidates = _candidates(contract, reason)
    column = candidates[int(rng.integers(len(candidates)))]
    text = {
        "missing": "",
        "unreadable": UNREADABLE.get(column.type, ""),
        "unknown_code": "待定",
        "unknown_division": f"{world.divisions.unknown_township[:9]}201",
    }[reason]
    return f"{reason}:{column.name}", column.name, text
