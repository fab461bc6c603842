"""A model's SQL outside of a build: over relations that the caller has, in place of those that it refers to.

So what a model derives has one home, where there is no builder's file too: an edition of an older version, two editions
side by side, the seeds before the first build. Here: models in plain SQL. Not here: building one (dbt does), or which
relations stand in for which.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import jinja2
import yaml

PROJECT = Path(__file__).parent
# The macros that such models call.
MACROS = ("calendar", "extracts")


def model_sql(name: str, relations: Mapping[str, str]) -> str:
    """The query of model `name`, in which `relations` are what follows FROM by the name that it refers to.

    Raises KeyError for a model that refers to anything else.
    """
    return _template(name).render(ref=relations.__getitem__)


@cache
def _template(name: str) -> jinja2.Template:
    (path,) = (PROJECT / "models").rglob(f"{name}.sql")
    files = [*(PROJECT / "macros" / f"{one}.sql" for one in MACROS), path]
    variables = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    environment.globals["var"] = variables.__getitem__
    return environment.from_string("".join(file.read_text(encoding="utf-8") for file in files))
