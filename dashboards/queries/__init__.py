"""Every SELECT of the dashboards, over the published tables of one edition; a module is a subject.

A function takes the edition, the language where names are shown, and what to filter by, and gives rows as dicts. Sums
and differences that a page shows are made here, of decimals, so that they do not depend on an order.
"""

from dashboards.queries import (
    comparing,
    definitions,
    deliveries,
    editions,
    failing,
    frame,
    impact,
    integrity,
    league,
    ledger,
    open_list,
    overview,
    peers,
    registries,
    rules,
    township,
    trends,
)

__all__ = [
    "comparing",
    "definitions",
    "deliveries",
    "editions",
    "failing",
    "frame",
    "impact",
    "integrity",
    "league",
    "ledger",
    "open_list",
    "overview",
    "peers",
    "registries",
    "rules",
    "township",
    "trends",
]
