"""Every seed and model of the dbt project as an asset, every data test as a check, from dbt's manifest.

A folder of models is a group. Two ops: the border (seeds and staging, which the expectations look at), and the rest.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator

from orchestration.dbt_project import NodeResult
from orchestration.pipeline import Build

Manifest = dict[str, Any]

BORDER_GROUPS = ("seeds", "staging")


class Translator(DagsterDbtTranslator):
    """A key is schema and table, a group is a folder of models; everything else is as dagster-dbt has it."""

    def get_asset_key(self, dbt_resource_props: Manifest) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return super().get_asset_key(dbt_resource_props)
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["alias"]])

    def get_group_name(self, dbt_resource_props: Manifest) -> str:
        return "seeds" if dbt_resource_props["resource_type"] == "seed" else dbt_resource_props["fqn"][1]


class DbtAssets:
    """The manifest, read as asset and check specs."""

    def __init__(self, manifest: Manifest) -> None:
        translator = Translator()
        self._nodes = manifest["nodes"]
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

    def of_groups(self, is_border: bool) -> tuple[list[dg.AssetSpec], list[dg.AssetCheckSpec]]:
        """The specs of one op; a test belongs to the op that builds the last of the models it looks at."""
        specs = [spec for unique_id, spec in self.specs.items() if self._is_border(unique_id) == is_border]
        checks = [
            check
            for test, check in self.checks.items()
            if all(map(self._is_border, self._parents(self._nodes[test]))) == is_border
        ]
        return specs, checks

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
        """A test is a check of the model it is declared on, of the one named in its `meta`, or of the first it reads.

        If any of its models lies beyond the border, only those count: the check is done where the last is built.
        """
        parents = self._parents(node)
        parents = [parent for parent in parents if not self._is_border(parent)] or parents
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

    def _is_border(self, unique_id: str) -> bool:
        return self.specs[unique_id].group_name in BORDER_GROUPS


def warehouse_assets(dbt: DbtAssets) -> list[dg.AssetsDefinition]:
    """The two builds. A failed test with severity error fails the op, so that nothing after it runs."""
    return [_op("border", dbt, is_border=True), _op("warehouse", dbt, is_border=False)]


def _op(name: str, dbt: DbtAssets, is_border: bool) -> dg.AssetsDefinition:
    specs, checks = dbt.of_groups(is_border)

    @dg.multi_asset(
        name=name,
        specs=specs,
        check_specs=checks,
        allow_arbitrary_check_specs=True,
        required_resource_keys={"build"},
    )
    def build_models(context: dg.AssetExecutionContext) -> Iterator[Any]:
        build: Build = context.resources.build
        results = build.build_border() if is_border else build.build_published()
        yield from dbt.events(results, build.table_rows())
        build.block_on_failures(results)

    return build_models


def _severity(name: str) -> dg.AssetCheckSeverity:
    return dg.AssetCheckSeverity.WARN if name.lower() == "warn" else dg.AssetCheckSeverity.ERROR
