"""One run, step by step, and Dagster's view of it: assets, job, sensor, schedules, history."""
