"""Steps that overlap: while one batch of rows is in use, the next ones are being prepared.

Here: those threads. Not here: what is prepared.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Prepared = TypeVar("Prepared")


def ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The same items, or the same exception, each taken while the one before is in use."""

    def next_one() -> list[Item]:
        return list(islice(items, 1))

    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next_one)
        while taken := coming.result():
            coming = thread.submit(next_one)
            yield from taken


def side_by_side(prepare: Callable[[Item], Prepared], items: Iterator[Item], threads: int) -> Iterator[Prepared]:
    """What `prepare` makes of each item, in the order of the items, of which it has several in hand at once."""
    with ThreadPoolExecutor(threads) as pool:
        coming: deque[Future[Prepared]] = deque()
        for item in items:
            coming.append(pool.submit(prepare, item))
            if len(coming) > threads:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()
