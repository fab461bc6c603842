"""What each channel has been told and has not yet been told to be over, on an open connection.

Here: the memory. Not here: what there is to tell, or telling it (`orchestration/alerts/`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, fields

from sqlalchemy import Connection, and_, insert, select, update

from orchestration.installation.clock import now
from orchestration.workbench.records import Condition
from orchestration.workbench.schema import announcement

COLUMNS = [announcement.c[field.name] for field in fields(Condition)]


def standing(connection: Connection, channel: str) -> frozenset[Condition]:
    """What the channel still holds for true."""
    query = select(*COLUMNS).where(announcement.c.channel == channel, announcement.c.recovered_at.is_(None))
    return frozenset(Condition(**row._mapping) for row in connection.execute(query))


def remember(
    connection: Connection, channel: str, announced: Collection[Condition], recovered: Collection[Condition]
) -> None:
    """That the channel was told these. Telling twice is remembered once."""
    at = now()
    for condition in recovered:
        is_it = and_(announcement.c.channel == channel, *(announcement.c[k] == v for k, v in asdict(condition).items()))
        connection.execute(
            update(announcement).where(is_it, announcement.c.recovered_at.is_(None)), {"recovered_at": at}
        )
    new = sorted(set(announced) - standing(connection, channel))
    if new:
        stamp = {"channel": channel, "announced_at": at}
        connection.execute(insert(announcement), [asdict(condition) | stamp for condition in new])
