"""The county's books, and what an export of one of them shows on a given day.

Assembles registries and ledgers, planted defects included, and answers an `Export` with typed rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from orchestration.synthetic import planting
from orchestration.synthetic.activity import (
    build_audits,
    build_logins,
    build_services,
    build_surveys,
    rewrite_due_dates,
)
from orchestration.synthetic.exchange import build_messages
from orchestration.synthetic.gpl import build_gpl, gpl_on
from orchestration.synthetic.padis import build_padis, padis_on
from orchestration.synthetic.schedule import Export, Rota
from orchestration.synthetic.tenancies import build_tenancies, tenancies_on
from orchestration.synthetic.timeline import days, end_of_day
from orchestration.synthetic.world import World

STALE_DAYS = 4
# ledger: (when a row appears, the time by which it is in the window, days of the window)
WINDOWS = {
    "exchange_message": ("appears_at", "sent_at", 92),
    "system_login": ("login_at_known", "login_at_known", 34),
    "service_event": ("planned_at", "due_date", 75),
    "survey_response": ("surveyed_date", "surveyed_date", 62),
    "audit_sample": ("checked_date", "checked_date", 62),
}


@dataclass(frozen=True)
class County:
    """`snapshots` (what a registry shows on a day of the townships in a mask) and `ledgers` by source; `planted` counts
    records by rule."""

    world: World
    snapshots: dict[str, Callable[..., pd.DataFrame]]
    ledgers: dict[str, pd.DataFrame]
    planted: dict[str, int]

    def rows(self, export: Export) -> pd.DataFrame:
        """What the export shows, in the order of the book."""
        townships = np.zeros(len(self.world.divisions.townships), dtype=bool)
        townships[slice(None) if export.township is None else export.township] = not export.is_empty
        townships[list(export.without)] = False
        stale = np.isin(np.arange(len(townships)), list(export.stale))
        older = max(export.day - days(STALE_DAYS), self.world.timeline.start)
        if export.is_corrected:
            return self.snapshots[export.source](export.day, townships, is_corrected=True)
        fresh_rows = self._shown(export.source, export.day, townships & ~stale)
        if not stale.any():
            return fresh_rows
        return pd.concat([fresh_rows, self._shown(export.source, older, townships & stale)]).sort_index(kind="stable")

    def _shown(self, source: str, day: np.datetime64, townships: np.ndarray) -> pd.DataFrame:
        if source in self.snapshots:
            return self.snapshots[source](day, townships)
        appears, reference, window = WINDOWS[source]
        ledger, end = self.ledgers[source], end_of_day(day)
        since = day.astype("M8[s]") - days(window)
        listed = (ledger[appears] <= end) & (ledger[reference] > since) & townships[ledger["township"].to_numpy()]
        shown = ledger[listed].copy()
        for known in [column for column in shown.columns if column.endswith("_known")]:
            column = known.removesuffix("_known")
            shown[column] = shown[column].where(shown[known] <= end)
        if "rewritten_at" in shown:
            shown["due_date"] = shown["due_date"].mask(shown["rewritten_at"] <= end, shown["rewritten_due_date"])
        return shown


def build_county(world: World, rota: Rota) -> County:
    gpl, padis, tenancies = build_gpl(world), build_padis(world), build_tenancies(world)
    messages, logins, surveys = build_messages(world), build_logins(world), build_surveys(world)
    services, audits = rewrite_due_dates(world, build_services(world, gpl)), build_audits(world, gpl)
    planting.plant_in_gpl(world, gpl)
    planting.plant_in_padis(world, padis)
    planting.plant_in_tenancies(world, tenancies)
    return County(
        world=world,
        snapshots={
            "gpl_resident": partial(gpl_on, gpl),
            "padis_resident": partial(padis_on, padis),
            "rental_tenancy": partial(tenancies_on, tenancies),
        },
        ledgers={
            "exchange_message": messages,
            "system_login": logins,
            "service_event": services,
            "survey_response": surveys,
            "audit_sample": audits,
        },
        planted={
            **gpl.amendments.planted,
            **padis.amendments.planted,
            **tenancies.amendments.planted,
            **planting.plant_in_messages(world, messages),
            **planting.plant_in_logins(world, logins, rota),
            **planting.plant_in_services(world, services),
            **planting.plant_in_audits(world, audits),
        },
    )
