"""Every path of the installation, absolute, in one place.

Nothing here reads or writes a file; a module that needs a place on disk asks `Home` for it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
DBT_PROJECT = CHECKOUT / "warehouse"
CONTRACTS = CHECKOUT / "orchestration" / "contracts"
DEFAULT_SEEDS = CHECKOUT / "seeds"
DAGSTER_CONFIGURATION = CHECKOUT / "orchestration" / "runs" / "dagster.yaml"


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
    def audit_draws(self) -> Path:
        """Which files were drawn for audits, by month and township: without it they could be drawn again too soon."""
        return self.root / "audit_draws"

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
    def workbench(self) -> Path:
        """What people write: incidents, waivers, answers; unless `SHUANGBAI_WORKBENCH_URL` names a server."""
        return self.root / "workbench.sqlite"

    @property
    def alerts(self) -> Path:
        """Where alerts go; without the file there are none."""
        return self.root / "alerts.yml"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    @property
    def lock(self) -> Path:
        """Held by the one process that may write here."""
        return self.root / "lock"

    @property
    def run_record(self) -> Path:
        """What the newest run did, for `status` and the pages."""
        return self.root / "run.json"

    @property
    def incidents_follow(self) -> Path:
        """Up to which entry of the ledger of failures the incidents have followed it."""
        return self.quality / "incidents_follow"

    @property
    def rules_accepted(self) -> Path:
        """Who accepted the last changes of the rules that had to be accepted."""
        return self.root / "rules_accepted.json"

    @property
    def letterhead(self) -> Path:
        """What the office puts on its bulletin, where it has set it; see `dashboards.documents.letterhead`."""
        return self.root / "bulletin.yml"

    @property
    def logs(self) -> Path:
        """What went wrong inside, for whoever mends it; never shown to a clerk."""
        return self.root / "logs"

    @property
    def person_key_secret(self) -> Path:
        return self.root / "secret" / "person_key"

    @property
    def access(self) -> Path:
        """Who may read the dashboards from other machines, and how they sign in; without it nobody may."""
        return self.root / "access.yml"

    @property
    def pseudonym_secret(self) -> Path:
        """With it, readers' pseudonyms in the access log stay the same from one start to the next."""
        return self.root / "secret" / "pseudonym_key"

    @property
    def seeds(self) -> Path:
        """The seeds in force: the shipped ones, overlaid with those of `SHUANGBAI_SEEDS`."""
        return self.dbt_project / "seeds"

    @property
    def seeds_stamp(self) -> Path:
        """Of which files the seeds in force were read, and found right."""
        return self.dbt / "seeds.json"

    @property
    def dbt_project(self) -> Path:
        """dbt's project folder: links to the checkout's `warehouse/`, beside the seeds in force."""
        return self.dbt / "project"

    @property
    def dbt_target(self) -> Path:
        return self.dbt / "target"

    @property
    def dbt_logs(self) -> Path:
        return self.dbt / "logs"

    @property
    def manifest(self) -> Path:
        """dbt's description of every model and test, from which the Dagster assets are made."""
        return self.dbt_target / "manifest.json"

    @property
    def dbt(self) -> Path:
        """All that dbt needs and makes; made again whenever it is missing."""
        return self.root / "dbt"

    @property
    def scratch(self) -> Path:
        """Spill and temporary files; safe to delete when nothing runs."""
        return self.root / "scratch"

    @property
    def demo_files(self) -> Path:
        """The synthetic county's files, as `shuangbai demo` makes them."""
        return self.scratch / "demo"


def seeds_source() -> Path:
    """The folder of the county's own seeds: `SHUANGBAI_SEEDS`, or the shipped `seeds/`."""
    return Path(os.environ.get("SHUANGBAI_SEEDS") or DEFAULT_SEEDS).expanduser().resolve()
