"""What `dagster dev` loads: the definitions of the installation of the environment. It only assembles."""

from orchestration.dbt_project import assemble
from orchestration.job import assemble_definitions
from orchestration.paths import Home
from orchestration.privacy import keep_private

keep_private()
_home = Home.from_environment()

defs = assemble_definitions(assemble(_home).manifest(), _home)
