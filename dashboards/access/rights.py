"""What a reader may see of an edition: the role, whose cases, and from which number on a count is shown.

Rights are a value: they are part of what a query's result is cached by. Not here: who somebody is (readers.py), how
rights are enforced (scopes.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROLES = ("leadership", "planner", "quality", "township")


@dataclass(frozen=True)
class Rights:
    """`role` None: everything, as on the machine that holds the file. `division_code` (12 digits): only the cases of
    what lies below it. `threshold`: below the township, counts from 1 to one less are suppressed; 0 suppresses none."""

    role: str | None = None
    division_code: str | None = None
    threshold: int = 0

    @classmethod
    def of_role(cls, role: str, division_code: str | None, threshold: int) -> Rights:
        """Those of one who signed in. Raises ValueError for no such role, a township's reader without a township, or
        a code that is not of 12 digits."""
        if role not in ROLES:
            raise ValueError(f"no such role: {role}")
        if division_code is None and role == "township":
            raise ValueError("a township's reader needs a township")
        if division_code is not None and not re.fullmatch("[0-9]{12}", division_code):
            raise ValueError("a division code has 12 digits")
        return cls(role, division_code, 0 if role == "quality" else threshold)

    def may_open(self, page: str) -> bool:
        return self.role is None or self.role in _roles()["pages"].get(page, ())

    def may(self, action: str) -> bool:
        """Whether this reader may change something: an action of `roles.yml`."""
        return self.role is None or self.role in _roles()["actions"][action]

    def is_bound_to_own_township(self, page: str) -> bool:
        return self.role == "township" and page in _roles()["own_township"]


EVERYTHING = Rights()


@cache
def _roles() -> dict[str, Any]:
    return yaml.safe_load(Path(__file__).with_name("roles.yml").read_text(encoding="utf-8"))
