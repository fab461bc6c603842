"""Settings of the warehouse that others go by, said once: the `vars` of its project file."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from orchestration.installation.paths import DBT_PROJECT


@cache
def project_setting(name: str) -> Any:
    """Raises KeyError for one that is not there."""
    return yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"][name]
