"""A model's SQL outside of a build: over relations that the caller has, in place of those that it refers to.

So what a model derives has one home, where there is no builder's file too: an edition of an older version, two editions
side by side, the lake of an installation that is not built. Here: models in plain SQL, with the project's macros and
variables. Not here: building one (dbt does), or which relations stand in for which.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import yaml

PROJECT = Path(__file__).parent
MACRO = re.compile(r"{%-? macro (\w+).*?endmacro -?%}", re.DOTALL)

_relations: ContextVar[Mapping[str, str]] = ContextVar("relations")


class _Returned(Exception):
    """What dbt's `return` does: a macro ends with a value instead of a text."""


def model_sql(name: str, relations: Mapping[str, str]) -> str:
    """The query of model `name`, in which `relations` are what follows FROM: by the model or seed that it refers to, or
    by `schema.table` of a source.

    Raises KeyError for a model that refers to anything else.
    """
    token = _relations.set(relations)
    try:
        return _template(name).render()
    finally:
        _relations.reset(token)


@cache
def _template(name: str) -> jinja2.Template:
    (path,) = (PROJECT / "models").rglob(f"{name}.sql")
    return _environment().from_string(path.read_text(encoding="utf-8"))


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, extensions=["jinja2.ext.do"])
    variables = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    names: dict[str, Any] = {
        "ref": lambda name: _relations.get()[name],
        "source": lambda schema, table: _relations.get()[f"{schema}.{table}"],
        "var": lambda name: variables[name],
        "return": _return,
        # How a model is built says nothing of what it derives.
        "config": lambda **_: "",
        "is_incremental": lambda: False,
    }
    for path in sorted((PROJECT / "macros").glob("*.sql")):
        for found in MACRO.finditer(path.read_text(encoding="utf-8")):
            names[found[1]] = _macro(environment, found[1], found[0])
    environment.globals.update(names)
    return environment


def _macro(environment: jinja2.Environment, name: str, text: str) -> Callable[..., Any]:
    template = environment.from_string(text)

    def called(*values: Any, **named: Any) -> Any:
        try:
            return getattr(template.module, name)(*values, **named)
        except _Returned as returned:
            return returned.args[0]

    return called


def _return(value: Any) -> None:
    raise _Returned(value)
