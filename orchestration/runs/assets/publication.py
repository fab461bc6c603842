"""The edition as an asset: what the dashboards read."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.publishing import read_edition
from orchestration.runs.assets.warehouse import DbtAssets
from orchestration.runs.run import Run
from orchestration.runs.steps import publish_edition

EDITION = dg.AssetKey("edition")


def publication_assets(dbt: DbtAssets) -> dg.AssetsDefinition:
    """Publishes what has passed every check that blocks; the step itself asks for that."""
    published = [spec.key for spec in dbt.specs.values() if spec.group_name == "published"]

    @dg.multi_asset(
        name="publication",
        group_name="publication",
        specs=[
            dg.AssetSpec(
                EDITION,
                deps=published,
                description="The immutable file of published tables that `current` points to.",
                skippable=True,
            )
        ],
        required_resource_keys={"run"},
    )
    def publication(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        run: Run = context.resources.run
        edition_id = publish_edition(run)
        yield dg.MaterializeResult(asset_key=EDITION, metadata=_metadata(run, edition_id))

    return publication


def _metadata(run: Run, edition_id: str) -> dict[str, Any]:
    stamp = read_edition(run.home) or {}
    return {
        "edition_id": edition_id,
        "newest_month": stamp.get("newest_month") or "-",
        "batches": len(stamp.get("batch_ids", [])),
        "checks": dg.MetadataValue.json(stamp.get("checks_summary", {})),
        "months_rebuilt": run.record.counts["months_rebuilt"],
    }
