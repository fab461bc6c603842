"""What is found in the counts of an edition from dice: changes, trends, funnels, open cases, signals, registries.

Shapes and sums agree with the counts of fixture_edition.py; nothing here says what a right figure is.
"""

from __future__ import annotations

import datetime as dt
import json
from itertools import groupby

import numpy as np
from scipy.stats import binom

TABLES = {
    "fct_score_change": (
        "period_kind text, period_start date, parent_code text, division_code text, indicator_code text,"
        "change_kind text, lost double, previous_lost double, change double"
    ),
    "fct_trend_point": (
        "division_code text, indicator_code text, period_start date, value double, numerator bigint,"
        "denominator bigint, centre double, lower double, upper double, near_lower double, near_upper double,"
        "chart text, signal text, signal_kind text, cases_since_miss bigint, window_months bigint, rebased_on date,"
        "false_alarm_rate double"
    ),
    "dim_rebase": "scope_code text, indicator_code text, rebased_on date, reason text, source text",
    "fct_outlook": (
        "division_code text, indicator_code text, period_start date, capability text, next_month_probability double,"
        "months_reached bigint, months_counted bigint, year_to_date double, ytd_numerator bigint,"
        "ytd_denominator bigint, target_value decimal(9,6), months_left bigint, mean_monthly_denominator double,"
        "required_rate double, is_out_of_reach boolean"
    ),
    "fct_funnel": (
        "period_start date, parent_code text, indicator_code text, centre_kind text, denominator bigint,"
        "centre double, low_95 double, high_95 double, low_998 double, high_998 double, units bigint,"
        "units_outside bigint, between_variance double, is_overdispersed boolean"
    ),
    "fct_next_step": (
        "period_kind text, period_start date, division_code text, indicator_code text, level text,"
        "denominator bigint, missed bigint, points_per_case double, points_to_target double, cases_to_target bigint,"
        "pending bigint, can_still_meet bigint, latest_due_at timestamp, lost_for_good bigint, open_to_target bigint"
    ),
    "fct_next_goal": (
        "period_kind text, period_start date, parent_code text, division_code text, score double, next_grade text,"
        "points_to_grade double, rank_low bigint, next_rank bigint, points_to_rank double"
    ),
    "fct_slow_progress": (
        "period_start date, division_code text, indicator_code text, rule_id text, scope text, months_missed bigint,"
        "months_counted bigint, is_common boolean, townships_listed bigint, townships_ranked bigint,"
        "county_rate double, evidence text"
    ),
    "fct_integrity_signal": (
        "signal_kind text, division_code text, period_start date, evidence text, rows bigint, p_value double,"
        "expected_by_chance double"
    ),
    "fct_integrity_case": (
        "signal_kind text, division_code text, period_start date, record_ref text, source text, source_file text,"
        "source_row bigint, detail text"
    ),
    "dim_integrity_signal": (
        "signal_kind text, position bigint, name_zh text, name_en text, description_zh text, description_en text"
    ),
    "fct_reconciliation": (
        "period_start date, division_code text, level text, only_gpl bigint, only_padis bigint, both_equal bigint,"
        "both_different bigint, different_township bigint, different_sex bigint, different_birth_date bigint,"
        "different_origin bigint, different_inflow_date bigint, chapman_total double, coverage_estimate double,"
        "keyless_share double, keyless bigint, rows_total bigint,"
        "is_provisional boolean"
    ),
}
SIGNALS = [
    ("backdated", "补登日期", "Backdated", "后来的导出称某事早已办结，而先前的导出显示当时未办。",
     "A later export claims an event before an earlier export that showed it not done."),
    ("instant", "秒回", "Instant replies", "大量协查在收到后一分钟内即告回复。",
     "Many inquiries are answered within a minute of receipt."),
    ("bunching", "压线达标", "Bunching at the target", "件数恰好达标的月份远多于差一件的月份。",
     "The count lands exactly on the target far more often than just below it."),
    ("first_seen_late", "事后补入", "First seen late", "早应列入此前导出的，后来才出现，且已办结。",
     "What an earlier export should have shown is first seen later, and then done."),
    ("padding", "凑数服务", "Padded services", "某类服务的件数远多于此前各月所能说明的。",
     "Far more cases of a kind of service than the months before explain."),
    ("burst", "集中更新", "Update bursts", "一个月的更新多半由一人在一小时内完成。",
     "Most of a month's updates were made by one operator within an hour."),
]  # fmt: skip
_DETAILS = {
    "backdated": {"field": "replied_at", "claimed_at": "2026-10-03 09:00:00", "not_done_on": "2026-10-15",
                  "earlier_file": "exchange_message__2026-10-15.csv", "earlier_row": 7},
    "instant": {"received_at": "2026-10-03 09:00:00", "replied_at": "2026-10-03 09:00:21"},
    "first_seen_late": {"since_on": "2026-09-03", "absent_on": "2026-09-30",
                        "absent_file": "exchange_message__2026-09-30.csv", "first_seen_on": "2026-10-31"},
    "padding": {"service_kind": "consultation", "due_date": "2026-10-03", "completed_at": "2026-10-03 09:00:21"},
    "bunching": {"indicator_code": "service_on_time", "month": "2026-09-01", "met": 49, "cases": 50, "needed": 49},
}  # fmt: skip
RUNS = ["outside", "trend", "two_of_three", "shift"]


