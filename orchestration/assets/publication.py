"""The edition as an asset: what the dashboards read; and the expectations on what goes out, as checks of its tables."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from expectations.suite import load_outgoing
from orchestration.assets.warehouse import DbtAssets
from orchestration.pipeline import BlockedError, Build
from orchestration.publishing import read_edition

EDITION = dg.AssetKey("edition")


def publication_assets(dbt: DbtAssets) -> dg.AssetsDefinition:
    """Publishes if every expectation on the published tables is met; else the last edition stands."""
    published = [spec.key for spec in dbt.specs.values() if spec.group_name == "published"]
    checks = {
        rule.meta.rule_id: dg.AssetCheckSpec(
            name=rule.meta.rule_id,
            asset=dg.AssetKey(["published", suite.name]),
            description=f"{rule.meta.text_zh} · {rule.meta.text_en}",
        )
        for suite in load_outgoing()
        for rule in suite.expectations
    }

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
        check_specs=list(checks.values()),
        allow_arbitrary_check_specs=True,
        required_resource_keys={"build"},
    )
    def publication(context: dg.AssetExecutionContext) -> Iterator[Any]:
        build: Build = context.resources.build
        results = build.validate_published()
        for result in results:
            yield dg.AssetCheckResult(
                asset_key=checks[result.rule_id].asset_key,
                check_name=result.rule_id,
                passed=result.is_met,
                metadata={"rows_failed": result.rows_failed or 0},
            )
        if failed := [result.rule_id for result in results if not result.is_met]:
            raise BlockedError(", ".join(failed))
        edition_id = build.publish()
        yield dg.MaterializeResult(asset_key=EDITION, metadata=_metadata(build, edition_id))

    return publication


def _metadata(build: Build, edition_id: str) -> dict[str, object]:
    stamp = read_edition(build.home) or {}
    return {
        "edition_id": edition_id,
        "newest_month": stamp.get("newest_month") or "-",
        "batches": len(stamp.get("batch_ids", [])),
        "checks": dg.MetadataValue.json(stamp.get("checks_summary", {})),
        "months_rebuilt": build.record.counts["months_rebuilt"],
    }
