"""The townships' answers to their worklists, on an open connection: read in, listed.

Here: which answer is new. Not here: the worklist's form, or which rows there are (`failures`). Every answer stays; of a
row the last one counts.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from orchestration.installation.clock import now
from orchestration.workbench.records import Answer, GivenAnswer, ImportOutcome, row_key
from orchestration.workbench.schema import answer

NEWEST = select(func.max(answer.c.id)).group_by(
    answer.c.rule_id, answer.c.source, answer.c.record_ref, func.coalesce(answer.c.division_code, "")
)


def record(connection: Connection, given: list[Answer], unknown: int, actor: str, file_name: str) -> ImportOutcome:
    """Store what is not already the row's newest answer; of several for one row the last is meant."""
    stands = {
        row_key(found): (found.answer, found.comment)
        for found in connection.execute(select(answer).where(answer.c.id.in_(NEWEST)))
    }
    meant = {row_key(one): one for one in given}
    new = [one for key, one in meant.items() if stands.get(key) != (one.answer, one.comment)]
    if new:
        stamp = {"actor": actor, "file_name": file_name, "given_at": now()}
        connection.execute(insert(answer), [asdict(one) | stamp for one in new])
    return ImportOutcome(new=len(new), same=len(meant) - len(new), unknown=unknown)


def matching(
    connection: Connection, rule_id: str | None, division_code: str | None, is_newest: bool | None
) -> list[GivenAnswer]:
    """Last given first. None means any."""
    newest = answer.c.id.in_(NEWEST)
    query = select(answer, newest.label("is_newest")).order_by(answer.c.id.desc())
    if is_newest is not None:
        query = query.where(newest == is_newest)
    for column, wanted in (("rule_id", rule_id), ("division_code", division_code)):
        if wanted is not None:
            query = query.where(answer.c[column] == wanted)
    return [_given(row) for row in connection.execute(query)]


def _given(row: Row) -> GivenAnswer:
    values: dict[str, Any] = dict(row._mapping)
    values["is_newest"] = bool(row.is_newest)
    return GivenAnswer(**values)
