"""Starting a run when a clerk has put a file into the landing folder.

Here: whether there is a file to run for. Not here: reading one. A refused file stays where it is; the cursor remembers
every file by name, size and time of change, so that it is not run for again until somebody changes it.
"""

import json
from pathlib import Path

import dagster as dg

from orchestration.installation.paths import Home
from orchestration.landing.delivery import files_in, is_quiet, look


def ready_files(folder: Path) -> dict[str, list[int]]:
    """Size and time of change (ns) of each file of `folder` that is not being written any more."""
    files = files_in(folder) if folder.is_dir() else []
    return {path.name: list(look(path)) for path in files if is_quiet(path)}


def landing_sensor(job_name: str, home: Home) -> dg.SensorDefinition:
    @dg.sensor(
        name="landing_folder",
        job_name=job_name,
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Runs the pipeline when a new file is ready in the landing folder.",
    )
    def landing_folder(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        seen = json.loads(context.cursor) if context.cursor else {}
        ready = ready_files(home.landing)
        new = [name for name in ready if seen.get(name) != ready[name]]
        cursor = json.dumps(ready, ensure_ascii=False)
        if not new:
            context.update_cursor(cursor)
            return dg.SkipReason("no new file is ready")
        return dg.SensorResult(run_requests=[dg.RunRequest(tags={"files": str(len(new))})], cursor=cursor)

    return landing_folder
