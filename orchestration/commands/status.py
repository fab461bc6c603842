"""How the installation stands: its edition, its last run, what lies in the lake and what waits.

Here: reading what others have written. Not here: changing anything, or the lock: it may be asked at any time.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from rich.console import Console
from rich.table import Table

from orchestration.commands.withdrawal import about
from orchestration.installation.messages import command_line_messages
from orchestration.installation.paths import Home
from orchestration.installation.privacy import open_to_others
from orchestration.installation.progress import in_one_line
from orchestration.installation.run_record import read_run_record
from orchestration.landing.batch import BatchRecord, read_batches
from orchestration.landing.delivery import files_in
from orchestration.landing.secret import SecretError, require_same_secret
from orchestration.publishing import read_edition

MONTHS_SHOWN = 6
ACCOUNT = ("rows_in", "accepted", "quarantined", "non_data")


def show_status(home: Home) -> None:
    """Print the state of the installation."""
    console = Console()
    landed = read_batches(home)
    batches = [record for record in landed if record.withdrawal is None]
    run = read_run_record(home)
    edition = read_edition(home) or {}
    waiting = [path.name for path in files_in(home.landing)] if home.landing.is_dir() else []
    troubles = {"status.key": _secret_trouble(home, landed), "status.private": _openness(home)}
    table = Table(show_header=False)
    none = in_one_line("status.none")
    facts = {
        "status.edition": edition.get("edition_id") or none,
        "status.newest_month": (edition.get("newest_month") or none)[:7] if edition else none,
        "status.newest_as_of": max((record.as_of.isoformat() for record in batches), default=none),
        "status.last_run": _last_run(run) if run else none,
        "status.waiting": "\n".join(waiting) or none,
        "status.failing_rules": str(edition.get("failing_rules", none)),
    } | {key: in_one_line("status.see_below" if trouble else f"{key}.sound") for key, trouble in troubles.items()}
    for key, value in facts.items():
        table.add_row(in_one_line(key), value)
    console.print(table)
    for trouble in filter(None, troubles.values()):
        console.print(trouble, highlight=False, markup=False, soft_wrap=True)
    if run and run["refused"]:
        console.print(in_one_line("run.refused_files"), highlight=False)
        for refusal in run["refused"]:
            console.print(f"  {refusal['zh']}\n  {refusal['en']}", highlight=False, markup=False, soft_wrap=True)
    if withdrawn := [record for record in landed if record.withdrawal is not None]:
        console.print(in_one_line("status.withdrawn"), highlight=False)
        for record in withdrawn:
            said = command_line_messages().both("withdraw.label", **about(record)).replace("\n", "\n  ")
            console.print(f"  {said}", highlight=False, markup=False, soft_wrap=True)
    if batches:
        console.print(_batch_table(batches))
        console.print(_row_table(batches))
        if any(record.quarantined for record in batches):
            console.print(in_one_line("status.see_quarantine"), highlight=False)


def _secret_trouble(home: Home, landed: list[BatchRecord]) -> str:
    """Why the secret in place is not the one that what has landed was made with; empty if it is."""
    try:
        require_same_secret(home.person_key_secret, [record.key_fingerprint for record in landed])
    except SecretError as error:
        return str(error)
    return ""


def _openness(home: Home) -> str:
    """What others may read, and how to close it; empty if nothing."""
    if not (places := list(open_to_others(home.root))):
        return ""
    return command_line_messages().both(
        "status.private.open", count=f"{len(places):,}", first=places[0], root=home.root
    )


def _last_run(run: dict[str, Any]) -> str:
    reasons = [reason[language] for reason in run["reasons"] for language in ("zh", "en")]
    return "\n".join([f"{run['finished_at']}  {in_one_line('status.state.' + run['state'])}", *reasons])


def _batch_table(batches: list[BatchRecord]) -> Table:
    """Files per source, for the newest months."""
    counts = Counter((record.source, f"{record.as_of:%Y-%m}") for record in batches)
    months = sorted({month for _, month in counts})[-MONTHS_SHOWN:]
    table = Table(title=in_one_line("status.batches"), title_justify="left")
    table.add_column(in_one_line("status.source"))
    for month in months:
        table.add_column(month, justify="right")
    for source in sorted({source for source, _ in counts}):
        table.add_row(source, *(str(counts[source, month] or "") for month in months))
    return table


def _row_table(batches: list[BatchRecord]) -> Table:
    """What became of the rows of each source, over all files: rows in = accepted + quarantined + non-data."""
    both = command_line_messages().both
    table = Table(title=in_one_line("status.rows"), title_justify="left")
    table.add_column(both("status.source"), no_wrap=True)
    for name in ACCOUNT:
        table.add_column(both(f"run.{name}"), justify="right")
    counts: dict[str, Counter[str]] = {}
    for record in batches:
        counts.setdefault(record.source, Counter()).update({name: getattr(record, name) for name in ACCOUNT})
    for source, counted in sorted(counts.items()):
        table.add_row(source, *(f"{counted[name]:,}" for name in ACCOUNT))
    return table
