"""Every path of the installation, absolute, in one place.

Nothing here reads or writes a file; a module that needs a place on disk asks `Home` for it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
DBT_PROJECT = CHECKOUT / "warehouse"
SUITES = CHECKOUT / "expectations" / "suites"
CONTRACTS = CHECKOUT / "orchestration" / "contracts"
DEFAULT_SEEDS = CHECKOUT / "seeds"


@dataclass(frozen=True)
class Home:
    """The state of one installation below `root` (see README, "State on disk")."""

    root: Path

    @classmethod
    def from_environment(cls) -> Home:
        """`SHUANGBAI_HOME`, or `var/` in the checkout."""
        return cls(Path(os.environ.get("SHUANGBAI_HOME") or CHECKOUT / "var").expanduser().resolve())

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def lake(self) -> Path:
        return self.root / "lake"

    @property
    def quarantine(self) -> Path:
        return self.root / "quarantine"

    @property
    def quality(self) -> Path:
        return self.root / "quality"

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse.duckdb"

    @property
    def editions(self) -> Path:
        return self.root / "editions"

    @property
    def current_edition(self) -> Path:
        return self.editions / "current"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    @property
    def person_key_secret(self) -> Path:
        return self.root / "secret" / "person_key"

    @property
    def seeds(self) -> Path:
        """The seeds in force: the shipped ones, overlaid with those of `SHUANGBAI_SEEDS`."""
        return self.dbt / "project" / "seeds"

    @property
    def dbt(self) -> Path:
        """dbt's assembled project (`project/`) and what it compiles; made again whenever it is missing."""
        return self.root / "dbt"

    @property
    def scratch(self) -> Path:
        """Spill and temporary files; safe to delete when nothing runs."""
        return self.root / "scratch"


def seeds_source() -> Path:
    """The folder of the county's own seeds: `SHUANGBAI_SEEDS`, or the shipped `seeds/`."""
    return Path(os.environ.get("SHUANGBAI_SEEDS") or DEFAULT_SEEDS).expanduser().resolve()
