"""HTML by templates: whatever is filled in is escaped, unless it is markup already, which its type says.

Here: where the templates are, compiled once a process. Not here: any HTML (`templates/`, one file for each component
that has its own, `fragments.html` for what several share), or what is said.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

__all__ = ["Markup", "fragments", "macros"]

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    auto_reload=False,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def macros(name: str) -> Any:
    """The macros of `templates/<name>.html` as functions that return Markup."""
    return _ENVIRONMENT.get_template(f"{name}.html").module


fragments = macros("fragments")
