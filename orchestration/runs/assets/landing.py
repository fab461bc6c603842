"""The lake as assets: one per extract, and the catalogue of what has landed."""

from collections.abc import Iterator

import dagster as dg

from orchestration.contracts import load_contracts
from orchestration.landing.batch import BatchRecord
from orchestration.runs.pipeline import Build

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

    @dg.multi_asset(name="landing", group_name="landing", specs=specs, required_resource_keys={"build"})
    def landing(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        build: Build = context.resources.build
        outcome = build.land()
        catalogued = build.catalogue()
        for refusal in outcome.refused:
            context.log.warning(refusal.message_en)
        if not build.has_work:
            context.log.info("nothing new")
            return
        for source in contracts:
            batches = [record for record in catalogued.batches if record.source == source]
            arrived = [record for record in catalogued.arrived if record.source == source]
            yield dg.MaterializeResult(asset_key=source_key(source), metadata=_metadata(batches, arrived))
        yield dg.MaterializeResult(asset_key=BATCH, metadata={"dagster/row_count": len(catalogued.batches)})
        yield dg.MaterializeResult(asset_key=WAIVER, metadata={"dagster/row_count": len(build.waivers)})
        months = [f"{month:%Y-%m}" for month in catalogued.pending_months]
        yield dg.MaterializeResult(
            asset_key=REBUILD_MONTH, metadata={"dagster/row_count": len(months), "months": ", ".join(months)}
        )

    return landing


def _metadata(batches: list[BatchRecord], arrived: list[BatchRecord]) -> dict[str, object]:
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
