"""What it would take, tried out: just those cases are mended, and the assessment is built again."""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from datetime import date
from pathlib import Path
from random import Random

import pytest
from facts_fixture import Facts, seed_rows

from orchestration.installation.paths import DEFAULT_SEEDS

PROVINCE, PREFECTURE, COUNTY = "990000000000", "990100000000", "990101000000"
TOWNSHIPS = [f"{COUNTY[:6]}{number:03d}000" for number in range(1, 11)]
MONTH, DAY_AFTER = date(2026, 10, 1), date(2026, 11, 5)
WEIGHTS = {"data_accuracy": "1", "data_update": "3", "contact_card": "2", "publicity": "0.5"}
WEIGHTS |= {"key_inquiry_feedback": "1"}
FACTS = {"fct_message": ["key_inquiry_feedback"]}
FACTS |= {"fct_resident_file": [code for code in WEIGHTS if code != "key_inquiry_feedback"]}
BUILT = ["fct_next_step", "fct_next_goal", "fct_indicator_result", "fct_ranking", "fct_score_contribution"]
DRAWS = "200"


class Tried:
    """A county of few indicators whose cases can be mended one by one."""

    def __init__(self, root: Path) -> None:
        self._write_seeds(root / "seeds")
        os.environ["SHUANGBAI_SEEDS"] = str(root / "seeds")
        self.facts = Facts(root / "home")
        self.facts.build_seeds()
        dice = Random(5)
        self.cases = [
            (fact, township, number, {code: self._outcome(dice, township) for code in codes})
            for fact, codes in FACTS.items()
            for township in TOWNSHIPS
            for number in range({"fct_message": 30, "fct_resident_file": 170}[fact])
        ]
        sources = ("gpl_resident", "exchange_message")
        landed = [
            {"source": source, "township_code": t, "period_month": MONTH} for source in sources for t in TOWNSHIPS
        ]
        self.facts.insert("staging.landed_month", [row | {"is_provisional": False} for row in landed])
        self.facts.insert("lake.batch", [{"batch_id": "b", "source": "gpl_resident", "as_of": DAY_AFTER}])
        self.facts.rebuild([MONTH])

    @staticmethod
    def _outcome(dice: Random, township: str) -> str:
        return "met" if dice.random() < 0.74 + 0.026 * TOWNSHIPS.index(township) else "unknown"

    @staticmethod
    def _write_seeds(folder: Path) -> None:
        folder.mkdir()
        levels = {PROVINCE: "province", PREFECTURE: "prefecture", COUNTY: "county"} | dict.fromkeys(
            TOWNSHIPS, "township"
        )
        above = {PROVINCE: "", PREFECTURE: PROVINCE, COUNTY: PREFECTURE} | dict.fromkeys(TOWNSHIPS, COUNTY)
        divisions = [
            {"division_code": code, "division_name": code, "level": level, "parent_code": above[code]}
            for code, level in levels.items()
        ]
        targets = [
            row | {"weight": WEIGHTS[row["indicator_code"]], "is_veto": "false"}
            for row in seed_rows(DEFAULT_SEEDS, "targets")
            if row["indicator_code"] in WEIGHTS
        ]
        for name, rows in (("divisions", divisions), ("targets", targets)):
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, rows[0].keys())
                writer.writeheader()
                writer.writerows(rows)

    def build(self, mended: dict[tuple[str, str], int]) -> dict[str, dict[tuple, dict]]:
        """The month's rows of each table by division (and indicator), with so many missed cases of each met."""
        left = defaultdict(int, mended)
        rows = defaultdict(list)
        for fact, township, number, outcomes in self.cases:
            told = {}
            for code, outcome in outcomes.items():
                is_mended = outcome != "met" and left[township, code] > 0
                left[township, code] -= is_mended
                told[code] = "met" if is_mended else outcome
            place = {"period_month": MONTH, "division_code": township, "township_code": township}
            rows[fact].append(place | {"case_ref": f"{township} {number}", "source_row": number} | told)
        assert not any(left.values()), "as many cases were missed as are to be mended"
        for fact, of_fact in rows.items():
            with self.facts.connect() as warehouse:
                warehouse.execute(f"delete from core.{fact}")
            self.facts.insert(f"core.{fact}", of_fact)
        chosen = [f"+{name}" for name in BUILT]
        data_tests = ["resource_type:test"] if mended else []
        nodes = self.facts.project.build(chosen, ["staging", "core", "resource_type:seed", *data_tests])
        assert [(node.name, node.message) for node in nodes if node.status not in ("success", "pass")] == []
        return {name: self._read(name) for name in BUILT}

    def _read(self, table: str) -> dict[tuple, dict]:
        with self.facts.connect() as warehouse:
            rows = warehouse.execute(
                f"from published.{table} where period_kind = 'month' and division_code in {tuple(TOWNSHIPS)}"
            )
            names = [column[0] for column in rows.description]
            found = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
        keys = [name for name in ("division_code", "indicator_code") if name in names]
        return {tuple(row[key] for key in keys): row for row in found}


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory):
    names = ("SHUANGBAI_SEEDS", "SHUANGBAI_RANK_DRAWS")
    before = {name: os.environ.get(name) for name in names}
    os.environ["SHUANGBAI_RANK_DRAWS"] = DRAWS
    yield Tried(tmp_path_factory.mktemp("tried"))
    for name, value in before.items():
        os.environ.pop(name, None) if value is None else os.environ.update({name: value})


