"""The lake as assets: one per extract, and the catalogue of what has landed. Whichever is wanted, all files land."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.contracts import load_contracts
from orchestration.landing.batch import BatchRecord
from orchestration.runs.run import Run
from orchestration.runs.steps import catalogue_lake, land

BATCH, REBUILD_MONTH = dg.AssetKey(["lake", "batch"]), dg.AssetKey(["lake", "rebuild_month"])
WAIVER = dg.AssetKey(["quality", "waiver"])


def source_key(source: str) -> dg.AssetKey:
    return dg.AssetKey(["lake", source])


def landing_assets() -> dg.AssetsDefinition:
    """Lands the files that are there. With nothing to build, nothing is materialized and what follows is skipped."""
    contracts = load_contracts()
    specs = [
        *(
            dg.AssetSpec(source_key(source), description=f"{contract.name_zh} · {contract.name_en}", skippable=True)
            for source, contract in contracts.items()
        ),
        dg.AssetSpec(BATCH, description="One row per file that landed.", skippable=True),
        dg.AssetSpec(REBUILD_MONTH, description="One row per month that is to be built.", skippable=True),
        dg.AssetSpec(WAIVER, description="One row per failure that somebody has waived.", skippable=True),
    ]

    @dg.multi_asset(name="landing", group_name="landing", specs=specs, can_subset=True, required_resource_keys={"run"})
    def landing(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        run: Run = context.resources.run
        outcome, work = land(run), catalogue_lake(run)
        catalogued = work.catalogued
        for refusal in outcome.refused:
            context.log.warning(refusal.message_en)
        if not work.has_work:
            context.log.info("nothing new")
            return
        results: dict[dg.AssetKey, dict[str, Any]] = {}
        for source in contracts:
            batches = [record for record in catalogued.batches if record.source == source]
            arrived = [record for record in catalogued.arrived if record.source == source]
            results[source_key(source)] = _metadata(batches, arrived)
        months = [f"{month:%Y-%m}" for month in catalogued.pending_months]
        results[BATCH] = {"dagster/row_count": len(catalogued.batches)}
        results[WAIVER] = {"dagster/row_count": work.waivers}
        results[REBUILD_MONTH] = {"dagster/row_count": len(months), "months": ", ".join(months)}
        for key, metadata in results.items():
            if key in context.selected_asset_keys:
                yield dg.MaterializeResult(asset_key=key, metadata=metadata)

    return landing


def _metadata(batches: list[BatchRecord], arrived: list[BatchRecord]) -> dict[str, Any]:
    return {
        "dagster/row_count": sum(record.accepted for record in batches),
        "newest_as_of": max((record.as_of.isoformat() for record in batches), default="-"),
        "new_files": dg.MetadataValue.json(
            [
                {
                    "file": record.file_name,
                    "sha256": record.sha256,
                    "as_of": record.as_of.isoformat(),
                    "rows_in": record.rows_in,
                    "accepted": record.accepted,
                    "quarantined": record.quarantined,
                    "non_data": record.non_data,
                }
                for record in arrived
            ]
        ),
    }
