"""`python elsewhen.py DAYS COMMAND ...`: the command line as if it were so many days later.

Whoever in this project asks for the time is told the later one; at the end it is an error if nobody asked. DuckDB has a
clock of its own, which no model may ask for (`test_same_again.py` reads them).
"""

from __future__ import annotations

import datetime as dt
import importlib
import pkgutil
import sys
import time

import expectations
import orchestration
from orchestration.cli import main

DAYS = int(sys.argv.pop(1))
REAL_TIME = time.time
asked = []


class Later(dt.datetime):
    """Knows only one time of its own: now."""

    @classmethod
    def now(cls, tz=None):
        asked.append(tz)
        return dt.datetime.fromtimestamp(time.time(), tz)


time.time = lambda: REAL_TIME() + DAYS * 86_400
for package in (orchestration, expectations):
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if ".migrations." in found.name:  # Alembic runs them; they are nobody's to import.
            continue
        module = importlib.import_module(found.name)
        if getattr(module, "datetime", None) is dt.datetime:
            module.datetime = Later
try:
    main()
finally:
    assert asked, "nobody asked for the time"
