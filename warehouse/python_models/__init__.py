"""What the Python models of the dbt project share that is no figure."""
