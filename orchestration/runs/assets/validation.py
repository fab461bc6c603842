"""What the expectations found, as assets, and each rule as a check of the staging model whose rows it looks at."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from expectations.suite import load_suites
from orchestration.runs.assets.warehouse import DbtAssets
from orchestration.runs.run import Run
from orchestration.runs.steps import table_rows, validate_staging

TABLES = {
    "rule": "One row per rule.",
    "tested": "One row per rule and month that the newest run validated.",
    "failing_row": "One row per rule, month and row that fails it as of the newest run that validated the month.",
}


def validation_assets(dbt: DbtAssets) -> dg.AssetsDefinition:
    """Runs the suites. What a rule finds is shown, and decides an indicator; whether it blocks is asked later."""
    rules = [(suite.name, rule.meta) for suite in load_suites() for rule in suite.expectations]
    staging = [spec.key for spec in dbt.specs.values() if spec.group_name == "staging"]
    specs = [
        dg.AssetSpec(["quality", name], description=text, deps=staging, skippable=True) for name, text in TABLES.items()
    ]
    checks = [
        dg.AssetCheckSpec(
            name=meta.rule_id,
            asset=dg.AssetKey(["staging", f"stg_{source}"]),
            description=f"{meta.text_zh} · {meta.text_en}",
            blocking=False,
        )
        for source, meta in rules
    ]

    @dg.multi_asset(
        name="validation",
        group_name="validation",
        specs=specs,
        check_specs=checks,
        allow_arbitrary_check_specs=True,
        can_subset=True,
        required_resource_keys={"run"},
    )
    def validation(context: dg.AssetExecutionContext) -> Iterator[Any]:
        run: Run = context.resources.run
        results = validate_staging(run)
        wanted = context.selected_asset_check_keys
        for check in (check for check in checks if check.key in wanted):
            months = [result for result in results if result.rule_id == check.name]
            failed = sum(result.rows_failed for result in months)
            yield dg.AssetCheckResult(
                asset_key=check.asset_key,
                check_name=check.name,
                passed=failed == 0,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"rows_tested": sum(result.rows_tested for result in months), "rows_failed": failed},
            )
        rows = table_rows(run)
        for name in TABLES:
            if dg.AssetKey(["quality", name]) not in context.selected_asset_keys:
                continue
            yield dg.MaterializeResult(
                asset_key=dg.AssetKey(["quality", name]),
                metadata={"run_id": run.run_id, "dagster/row_count": rows.get(f"quality.{name}", len(results))},
            )

    return validation
