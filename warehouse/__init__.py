"""The dbt project. Python here is only the pure statistics that its Python models call."""
