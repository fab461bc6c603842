"""What landing takes for granted about every extract (bounds.yml), and whether the day of a delivery has come.

Here: those bounds, and the one place where landing asks the wall clock which day it is. Not here: what one contract
says of its own dates (`orchestration.contracts`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta, timezone
from functools import cache
from pathlib import Path

import yaml

from orchestration.installation.clock import now
from orchestration.installation.messages import Loader
from orchestration.landing.refusal import Refused

CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Bounds:
    earliest_as_of: date
    days_of_grace: int
    longest_text: int
    few_non_data: int


@cache
def bounds() -> Bounds:
    listed = yaml.load(Path(__file__).with_name("bounds.yml").read_text(encoding="utf-8"), Loader)
    return Bounds(**{name: bound["value"] for name, bound in listed.items()})


def today() -> date:
    """By the wall clock, where the county is."""
    return now().astimezone(CHINA).date()


def require_a_day_that_has_come(as_of: date) -> None:
    """The newest as-of is the installation's clock: one slip in a file name must not move it. Raises Refused."""
    if as_of > today() + timedelta(days=bounds().days_of_grace):
        raise Refused("as_of_to_come", as_of=as_of, limit=today())
    if as_of < bounds().earliest_as_of:
        raise Refused("as_of_too_early", as_of=as_of, limit=bounds().earliest_as_of)
