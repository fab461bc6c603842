"""Another county's seeds over the shipped ones."""

from __future__ import annotations

import csv

import pytest

from orchestration.installation.county_seeds import SeedsError, assemble_seeds
from orchestration.installation.paths import DEFAULT_SEEDS, Home


@pytest.fixture
def county(tmp_path, monkeypatch):
    folder = tmp_path / "county"
    folder.mkdir()
    monkeypatch.setenv("SHUANGBAI_SEEDS", str(folder))
    return folder


def rows(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_divisions_need_four_columns_only(county, tmp_path):
    content = "\ufefflevel,division_code,division_name,parent_code\ncounty,990125000000,Boston,990100000000\n"
    (county / "divisions.csv").write_text(content, encoding="utf-8")
    home = Home(tmp_path / "home")
    assemble_seeds(home)
    assert rows(home.seeds / "divisions.csv") == [
        {
            "division_code": "990125000000", "division_name": "Boston", "level": "county",
            "parent_code": "990100000000", "division_name_en": "", "unit_kind": "",
        }
    ]  # fmt: skip
    for shipped in DEFAULT_SEEDS.iterdir():
        assert (home.seeds / shipped.name).exists()
    assert (home.seeds / "targets.csv").read_bytes() == (DEFAULT_SEEDS / "targets.csv").read_bytes()


def test_an_unchanged_seed_is_not_written_again_and_a_leftover_goes(county, tmp_path):
    home = Home(tmp_path / "home")
    assemble_seeds(home)
    before = {path.name: path.stat().st_mtime_ns for path in home.seeds.iterdir()}
    (home.seeds / "leftover.csv").write_text("a\n", encoding="utf-8")
    assemble_seeds(home)
    assert {path.name: path.stat().st_mtime_ns for path in home.seeds.iterdir()} == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"division_code,division_name,level\n", "parent_code"),
        ("division_code,division_name,level,parent_code\n1,临潭,county,\n".encode("gb18030"), "divisions.csv"),
    ],
    ids=["column missing", "not UTF-8"],
)
def test_a_seed_that_cannot_be_used_is_named(county, tmp_path, content, message):
    (county / "divisions.csv").write_bytes(content)
    with pytest.raises(SeedsError, match=message):
        assemble_seeds(Home(tmp_path / "home"))


@pytest.mark.parametrize(
    ("column", "value"),
    [("target_value", "98%"), ("valid_to", "31.12.2026"), ("is_veto", "是"), ("min_denominator", "five")],
)
def test_a_value_that_is_none_is_named_with_its_line(county, tmp_path, column, value):
    targets = rows(DEFAULT_SEEDS / "targets.csv")
    targets[3][column] = value
    with (county / "targets.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, targets[0].keys())
        writer.writeheader()
        writer.writerows(targets)
    with pytest.raises(SeedsError, match=f"targets.csv, line 5: {column} is {value},"):
        assemble_seeds(Home(tmp_path / "home"))


def test_a_missing_folder_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("SHUANGBAI_SEEDS", str(tmp_path / "nowhere"))
    with pytest.raises(SeedsError, match="nowhere"):
        assemble_seeds(Home(tmp_path / "home"))
