"""Writes an edition file as publication would, from dice instead of extracts, for the tests of the dashboards.

Counts agree between tables (misses, reasons, cases, contributions); nothing here says what a right figure is.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
from itertools import product
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from scipy.stats import beta

from orchestration.publishing.older_editions import FOLLOWING, completed


def _sibling(name: str):
    """Another file of this folder; tests are no package."""
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


findings = _sibling("fixture_findings")
quality = _sibling("fixture_quality")
SEEDS = Path(__file__).resolve().parents[2] / "seeds"
COUNTY, PREFECTURE = "623021000000", "623000000000"
MONTHS = [dt.date(2026, month, 1) for month in range(4, 12)]
NEWEST_AS_OF = dt.date(2026, 11, 15)
REASONS = {
    "registration_coverage": ["not_registered"],
    "data_accuracy": ["rule:gpl_id_valid", "rule:gpl_house_if_renting", "rule:gpl_update_order"],
    "data_update": ["not_updated"],
    "registry_consistency": ["only_in_gpl", "only_in_padis", "differs:birth_date", "differs:township"],
    "one_file_per_person": ["duplicate_person", "no_identity", "no_household"],
    "tenant_registration": ["not_registered"],
    "inquiry_on_time": ["never_replied", "replied_late", "never_verified"],
    "urgent_same_day": ["replied_late", "never_received"],
    "daily_login": ["no_login"],
    "service_on_time": ["completed_late", "not_completed"],
    "service_free": ["charged"],
    "contact_card": ["not_given", "unknown"],
}
TABLES = {
    "fct_indicator_result": (
        "period_kind text, period_start date, division_code text, indicator_code text, level text, numerator bigint,"
        "denominator bigint, pending bigint, value double, target_value double, is_reached boolean, ci_low double,"
        "ci_high double, zero_defect_bound double, verdict text, is_serious boolean, is_provisional boolean,"
        "shrunk_value double"
    ),
    "fct_ranking": (
        "period_kind text, period_start date, parent_code text, division_code text, score double, weight_share double,"
        "grade text, is_vetoed boolean, vetoed_by text, is_assessed boolean, rank bigint, previous_rank bigint,"
        "previous_score double, is_provisional boolean, rank_low bigint, rank_high bigint, p_top3 double,"
        "p_bottom3 double, tier text, score_trend text, weight_rank_low bigint, weight_rank_high bigint,"
        "leave_one_out_rank_low bigint, leave_one_out_rank_high bigint, improvement double, improvement_rank bigint,"
        "is_at_ceiling boolean, expected_score double, missing_sources text, veto_indicator_code text,"
        "veto_numerator bigint, veto_denominator bigint, veto_ci_high double, veto_misses_left bigint"
    ),
    "fct_score_contribution": (
        "period_kind text, period_start date, parent_code text, division_code text, indicator_code text,"
        "attainment double, effective_weight double, contribution double, lost double"
    ),
    "fct_missed_case": (
        "indicator_code text, period_start date, division_code text, case_ref text, reason text, due_at timestamp,"
        "source_file text, source_row bigint"
    ),
    "fct_open_case": (
        "source text, case_ref text, division_code text, indicator_code text, due_at timestamp, hours_left double,"
        "state text, source_file text, source_row bigint"
    ),
    "edition": (
        "edition_id text, created_at timestamp, software_version text, newest_month date, batch_ids text[],"
        "checks_summary text"
    ),
    **findings.TABLES,
    **quality.TABLES,
}


FIRST_EDITION = "20261116T000512000000Z-1b2c3d4e"


def write_edition(home: Path, edition_id: str = FIRST_EDITION, *, is_synthetic: bool = True, seed: int = 1) -> Path:
    """A new edition below `home`, made current. Returns its database file."""
    folder = home / "editions" / edition_id
    folder.mkdir(parents=True)
    path = folder / "shuangbai.duckdb"
    with duckdb.connect(str(path)) as database:
        _write_seeds(database)
        _County(database, np.random.default_rng(seed)).write(edition_id, is_synthetic)
        whole = completed(database, path.stem)
        for table in whole.keys() & FOLLOWING.keys():
            database.execute(f"create table {table} as from {whole[table]}")
        quality.write_ledger(home, database)
    (folder / "edition.json").write_text(json.dumps({"edition_id": edition_id}), encoding="utf-8")
    link = home / "editions" / "next"
    link.symlink_to(edition_id)
    link.rename(home / "editions" / "current")
    return path


def _write_seeds(database: duckdb.DuckDBPyConnection) -> None:
    for table, seed, text_columns in (
        ("dim_division", "divisions", ("division_code", "parent_code")),
        ("dim_indicator", "indicators", ("indicator_code",)),
        ("dim_target", "targets", ("indicator_code", "scope_code")),
        ("dim_reason", "reasons", ("reason_code",)),
        ("dim_grade", "grades", ("grade",)),
    ):
        types = dict.fromkeys(text_columns, "text")
        types |= {"valid_to": "date", "weight": "double"} if seed == "targets" else {}
        database.execute(
            f"create table {table} as from read_csv(?, header = true, types = {types})", [f"{SEEDS / seed}.csv"]
        )
    for table, columns in TABLES.items():
        database.execute(f"create table {table} ({columns})")
    database.execute(
        "insert into dim_division by name select division_code[:9] || village as division_code,"
        "'示例' || village || '村' as division_name, 'village' as level, division_code as parent_code "
        f"from dim_division, unnest(['201', '202', '203']) as _ (village) where parent_code = '{COUNTY}'"
    )


class _County:
    """The dice: every township has a level of its own, so that a table of them has something to say."""

    def __init__(self, database: duckdb.DuckDBPyConnection, dice: np.random.Generator) -> None:
        self.database, self.dice = database, dice
        self.townships = [
            code for (code,) in database.execute(
                "select division_code from dim_division where parent_code = ? order by 1", [COUNTY]).fetchall()
        ]  # fmt: skip
        self.indicators = database.execute(
            "select indicator_code, measure_kind, target_value, floor_value, tolerance_value, weight, is_veto,"
            "min_denominator, judged_months from dim_indicator left join dim_target using (indicator_code)"
            "order by position"
        ).fetchall()
        self.care = dict(zip(self.townships, self.dice.uniform(0.3, 3.0, len(self.townships)), strict=True))
        self.size = dict(zip(self.townships, self.dice.integers(60, 420, len(self.townships)), strict=True))
        self.rows: dict[str, list[tuple]] = {table: [] for table in TABLES}
        self.counts: dict[tuple, np.ndarray] = {}

    def write(self, edition_id: str, is_synthetic: bool) -> None:
        for month, township, indicator in product(MONTHS, self.townships, self.indicators):
            self._month(month, township, indicator[0], indicator[1])
        self._periods()
        quality.Quality(self, MONTHS, NEWEST_AS_OF, COUNTY).write(is_synthetic)
        findings.Findings(self, MONTHS, NEWEST_AS_OF).write()
        batch_ids = [row[0] for row in self.rows["fct_batch"]]
        self.rows["edition"] = [(edition_id, dt.datetime(2026, 11, 16, 8, 5), "0.1.0", MONTHS[-1], batch_ids, "")]
        for table, rows in self.rows.items():
            if rows:
                columns = [list(column) for column in zip(*rows, strict=True)]
                cells = pa.table(columns, names=[f"column_{place}" for place in range(len(columns))])
                self.database.register("cells", cells)
                self.database.execute(f"insert into {table} select * from cells")

    def _month(self, month: dt.date, township: str, indicator: str, kind: str) -> None:
        size, care = self.size[township], self.care[township]
        days = 15 if month == MONTHS[-1] else 30
        cases = {"stock": size, "sample": 20, "flow": int(self.dice.poisson(size * days / 900)) + 1}[kind]
        if indicator == "daily_login":
            cases = days
        if indicator == "urgent_same_day":
            cases = int(self.dice.poisson(6))
        if indicator in ("policy_awareness", "audited_accuracy") and month == MONTHS[-1]:
            return
        misses = int(self.dice.binomial(cases, min(0.5, self.dice.gamma(2.0, 0.006 * care))))
        misses = 0 if indicator in ("birth_notice_receipt", "service_free") else misses
        pending = int(self.dice.poisson(3)) if kind == "flow" and month == MONTHS[-1] else 0
        self.counts[month, township, indicator] = np.array([cases - misses, cases, pending])
        reasons = REASONS.get(indicator, ["unknown"])
        for number in range(misses):
            village = f"{township[:9]}{201 + number % 3}"
            due = dt.datetime.combine(month, dt.time(23, 59, 59)) + dt.timedelta(days=number % 14)
            self.rows["fct_missed_case"].append((
                indicator, month, village if kind == "stock" and number % 4 == 0 else township,
                f"{indicator[:2].upper()}{township[6:9]}{month:%m}{number:04d}", str(self.dice.choice(reasons)),
                due if kind == "flow" else None, f"gpl_resident__623021__{month:%Y-%m}-30.csv", 10 * number + 2,
            ))  # fmt: skip

    def _periods(self) -> None:
        for month in MONTHS:
            quarter = month.replace(month=(month.month - 1) // 3 * 3 + 1)
            self._period("month", month, [month], month == MONTHS[-1])
            self._period("year_to_date", month, [one for one in MONTHS if one <= month], month == MONTHS[-1])
            if month == quarter:
                span = [one for one in MONTHS if quarter <= one and one.month < quarter.month + 3]
                self._period("quarter", quarter, span, MONTHS[-1] in span)

    def _period(self, kind: str, start: dt.date, months: list[dt.date], provisional: bool) -> None:
        ranked: list[list] = []
        scores = {row[3]: (row[10], row[4]) for row in self.rows["fct_ranking"] if row[0] == kind and row[2] == COUNTY}
        for units, division, level, parent in [
            *(([township], township, "township", COUNTY) for township in self.townships),
            (self.townships, COUNTY, "county", PREFECTURE),
            (self.townships, PREFECTURE, "prefecture", "620000000000"),
        ]:
            attained = []
            for code, measure, target, floor, tolerance, weight, is_veto, least, judged_months in self.indicators:
                counted = self._counted(units, months[-1:] if measure == "stock" else months, code)
                if counted is None:
                    continue
                met, total, pending = counted
                window = [one for one in MONTHS if one <= months[-1]][-judged_months:]
                judged_met, judged_total, _ = self._counted(units, window, code) if judged_months > 1 else counted
                judged = self._judge(judged_met, judged_total, target, tolerance, least or 1)
                self.rows["fct_indicator_result"].append(
                    (kind, start, division, code, level, met, total, pending, met / total if total else None, target,
                     *judged, provisional, 0.7 * met / total + 0.28 if total else None)
                )  # fmt: skip
                if target is not None and weight and judged[4] != "not_applicable":
                    value = judged_met / judged_total
                    attainment = 1.0 if judged[0] else max(0.0, (value - floor) / (target - floor))
                    attained.append((code, attainment, weight, is_veto and judged[5] and not provisional))
            weights = sum(weight for *_, weight, _ in attained)
            for code, attainment, weight, _ in attained:
                self.rows["fct_score_contribution"].append(
                    (kind, start, parent, division, code, attainment, weight, 100 * weight * attainment / weights,
                     100 * weight * (1 - attainment) / weights)
                )  # fmt: skip
            score = round(sum(100 * weight * attainment for _, attainment, weight, _ in attained) / weights, 6)
            vetoed_by = " ".join(code for code, *_, veto in attained if veto)
            vetoed = bool(vetoed_by)
            grade = "excellent" if score >= 95 and not vetoed else "good" if score >= 85 else "pass"
            previous = scores.get(division, (None, None))
            ranked.append(
                [kind, start, parent, division, score, 0.95, grade, vetoed, vetoed_by, True, 1, *previous, provisional]
            )
        for row in ranked:
            peers = [other for other in ranked if other[2] == row[2]]
            row[10] = 1 + sum((other[7], -other[4]) < (row[7], -row[4]) for other in peers)
            row += self._standing(row, len(peers))
        self.rows["fct_ranking"] += [tuple(row) for row in ranked if row[2] != "620000000000"]

    def _counted(self, units: list[str], months: list[dt.date], code: str) -> tuple[int, int, int] | None:
        """Met, met or missed, and pending of some townships in some months; None if nothing was counted."""
        found = [self.counts[key] for unit in units for one in months if (key := (one, unit, code)) in self.counts]
        return tuple(int(count) for count in sum(found)) if found else None

    def _standing(self, row: list, count: int) -> tuple:
        """How sure the rank is, what became of the score, and how much was improved."""
        rank, before = row[10], row[12]
        low, high = (max(1, rank - int(self.dice.integers(0, 4))), min(count, rank + int(self.dice.integers(0, 4))))
        third = -(-count // 3)
        tier = None if count < 6 else "front" if high <= third else "rear" if low > count - third else "middle"
        change = None if before is None else row[4] - before
        trend = (
            None if change is None else "improved" if change > 4 else "worsened" if change < -4 else "no_clear_change"
        )
        gain = round(float(self.dice.uniform(-0.4, 0.9)), 3) if rank > 2 else None
        wide = (max(1, low - 1), min(count, high + 1))
        return (
            low,
            high,
            0.2,
            0.1,
            tier,
            trend,
            low,
            high,
            *wide,
            gain,
            rank - 2 if gain is not None else None,
            rank <= 2,
            90.0,
            "audit_sample survey_response" if row[13] else None,
            *[None] * 5,
        )

    @staticmethod
    def _judge(met: int, total: int, target: float | None, tolerance: float | None, least: int) -> tuple:
        if not total or total < least:
            return (None, None, None, None, "not_applicable", None)
        low = float(beta.ppf(0.025, met, total - met + 1)) if met else 0.0
        high = float(beta.ppf(0.975, met + 1, total - met)) if met < total else 1.0
        bound = 1 - 0.025 ** (1 / total) if met == total else None
        if target is None:
            return (None, low, high, bound, None, None)
        verdict = "met" if low >= target else "not_met" if high < target else "cannot_tell"
        if target == 1:
            verdict = "met" if met == total else "not_met"
        return (round(met * 100) >= round(target * 100) * total, low, high, bound, verdict, high < tolerance)


if __name__ == "__main__":
    import sys

    print(write_edition(Path(sys.argv[1]), *sys.argv[2:3], seed=len(sys.argv)))
