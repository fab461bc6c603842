"""Withholding replayed: every township, month and source of a county, each in a county beside the honest one.

A county differs from the honest one by exactly one silence, so the places of the silent township compare directly.
"""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
from facts_fixture import Facts, seed_rows

from orchestration.installation.paths import DEFAULT_SEEDS

MONTHS = [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
# The terms of all but the last month are over.
CLOCK = date(2026, 2, 28)
TOWNSHIPS = 5
SNAPSHOTS = ("gpl_resident", "padis_resident", "rental_tenancy")
LEDGERS = ("exchange_message", "system_login", "service_event", "survey_response", "audit_sample")
COUNTS = """
    create schema assessment;
    create table assessment.month_count (period_month date, division_code varchar, township_code varchar,
        indicator_code varchar, met bigint, missed bigint, pending bigint)
"""
INDICATORS = seed_rows(DEFAULT_SEEDS, "indicators")
SCORED = {row["indicator_code"] for row in seed_rows(DEFAULT_SEEDS, "targets") if float(row["weight"]) > 0}


def codes(county: int) -> list[str]:
    return [f"{100000 + county:06d}{township:03d}000" for township in range(1, TOWNSHIPS + 1)]


@dataclass(frozen=True)
class Silence:
    """`source` is withheld by `township` from `month` on (a snapshot: in it only); or stops half way, all met."""

    township: int
    source: str
    month: date
    is_half: bool = False

    def hits(self, township: int, source: str, month: date) -> bool:
        reaches = month == self.month if self.source in SNAPSHOTS or self.is_half else month >= self.month
        return (township, source) == (self.township, self.source) and reaches

    def hides(self, township: int, source: str, month: date) -> bool:
        """Later months of a ledger that stopped half way have not landed either."""
        return self.is_half and month > self.month and (township, source) == (self.township, self.source)


def dice() -> dict[tuple[int, str, date], tuple[int, int]]:
    """Met and missed by township, indicator and month; some townships are bad, some indicators small."""
    random, found = Random(4), {}
    for township in range(TOWNSHIPS):
        for row in INDICATORS:
            skill = random.choice([1, 0.99, 0.97, 0.9, 0.6] if township else [0.5, 0.7])
            size = random.choice([2, 8, 30] if row["measure_kind"] != "stock" else [40, 300])
            for month in MONTHS:
                cases = random.randint(size // 2, size)
                met = sum(random.random() < skill for _ in range(cases))
                found[township, row["indicator_code"], month] = (met, cases - met)
    return found


class Counties:
    """Counties of the same counts, told apart by what has landed: `landed` gives None or whether it is short."""

    def __init__(self, root: Path, targets: list[dict[str, str]]) -> None:
        self.seeds, self.root = root / "seeds", root
        self.seeds.mkdir()
        self.targets = targets

    def build(self, landed: list, counts: dict[tuple[int, str, date], tuple[int, int]]) -> Facts:
        divisions = [("990000000000", "province", "")]
        for county in range(len(landed)):
            parent = f"{100000 + county:06d}000000"
            divisions += [(parent, "county", "990000000000"), *((code, "township", parent) for code in codes(county))]
        columns = ("division_code", "division_name", "level", "parent_code")
        rows = [dict(zip(columns, (code, code, level, parent), strict=True)) for code, level, parent in divisions]
        for name, table in (("divisions", rows), ("targets", self.targets)):
            with (self.seeds / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, table[0].keys())
                writer.writeheader()
                writer.writerows(table)
        before = os.environ.get("SHUANGBAI_SEEDS")
        os.environ["SHUANGBAI_SEEDS"] = str(self.seeds)
        try:
            facts = Facts(self.root / "home")
            facts.build_seeds()
            with facts.connect() as warehouse:
                warehouse.execute(COUNTS)
            self._land(facts, landed, counts)
            chosen = facts.project.build(
                ["+division_rank"], ["staging", "core", "month_count", "resource_type:seed", "resource_type:test"]
            )
        finally:
            os.environ.pop("SHUANGBAI_SEEDS") if before is None else os.environ.update(SHUANGBAI_SEEDS=before)
        assert {node.status for node in chosen} == {"success"}, [node.message for node in chosen]
        return facts

    @staticmethod
    def _land(facts: Facts, landed: list, counts: dict) -> None:
        months, cells = [], []
        for county, state in enumerate(landed):
            for township, code in enumerate(codes(county)):
                short = {}
                for month in MONTHS:
                    for source in (*SNAPSHOTS, *LEDGERS):
                        short[source, month] = state(township, source, month)
                        if short[source, month] is not None:
                            place = {"source": source, "township_code": code, "period_month": month}
                            months.append(place | {"is_provisional": short[source, month]})
                for row in INDICATORS:
                    for month in MONTHS:
                        states = [short[source, month] for source in row["sources"].split()]
                        if None not in states and (township, row["indicator_code"], month) in counts:
                            met, missed = counts[township, row["indicator_code"], month]
                            met, missed = ((met + 1) // 2, 0) if any(states) else (met, missed)
                            cell = {"period_month": month, "division_code": code, "township_code": code, "pending": 0}
                            cells.append(cell | {"indicator_code": row["indicator_code"], "met": met, "missed": missed})
        facts.insert("staging.landed_month", months)
        facts.insert("assessment.month_count", cells)
        facts.insert("lake.batch", [{"batch_id": "clock", "sequence": 1, "source": "audit_sample", "as_of": CLOCK}])


def with_silence(silence: Silence | None):
    def state(township: int, source: str, month: date) -> bool | None:
        if silence is None or not (silence.hits(township, source, month) or silence.hides(township, source, month)):
            return False
        return True if silence.is_half and month == silence.month else None

    return state


@pytest.mark.parametrize("veto", [None, "urgent_same_day"])
def test_withholding_anything_never_raises_a_rank(tmp_path, veto):
    """In its month, its quarter and its year to date, and in all that follow, but not while the term runs."""
    silences = [
        Silence(township, source, month, is_half)
        for township in range(TOWNSHIPS)
        for month in MONTHS[:3]
        for source in (*SNAPSHOTS, *LEDGERS)
        for is_half in ((False, True) if source in LEDGERS else (False,))
    ]
    targets = seed_rows(DEFAULT_SEEDS, "targets")
    for row in targets:
        if row["indicator_code"] == veto:
            row |= {"is_veto": "true", "source_clause": "a county's own", "approved_by": "the county"}
    counties = Counties(tmp_path, targets)
    facts = counties.build([with_silence(silence) for silence in (None, *silences)], dice())
    ranks, vetoed = {}, set()
    for kind, start, code, rank, is_vetoed in facts.rows(
        "select period_kind, period_start, division_code, rank, is_vetoed from assessment.division_rank"
        " where parent_code <> '990000000000'"
    ):
        ranks[kind, start, code] = rank
        vetoed |= {code} if is_vetoed and code in codes(0) else set()
    assert bool(vetoed) == (veto is not None)
    honest = defaultdict(dict)
    for (kind, start, code), rank in ranks.items():
        if code in codes(0) and (kind, start) != ("month", MONTHS[3]):
            honest[kind, start][codes(0).index(code)] = rank
    worse = 0
    for county, silence in enumerate(silences, start=1):
        code = codes(county)[silence.township]
        for (kind, start), places in honest.items():
            before, after = places[silence.township], ranks[kind, start, code]
            if before is not None:
                assert after is not None, (silence, kind, start)
                assert after >= before, (silence, kind, start, before, after)
                worse += after > before
    assert worse > len(silences)


def test_whatever_is_missing_is_named_and_leaves_the_month_provisional(tmp_path):
    """All combinations of the eight sources, absent or short, before the term is over and after it."""
    sources = (*SNAPSHOTS, *LEDGERS)
    missing = [set(chosen) for size in range(len(sources) + 1) for chosen in combinations(sources, size)]

    def state(chosen: set[str], how: bool | None):
        return lambda township, source, month: (
            how if township == 0 and month >= MONTHS[2] and source in chosen else False
        )

    landed = [state(chosen, how) for how in (None, True) for chosen in missing]
    facts = Counties(tmp_path, seed_rows(DEFAULT_SEEDS, "targets")).build(landed, dice())
    rows = {
        (code, start): (is_provisional, named)
        for code, start, is_provisional, named in facts.rows(
            """select division_code, period_start, is_provisional, missing_sources from assessment.division_rank
            where period_kind = 'month' and parent_code <> '990000000000'"""
        )
    }
    verdicts = defaultdict(set)
    for code, start, indicator, verdict in facts.rows(
        "select division_code, period_start, indicator_code, verdict from assessment.indicator_result"
        " where period_kind = 'month' and level = 'township'"
    ):
        verdicts[code, start, verdict].add(indicator)
    used = {source for row in INDICATORS if row["indicator_code"] in SCORED for source in row["sources"].split()}
    for county, chosen in enumerate(missing * 2):
        is_absent, (code, *others) = county < len(missing), codes(county)
        for month in MONTHS:
            named = " ".join(sorted(chosen & used)) if month >= MONTHS[2] else ""
            assert rows[code, month] == (bool(named), named or None), (chosen, month)
            assert {rows[other, month] for other in others} == {(False, None)}
        withheld = {
            row["indicator_code"]
            for row in INDICATORS
            if chosen & set(row["sources"].split()) & set(sources if is_absent else LEDGERS)
        }
        assert verdicts[code, MONTHS[2], "not_delivered"] == withheld
        assert verdicts[code, MONTHS[3], "not_delivered"] == set()


def test_one_resident_does_not_come_first(tmp_path):
    """All that there is of the first township is one resident, faultless; the others are what townships are."""
    counts = dice()
    for row in INDICATORS:
        for month in MONTHS:
            counts[0, row["indicator_code"], month] = (1, 0) if row["measure_kind"] == "stock" else (0, 0)
    facts = Counties(tmp_path, seed_rows(DEFAULT_SEEDS, "targets")).build([with_silence(None)], counts)
    found = facts.rows(
        f"select rank, is_assessed, score from assessment.division_rank where division_code = '{codes(0)[0]}'"
    )
    assert set(found) == {(None, False, None)}
    assert facts.rows("select count(rank) > 0 from assessment.division_rank") == [(True,)]