@pytest.fixture(scope="module")
def first(tried):
    return tried.build({})


def goals_by_cases(first: dict, column: str) -> dict[str, dict[str, int]]:
    """By township that has such a goal ahead: of each indicator how many cases bring it there, none too many."""
    found = {}
    for (township,), goal in first["fct_next_goal"].items():
        if goal[column] is None:
            continue
        gained, taken = 0.0, {}
        for (division, code), step in sorted(
            first["fct_next_step"].items(), key=lambda item: -item[1]["points_per_case"]
        ):
            # Cases before the one that reaches the target each bring as much; that one may bring less.
            if division == township and step["points_per_case"] > 0:
                whole = step["cases_to_target"] - 1
                needed = int(min(whole, max(0, -(-(goal[column] - gained) // step["points_per_case"]))))
                taken[code] = needed
                gained += needed * step["points_per_case"]
        if gained >= goal[column]:
            found[township] = {code: cases for code, cases in taken.items() if cases}
    return found


def test_the_county_has_something_to_try(first):
    assert len(first["fct_next_step"]) == len(TOWNSHIPS) * len(WEIGHTS)
    assert sum(step["cases_to_target"] > 0 for step in first["fct_next_step"].values()) > 40
    assert len(goals_by_cases(first, "points_to_grade")) > 5
    assert len(goals_by_cases(first, "points_to_rank")) > 3


def test_so_many_cases_reach_the_target_and_bring_the_points(tried, first):
    steps = first["fct_next_step"]
    mended = tried.build({key: step["cases_to_target"] for key, step in steps.items()})
    assert all(mended["fct_indicator_result"][key]["is_reached"] for key in steps)
    for township in TOWNSHIPS:
        brought = sum(step["points_to_target"] for (division, _), step in steps.items() if division == township)
        before, after = (built["fct_ranking"][township,]["score"] for built in (first, mended))
        assert after == pytest.approx(100)
        assert after - before == pytest.approx(brought, abs=1.1e-6)


def test_one_case_fewer_reaches_no_target(tried, first):
    open_steps = {key: step for key, step in first["fct_next_step"].items() if step["cases_to_target"]}
    mended = tried.build({key: step["cases_to_target"] - 1 for key, step in open_steps.items()})
    assert not any(mended["fct_indicator_result"][key]["is_reached"] for key in open_steps)
    assert {mended["fct_next_step"][key]["cases_to_target"] for key in open_steps} == {1}


def test_one_case_brings_the_points_of_a_case(tried, first):
    """In each township of another indicator."""
    codes = list(WEIGHTS)
    chosen = {
        (township, code): 1
        for number, township in enumerate(TOWNSHIPS)
        if first["fct_next_step"][township, code := codes[number % len(codes)]]["missed"]
    }
    mended = tried.build(chosen)
    assert len({first["fct_next_step"][key]["points_per_case"] for key in chosen}) > 4
    for township, code in chosen:
        before, after = (built["fct_ranking"][township,]["score"] for built in (first, mended))
        assert after - before == pytest.approx(first["fct_next_step"][township, code]["points_per_case"], abs=1.1e-6)


def test_the_points_bring_the_next_grade_and_one_case_fewer_does_not(tried, first):
    goals = goals_by_cases(first, "points_to_grade")
    enough = {(township, code): cases for township, taken in goals.items() for code, cases in taken.items()}
    mended = tried.build(enough)["fct_ranking"]
    for township in goals:
        assert mended[township,]["grade"] == first["fct_next_goal"][township,]["next_grade"]
    for township, taken in goals.items():
        enough[township, list(taken)[-1]] -= 1
    short = tried.build(enough)["fct_ranking"]
    for township in goals:
        assert short[township,]["grade"] == first["fct_ranking"][township,]["grade"]


def test_the_points_bring_the_next_rank_and_one_case_fewer_does_not(tried, first):
    """One township at a time: who moves changes the ranks of all."""
    township, taken = next(iter(goals_by_cases(first, "points_to_rank").items()))
    goal = first["fct_next_goal"][township,]
    assert goal["next_rank"] < goal["rank_low"] <= first["fct_ranking"][township,]["rank"]
    enough = {(township, code): cases for code, cases in taken.items()}
    assert tried.build(enough)["fct_ranking"][township,]["rank"] <= goal["next_rank"]
    enough[township, list(taken)[-1]] -= 1
    assert tried.build(enough)["fct_ranking"][township,]["rank"] > goal["next_rank"]
