"""What `dagster dev` loads: the definitions of the installation of the environment. It only assembles."""

from orchestration.installation.paths import Home
from orchestration.installation.privacy import keep_private
from orchestration.runs.job import assemble_definitions
from orchestration.warehouse_build.dbt_project import assemble

keep_private()
_home = Home.from_environment()

defs = assemble_definitions(assemble(_home).manifest(), _home)
