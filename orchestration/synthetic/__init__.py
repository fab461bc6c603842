"""The synthetic county: clerk files of an invented county, and what a right warehouse must find in them.

`synthesize` is all that others use. Everything in the files is invented, and every file says so in a column of its
own (`合成数据`). Nothing here may use code of landing or the warehouse: it is the independent truth they are compared
with. Modules, in the order of the work: `divisions`, `world` (people), `registry`, `gpl`, `padis`, `tenancies`,
`exchange`, `activity` (books), `planting` (defects by rule), `county` (what an export shows), `schedule` (who sends
what when), `spoiling` (rows nobody can read), `forms`, `spelling`, `writing` (files), `truth`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from orchestration.contracts import Contract, load_contracts
from orchestration.synthetic.amendments import RATES
from orchestration.synthetic.county import County, build_county
from orchestration.synthetic.delivery import Delivery
from orchestration.synthetic.divisions import UnknownCountyError, read_divisions
from orchestration.synthetic.forms import Form, choose_form
from orchestration.synthetic.randomness import stream
from orchestration.synthetic.schedule import Export, draw_rota, exports
from orchestration.synthetic.spelling import spell, spell_headers, value_name
from orchestration.synthetic.spoiling import spoil
from orchestration.synthetic.timeline import Timeline
from orchestration.synthetic.truth import write_files, write_truth
from orchestration.synthetic.world import build_world
from orchestration.synthetic.writing import write

__all__ = ["SyntheticSummary", "UnknownCountyError", "synthesize"]

FEWEST_PERSONS = 300


@dataclass(frozen=True)
class SyntheticSummary:
    """What was made. Rows are data rows of the clerk files; `planted` counts records by rule."""

    out: Path
    county: str
    townships: int
    persons: int
    months: int
    files: int
    rows: int
    quarantined: int
    cases: int
    gaming_township: str
    planted: dict[str, int] = field(default_factory=dict)


def synthesize(
    out: Path,
    *,
    county: str = "623021",
    persons: int = 20_000,
    months: int = 24,
    as_of: date = date(2026, 11, 15),
    seed: int = 1,
    defects: str = "usual",
    seeds: Path,
    is_truth_wanted: bool = True,
    progress: Callable[[str, int, int], None] | None = None,
) -> SyntheticSummary:
    """Write the clerk files of an invented county into `out`, and the truth about them into `out/truth`.

    The same arguments and seeds give the same bytes. Files of an earlier call in `out` are replaced, others are left
    alone. `persons` are all who ever live there; about two thirds of them at a time. Unless the truth is wanted only
    the list of files is written there, and no case is counted. `progress` is called with a file name, files written and
    files in all. Raises UnknownCountyError, or ValueError for any other argument out of range.
    """
    if persons < FEWEST_PERSONS or defects not in RATES:
        raise ValueError(f"at least {FEWEST_PERSONS} persons, and defects one of {', '.join(RATES)}")
    divisions = read_divisions(seeds, county, stream(seed, "villages"))
    world = build_world(seed, defects, Timeline.ending(as_of, months), divisions, persons)
    rota = draw_rota(world)
    books = build_county(world, rota)
    contracts, sent = load_contracts(), list(exports(world, rota))
    _clear(out)
    deliveries, files = [], []
    for number, export in enumerate(sent):
        delivery, account = _deliver(out, books, export, contracts[export.source], number)
        deliveries.append(delivery)
        files.append(account)
        if progress is not None:
            progress(str(account["file_name"]), number + 1, len(sent))
    accounts = pd.DataFrame(files)
    cases = write_truth(out / "truth", books, rota, deliveries, accounts) if is_truth_wanted else 0
    write_files(out / "truth", accounts)
    return SyntheticSummary(
        out=out,
        county=county,
        townships=len(divisions.townships),
        persons=persons,
        months=months,
        files=len(accounts),
        rows=int(accounts["rows_in"].sum()),
        quarantined=int(accounts["quarantined"].sum()),
        cases=cases,
        gaming_township=str(divisions.townships[world.gaming]),
        planted=books.planted,
    )


def _deliver(
    out: Path, books: County, export: Export, contract: Contract, number: int
) -> tuple[Delivery, dict[str, object]]:
    """Write one export; the delivery keeps what its rows mean, the account what landing must count."""
    world = books.world
    scope = world.divisions.county if export.township is None else world.divisions.scopes[export.township]
    kept = [value_name(column) for column in contract.columns] + ["person", "id_status", "township"]
    shown = books.rows(export).reset_index(drop=True)
    rows = shown[[name for name in dict.fromkeys(kept) if name in shown]].assign(quarantine="", unreadable="")
    delivery = Delivery(export.source, scope, export.day, rows)
    rng = world.stream("form", delivery.stem)
    form = choose_form(rng, export.source, len(rows), len(contract.columns), world.defects == "none")
    delivery = spoil(world, delivery, contract, form.file_format == "csv", number)
    cells = spell(rng, delivery, contract, form)
    file_name, non_data = write(out, rng, delivery, form, spell_headers(contract, form), list(cells.values()))
    delivery.forget_text()
    return delivery, _account(file_name, delivery, export.sent_on, form, non_data)


def _account(
    file_name: str, delivery: Delivery, sent_on: np.datetime64, form: Form, non_data: int
) -> dict[str, object]:
    accepted = len(delivery.accepted)
    is_csv = form.file_format == "csv"
    return {
        "file_name": file_name,
        "source": delivery.source,
        "scope": delivery.scope,
        "as_of": delivery.as_of.item(),
        "sent_on": sent_on.item(),
        "file_format": form.file_format,
        "encoding": form.encoding if is_csv else "",
        "delimiter": form.delimiter if is_csv else "",
        "rows_in": len(delivery.rows) + non_data,
        "accepted": accepted,
        "quarantined": len(delivery.rows) - accepted,
        "non_data": non_data,
    }


def _clear(out: Path) -> None:
    """Remove the clerk files that an earlier call listed in `out/truth`."""
    out.mkdir(parents=True, exist_ok=True)
    listed = out / "truth" / "files.parquet"
    if listed.exists():
        for file_name in pd.read_parquet(listed)["file_name"]:
            (out / file_name).unlink(missing_ok=True)
