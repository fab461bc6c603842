"""Every seed and model of the dbt project as an asset, every data test as a check, from dbt's manifest.

A folder of models is a group; an op is a stage of the build, or a part of it: what is wanted is built, and only a stage
that was built whole can say that its checks have passed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator

from orchestration.runs.run import Run
from orchestration.runs.steps import build_stage, require_passed, table_rows
from orchestration.warehouse_build.dbt_project import NodeResult, Stage, stages

Manifest = dict[str, Any]


class Translator(DagsterDbtTranslator):
    """A key is schema and table, a group is a folder of models; everything else is as dagster-dbt has it."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return super().get_asset_key(dbt_resource_props)
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["alias"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return "seeds" if dbt_resource_props["resource_type"] == "seed" else dbt_resource_props["fqn"][1]


class DbtAssets:
    """The manifest, read as asset and check specs."""

    def __init__(self, manifest: Manifest) -> None:
        translator = Translator()
        self._nodes = manifest["nodes"]
        self._stages = stages(manifest)
        self.specs = {
            unique_id: translator.get_asset_spec(manifest, unique_id, None).replace_attributes(skippable=True)
            for unique_id, node in sorted(self._nodes.items())
            if node["resource_type"] in ("seed", "model")
        }
        self.checks = {
            unique_id: self._check(node)
            for unique_id, node in sorted(self._nodes.items())
            if node["resource_type"] == "test"
        }

    def of_stage(self, stage: Stage) -> tuple[list[dg.AssetSpec], list[dg.AssetCheckSpec]]:
        """The specs of one op."""
        specs = [spec for unique_id, spec in self.specs.items() if self._stages[unique_id] == stage]
        checks = [check for test, check in self.checks.items() if self._stages[test] == stage]
        return specs, checks

    def nodes_of(self, assets: Collection[dg.AssetKey], checks: Collection[dg.AssetCheckKey]) -> set[str]:
        """The unique ids of these assets and checks."""
        nodes = {unique_id for unique_id, spec in self.specs.items() if spec.key in assets}
        return nodes | {unique_id for unique_id, check in self.checks.items() if check.key in checks}

    def events(self, results: Iterable[NodeResult], rows: dict[str, int]) -> Iterator[Any]:
        """What dbt reported, as Dagster events. `rows` counts the rows of a table by `schema.name`."""
        for result in results:
            if result.is_built and result.unique_id in self.specs:
                key = self.specs[result.unique_id].key
                metadata = {"dagster/row_count": rows.get(".".join(key.path)), "seconds": round(result.seconds, 3)}
                yield dg.MaterializeResult(
                    asset_key=key, metadata={name: value for name, value in metadata.items() if value is not None}
                )
            elif result.unique_id in self.checks and result.status in ("pass", "fail", "warn"):
                check = self.checks[result.unique_id]
                yield dg.AssetCheckResult(
                    asset_key=check.asset_key,
                    check_name=check.name,
                    passed=result.status == "pass",
                    severity=_severity(result.severity),
                    metadata={"failing_rows": result.failures, "seconds": round(result.seconds, 3)},
                )

    def _check(self, node: Manifest) -> dg.AssetCheckSpec:
        """A test is a check of the model it is declared on, of the one named in its `meta`, or of the first it reads;
        of models of several stages only those of the last one count, where the check is done."""
        stage = self._stages[node["unique_id"]]
        parents = [parent for parent in self._parents(node) if self._stages[parent] == stage]
        named = (node["config"].get("meta") or {}).get("dagster", {}).get("ref", {}).get("name")
        wanted = [parent for parent in parents if parent == node.get("attached_node") or parent.endswith(f".{named}")]
        target = (wanted or parents)[0]
        return dg.AssetCheckSpec(
            name=node["name"],
            asset=self.specs[target].key,
            description=node.get("description") or None,
        )

    def _parents(self, node: Manifest) -> list[str]:
        return [parent for parent in node["depends_on"]["nodes"] if parent in self.specs]


def warehouse_assets(dbt: DbtAssets) -> list[dg.AssetsDefinition]:
    """The builds. A failed test with severity error fails the op, so that nothing after it runs."""
    return [_op(stage, dbt) for stage in Stage]


def _op(stage: Stage, dbt: DbtAssets) -> dg.AssetsDefinition:
    specs, checks = dbt.of_stage(stage)

    @dg.multi_asset(
        name=stage.name.lower(),
        specs=specs,
        check_specs=checks,
        allow_arbitrary_check_specs=True,
        can_subset=True,
        required_resource_keys={"run"},
    )
    def build_models(context: dg.AssetExecutionContext) -> Iterator[Any]:
        run: Run = context.resources.run
        wanted = dbt.nodes_of(context.selected_asset_keys, context.selected_asset_check_keys)
        is_whole = len(wanted) == len(specs) + len(checks)
        results = build_stage(run, stage, None if is_whole else wanted)
        yield from dbt.events(results, table_rows(run))
        require_passed(run, results)

    return build_models


def _severity(name: str) -> dg.AssetCheckSeverity:
    return dg.AssetCheckSeverity.WARN if name.lower() == "warn" else dg.AssetCheckSeverity.ERROR
