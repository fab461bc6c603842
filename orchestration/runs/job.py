"""Everything Dagster knows, put together from the steps and dbt's manifest, and the job that runs it.

Here: assembling, and running the job in this process. Not here: a step. `dagster dev` and the command line run the very
same job; it runs in one process in both, because one process may write the builder's file.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.installation.paths import Home
from orchestration.installation.progress import Reporter
from orchestration.runs.assets.landing import landing_assets
from orchestration.runs.assets.ledger import ledger_assets
from orchestration.runs.assets.publication import publication_assets
from orchestration.runs.assets.validation import validation_assets
from orchestration.runs.assets.warehouse import DbtAssets, warehouse_assets
from orchestration.runs.dagster_history import dagster_history
from orchestration.runs.run import Run, open_run
from orchestration.runs.schedules import daily_schedule
from orchestration.runs.sensors import landing_sensor

JOB = "pipeline"


@dg.resource(description="One run under the installation's lock.")
def run_resource(_: dg.InitResourceContext) -> Iterator[Run]:
    with open_run(Home.from_environment(), Reporter(is_quiet=True)) as run:
        yield run


def assemble_definitions(manifest: dict[str, Any], home: Home, run: object = run_resource) -> dg.Definitions:
    """All assets, checks, jobs, sensors and schedules; `run` is a `Run`, or the resource that opens one."""
    dbt = DbtAssets(manifest)
    job = dg.define_asset_job(JOB, selection=dg.AssetSelection.all(), executor_def=dg.in_process_executor)
    return dg.Definitions(
        assets=[
            landing_assets(),
            *warehouse_assets(dbt),
            validation_assets(dbt),
            ledger_assets(dbt),
            publication_assets(dbt),
        ],
        jobs=[job],
        sensors=[landing_sensor(JOB, home)],
        schedules=[daily_schedule(JOB)],
        resources={"run": run},
        executor=dg.in_process_executor,
    )


def run_in_process(run: Run) -> None:
    """Run the whole job with `run`; its record says how it ended. Raises RuntimeError if it broke outside a step."""
    job = assemble_definitions(run.project.manifest(), run.home, run).resolve_job_def(JOB)
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    with dagster_history(run.home) as instance:
        result = job.execute_in_process(instance=instance, raise_on_error=False, run_config=quiet)
        if not result.success and not run.record.reasons:
            failures = result.get_step_failure_events()
            raise RuntimeError("\n".join(str(failure.event_specific_data) for failure in failures))
