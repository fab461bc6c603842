"""One county from dice, assessed twice: in two steps as its months arrive, and at once."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from dice_county import DiceCounty
from facts_fixture import Facts
from findings import land_findings, land_open_cases

# Few, so that plain Python can repeat them.
DRAWS = 200


@dataclass(frozen=True)
class Assessed:
    """The county, its fully built file, and what was published step by step and at once (rows by table)."""

    county: DiceCounty
    facts: Facts
    by_steps: dict[str, list[tuple]]
    at_once: dict[str, list[tuple]]


@pytest.fixture(scope="session")
def assessed(tmp_path_factory: pytest.TempPathFactory) -> Assessed:
    root = tmp_path_factory.mktemp("assessed")
    county = DiceCounty(seed=7)
    county.write_seeds(root / "seeds")
    names = ("SHUANGBAI_SEEDS", "SHUANGBAI_THREADS", "SHUANGBAI_RANK_DRAWS")
    before = {name: os.environ.get(name) for name in names}
    try:
        os.environ |= {"SHUANGBAI_SEEDS": str(root / "seeds"), "SHUANGBAI_THREADS": "1"}
        os.environ["SHUANGBAI_RANK_DRAWS"] = str(DRAWS)
        facts = Facts(root / "home", county.villages)
        facts.build_seeds()
        county.land_until_turn(facts)
        land_findings(facts)
        facts.build()
        county.land_since_turn(facts)
        land_open_cases(facts)
        facts.build()
        by_steps = facts.published()

        os.environ["SHUANGBAI_THREADS"] = "4"
        facts.start_over(county.villages)
        facts.build_seeds()
        county.land_all(facts)
        land_findings(facts)
        facts.build()
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
    return Assessed(county, facts, by_steps, facts.published())
