"""When things run and where files go: landing, contracts, publishing, the command line, the synthetic county.

No business rule belongs here: those are seed rows (`seeds/`) and dbt models (`warehouse/`).
"""
