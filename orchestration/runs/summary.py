"""What a run says when it is over.

Here: the closing words, from the run's record. Not here: what happened (`steps`), or the texts (`messages.yml`).
"""

from __future__ import annotations

import sys
from typing import Any

from rich.console import Console
from rich.table import Table

from orchestration.installation.messages import command_line_messages
from orchestration.installation.progress import in_one_line
from orchestration.installation.run_record import COUNTS, RunRecord

CHANGES_SHOWN = 100


def show_summary(record: RunRecord) -> None:
    """The figures on the output, why nothing was published and what was refused on the error stream."""
    out, problems = Console(), Console(file=sys.stderr)
    both = command_line_messages().both
    table = Table(title=in_one_line("run.summary_title"), show_header=False, title_justify="left")
    table.add_column()
    table.add_column(justify="right")
    for name in COUNTS:
        table.add_row(in_one_line(f"run.{name}"), f"{record.counts[name]:,}")
    table.add_row(in_one_line("run.seconds"), f"{record.seconds:,.1f}")
    out.print(table)
    if record.refused:
        problems.print(both("run.refused_files"), highlight=False)
        for refusal in record.refused:
            problems.print(f"  {refusal['zh']}\n  {refusal['en']}", highlight=False, markup=False, soft_wrap=True)
    if record.unused:
        problems.print(both("run.unused_files", files=", ".join(record.unused)), highlight=False, markup=False)
    if record.waiting:
        out.print(both("run.waiting_files", files=", ".join(record.waiting)), highlight=False, markup=False)
    if record.notices:
        out.print(both("run.notices"), highlight=False)
        for notice in record.notices:
            out.print(f"  {notice['zh']}\n  {notice['en']}", highlight=False, markup=False, soft_wrap=True)
    _show_rules(out, record.rules)
    for reason in record.reasons:
        problems.print(f"{reason['zh']}\n{reason['en']}", highlight=False, markup=False, soft_wrap=True)
    for trouble in [*record.troubles, *record.alerts]:
        problems.print(f"{trouble['zh']}\n{trouble['en']}", highlight=False, markup=False, soft_wrap=True)
    stream = out if record.exit_code in (0, 3) else problems
    stream.print(both(f"run.{record.state}", edition=record.edition), highlight=False, markup=False)


def _show_rules(out: Console, rules: dict[str, Any]) -> None:
    """What changed in the rules, and who accepted it."""
    both, changes = command_line_messages().both, rules.get("changes", [])
    if not changes:
        return
    heading = both("rules.list", edition=rules["edition_id"], count=len(changes))
    out.print(heading, highlight=False, markup=False, soft_wrap=True)
    for change in changes[:CHANGES_SHOWN]:
        out.print(f"  {change['zh']}\n  {change['en']}", highlight=False, markup=False, soft_wrap=True)
    if (more := len(changes) - CHANGES_SHOWN) > 0:
        out.print(both("rules.more", count=more), highlight=False, markup=False)
    if rules["accepted_by"]:
        said = both("rules.accepted", name=rules["accepted_by"], at=rules["accepted_at"])
        out.print(said, highlight=False, markup=False)
