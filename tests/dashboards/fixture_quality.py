"""Failing rows, their ledger, what they may do to results, and deliveries, for an edition from dice.

Shapes and sums agree with the counts of fixture_edition.py; nothing here says what a right figure is.
"""

from __future__ import annotations

import datetime as dt
import json
from itertools import product
from pathlib import Path

import duckdb
import numpy as np

TABLES = {
    "fct_quality_result": (
        "run_id text, rule_id text, source text, period_start date, origin text, dimension text, severity text,"
        "rows_tested bigint, rows_failed bigint, rows_waived bigint, affects_accuracy boolean,"
        "blocks_publication boolean, is_current boolean"
    ),
    "fct_quality_failure": (
        "rule_id text, source text, record_ref text, origin text, division_code text, period_start date,"
        "first_seen date, last_seen date, resolved_on date, runs_failing bigint, reopened_on date,"
        "times_reopened bigint, is_waived boolean, batch_id text, source_file text, source_row bigint, sheet_name text,"
        "place bigint"
    ),
    "fct_quality_repair": (
        "division_code text, open_rows bigint, waived_rows bigint, resolved_rows bigint, mean_days_to_resolve double,"
        "median_days_to_resolve double, oldest_open_on date"
    ),
    "fct_quality_impact": (
        "rule_id text, indicator_code text, division_code text, period_start date, numerator bigint,"
        "denominator bigint, suspect_rows bigint, value double, value_if_all_good double, value_if_all_bad double,"
        "target_value decimal(9,6), crosses_target boolean"
    ),
    "fct_quality_waived": "indicator_code text, division_code text, period_start date, waived_rows bigint",
    "fct_delivery": (
        "division_code text, source text, period_start date, state text, as_of date, days_after_month_end bigint,"
        "file_name text"
    ),
    "fct_batch": (
        "batch_id text, source text, scope_code text, as_of date, file_name text, sha256 text, encoding text,"
        "rows_in bigint, accepted bigint, quarantined bigint, non_data bigint, quarantine_reasons text,"
        "unreadable_cells text, unreadable_rows text, superseded_by text, is_synthetic boolean"
    ),
    "dim_rule": (
        "rule_id text, origin text, source text, position bigint, dimension text, severity text,"
        "affects_accuracy boolean, blocks_publication boolean, text_zh text, text_en text, fix_zh text, fix_en text,"
        "reason_zh text, reason_en text"
    ),
    "dim_rule_indicator": "rule_id text, indicator_code text, effect text, reason_zh text, reason_en text",
}
# rule, source, dimension, whether it decides data accuracy, texts, the indicator it touches
RULES = [
    ("gpl_id_present", "gpl_resident", "completeness", True, "身份号码缺失或为占位号",
     "The identity number is missing", "data_accuracy"),
    ("gpl_id_valid", "gpl_resident", "validity", True, "身份号码无效", "The identity number is not valid",
     "data_accuracy"),
    ("gpl_house_if_renting", "gpl_resident", "completeness", True, "租房但未填房屋编号",
     "Renting, but no house number", "data_accuracy"),
    ("gpl_update_order", "gpl_resident", "timeliness", True, "更新时间早于登记时间",
     "Updated before it was registered", "data_accuracy"),
    ("gpl_contact_reachable", "gpl_resident", "completeness", False, "没有有效联系电话", "No valid phone was given",
     None),
    ("message_time_order", "exchange_message", "consistency", False, "办理时间先后颠倒", "Times are out of order",
     "inquiry_on_time"),
    ("service_fee_given", "service_event", "completeness", False, "已完成但未填收费金额", "Completed, but no fee given",
     "service_free"),
]  # fmt: skip
LANDING_RULES = [
    ("landing:unreadable:birth_date", "validity", "出生日期认不出是日期", "The birth date cannot be read as a date"),
    ("landing:repeated_row", "uniqueness", "同一文件内重复的行", "The row repeats another one of its file"),
]
SOURCES = ["gpl_resident", "padis_resident", "rental_tenancy", "exchange_message", "system_login", "service_event"]
FIX = ("请对照原件更正后重新导出。", "Correct it from the original and export again.")
REASON = ("方案第三条要求准确；没有容许的误差。", "Clause 3 of the plan asks for accuracy and tolerates nothing else.")
FIRST_DAY, TODAY = dt.date(2026, 11, 3), dt.date(2026, 11, 16)