class Findings:
    """Draws the tables above from `county`, once its counts and rankings are there."""

    def __init__(self, county, months: list[dt.date], newest_as_of: dt.date) -> None:
        self.county, self.dice, self.rows = county, county.dice, county.rows
        self.closed, self.newest_as_of = months[:-1], newest_as_of

    def write(self) -> None:
        self.rows["dim_rebase"] = [("*", "inquiry_on_time", self.closed[2], "办理时限由十五天改为七天", "plan-7")]
        self.rows["dim_integrity_signal"] = [
            (kind, place, *texts) for place, (kind, *texts) in enumerate(SIGNALS, 1)
        ]  # fmt: skip
        self._score_changes()
        self._trends()
        self._funnels()
        self._next_steps()
        self._slow_progress()
        self._open_cases()
        self._integrity()
        self._registries()

    def _score_changes(self) -> None:
        before: dict[tuple, dict] = {}
        parts = groupby(self.rows["fct_score_contribution"], key=lambda row: (row[0], row[1], row[2], row[3]))
        for (kind, start, parent, division), run in parts:
            now = {row[4]: row[8] for row in run}
            then = before.get((kind, parent, division))
            before[kind, parent, division] = now
            lines: dict[tuple[str, str], list[float]] = {}
            for code in sorted({*now, *(then or ())}) if then else ():
                line = (code, "indicator") if code in now and code in then else ("mix", "mix")
                sums = lines.setdefault(line, [0, 0])
                sums[0] += now.get(code, 0)
                sums[1] += then.get(code, 0)
            for (code, kind_of_change), (new, old) in lines.items():
                self.rows["fct_score_change"].append(
                    (kind, start, parent, division, code, kind_of_change, new, old, old - new)
                )

    def _trends(self) -> None:
        for division in [*self.county.townships, "623021000000"]:
            for code, kind, target, *_ in self.county.indicators:
                results = [
                    row for row in self.rows["fct_indicator_result"]
                    if row[0] == "month" and row[2:4] == (division, code) and row[1] in self.closed and row[6]
                ]  # fmt: skip
                if results:
                    self._chart(division, code, kind, target, results)
            scores = [
                row for row in self.rows["fct_ranking"]
                if row[0] == "month" and row[3] == division and row[1] in self.closed
            ]  # fmt: skip
            centre = float(np.mean([row[4] for row in scores]))
            for number, row in enumerate(scores):
                signal = self._signal(number, row[4] >= centre)
                self.rows["fct_trend_point"].append(
                    (division, "score", row[1], row[4], None, None, centre, centre - 9, centre + 9, centre - 6,
                     centre + 6, "xmr", *signal, None, 12, None, 0.016)
                )  # fmt: skip

    def _chart(self, division: str, code: str, kind: str, target: float | None, results: list[tuple]) -> None:
        met, total = (sum(row[place] for row in results) for place in (5, 6))
        centre, clean = met / total, 0
        for number, row in enumerate(results):
            spread = 3 * (centre * (1 - centre) / row[6]) ** 0.5
            clean = clean + row[6] if row[5] == row[6] else 0
            is_exact = total * (1 - centre) < 20
            signal = self._signal(number, row[8] >= centre)
            self.rows["fct_trend_point"].append(
                (division, code, row[1], row[8], row[5], row[6], centre, max(0.0, centre - spread),
                 min(1.0, centre + spread), None, None, "exact" if is_exact else "p_prime", *signal, clean, 12,
                 self.closed[2] if code == "inquiry_on_time" else None, 0.004)
            )  # fmt: skip
        if target is None:
            return
        months = [row for row in results if row[10] is not None]
        reached = sum(bool(row[10]) for row in months)
        chance = (reached + 0.5) / (len(months) + 1)
        capability = "reliable" if chance >= 0.9 else "unlikely" if chance <= 0.1 else "hit_or_miss"
        required = None if kind == "stock" else float(self.dice.choice([-0.2, 0.97, 0.995, 1.2]))
        self.rows["fct_outlook"].append(
            (division, code, self.closed[-1], capability if months else None, chance if months else None, reached,
             len(months), centre, met, total, target, 2, total / len(results), required,
             None if required is None else required > 1)
        )  # fmt: skip

    def _signal(self, number: int, is_above: bool) -> tuple[str | None, str | None]:
        if number < 3 or self.dice.random() > 0.06:
            return (None, None)
        return (str(self.dice.choice(RUNS)), "improvement" if is_above else "concern")

    def _funnels(self) -> None:
        results = [row for row in self.rows["fct_indicator_result"] if row[0] == "month" and row[4] == "township"]
        results.sort(key=lambda row: (row[1], row[3], row[6]))
        for (month, code), run in groupby(results, key=lambda row: (row[1], row[3])):
            units = list(run)
            county = sum(row[5] for row in units) / max(1, sum(row[6] for row in units))
            sizes = np.array(sorted({row[6] for row in units if row[6]}), dtype=int)
            for kind, centre in (("target", units[0][9]), ("county", county)):
                if centre is None or centre == 1 or not len(sizes):
                    continue
                limits = [binom.ppf(chance, sizes, centre) / sizes for chance in (0.025, 0.975, 0.001, 0.999)]
                self.rows["fct_funnel"] += [
                    (month, "623021000000", code, kind, int(size), centre, *map(float, cells), 16, 1, 0.0001, False)
                    for size, *cells in zip(sizes, *limits, strict=True)
                ]

    def _next_steps(self) -> None:
        lost = {row[:2] + row[3:5]: row[8] for row in self.rows["fct_score_contribution"]}
        for kind, start, division, code, level, met, total, pending, *_ in self.rows["fct_indicator_result"]:
            key = (kind, start, division, code)
            if level == "village" or not lost.get(key) or met == total:
                continue
            missed = total - met
            self.rows["fct_next_step"].append(
                (
                    *key,
                    level,
                    total,
                    missed,
                    lost[key] / missed,
                    lost[key],
                    missed,
                    pending,
                    pending,
                    None,
                    missed,
                    None,
                )
            )
        rankings = self.rows["fct_ranking"]
        for kind, start, parent, division, score, *others in rankings:
            low = others[9]
            ahead = [row[4] for row in rankings if row[:3] == (kind, start, parent) and row[10] < low]
            grade = ("good", 85 - score) if score < 85 else ("excellent", 95 - score) if score < 95 else (None, None)
            rank = (low - 1, min(ahead) - score) if ahead else (None, None)
            self.rows["fct_next_goal"].append((kind, start, parent, division, score, *grade, low, *rank))

    def _slow_progress(self) -> None:
        last = self.closed[-4:]
        results = {
            row[:4]: row for row in self.rows["fct_indicator_result"] if row[0] == "month" and row[4] == "township"
        }
        for division in self.county.townships:
            for code, _, target, *_ in self.county.indicators:
                run = [results.get(("month", month, division, code)) for month in last]
                missed = [row for row in run if row and row[10] is False]
                if len(missed) >= 3 and run[-1] and run[-1][15]:
                    evidence = [
                        {"period_start": f"{row[1]}", "numerator": row[5], "denominator": row[6],
                         "target_value": target, "is_reached": row[10], "ci_high": row[12], "tolerance_value": 0.98,
                         "is_serious": row[15]}
                        for row in run if row
                    ]  # fmt: skip
                    self.rows["fct_slow_progress"].append(
                        (
                            last[-1],
                            division,
                            code,
                            "default",
                            "township",
                            len(missed),
                            4,
                            False,
                            5,
                            15,
                            0.95,
                            json.dumps(evidence),
                        )
                    )

        self.rows["fct_slow_progress"].append(
            (last[-1], "623021000000", "contact_card", "default", "county", 4, 4, True, 12, 15, 0.88, "[]")
        )

    def _open_cases(self) -> None:
        end = dt.datetime.combine(self.newest_as_of, dt.time(23, 59, 59))
        for township in self.county.townships:
            for number in range(int(self.dice.poisson(14))):
                code = str(self.dice.choice(["inquiry_on_time", "urgent_same_day", "service_on_time", "care_visit"]))
                due = dt.datetime.combine(
                    self.newest_as_of + dt.timedelta(days=int(self.dice.integers(-60, 16))), dt.time(23, 59, 59)
                )
                left = (due - end).total_seconds() / 3600
                source = "service_event" if code in ("service_on_time", "care_visit") else "exchange_message"
                self.rows["fct_open_case"].append(
                    (source, f"O{township[6:9]}{number:03d}", township, code, due, left,
                     "overdue" if left < 0 else "open", f"{source}__623021__{self.newest_as_of}.csv", number + 2)
                )  # fmt: skip

    def _integrity(self) -> None:
        suspect, month = self.county.townships[3], self.closed[-1]
        for kind, p_value, chance, evidence in [
            ("backdated", None, 0.0, {"entries": 4, "records": 4, "fields": ["replied_at"]}),
            ("instant", 1e-6, 0.00002, {"replies": 22, "instant": 14, "share": 14 / 22, "elsewhere_rate": 0.01}),
            (
                "first_seen_late",
                1e-6,
                0.00002,
                {"cases": 40, "first_seen_late": 9, "share": 9 / 40, "elsewhere_rate": 0.001},
            ),
            (
                "padding",
                1e-6,
                0.00002,
                {"kinds": [{"service_kind": "consultation", "services": 71, "expected": 11.4, "services_before": 130}]},
            ),
            (
                "bunching",
                1e-5,
                0.0002,
                {
                    "indicators": [
                        {
                            "indicator_code": "service_on_time",
                            "months_on_target": 7,
                            "months_compared": 7,
                            "elsewhere_rate": 0.91,
                        }
                    ]
                },
            ),
        ]:
            self.rows["fct_integrity_signal"].append(
                (kind, suspect, month, json.dumps(evidence), 4, p_value, chance)
            )  # fmt: skip
            self.rows["fct_integrity_case"] += [
                (kind, suspect, month, f"X{number:05d}", "exchange_message", f"exchange_message__{month:%Y-%m}.csv",
                 number + 2, json.dumps(_DETAILS[kind]))
                for number in range(4)
            ]  # fmt: skip

    def _registries(self) -> None:
        for month in self.closed:
            drawn = {
                township: [int(n) for n in self.dice.multinomial(self.county.size[township], [.05, .06, .86, .03])]
                for township in self.county.townships
            }  # fmt: skip
            drawn["623021000000"] = [int(part) for part in np.sum(list(drawn.values()), axis=0)]
            for division, (gpl, padis, equal, different) in drawn.items():
                both = equal + different
                total = (gpl + both + 1) * (padis + both + 1) / (both + 1) - 1
                rows = gpl + padis + 2 * both
                self.rows["fct_reconciliation"].append(
                    (month, division, "county" if division == "623021000000" else "township", gpl, padis, equal,
                     different, different // 2, 0, different - different // 2, 0, 0, total if both >= 7 else None,
                     min(1.0, (gpl + both) / total) if both >= 7 else None, 0.02, rows // 50, rows, False)
                )  # fmt: skip
