"""What an audit's sample can show, in the words' values: against which target, by how many files.

Here: the target and the level of the verdicts, where the warehouse has them. Not here: the arithmetic
(`warehouse/statistics/sample_size.py`), or the words.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from orchestration.audits.draw import Draw
from orchestration.audits.form import SOURCE
from orchestration.installation.project_settings import project_setting
from orchestration.installation.sql import only_row


@dataclass(frozen=True)
class Judgement:
    """The target that an audit is held against, and over how many months; `target` is None where none can be shown."""

    target: float | None
    months: int


def judgement_of(warehouse: duckdb.DuckDBPyConnection, month: date, townships: list[str]) -> Judgement:
    """The highest target of these townships for what the audits count in."""
    in_force = """
        select cast(max(target_value) as double), max(judged_months)
        from seeds.indicators
        left join assessment.target_in_force as targets
            on indicators.indicator_code = targets.indicator_code
            and division_code in (select unnest($townships))
            and last_day(cast($month as date)) between first_day and last_day
        where sources = $source
    """
    target, months = only_row(warehouse.execute(in_force, {"month": month, "townships": townships, "source": SOURCE}))
    return Judgement(target if target and target < 1 else None, months or 1)


def shown_by(draw: Draw, judgement: Judgement) -> dict[str, Any]:
    """What a township's sample can show, in the words' values."""
    from warehouse.statistics.sample_size import files_needed, min_share

    confidence, drawn = _confidence(), len(draw.sample)
    needed = files_needed(judgement.target, draw.files, confidence) if judgement.target else None
    return {
        "drawn": drawn,
        "files": draw.files,
        "least": _per_cent(float(min_share(drawn, 0, draw.files, confidence))),
        "target": _per_cent(judgement.target) if judgement.target else "-",
        "needed": int(needed) if needed is not None else "-",
    }


def needed_for(target: float) -> dict[str, Any]:
    """How many cases show the target, whatever they are drawn from: all clean, or one missed."""
    from warehouse.statistics.sample_size import cases_needed

    clean, one_missed = (int(cases) for cases in cases_needed(target, [0, 1], _confidence()))
    return {"target": _per_cent(target), "clean": clean, "one_missed": one_missed}


def _confidence() -> float:
    """The level of the verdicts: the warehouse's own setting."""
    return float(project_setting("interval_confidence"))


def _per_cent(share: float) -> str:
    """Cut to one decimal: nothing is shown that has not been reached."""
    tenths = math.floor(round(share * 1000, 9))
    return f"{tenths / 10:.1f} %".replace(".0 %", " %")
