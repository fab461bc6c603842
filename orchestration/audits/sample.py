"""`shuangbai audit-sample`: draw what is to be audited for a month, write the forms, say what they can show.

Here: the options, the lock, which townships and month, and the words. Not here: the draw (`audit_draw`), the sheet
(`audit_form`), or what a sample shows (`audit_evidence`).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from orchestration.audits.draw import SOURCE, Draw, default_seed, draw_samples, read_draws, record
from orchestration.audits.evidence import Judgement, judgement_of, needed_for, shown_by
from orchestration.audits.form import SOURCE as FORM
from orchestration.audits.form import form_name, write_form
from orchestration.contracts import load_contracts
from orchestration.installation.durable import durable
from orchestration.installation.errors import BilingualError
from orchestration.installation.lock import WAIT_SECONDS, LockedError, exclusive
from orchestration.installation.messages import LANGUAGES, command_line_messages
from orchestration.installation.paths import Home
from orchestration.installation.progress import in_one_line
from orchestration.installation.sql import only_row
from orchestration.lake.catalogue import WarehouseBusyError, warehouse_connection
from orchestration.publishing import current_edition_id


class CannotDrawError(BilingualError):
    """Nothing can be drawn as asked."""


def audit_sample(
    home: Home, month: str | None, per_township: int, seed: int | None, out: Path | None, county: str | None
) -> int:
    """Draw, remember and write the forms into `out`, a folder or one `.xlsx` for all; the exit code."""
    both = command_line_messages().both
    try:
        with exclusive(home.lock, WAIT_SECONDS, lambda: print(both("run.waiting_for_lock"), file=sys.stderr)):
            draws, kept, judgement = _draw(home, _first_day(month), per_township, seed, county)
            place = out or Path(f"audit_sample_{draws[0].month:%Y-%m}")
            forms = _write(place, draws, judgement)
    except CannotDrawError as error:
        print(str(error), file=sys.stderr)
        return 1
    except LockedError:
        print(both("run.locked"), file=sys.stderr)
        return 1
    except WarehouseBusyError as error:
        print(both("run.warehouse_busy", file=error), file=sys.stderr)
        return 1
    _show(draws, kept, judgement)
    print(both("audit.written", forms=forms, files=sum(len(draw.sample) for draw in draws), out=place.resolve()))
    print(both("audit.return", name=form_name(draws[0])))
    return 0


def _first_day(month: str | None) -> date | None:
    if month is not None and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        raise CannotDrawError("audit.bad_month", month=month)
    return date.fromisoformat(f"{month}-01") if month else None


def _draw(
    home: Home, month: date | None, per_township: int, seed: int | None, county: str | None
) -> tuple[list[Draw], int, Judgement]:
    """The samples of the month, how many of them had been drawn before, and what they are held against."""
    edition_id = current_edition_id(home)
    if edition_id is None or not home.warehouse.exists():
        raise CannotDrawError("audit.not_built")
    with warehouse_connection(home, read_only=True) as warehouse:
        _require_current(warehouse, edition_id)
        month = month or _newest_month(warehouse)
        townships = _townships(warehouse, month, county)
        earlier = read_draws(home)
        kept = [draw for draw in earlier if draw.month == month and draw.township_code in townships]
        remaining = sorted(set(townships) - {draw.township_code for draw in kept})
        seed = default_seed(home, month) if seed is None else seed
        drawn = draw_samples(warehouse, month, remaining, per_township, seed, edition_id, earlier)
        judgement = judgement_of(warehouse, month, townships)
    for draw in drawn:
        record(home, draw)
    return sorted([*kept, *drawn], key=lambda draw: draw.township_code), len(kept), judgement


def _require_current(warehouse: duckdb.DuckDBPyConnection, edition_id: str) -> None:
    """What a blocked or killed run left has been checked by nobody: nothing is drawn from it."""
    try:
        built = warehouse.execute("select edition_id from lake.build").fetchone()
        pending = warehouse.execute("select count(*) from lake.rebuild_month").fetchone()
    except duckdb.CatalogException:
        raise CannotDrawError("audit.not_built") from None
    if built != (edition_id,) or pending != (0,):
        raise CannotDrawError("audit.not_built")


def _newest_month(warehouse: duckdb.DuckDBPyConnection) -> date:
    """The newest whose files reach its last day somewhere; else the newest with any."""
    months = """
        select max(period_month) filter (where not is_provisional), max(period_month)
        from staging.landed_month where source = $source
    """
    closed, newest = only_row(warehouse.execute(months, {"source": SOURCE}))
    if newest is None:
        raise CannotDrawError("audit.no_files")
    return closed or newest


def _townships(warehouse: duckdb.DuckDBPyConnection, month: date, county: str | None) -> list[str]:
    if county is not None and not re.fullmatch(r"\d{6}(0{6})?", county):
        raise CannotDrawError("audit.bad_county", county=county)
    with_files = """
        select distinct township_code from core.fct_resident_file
        where period_month = $month and starts_with(township_code, $county) order by all
    """
    found = warehouse.execute(with_files, {"month": month, "county": (county or "")[:6]}).fetchall()
    if not found:
        raise CannotDrawError("audit.no_files_of", month=f"{month:%Y-%m}", county=county or "*")
    return [township for (township,) in found]


def _write(place: Path, draws: Sequence[Draw], judgement: Judgement) -> int:
    """One form per township into the folder `place`, or all on one sheet if it names a workbook; how many forms."""
    contract = load_contracts()[FORM]
    forms = {place: draws} if place.suffix == ".xlsx" else {place / form_name(draw): [draw] for draw in draws}
    for path, on_it in forms.items():
        with durable(path) as temporary:
            write_form(temporary, contract, on_it, _titles(on_it, judgement))
    return len(forms)


def _titles(draws: Sequence[Draw], judgement: Judgement) -> list[str]:
    text, first = command_line_messages(), draws[0]
    drawn, files = (sum(counts) for counts in zip(*((len(draw.sample), draw.files) for draw in draws), strict=True))
    place = "、".join(draw.township_name for draw in draws)
    values = {"place": place, "month": f"{first.month:%Y-%m}", "as_of": max(draw.as_of for draw in draws)}
    titles = [text("audit.title", one, drawn=drawn, files=files, **values) for one in LANGUAGES]
    titles += [text("audit.fill_in", one, name=form_name(first)) for one in LANGUAGES]
    if len(draws) == 1:
        titles += [text("audit.shows", one, **shown_by(first, judgement)) for one in LANGUAGES]
    return titles


def _show(draws: Sequence[Draw], kept: int, judgement: Judgement) -> None:
    console, both = Console(), command_line_messages().both
    first = draws[0]
    columns = ("township", "files", "drawn", "least", *(("needed",) if judgement.target else ()))
    seeds = ", ".join(str(seed) for seed in sorted({draw.seed for draw in draws}))
    table = Table(title=in_one_line("audit.drawn_for", month=f"{first.month:%Y-%m}", seed=seeds), title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(both(f"audit.column.{column}"), justify="right" if number else "left")
    for draw in draws:
        shown = shown_by(draw, judgement) | {"township": f"{draw.township_code[:9]} {draw.township_name}"}
        table.add_row(*(str(shown[column]) for column in columns))
    console.print(table)
    if judgement.target:
        year = judgement.months * first.per_township
        print(both("audit.needed", months=judgement.months, year=year, **needed_for(judgement.target)))
    if kept:
        print(both("audit.kept", townships=kept))
    if provisional := sorted({str(draw.as_of) for draw in draws if draw.is_provisional}):
        print(both("audit.provisional", as_of=", ".join(provisional)))
