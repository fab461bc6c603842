"""The ledger of failures as assets, and the expectations on what goes out as checks of its tables."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from expectations.suite import load_outgoing
from orchestration.runs.assets.warehouse import DbtAssets
from orchestration.runs.run import Run
from orchestration.runs.steps import keep_failures, require_expectations, table_rows, validate_published
from orchestration.warehouse_build.dbt_project import Stage

TABLES = {
    "ledger": "One row per rule and record that ever failed it.",
    "result": "One row per run, test and month.",
}


def ledger_assets(dbt: DbtAssets) -> dg.AssetsDefinition:
    """Asks whether what goes out can be believed, remembers what failed, and only then stops a run that must be."""
    built = [spec.key for spec in dbt.of_stage(Stage.WAREHOUSE)[0] if spec.group_name == "published"]
    checks = {
        rule.meta.rule_id: dg.AssetCheckSpec(
            name=rule.meta.rule_id,
            asset=dg.AssetKey(["published", suite.name]),
            description=f"{rule.meta.text_zh} · {rule.meta.text_en}",
        )
        for suite in load_outgoing()
        for rule in suite.expectations
    }
    specs = [
        dg.AssetSpec(["quality", name], description=text, deps=built, skippable=True) for name, text in TABLES.items()
    ]

    @dg.multi_asset(
        name="ledger",
        group_name="ledger",
        specs=specs,
        check_specs=list(checks.values()),
        allow_arbitrary_check_specs=True,
        can_subset=True,
        required_resource_keys={"run"},
    )
    def ledger(context: dg.AssetExecutionContext) -> Iterator[Any]:
        run: Run = context.resources.run
        for result in validate_published(run):
            if checks[result.rule_id].key not in context.selected_asset_check_keys:
                continue
            yield dg.AssetCheckResult(
                asset_key=checks[result.rule_id].asset_key,
                check_name=result.rule_id,
                passed=result.is_met,
                metadata={"rows_failed": result.rows_failed or 0},
            )
        keep_failures(run)
        rows = table_rows(run)
        for spec in (spec for spec in specs if spec.key in context.selected_asset_keys):
            yield dg.MaterializeResult(
                asset_key=spec.key, metadata={"dagster/row_count": rows.get(".".join(spec.key.path), 0)}
            )
        require_expectations(run)

    return ledger
