"""Which files of a township are audited for a month: a simple random sample, and the record of it.

Here: the draw and what is remembered of it. Not here: the form (`audit_form`), what a sample can show
(`warehouse/statistics`), or the command.

Record numbers of files that nothing is wrong with stand in no edition, so the draw reads the builder's own file, under
the installation's lock. A township's sample of a month is drawn once: a second call finds the record and changes
nothing, whatever has landed since, because the forms are out. Files count as drawn by these records, and by the audits
that came back without one (drawn elsewhere, or before). The order of the draw is that of SHA-256 over seed, month,
township and record number: the same whatever the order of rows or the number of threads, and open to a check by hand.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from orchestration.installation.durable import durable
from orchestration.installation.paths import Home
from orchestration.landing.secret import read_or_create_secret

# A file is not drawn again for so long: within one window of judgement a file stands for itself once.
REST_MONTHS = 12
SOURCE = "gpl_resident"
SAMPLE = Path(__file__).with_suffix(".sql")


class DrawnFile(BaseModel):
    """One file to audit. `audit_no` is the key under which its result comes back."""

    model_config = ConfigDict(frozen=True)

    audit_no: str
    record_no: str
    village_code: str
    village_name: str


class Draw(BaseModel):
    """A township's sample of a month, as it was drawn: from `files` active at the end of `as_of`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    month: date
    township_code: str
    township_name: str
    seed: int
    per_township: int
    files: int
    as_of: date
    is_provisional: bool
    is_synthetic: bool
    edition_id: str
    sample: tuple[DrawnFile, ...]


def default_seed(home: Home, month: date) -> int:
    """A seed that nobody outside the installation can foresee, the same whenever it is asked for."""
    secret = read_or_create_secret(home.person_key_secret)
    return int.from_bytes(hmac.digest(secret, f"audit_sample|{month:%Y-%m}".encode(), hashlib.sha256)[:4])


def read_draws(home: Home) -> list[Draw]:
    """Every sample that was ever drawn here, by month and township."""
    files = sorted(home.audit_draws.glob("*/*.json"))
    return [Draw.model_validate_json(file.read_bytes()) for file in files if not file.name.startswith(".")]


def record(home: Home, draw: Draw) -> None:
    """Remember a sample, durably: before anybody gets a form of it."""
    with durable(_place(home, draw)) as temporary:
        temporary.write_text(draw.model_dump_json(indent=1) + "\n", encoding="utf-8")


def draw_samples(
    warehouse: duckdb.DuckDBPyConnection,
    month: date,
    townships: list[str],
    per_township: int,
    seed: int,
    edition_id: str,
    earlier: list[Draw],
) -> list[Draw]:
    """A sample of each of `townships` that has files in `month`, by township; `earlier` are the draws so far."""
    drawn = [
        {
            "month": draw.month,
            "county_code": draw.township_code[:6],
            "audit_no": file.audit_no,
            "record_no": file.record_no,
        }
        for draw in earlier
        for file in draw.sample
    ]
    warehouse.register("drawn_before", pa.Table.from_pylist(drawn, schema=DRAWN_BEFORE))
    chosen = warehouse.execute(
        SAMPLE.read_text(encoding="utf-8"),
        {
            "month": month,
            "townships": townships,
            "wanted": per_township,
            "seed": str(seed),
            "rest_months": REST_MONTHS,
            "source": SOURCE,
        },
    ).fetchall()
    samples: dict[tuple, list[DrawnFile]] = {}
    for township, name, files, as_of, is_provisional, is_synthetic, *file in chosen:
        sample = samples.setdefault((township, name, files, as_of, is_provisional, is_synthetic), [])
        number = f"CC{month:%Y%m}T{township[:9]}N{len(sample) + 1:03d}"
        sample.append(
            DrawnFile(audit_no=number, **dict(zip(("record_no", "village_code", "village_name"), file, strict=True)))
        )
    return [
        Draw(
            month=month,
            township_code=township,
            township_name=name,
            seed=seed,
            per_township=per_township,
            files=files,
            as_of=as_of,
            is_provisional=is_provisional,
            is_synthetic=is_synthetic,
            edition_id=edition_id,
            sample=tuple(sample),
        )
        for (township, name, files, as_of, is_provisional, is_synthetic), sample in samples.items()
    ]


def _place(home: Home, draw: Draw) -> Path:
    return home.audit_draws / f"{draw.month:%Y-%m}" / f"{draw.township_code[:9]}.json"


DRAWN_BEFORE = pa.schema(
    [("month", pa.date32()), ("county_code", pa.string()), ("audit_no", pa.string()), ("record_no", pa.string())]
)
