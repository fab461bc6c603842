"""Counties in which nobody arranges anything: every township works like its neighbours, and dice decide the rest.

What belongs here: the facts, one county a seed, and how often the signals fired on them. What rate is acceptable is the
caller's. Whoever asks for it gets one county more, which struggles, and in which one township lands on its target month
after month.
"""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from facts_fixture import Facts, seed_rows

from orchestration.installation.paths import DEFAULT_SEEDS

PROVINCE, PREFECTURE = "990000000000", "990100000000"
TOWNSHIPS, MONTHS = 15, 24
REPLIES, INSTANT = 40, 0.02
MATCHED, DROPPED = 200, 0.01
AUDITS, ACCURATE = 20, 0.98
DONE, SEEN_LATE = 60, 0.01
# Cases a month of two kinds of service in a middling township; townships differ in size, and months in season.
SERVICES, SIZES, SEASON = {"follow_up": 60, "supplies": 25}, (0.3, 2.5), 0.5
INQUIRIES, ANSWERED, STRUGGLING = 45, 0.95, 0.92
# Windows of a year overlap, but for those that end with a year; counts of a month stand on their own.
INDEPENDENT = """(
    signal_kind in ('instant', 'first_seen_late', 'padding', 'shrinking') or month(period_start) = 12
)"""
MODELLED = ("instant", "bunching", "first_seen_late", "padding", "shrinking", "twins")


@dataclass(frozen=True)
class Tested:
    """Of one signal: tests made, how many lie below each probability, and townships and months in which it fired."""

    tests: int
    below: dict[float, int]
    fired: int


