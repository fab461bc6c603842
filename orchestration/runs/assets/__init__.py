"""The steps of a run as Dagster assets, and what they check as asset checks. One module per step.

Here: keys, groups, metadata. Not here: any work; each asset calls one step of the `build` resource and reports it.
"""
