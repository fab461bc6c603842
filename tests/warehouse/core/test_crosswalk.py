"""Which township a civil-affairs code means is never guessed: a crosswalk that leaves it open blocks the build."""

from __future__ import annotations

import csv
from collections import defaultdict

from orchestration.installation.paths import DEFAULT_SEEDS

TEST = "a_civil_affairs_code_means_one_township"
NO_NAMESAKE = "629999100,623021100,某某镇,城关镇\n629999100,623021101,某某镇,新城镇\n"
TWO_NAMESAKES = "629999101,623021100,城关镇,城关镇\n629999101,623022100,城关镇,城关镇\n"
ONE_NAMESAKE = "629999102,623021100,城关镇,城关镇\n629999102,623021101,城关镇,城关街道\n"
NOT_IN_USE = "629999103,,某某镇,\n629999103,,某某镇,\n"


def test_two_codes_of_the_shipped_seed_have_two_partners_and_one_of_them_has_the_name():
    partners: dict[str, list[bool]] = defaultdict(list)
    with (DEFAULT_SEEDS / "township_crosswalk.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["nbs_code"]:
                partners[row["mca_code"]].append(row["mca_name"] == row["nbs_name"])
    several = {code: sorted(names) for code, names in partners.items() if len(names) > 1}
    assert several == {"620825100": [False, True], "620881100": [False, True]}


def test_a_code_that_could_mean_either_blocks(warehouse):
    crosswalk = warehouse.home.seeds / "township_crosswalk.csv"
    shipped = crosswalk.read_text(encoding="utf-8")
    crosswalk.write_text(shipped + ONE_NAMESAKE + NOT_IN_USE, encoding="utf-8")
    built = warehouse.dbt("build", "--select", "township_crosswalk")
    assert built.returncode == 0, built.stdout
    crosswalk.write_text(shipped + NO_NAMESAKE + TWO_NAMESAKES, encoding="utf-8")
    built = warehouse.dbt("build", "--select", "township_crosswalk")
    assert built.returncode == 1
    assert TEST in built.stdout and "Got 2 results" in built.stdout
