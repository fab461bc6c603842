"""The one place that calls dbt, and the catalogue of the rules that it and the suites check."""
