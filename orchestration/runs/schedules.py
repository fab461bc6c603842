"""The daily run: it picks up what the sensor does not see, such as changed seeds or a build that broke off."""

from __future__ import annotations

import dagster as dg


def daily_schedule(job_name: str) -> dg.ScheduleDefinition:
    """Before the offices open, local time."""
    return dg.ScheduleDefinition(
        name="daily",
        job_name=job_name,
        cron_schedule="0 6 * * *",
        execution_timezone="Asia/Shanghai",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Runs the pipeline every morning at six.",
    )