def month_start(position: int) -> date:
    return date(2025 + position // 12, position % 12 + 1, 1)


class HonestCounties:
    """`counties` counties of 15 townships and 24 months, one a seed from `first_seed` on."""

    def __init__(self, counties: int, first_seed: int = 1, with_buncher: bool = False) -> None:
        self.seeds = range(first_seed, first_seed + counties + with_buncher)
        self.townships = {
            seed: [f"99{position:04d}{n:03d}000" for n in range(1, TOWNSHIPS + 1)]
            for position, seed in enumerate(self.seeds, start=101)
        }
        self.buncher = self.townships[self.seeds[-1]][0] if with_buncher else None

    def build(self, root: Path) -> Facts:
        """Write the facts, and build what the signals need of the assessment."""
        self._write_divisions(root / "seeds")
        before = os.environ.get("SHUANGBAI_SEEDS")
        os.environ["SHUANGBAI_SEEDS"] = str(root / "seeds")
        try:
            facts = Facts(root / "home")
            facts.build_seeds()
            self._insert(facts)
            nodes = facts.project.build(["+integrity_signal,assessment", "fct_integrity_signal", "fct_integrity_case"])
        finally:
            os.environ.pop("SHUANGBAI_SEEDS") if before is None else os.environ.update(SHUANGBAI_SEEDS=before)
        failed = [node for node in nodes if node.status not in ("success", "pass")]
        assert failed == [], "\n".join(f"{node.name}: {node.message}" for node in failed)
        return facts

    def tested(self, facts: Facts, bounds: tuple[float, ...]) -> dict[str, Tested]:
        """By signal; only tests that do not overlap, of honest counties."""
        counts = ", ".join(f"count(*) filter (where p_value < {bound})" for bound in bounds)
        honest = f"{INDEPENDENT} and left(township_code, 6) <> '{(self.buncher or '')[:6]}'"
        rows = facts.rows(f"""
            with tests as (
                select signal_kind, period_start, township_code, p_value from assessment.tail_probability
                union all
                select 'bunching', period_start, township_code, p_value from assessment.bunching_probability
                union all
                select 'padding', period_start, township_code, p_value from assessment.padding_probability
            )
            select signal_kind, count(*), {counts} from tests
            where {honest}
            group by signal_kind
        """)
        signals = "select signal_kind, period_start, division_code as township_code from published.fct_integrity_signal"
        fired = dict(facts.rows(f"select signal_kind, count(*) from ({signals}) where {honest} group by all"))
        return {
            kind: Tested(tests, dict(zip(bounds, below, strict=True)), fired.get(kind, 0))
            for kind, tests, *below in sorted(rows)
        }

    def _insert(self, facts: Facts) -> None:
        sources = sorted({s for row in seed_rows(DEFAULT_SEEDS, "indicators") for s in row["sources"].split()})
        townships = [code for codes in self.townships.values() for code in codes]
        months = [month_start(position) for position in range(MONTHS)]
        grid = pd.MultiIndex.from_product(
            [sources, townships, months], names=["source", "township_code", "period_month"]
        )
        _write(facts, "staging.landed_month", grid.to_frame(index=False).assign(is_provisional=False))
        clock = {"batch_id": "b", "source": "audit_sample", "as_of": date(2026, 12, 31)}
        facts.insert("lake.batch", [clock])
        for seed, codes in self.townships.items():
            self._insert_county(facts, np.random.Generator(np.random.PCG64(seed)), codes, months)

    def _insert_county(self, facts: Facts, dice: np.random.Generator, codes: list[str], months: list[date]) -> None:
        def rows(count: int | np.ndarray) -> pd.DataFrame:
            """As many rows for each township and month, numbered in the county."""
            place = np.repeat(np.arange(len(codes) * len(months)), count)
            township = np.array(codes, dtype=object)[place // len(months)]
            columns = {
                "period_month": np.array(months, dtype=object)[place % len(months)],
                "township_code": township,
                "division_code": township,
                "case_ref": [f"{codes[0][:6]} {number}" for number in range(len(place))],
                "source_row": range(len(place)),
            }
            return pd.DataFrame(columns)

        def referred(frame: pd.DataFrame) -> pd.DataFrame:
            return frame.rename(columns={"case_ref": "record_ref"}).drop(columns="division_code")

        shape = len(codes) * len(months)
        replies = referred(rows(dice.poisson(REPLIES, shape)))
        _write(facts, "core.message_reply", replies.assign(is_instant=dice.random(len(replies)) < INSTANT))
        sights = referred(rows(dice.poisson(DONE, shape)))
        _write(facts, "core.first_sight", sights.assign(is_late=dice.random(len(sights)) < SEEN_LATE))
        size = np.repeat(dice.uniform(*SIZES, len(codes)), len(months))
        season = np.tile(1 + SEASON * np.sin(np.arange(len(months)) * np.pi / 6), len(codes))
        for kind, middling in SERVICES.items():
            services = referred(rows(dice.poisson(middling * size * season)))
            services["record_ref"] = f"{kind} " + services["record_ref"]
            _write(facts, "core.due_service", services.assign(kind=kind))
        counts = rows(1)[["period_month", "township_code"]]
        _write(facts, "core.registry_count", counts.assign(active_files=220, matched=MATCHED, agreeing=MATCHED))
        _write(facts, "core.dropped_file", referred(rows(dice.binomial(MATCHED, DROPPED, shape))))
        audits = rows(AUDITS)
        found = np.where(dice.random(len(audits)) < ACCURATE, "met", "audit_differs")
        _write(facts, "core.fct_audit_sample", audits.assign(audited_accuracy=found))
        inquiries = rows(dice.poisson(INQUIRIES, shape))
        is_struggling = self.buncher in codes
        answered = np.where(
            dice.random(len(inquiries)) < (STRUGGLING if is_struggling else ANSWERED), "met", "never_replied"
        )
        if is_struggling:
            month = inquiries.groupby(["township_code", "period_month"])["case_ref"]
            on_target = (100 * month.cumcount() < 95 * month.transform("size")).to_numpy()
            bunches = (inquiries["township_code"] == self.buncher).to_numpy()
            answered = np.where(bunches, np.where(on_target, "met", "never_replied"), answered)
        _write(facts, "core.fct_message", inquiries.assign(key_inquiry_feedback=answered))

    def _write_divisions(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        rows = [(PROVINCE, "province", ""), (PREFECTURE, "prefecture", PROVINCE)]
        for codes in self.townships.values():
            county = f"{codes[0][:6]}000000"
            rows += [(county, "county", PREFECTURE), *((code, "township", county) for code in codes)]
        with (folder / "divisions.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("division_code", "division_name", "level", "parent_code"))
            writer.writerows((code, code, level, parent) for code, level, parent in rows)


def _write(facts: Facts, table: str, frame: pd.DataFrame) -> None:
    with facts.connect() as warehouse:
        warehouse.execute(f"insert into {table} by name select * from frame")