class Quality:
    """Draws the tables above from `county`, once its counts are there."""

    def __init__(self, county, months: list[dt.date], newest_as_of: dt.date, county_code: str) -> None:
        self.county, self.dice, self.rows = county, county.dice, county.rows
        self.months, self.newest_as_of, self.county_code = months, newest_as_of, county_code

    def write(self, is_synthetic: bool) -> None:
        for position, (rule, source, dimension, affects, zh, en, indicator) in enumerate(RULES, 1):
            self._rule(rule, "expectation", source, position, dimension, affects, zh, en)
            for month in self.months:
                failing = [
                    row
                    for township in self.county.townships
                    for row in self._failing(rule, source, affects, position, township, month)
                ]
                self._result(rule, source, month, "expectation", dimension, affects, 4000, failing)
            if indicator:
                effect = "decides" if affects else "doubts"
                self.rows["dim_rule_indicator"].append((rule, indicator, effect, *REASON))
                self._impacts(rule, indicator)
        self._landing(is_synthetic)
        self._tests()
        self._repairs()
        self._waived()
        self._deliveries()
        in_order = sorted(self.rows["fct_quality_failure"], key=lambda row: row[:3])
        self.rows["fct_quality_failure"] = [(*row, place) for place, row in enumerate(in_order, 1)]

    def _rule(self, rule, origin, source, position, dimension, affects, zh, en, *, blocks=False) -> None:
        severity = "warning" if rule.endswith("contact_reachable") else "error"
        self.rows["dim_rule"].append(
            (rule, origin, source, position, dimension, severity, affects, blocks, zh, en, *FIX, *REASON)
        )

    def _result(self, rule, source, month, origin, dimension, affects, tested, failing, *, blocks=False) -> None:
        counting = [row for row in failing if row[8] is None]
        waived = sum(row[12] for row in counting)
        self.rows["fct_quality_result"].append(
            ("run-1", rule, source, month, origin, dimension, "error", tested, len(counting) - waived, waived, affects,
             blocks, True)
        )  # fmt: skip

    def _failing(self, rule, source, affects, position, township, month) -> list[tuple]:
        count = int(self.dice.poisson(self.county.care[township] * (1.6 if affects else 0.7)))
        rows = [
            self._failure(
                rule, source, f"{source[:3].upper()}{township[6:9]}{month:%m}{position}{number:03d}", "expectation",
                township, month, f"{source}__623021__{month:%Y-%m}-28.csv", 7 * number + 3,
            )
            for number in range(count)
        ]  # fmt: skip
        self.rows["fct_quality_failure"] += rows
        return rows

    def _failure(self, rule, source, reference, origin, township, month, file, line) -> tuple:
        """One row of the ledger: old or new, mended, reopened or waived."""
        fate = self.dice.random()
        days = (TODAY - FIRST_DAY).days
        first = TODAY if fate > 0.97 else FIRST_DAY + dt.timedelta(days=int(self.dice.integers(0, days)))
        mended = first + dt.timedelta(days=int(self.dice.integers(1, 10))) if fate < 0.3 else None
        mended = None if mended and mended > TODAY else mended
        reopened = TODAY if 0.3 < fate < 0.31 else None
        is_waived = 0.4 < fate < 0.43
        runs = max(1, ((mended or TODAY) - first).days)
        return (rule, source, reference, origin, township, month, first, mended or TODAY, mended, runs, reopened,
                1 if reopened else 0, is_waived, f"{source[:3]}{month:%m}", file, line,
                "Sheet1" if file.endswith(".xlsx") else None)  # fmt: skip

    def _landing(self, is_synthetic: bool) -> None:
        for position, (source, (rule, dimension, zh, en)) in enumerate(product(SOURCES, LANDING_RULES), 100):
            self._rule(rule, "landing", source, position, dimension, False, zh, en)
        for month, source in product(self.months, SOURCES):
            as_of = self.newest_as_of if month == self.months[-1] else month.replace(day=28)
            reasons = {rule.partition(":")[2]: int(self.dice.poisson(4)) for rule, *_ in LANDING_RULES}
            file = f"{source}__623021__{as_of}.xlsx"
            for (rule, dimension, *_), number in zip(LANDING_RULES, reasons.values(), strict=True):
                failing = [
                    self._failure(rule, source, f"{file}:{line}", "landing", None, month, file, line)
                    for line in range(3, 3 + number)
                ]
                self.rows["fct_quality_failure"] += failing
                self._result(rule, source, month, "landing", dimension, False, 4000, failing)
            accepted, bad = int(self.dice.integers(3000, 5000)), sum(reasons.values())
            self.rows["fct_batch"].append(
                (f"{source[:3]}{month:%m}", source, self.county_code, as_of, file, "0" * 64, "gb18030",
                 accepted + bad + 2, accepted, bad, 2, json.dumps(reasons),
                 '{"outflow_date": 3}', '{"outflow_date": [7, 9, 12]}', None, is_synthetic)
            )  # fmt: skip

    def _tests(self) -> None:
        """Tests of the warehouse's own tables: nobody's township, and they block."""
        names = [("accounts_of_the_month", "两个月之间的收支不平", "The month's accounts do not balance"),
                 ("unique_case", "同一件事计了两次", "One case is counted twice")]  # fmt: skip
        for position, (rule, zh, en) in enumerate(names, 200):
            self._rule(rule, "dbt", "fct_missed_case", position, "consistency", False, zh, en, blocks=True)
            newest = self.months[-1]
            self._result(rule, "fct_missed_case", newest, "dbt", "consistency", False, 9000, [], blocks=True)

    def _impacts(self, rule: str, indicator: str) -> None:
        target = next(row[2] for row in self.county.indicators if row[0] == indicator)
        for month, township in product(self.months, self.county.townships):
            if (month, township, indicator) not in self.county.counts or target is None:
                continue
            met, total, _ = (int(count) for count in self.county.counts[month, township, indicator])
            suspect = min(int(self.dice.poisson(1.5)), total - met)
            if not suspect:
                continue
            low, high = met / total, (met + suspect) / total
            crosses = (met + suspect) * 100 >= round(target * 100) * total > met * 100
            self.rows["fct_quality_impact"].append(
                (rule, indicator, township, month, met, total, suspect, met / total, high, low, target, crosses)
            )

    def _repairs(self) -> None:
        for township in self.county.townships:
            mine = [row for row in self.rows["fct_quality_failure"] if row[4] == township]
            mended = [(row[8] - row[6]).days for row in mine if row[8]]
            left = [row for row in mine if row[8] is None]
            still = [row for row in left if not row[12]]
            self.rows["fct_quality_repair"].append(
                (township, len(still), len(left) - len(still), len(mended), float(np.mean(mended)) if mended else None,
                 float(np.median(mended)) if mended else None, min((row[6] for row in still), default=None))
            )  # fmt: skip

    def _waived(self) -> None:
        indicator_of = {rule: indicator for rule, *_, indicator in RULES if indicator}
        counted: dict[tuple, int] = {}
        for row in self.rows["fct_quality_failure"]:
            if row[12] and row[8] is None and row[0] in indicator_of:
                for place in (row[4], self.county_code, "623000000000", "620000000000"):
                    key = (indicator_of[row[0]], place, row[5])
                    counted[key] = counted.get(key, 0) + 1
        self.rows["fct_quality_waived"] = [(*key, number) for key, number in sorted(counted.items())]

    def _deliveries(self) -> None:
        for township, source, month in product(self.county.townships, SOURCES, self.months):
            fate = self.dice.random()
            is_last = month == self.months[-1]
            state = "delivered" if fate < 0.9 else "late" if fate < 0.95 else "not_due" if is_last else "missing"
            has_come = state in ("delivered", "late")
            days = int(self.dice.integers(6, 20)) if state == "late" else 0
            self.rows["fct_delivery"].append(
                (township, source, month, state, month.replace(day=28) if has_come else None,
                 days if has_come else None, f"{source}__623021__{month:%Y-%m}-28.csv" if has_come else None)
            )  # fmt: skip


def write_ledger(home: Path, database: duckdb.DuckDBPyConnection) -> None:
    """The fold of all runs as the workbench reads it, beside the edition that was made of it."""
    (home / "quality").mkdir(exist_ok=True)
    database.execute(
        "copy (select *, 'run-1' as last_run from fct_quality_failure) to "
        f"'{home / 'quality' / 'ledger.parquet'}' (format parquet)"
    )
